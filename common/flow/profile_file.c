#include "common/flow/profile_file.h"

#include <dirent.h>

#include "common/base/table.h"
#include "common/base/text.h"
#include "common/pki/oid.h"

/* ---- words of the file into bits */

struct word {
	const char *name;
	uint32_t bit;
};
/* clang-format off */
static const struct word presence_words[] = {
	{ "forbidden", PRESENCE_FORBIDDEN }, { "optional", PRESENCE_OPTIONAL }, { "required", PRESENCE_REQUIRED },
};
/* clang-format on */

static bool find_word(const struct word *words, size_t count, const char *name,
	uint32_t *bit)
{
	for (size_t i = 0; name != NULL && i < count; i++)
		if (strcmp(words[i].name, name) == 0) {
			*bit = words[i].bit;
			return true;
		}
	return false;
}

/* ---- readers, one a kind of value; each says what is wrong where it stands */

static void read_text(const struct conf_node *node, char *out, size_t size,
	struct conf_faults *faults)
{
	const char *text = conf_as_text(node);
	struct err err =
		text == NULL ? FAIL(E_INPUT, "not a text") : text_copy(text, out, size);
	if (err_is(err))
		conf_fault(faults, node, "%s: %s", conf_key(node), err.text);
}

static void read_bool(const struct conf_node *node, bool *out, struct conf_faults *faults)
{
	if (!conf_as_bool(node, out))
		conf_fault(faults, node, "%s: not true or false", conf_key(node));
}

static void read_seconds(const struct conf_node *node, int64_t *out,
	struct conf_faults *faults)
{
	const char *text = conf_as_text(node);
	struct err err = text == NULL ? FAIL(E_INPUT, "not a duration such as \"730 d\"")
				      : conf_seconds(text, out);
	if (err_is(err))
		conf_fault(faults, node, "%s: %s", conf_key(node), err.text);
}

static uint32_t read_key_usage(const struct conf_node *list, struct conf_faults *faults)
{
	uint32_t bits = 0;
	for (size_t i = 0; i < conf_count(list); i++) {
		const char *name = conf_as_text(conf_at(list, i));
		unsigned bit = 0;
		while (name != NULL && bit < KEY_USAGES &&
			strcmp(key_usage_name(bit), name) != 0)
			bit++;
		if (name != NULL && bit < KEY_USAGES)
			bits |= 1u << bit;
		else
			conf_fault(faults, list, "keyUsage: \"%s\" is none",
				name == NULL ? "" : name);
	}
	return bits;
}

static size_t read_oids(const struct conf_node *list, struct oid *out,
	struct conf_faults *faults)
{
	size_t count = conf_count(list);
	if (count > PROFILE_OIDS) {
		conf_fault(faults, list, "%s: more than %d", conf_key(list),
			PROFILE_OIDS);
		return 0;
	}
	for (size_t i = 0; i < count; i++) {
		const char *text = conf_as_text(conf_at(list, i));
		struct err err = text == NULL ? FAIL(E_INPUT, "not a text")
					      : oid_parse(text, &out[i]);
		if (err_is(err))
			conf_fault(faults, list, "%s: %s", conf_key(list), err.text);
	}
	return count;
}

static enum presence read_presence(const struct conf_node *node,
	struct conf_faults *faults)
{
	uint32_t presence = PRESENCE_FORBIDDEN;
	if (!find_word(presence_words, COUNT(presence_words), conf_as_text(node),
		    &presence))
		conf_fault(faults, node, "%s: required, optional or forbidden",
			conf_key(node));
	return (enum presence)presence;
}

/* Group readers: every member is known, or a fault. */
#define EACH_MEMBER(group, node)                                                         \
	for (size_t each_ = 0; each_ < conf_count(group); each_++)                       \
		for (const struct conf_node *node = conf_at(group, each_); node != NULL; \
			node = NULL)

static bool key_is(const struct conf_node *node, const char *key)
{
	return strcmp(conf_key(node), key) == 0;
}

static void unknown(const struct conf_node *node, struct conf_faults *faults)
{
	conf_fault(faults, node, "%s: no such setting here", conf_key(node));
}

static void read_subject(const struct conf_node *group, struct profile *out,
	struct conf_faults *faults)
{
	EACH_MEMBER(group, node)
	{
		enum name_type type = name_type_by_name(conf_key(node));
		if (key_is(node, "namesOrPseudonym"))
			out->names_or_pseudonym = read_presence(node, faults);
		else if (type != NAME_TYPE_COUNT)
			out->subject[type] = read_presence(node, faults);
		else
			unknown(node, faults);
	}
}

static void read_validity(const struct conf_node *group, struct profile *out,
	struct conf_faults *faults)
{
	EACH_MEMBER(group, node)
	{
		if (key_is(node, "default"))
			read_seconds(node, &out->validity_default_s, faults);
		else if (key_is(node, "maximum"))
			read_seconds(node, &out->validity_max_s, faults);
		else if (key_is(node, "minimum"))
			read_seconds(node, &out->validity_min_s, faults);
		else if (key_is(node, "backdate"))
			read_seconds(node, &out->backdate_max_s, faults);
		else
			unknown(node, faults);
	}
}

static void read_basic_constraints(const struct conf_node *group, struct profile *out,
	struct conf_faults *faults)
{
	EACH_MEMBER(group, node)
	{
		if (key_is(node, "cA"))
			read_bool(node, &out->is_ca, faults);
		else if (!key_is(node, "pathLenConstraint"))
			unknown(node, faults);
		else if (!conf_as_int(node, &out->path_length))
			conf_fault(faults, node, "pathLenConstraint: not a number");
	}
}

static void read_usage(const struct conf_node *group, struct profile *out,
	struct conf_faults *faults)
{
	EACH_MEMBER(group, node)
	{
		if (key_is(node, "rsa"))
			out->key_usage_rsa = read_key_usage(node, faults);
		else if (key_is(node, "ec"))
			out->key_usage_ec = read_key_usage(node, faults);
		else
			unknown(node, faults);
	}
}

static void read_eku(const struct conf_node *group, struct profile *out,
	struct conf_faults *faults)
{
	EACH_MEMBER(group, node)
	{
		if (key_is(node, "critical"))
			read_bool(node, &out->eku_critical, faults);
		else if (key_is(node, "purposes"))
			out->eku_count = read_oids(node, out->eku, faults);
		else
			unknown(node, faults);
	}
}

static void read_policies(const struct conf_node *group, struct profile *out,
	struct conf_faults *faults)
{
	EACH_MEMBER(group, node)
	{
		if (key_is(node, "policies"))
			out->policy_count = read_oids(node, out->policy, faults);
		else if (key_is(node, "cPSuri"))
			read_text(node, out->cps_uri, sizeof out->cps_uri, faults);
		else
			unknown(node, faults);
	}
}

static void read_san(const struct conf_node *group, struct profile *out,
	struct conf_faults *faults)
{
	EACH_MEMBER(group, node)
	{
		enum general_name_type type = general_name_by_word(conf_key(node));
		if (type == GENERAL_NAME_NONE)
			unknown(node, faults);
		else
			out->san[type] = read_presence(node, faults);
	}
}

static void read_name_constraints(const struct conf_node *group, struct profile *out,
	struct conf_faults *faults)
{
	EACH_MEMBER(group, node)
	{
		if (key_is(node, "excludedRfc822Name")) {
			read_bool(node, &out->excluded_rfc822, faults);
		} else if (!key_is(node, "permittedDNSName")) {
			unknown(node, faults);
		} else if (conf_count(node) > COUNT(out->permitted_dns)) {
			conf_fault(faults, node, "permittedDNSName: more than %zu",
				COUNT(out->permitted_dns));
		} else {
			out->permitted_dns_count = conf_count(node);
			for (size_t i = 0; i < conf_count(node); i++) {
				const char *text = conf_as_text(conf_at(node, i));
				struct err err =
					text == NULL
						? FAIL(E_INPUT, "not a text")
						: text_copy(text, out->permitted_dns[i],
							  sizeof out->permitted_dns[i]);
				if (err_is(err))
					conf_fault(faults, node, "permittedDNSName: %s",
						err.text);
			}
		}
	}
}

static void read_keys(const struct conf_node *list, struct profile *out,
	struct conf_faults *faults)
{
	for (size_t i = 0; i < conf_count(list); i++) {
		const char *name = conf_as_text(conf_at(list, i));
		enum key_algorithm algorithm =
			key_algorithm_by_name(name == NULL ? "" : name);
		if (algorithm == KEY_NONE)
			conf_fault(faults, list,
				"subjectPublicKeyInfo: \"%s\" is no kind of key", name);
		else
			out->key_algorithms |= KEY_BIT(algorithm);
	}
}

static void read_access(const struct conf_node *group, struct profile *out,
	struct conf_faults *faults)
{
	EACH_MEMBER(group, node)
	{
		if (key_is(node, "ocsp"))
			read_bool(node, &out->aia_ocsp, faults);
		else if (key_is(node, "caIssuers"))
			read_bool(node, &out->aia_ca_issuers, faults);
		else
			unknown(node, faults);
	}
}

/* The settings that are groups or lists. */
static const struct {
	const char *key;
	void (*read)(const struct conf_node *node, struct profile *out,
		struct conf_faults *faults);
} groups[] = {
	{ "subject", read_subject },
	{ "validity", read_validity },
	{ "subjectPublicKeyInfo", read_keys },
	{ "basicConstraints", read_basic_constraints },
	{ "keyUsage", read_usage },
	{ "extKeyUsage", read_eku },
	{ "certificatePolicies", read_policies },
	{ "subjectAltName", read_san },
	{ "nameConstraints", read_name_constraints },
	{ "authorityInfoAccess", read_access },
};
/* And those that are a yes or a no. */
static const struct {
	const char *key;
	size_t offset;
} flags[] = {
	{ "authorityKeyIdentifier", offsetof(struct profile, authority_key_identifier) },
	{ "subjectKeyIdentifier", offsetof(struct profile, subject_key_identifier) },
	{ "cRLDistributionPoints", offsetof(struct profile, crl_distribution_points) },
	{ "ocspNocheck", offsetof(struct profile, ocsp_nocheck) },
	{ "staffNames", offsetof(struct profile, staff_names) },
	{ "keyAtHandover", offsetof(struct profile, subscriber_key_generation) },
	{ "sameKeyAgain", offsetof(struct profile, same_key_again) },
	{ "keepExpiredOnCRL", offsetof(struct profile, keep_expired_on_crl) },
};

static void read_member(const struct conf_node *node, struct profile *out,
	struct conf_faults *faults)
{
	for (size_t i = 0; i < COUNT(groups); i++)
		if (key_is(node, groups[i].key)) {
			groups[i].read(node, out, faults);
			return;
		}
	for (size_t i = 0; i < COUNT(flags); i++)
		if (key_is(node, flags[i].key)) {
			read_bool(node, (bool *)((char *)out + flags[i].offset), faults);
			return;
		}
	if (key_is(node, "profile"))
		read_text(node, out->name, sizeof out->name, faults);
	else if (key_is(node, "issuer"))
		read_text(node, out->issuer, sizeof out->issuer, faults);
	else if (!key_is(node, "version"))
		unknown(node, faults);
	else if (!conf_as_int(node, &out->version) || out->version < 1)
		conf_fault(faults, node, "version: not a number from 1");
}

/* P-PERSON-MP.cfg or P-PERSON-MP.v2.cfg: the name is the file's, so that a copy cannot pass for another. */
static bool is_named_like(const char *path, const struct profile *profile)
{
	const char *slash = strrchr(path, '/');
	const char *file = slash == NULL ? path : slash + 1;
	char plain[PROFILE_NAME + 32], numbered[PROFILE_NAME + 32];
	snprintf(plain, sizeof plain, "%s.cfg", profile->name);
	snprintf(numbered, sizeof numbered, "%s.v%lld.cfg", profile->name,
		(long long)profile->version);
	return strcmp(file, plain) == 0 || strcmp(file, numbered) == 0;
}

void profile_file_read(const char *path, struct profile *out, struct conf_faults *faults)
{
	AUTO(conf_free) struct conf *conf = NULL;
	struct faults found = { .count = 0 };
	*out = (struct profile){ .path_length = -1 };
	struct err err = conf_load(path, LIMIT_PROFILE_FILE, &conf);
	if (err_is(err)) {
		if (faults->count < COUNT(faults->text))
			snprintf(faults->text[faults->count++], sizeof faults->text[0],
				"%s", err.text);
		return;
	}
	const struct conf_node *root = conf_root(conf);
	EACH_MEMBER(root, node)
	read_member(node, out, faults);
	if (out->version == 0)
		conf_fault(faults, root, "version: is missing");
	if (!is_named_like(path, out))
		conf_fault(faults, root, "profile: \"%s\" is not the name of the file",
			out->name);
	profile_check(out, &found);
	for (size_t i = 0; i < found.count; i++)
		conf_fault(faults, root, "%s: %s (%s)", found.row[i].field,
			found.row[i].detail, found.row[i].clause);
}

/* ---- the folder */

struct profile_set {
	size_t count;
	struct profile *profile;
};

void profile_set_free(struct profile_set *set)
{
	if (set == NULL)
		return;
	free(set->profile);
	free(set);
}

static RESULT add_file(struct profile_set *set, const char *folder, const char *file,
	struct conf_faults *faults)
{
	char path[4096];
	struct profile *grown = realloc(set->profile, (set->count + 1) * sizeof *grown);
	if (grown == NULL)
		return FAIL(E_IO, "out of memory");
	set->profile = grown;
	snprintf(path, sizeof path, "%s/%s", folder, file);
	struct profile *profile = &set->profile[set->count];
	profile_file_read(path, profile, faults);
	if (profile_set_find(set, profile->name, profile->version) != NULL)
		return FAIL(E_CONFLICT, "%s: version %lld of %s exists already", path,
			(long long)profile->version, profile->name);
	set->count++;
	return OK;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_profile(const struct dirent *entry)
{
	return text_ends(entry->d_name, ".cfg");
}

RESULT profile_set_load(const char *folder, struct profile_set **out,
	struct conf_faults *faults)
{
	AUTO(profile_set_free) struct profile_set *set = calloc(1, sizeof *set);
	struct dirent **files = NULL;
	struct err err = OK;
	if (set == NULL)
		return FAIL(E_IO, "out of memory");
	int count = scandir(folder, &files, is_profile, by_name);
	if (count < 0)
		return FAIL(E_NOT_FOUND, "%s: no such folder", folder);
	for (int i = 0; i < count; i++) {
		if (!err_is(err))
			err = add_file(set, folder, files[i]->d_name, faults);
		free(files[i]);
	}
	free(files);
	TRY(err);
	TRY(conf_result(faults));
	if (set->count == 0)
		return FAIL(E_INPUT, "%s: holds no profile", folder);
	*out = MOVE(set);
	return OK;
}

const struct profile *profile_set_find(const struct profile_set *set, const char *name,
	int64_t version)
{
	const struct profile *best = NULL;
	for (size_t i = 0; i < set->count; i++) {
		const struct profile *profile = &set->profile[i];
		if (strcmp(profile->name, name) != 0 ||
			(version != 0 && profile->version != version))
			continue;
		if (best == NULL || profile->version > best->version)
			best = profile;
	}
	return best;
}

size_t profile_set_count(const struct profile_set *set)
{
	return set->count;
}

const struct profile *profile_set_at(const struct profile_set *set, size_t index)
{
	return index < set->count ? &set->profile[index] : NULL;
}
