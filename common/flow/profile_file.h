/* profile_file: the versioned profiles below policies/profiles, one file each, read into struct profile. */
#ifndef COMMON_FLOW_PROFILE_FILE_H
#define COMMON_FLOW_PROFILE_FILE_H

#include "common/conf/conf.h"
#include "common/pki/profile.h"

/* One file. The name in it must be the file's name (P-PERSON-MP.cfg, P-PERSON-MP.v2.cfg). All faults, with profile_check()'s. */
void profile_file_read(const char *path, struct profile *out, struct conf_faults *faults);

struct profile_set;
/* Every *.cfg of a folder. E_INPUT with the first fault; all of them in faults. */
RESULT profile_set_load(const char *folder, struct profile_set **out,
	struct conf_faults *faults);
void profile_set_free(struct profile_set *set);
AUTO_DEFINE(struct profile_set, profile_set_free)
/* version 0: the newest. NULL: none. */
const struct profile *profile_set_find(const struct profile_set *set, const char *name,
	int64_t version);
size_t profile_set_count(const struct profile_set *set);
const struct profile *profile_set_at(const struct profile_set *set, size_t index);

#endif
