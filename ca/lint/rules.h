/* rules: every rule of the second reader, one row each; a finding names its row. */
#ifndef CA_LINT_RULES_H
#define CA_LINT_RULES_H

#include "ca/lint/lint.h"

/* clang-format off */
#define LINT_RULES(X) \
	X(profile,          "R-ISS-05",                 "no such profile and version, or not from this issuer") \
	X(der,              "X.690",                    "not in distinguished encoding") \
	X(structure,        "RFC 5280 section 4.1",     "not the parts that must stand here, in order") \
	X(version,          "PROFILES G1",              "not version 3 (lists: 2), or with unique identifiers") \
	X(serial,           "PROFILES G2",              "serialNumber not positive, too short or longer than 20 octets") \
	X(algorithm,        "PROFILES G4",              "signature algorithm not the one of the issuer's key, byte for byte") \
	X(issuer,           "PROFILES G3",              "issuer not a byte copy of the CA's subject") \
	X(time,             "RFC 5280 section 4.1.2.5", "a time in the wrong form") \
	X(validity,         "R-ISS-07",                 "longer than the profile allows, or shorter") \
	X(beyond_issuer,    "R-ISS-07",                 "outlives its CA, or begins before it") \
	X(self_issued,      "RFC 5280 section 3.2",     "the CA's own name as subject of another certificate") \
	X(key,              "R-PKQ-01",                 "a key of a kind that the profile does not allow, or in another form") \
	X(rdn,              "PROFILES G5",              "not one attribute in each RDN") \
	X(attribute,        "PROFILES part 2",          "an attribute that is not known, or stands twice") \
	X(attribute_order,  "R-ISS-09",                 "attributes not in order") \
	X(string_type,      "R-ISS-09",                 "a value in another string type than its characters ask for") \
	X(length,           "R-ISS-09",                 "more characters than allowed, or none") \
	X(characters,       "R-ISS-11",                 "control, bidi, invisible or private characters, a space at an end, or not NFC") \
	X(placeholder,      "R-ISS-11",                 "a placeholder instead of a value") \
	X(script,           "PROFILES part 2",          "surname, givenName and commonName in different writings") \
	X(country,          "PROFILES part 2",          "countryName is no country of ISO 3166-1") \
	X(organization_id,  "R-IDV-05",                 "organizationIdentifier of no scheme, with a wrong check digit, or of another country") \
	X(individual,       "R-IDV-13",                 "serialNumber may be an Individual Number, which is never kept") \
	X(subject,          "PROFILES part 6",          "a subject attribute is missing or not allowed here") \
	X(pseudonym,        "R-ISS-11",                 "pseudonym beside a name, neither of them, or givenName alone") \
	X(extension,        "PROFILES G16",             "an extension that the profile does not have, or one twice") \
	X(missing,          "PROFILES G16",             "an extension of the profile is missing") \
	X(extension_order,  "PROFILES G18",             "extensions not in the fixed order") \
	X(critical,         "PROFILES G12, G13",        "an extension with the wrong criticality") \
	X(key_identifier,   "PROFILES G8",              "subjectKeyIdentifier not derived from the key") \
	X(authority_key,    "PROFILES G7",              "authorityKeyIdentifier with more than the CA's keyIdentifier, or another") \
	X(key_usage,        "R-ISS-14",                 "keyUsage not the profile's for this kind of key") \
	X(purpose,          "R-ISS-14",                 "extKeyUsage not the profile's") \
	X(purpose_mix,      "R-ISS-14",                 "purposes and usages that must not meet") \
	X(policies,         "PROFILES G15",             "certificatePolicies not the profile's, in its order") \
	X(reserved_policy,  "R-ISS-15",                 "reserved policies: more than one, not the first, or a legacy one") \
	X(qualified,        "R-ISS-16",                 "claims the qualified status of another law") \
	X(san,              "PROFILES part 6",          "subjectAltName of a kind that is not allowed, doubled, or one missing") \
	X(san_form,         "RFC 5280 section 4.2.1.6", "a dNSName or URI in the wrong form") \
	X(mailbox,          "R-ISS-13",                 "a mailbox in the wrong form, or one of a name that is not repeated") \
	X(outside,          "RFC 5280 section 4.2.1.10", "a name outside the CA's nameConstraints") \
	X(distribution,     "PROFILES G9",              "not exactly one distribution point with the CA's http address") \
	X(access,           "PROFILES G10",             "authorityInfoAccess not the CA's http addresses") \
	X(basic,            "PROFILES G11",             "basicConstraints not as the profile has it") \
	X(constraints,      "PROFILES part 7",          "nameConstraints not the profile's") \
	X(nocheck,          "R-OCSP-06",                "ocsp-nocheck is not NULL") \
	X(crl_times,        "R-CRL-02",                 "nextUpdate missing, before thisUpdate, or too late") \
	X(crl_entry,        "R-CRL-03",                 "an entry revoked after thisUpdate, or with an extension that is neither reasonCode nor invalidityDate of a key that was compromised") \
	X(crl_reason,       "R-REV-07",                 "a reason that is never written, or none for a CA's certificate") \
	X(crl_number,       "R-CRL-01",                 "cRLNumber is no number of at most 20 octets, or not above the one before") \
	X(crl_point,        "R-CRL-05",                 "issuingDistributionPoint not critical, or not the CA's address") \
	X(crl_expired,      "R-CRL-04",                 "expiredCertsOnCRL is not the beginning of the CA, or where it does not belong")
/* clang-format on */

#define X(name, where, what) extern const struct lint_rule lint_rule_##name;
LINT_RULES(X)
#undef X

#endif
