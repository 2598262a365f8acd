#include "ca/lint/policy.h"

#include <dirent.h>

#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"

enum { PROFILES_MOST = 256, ISSUERS_MOST = 64 };

void lint_policy_free(struct lint_policy *policy)
{
	if (policy == NULL)
		return;
	EVP_MD_CTX_free(policy->digest);
	free(policy->profile);
	free(policy->issuer);
	free(policy);
}

const struct lint_profile *lint_policy_profile(const struct lint_policy *policy,
	const char *name, int64_t version)
{
	const struct lint_profile *best = NULL;
	for (size_t i = 0; i < policy->profile_count; i++) {
		const struct lint_profile *profile = &policy->profile[i];
		if ((version != 0 && profile->version != version) ||
			strcmp(profile->name, name) != 0)
			continue;
		if (best == NULL || profile->version > best->version)
			best = profile;
	}
	return best;
}

const struct lint_issuer *lint_policy_issuer(const struct lint_policy *policy,
	const char *name)
{
	for (size_t i = 0; i < policy->issuer_count; i++)
		if (strcmp(policy->issuer[i].name, name) == 0)
			return &policy->issuer[i];
	return NULL;
}

void lint_text_read(const struct conf_node *group, const char *key, char *out,
	size_t size, struct conf_faults *faults)
{
	const struct conf_node *node = group == NULL ? NULL : conf_get(group, key);
	const char *text = node == NULL ? "" : conf_as_text(node);
	if (text == NULL || strlen(text) >= size) {
		conf_fault(faults, node, "%s: not a text of at most %zu bytes", key,
			size - 1);
		return;
	}
	memcpy(out, text, strlen(text) + 1);
}

/* ---- the folder of profiles */

static int is_profile(const struct dirent *entry)
{
	return text_ends(entry->d_name, ".cfg");
}

static RESULT add_profile(struct lint_policy *policy, const char *folder,
	const char *file, struct conf_faults *faults)
{
	AUTO(conf_free) struct conf *conf = NULL;
	char path[4096];
	struct lint_profile *profile = &policy->profile[policy->profile_count];
	snprintf(path, sizeof path, "%s/%s", folder, file);
	TRY(conf_load(path, LIMIT_PROFILE_FILE, &conf));
	lint_profile_read(conf_root(conf), profile, faults);
	if (lint_policy_profile(policy, profile->name, profile->version) != NULL)
		conf_fault(faults, conf_root(conf),
			"profile: %s version %lld stands in two files", profile->name,
			(long long)profile->version);
	policy->profile_count++;
	return OK;
}

static RESULT load_profiles(struct lint_policy *policy, const char *folder,
	struct conf_faults *faults)
{
	struct dirent **files = NULL;
	int count = scandir(folder, &files, is_profile, alphasort);
	if (count < 0)
		return FAIL(E_NOT_FOUND, "%s: no such folder", folder);
	struct err err = OK;
	if (count == 0 || count > PROFILES_MOST)
		err = FAIL(E_INPUT, "%s: %d profiles, not 1 to %d", folder, count,
			PROFILES_MOST);
	if (!err_is(err))
		policy->profile = calloc((size_t)count, sizeof *policy->profile);
	if (!err_is(err) && policy->profile == NULL)
		err = FAIL(E_IO, "out of memory");
	for (int i = 0; i < count; i++) {
		if (!err_is(err))
			err = add_profile(policy, folder, files[i]->d_name, faults);
		free(files[i]);
	}
	free(files);
	return err;
}

/* ---- issuers.cfg */

/* R-CRL-04, for each CA: does one of the profiles that it issues say so. */
static void settle_lists(struct lint_policy *policy)
{
	for (size_t i = 0; i < policy->issuer_count; i++)
		for (size_t p = 0; p < policy->profile_count; p++)
			if (strcmp(policy->profile[p].issuer,
				    policy->issuer[i].profile) == 0 &&
				policy->profile[p].keep_expired)
				policy->issuer[i].keep_expired = true;
}

static RESULT load_issuers(struct lint_policy *policy, const char *path,
	struct conf_faults *faults)
{
	AUTO(conf_free) struct conf *conf = NULL;
	char folder[3000] = "";
	const char *slash = strrchr(path, '/');
	if (slash != NULL && (size_t)(slash - path) + 2 > sizeof folder)
		return FAIL(E_INPUT, "path too long");
	if (slash != NULL)
		memcpy(folder, path, (size_t)(slash - path) + 1);
	TRY(conf_load(path, 256 * KIB, &conf));
	const struct conf_node *list = conf_get(conf_root(conf), "issuers");
	if (list == NULL || conf_count(list) == 0 || conf_count(list) > ISSUERS_MOST)
		return FAIL(E_INPUT, "%s: no list of 1 to %d issuers", path,
			ISSUERS_MOST);
	policy->issuer = calloc(conf_count(list), sizeof *policy->issuer);
	if (policy->issuer == NULL)
		return FAIL(E_IO, "out of memory");
	for (size_t i = 0; i < conf_count(list); i++) {
		struct lint_issuer *issuer = &policy->issuer[i];
		lint_issuer_read(conf_at(list, i), folder, issuer, faults);
		if (lint_policy_issuer(policy, issuer->name) != NULL)
			conf_fault(faults, conf_at(list, i), "name: %s stands twice",
				issuer->name);
		policy->issuer_count++;
	}
	settle_lists(policy);
	return OK;
}

RESULT lint_policy_load(const char *profiles_folder, const char *issuers_path,
	struct lint_policy **out, struct conf_faults *faults)
{
	AUTO(lint_policy_free) struct lint_policy *policy = calloc(1, sizeof *policy);
	if (policy == NULL || (policy->digest = EVP_MD_CTX_new()) == NULL)
		return FAIL(E_IO, "out of memory");
	if (EVP_DigestInit_ex2(policy->digest, EVP_sha256(), NULL) != 1)
		return FAIL(E_CRYPTO, "no SHA-256");
	TRY(load_profiles(policy, profiles_folder, faults));
	if (issuers_path != NULL)
		TRY(load_issuers(policy, issuers_path, faults));
	TRY(conf_result(faults));
	*out = MOVE(policy);
	return OK;
}
