#include "ca/signer/judge.h"

#include "common/base/limits.h"

static RESULT find_profile(const struct profile_set *profiles,
	const struct issuer *issuer, const struct signer_request *request,
	const struct profile **out)
{
	const struct profile *profile =
		profile_set_find(profiles, request->profile, request->profile_version);
	if (profile == NULL)
		return FAIL(E_NOT_FOUND, "no profile %s version %lld", request->profile,
			(long long)request->profile_version);
	/* R-ISS-20, R-CA-KEY-07: CA certificates come from a ceremony, never from here. */
	if (profile->is_ca)
		return FAIL(E_POLICY, "profile %s is of a CA", profile->name);
	if (strcmp(profile->issuer, issuer->profile) != 0)
		return FAIL(E_POLICY, "profile %s is not issued by %s", profile->name,
			issuer->profile);
	*out = profile;
	return OK;
}

/* R-CA-KEY-08, R-ISS-07: nothing outlives its issuer. */
static RESULT check_times(const struct signer_request *request,
	const struct issuer *issuer, int64_t now)
{
	if (request->not_after > issuer->issuer.not_after)
		return FAIL(E_POLICY, "notAfter lies after the issuer's");
	if (request->not_before < issuer->issuer.not_before)
		return FAIL(E_POLICY, "notBefore lies before the issuer's");
	if (now > issuer->issuer.not_after)
		return FAIL(E_POLICY, "the issuer's certificate has expired");
	return OK;
}

static RESULT check_fit(const struct profile *profile,
	const struct signer_request *request, int64_t now)
{
	struct name subject;
	struct general_names san = { .count = 0 };
	struct faults faults = { .count = 0 };
	enum key_algorithm algorithm;
	TRY_IN(name_parse(request->subject, &subject), "subject");
	if (request->subject_alt_name.len > 0)
		TRY_IN(general_names_parse(request->subject_alt_name, &san),
			"subjectAltName");
	/* R-PKQ-06 is the gate's (ca/accept.c): proving the point again here would cost half a signature. */
	TRY_IN(key_kind(request->subject_public_key_info, &algorithm),
		"subjectPublicKeyInfo");
	profile_fits(profile, &subject, &san, algorithm, request->not_before,
		request->not_after, now, &faults);
	return faults_result(&faults, E_POLICY);
}

RESULT judge_request(struct signer_keys *keys, const struct profile_set *profiles,
	const struct signer_request *request, int64_t now, struct der_writer *w,
	struct signer_key **key)
{
	const struct profile *profile;
	struct signer_key *found = signer_keys_find(keys, request->issuer);
	if (found == NULL)
		return FAIL(E_NOT_FOUND, "no key for issuer %s", request->issuer);
	TRY(find_profile(profiles, found->issuer, request, &profile));
	TRY(check_times(request, found->issuer, now));
	TRY(check_fit(profile, request, now));
	const struct cert_fields fields = { .profile = profile,
		.issuer = &found->issuer->issuer,
		.serial_number = request->serial_number,
		.not_before = request->not_before,
		.not_after = request->not_after,
		.subject = request->subject,
		.subject_alt_name = request->subject_alt_name,
		.subject_public_key_info = request->subject_public_key_info };
	TRY(cert_write_tbs(&fields, w));
	*key = found;
	return OK;
}
