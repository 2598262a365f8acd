/* profiles: profiles as structs, for tests below the files that hold them. */
#ifndef TESTS_SUPPORT_PROFILES_H
#define TESTS_SUPPORT_PROFILES_H

#include "common/pki/profile.h"

struct profile test_profile_root(void); /* "P-ROOT" */
struct profile test_profile_sub(
	void); /* "P-SUB-PERSON", below P-ROOT: mail and client authentication */
struct profile test_profile_systems(
	void); /* "P-SUB-SYSTEMS", with nameConstraints for inkan.internal */
struct profile test_profile_person(void); /* "P-PERSON-MP" */
struct profile test_profile_sign(void);   /* "P-PERSON-SIGN", with cPSuri */
struct profile test_profile_server(void); /* "P-INT-TLS-S" */
struct profile test_profile_ocsp(void);   /* "P-OCSP" */
struct profile test_profile_stamp(void);  /* "P-TSU": extKeyUsage critical */

#endif
