#include "common/flow/roster.h"

#include "common/base/clock.h"
#include "common/base/table.h"
#include "common/base/text.h"

enum { ROSTER_MAX = 4096 }; /* rows of one kind: more is a mistake in the file */

struct roster {
	struct roster_lra *lra;
	struct roster_person *person;
	struct roster_component *component;
	size_t lra_count, person_count, component_count;
};

void roster_free(struct roster *roster)
{
	if (roster == NULL)
		return;
	free(roster->lra);
	free(roster->person);
	free(roster->component);
	free(roster);
}

/* ---- reading one row: each reader takes its keys off a list of the known ones, the rest are faults */

static void read_text(const struct conf_node *row, const char *key, bool required,
	char *out, size_t size, struct conf_faults *faults)
{
	const struct conf_node *node = conf_get(row, key);
	const char *text = node == NULL ? NULL : conf_as_text(node);
	out[0] = 0;
	if (node == NULL) {
		if (required)
			conf_fault(faults, row, "%s: is missing", key);
		return;
	}
	struct err err =
		text == NULL ? FAIL(E_INPUT, "not a text") : text_copy(text, out, size);
	if (err_is(err))
		conf_fault(faults, node, "%s: %s", key, err.text);
}

static size_t read_texts(const struct conf_node *row, const char *key, char *out,
	size_t each, struct conf_faults *faults)
{
	const struct conf_node *list = conf_get(row, key);
	size_t count = list == NULL ? 0 : conf_count(list);
	if (count > ROSTER_WORDS) {
		conf_fault(faults, list, "%s: more than %d", key, ROSTER_WORDS);
		return 0;
	}
	for (size_t i = 0; i < count; i++) {
		const char *text = conf_as_text(conf_at(list, i));
		struct err err = text == NULL ? FAIL(E_INPUT, "not a text")
					      : text_copy(text, out + i * each, each);
		if (err_is(err))
			conf_fault(faults, list, "%s: %s", key, err.text);
	}
	return count;
}

static int64_t read_time(const struct conf_node *row, const char *key,
	struct conf_faults *faults)
{
	char text[32];
	int64_t time = 0;
	read_text(row, key, true, text, sizeof text, faults);
	struct err err = text[0] == 0 ? OK : clock_parse(text, &time);
	if (err_is(err))
		conf_fault(faults, conf_get(row, key), "%s: %s", key, err.text);
	return time;
}

/* How many; 0 when it is not there. */
static int64_t read_count(const struct conf_node *row, const char *key,
	struct conf_faults *faults)
{
	int64_t count = 0;
	if (conf_get(row, key) != NULL &&
		(!conf_as_int(conf_get(row, key), &count) || count < 1))
		conf_fault(faults, conf_get(row, key), "%s: not a number from 1", key);
	return count;
}

static void read_digest(const struct conf_node *row, const char *key, bool required,
	uint8_t out[static 32], struct conf_faults *faults)
{
	char hex[80];
	AUTO(buf_clear) struct buf bytes = BUF(40);
	read_text(row, key, required, hex, sizeof hex, faults);
	if (hex[0] == 0)
		return;
	struct err err = hex_decode(hex, &bytes);
	if (err_is(err) || bytes.len != 32)
		conf_fault(faults, conf_get(row, key), "%s: not 64 hex digits", key);
	else
		memcpy(out, bytes.data, 32);
}

static size_t read_digests(const struct conf_node *row, const char *key,
	uint8_t (*out)[32], struct conf_faults *faults)
{
	char hex[ROSTER_WORDS][80] = { "" };
	size_t count = read_texts(row, key, hex[0], sizeof hex[0], faults);
	for (size_t i = 0; i < count; i++) {
		AUTO(buf_clear) struct buf bytes = BUF(40);
		struct err err = hex_decode(hex[i], &bytes);
		if (err_is(err) || bytes.len != 32)
			conf_fault(faults, conf_get(row, key), "%s: not 64 hex digits",
				key);
		else
			memcpy(out[i], bytes.data, 32);
	}
	return count;
}

static void refuse_others(const struct conf_node *row, const char *const *known,
	struct conf_faults *faults)
{
	for (size_t i = 0; i < conf_count(row); i++) {
		const struct conf_node *node = conf_at(row, i);
		size_t j = 0;
		while (known[j] != NULL && strcmp(known[j], conf_key(node)) != 0)
			j++;
		if (known[j] == NULL)
			conf_fault(faults, node, "%s: no such setting here",
				conf_key(node));
	}
}

static void read_lra(const struct conf_node *row, struct roster_lra *out,
	struct conf_faults *faults)
{
	static const char *const known[] = { "id", "name", "organizationName",
		"organizationIdentifier", "mailDomains", "profiles", "validityMax",
		"notReceived", "quotaPerMonth", "validFrom", "validUntil", NULL };
	char length[32], unreceived[16] = "";
	refuse_others(row, known, faults);
	read_text(row, "id", true, out->id, sizeof out->id, faults);
	read_text(row, "name", true, out->name, sizeof out->name, faults);
	out->organization_count = read_texts(row, "organizationName",
		out->organization[0], sizeof out->organization[0], faults);
	out->identifier_count =
		read_texts(row, "organizationIdentifier", out->organization_identifier[0],
			sizeof out->organization_identifier[0], faults);
	out->domain_count = read_texts(row, "mailDomains", out->mail_domain[0],
		sizeof out->mail_domain[0], faults);
	out->profile_count = read_texts(row, "profiles", out->profile[0],
		sizeof out->profile[0], faults);
	read_text(row, "validityMax", true, length, sizeof length, faults);
	struct err err = length[0] == 0 ? OK : conf_seconds(length, &out->validity_max_s);
	if (err_is(err))
		conf_fault(faults, row, "validityMax: %s", err.text);
	out->quota_per_month = read_count(row, "quotaPerMonth", faults);
	read_text(row, "notReceived", false, unreceived, sizeof unreceived, faults);
	out->revoke_unreceived = strcmp(unreceived, "revoke") == 0;
	if (unreceived[0] != 0 && !out->revoke_unreceived &&
		strcmp(unreceived, "propose") != 0)
		conf_fault(faults, row, "notReceived: \"propose\" or \"revoke\"");
	out->valid_from = read_time(row, "validFrom", faults);
	out->valid_until = read_time(row, "validUntil", faults);
}

static unsigned read_roles(const struct conf_node *row, const char *key,
	struct conf_faults *faults)
{
	const struct conf_node *list = conf_get(row, key);
	unsigned set = 0;
	for (size_t i = 0; list != NULL && i < conf_count(list); i++) {
		const char *word = conf_as_text(conf_at(list, i));
		enum role role;
		struct err err = role_by_name(word == NULL ? "" : word, &role);
		if (err_is(err))
			conf_fault(faults, list, "%s: %s", key, err.text);
		else
			set |= role;
	}
	struct err err = role_check_set(set);
	if (set == 0)
		conf_fault(faults, row, "%s: is missing", key);
	else if (err_is(err))
		conf_fault(faults, list, "%s: %s", key, err.text);
	return set;
}

static void read_person(const struct conf_node *row, struct roster_person *out,
	struct conf_faults *faults)
{
	static const char *const known[] = { "id", "name", "nameJa", "lra", "roles",
		"authCertificate", "signCertificate", "pastSignCertificates", "validFrom",
		"validUntil", "trainingUntil", NULL };
	refuse_others(row, known, faults);
	read_text(row, "id", true, out->id, sizeof out->id, faults);
	read_text(row, "name", true, out->name, sizeof out->name, faults);
	read_text(row, "nameJa", false, out->name_ja, sizeof out->name_ja, faults);
	read_text(row, "lra", false, out->lra, sizeof out->lra, faults);
	out->roles = read_roles(row, "roles", faults);
	read_digest(row, "authCertificate", false, out->auth_certificate, faults);
	read_digest(row, "signCertificate", false, out->sign_certificate, faults);
	out->past_count = read_digests(row, "pastSignCertificates",
		out->past_sign_certificate, faults);
	out->valid_from = read_time(row, "validFrom", faults);
	out->valid_until = read_time(row, "validUntil", faults);
	if (conf_get(row, "trainingUntil") != NULL)
		out->training_until = read_time(row, "trainingUntil", faults);
}

static void read_component(const struct conf_node *row, struct roster_component *out,
	struct conf_faults *faults)
{
	static const char *const known[] = { "id", "role", "lra", "certificate", NULL };
	char word[32];
	refuse_others(row, known, faults);
	read_text(row, "id", true, out->id, sizeof out->id, faults);
	read_text(row, "lra", false, out->lra, sizeof out->lra, faults);
	read_text(row, "role", true, word, sizeof word, faults);
	struct err err = word[0] == 0 ? OK : role_by_name(word, &out->role);
	if (err_is(err))
		conf_fault(faults, row, "role: %s", err.text);
	read_digest(row, "certificate", true, out->certificate, faults);
}

/* ---- rules between rows */

static bool digest_is_set(const uint8_t digest[static 32])
{
	static const uint8_t none[32];
	return memcmp(digest, none, 32) != 0;
}

static bool is_among(const uint8_t digest[static 32], const struct roster_person *person)
{
	for (size_t i = 0; i < person->past_count; i++)
		if (memcmp(person->past_sign_certificate[i], digest, 32) == 0)
			return true;
	return false;
}

static bool digest_is_shared(const struct roster_person *one,
	const struct roster_person *other)
{
	for (size_t i = 0; i < one->past_count; i++)
		if (is_among(one->past_sign_certificate[i], other))
			return true;
	return (digest_is_set(one->auth_certificate) &&
		       memcmp(one->auth_certificate, other->auth_certificate, 32) == 0) ||
	       (digest_is_set(one->sign_certificate) &&
		       (memcmp(one->sign_certificate, other->sign_certificate, 32) == 0 ||
			       is_among(one->sign_certificate, other))) ||
	       (digest_is_set(other->sign_certificate) &&
		       is_among(other->sign_certificate, one));
}

/* R-LRA-03: no two people with one certificate, no id twice, each LRA named exists. */
static void check_people(const struct roster *roster, const struct conf_node *list,
	struct conf_faults *faults)
{
	for (size_t i = 0; i < roster->person_count; i++) {
		const struct roster_person *one = &roster->person[i];
		const struct conf_node *row = conf_at(list, i);
		if (one->lra[0] != 0 && roster_lra(roster, one->lra) == NULL)
			conf_fault(faults, row, "lra: there is no %s in this file",
				one->lra);
		if ((one->roles &
			    (ROLE_LRA_CLERK | ROLE_LRA_APPROVER | ROLE_LRA_ADMIN)) != 0 &&
			one->lra[0] == 0)
			conf_fault(faults, row,
				"lra: a clerk or administrator belongs to one");
		for (size_t j = 0; j < i; j++) {
			const struct roster_person *other = &roster->person[j];
			if (strcmp(one->id, other->id) == 0)
				conf_fault(faults, row, "id: %s stands twice", one->id);
			if (digest_is_shared(one, other))
				conf_fault(faults, row,
					"certificate: %s and %s have the same", one->id,
					other->id);
		}
	}
}

#define READ_LIST(member, key, reader)                                                   \
	do {                                                                             \
		const struct conf_node *list_ = conf_get(root, key);                     \
		size_t count_ = list_ == NULL ? 0 : conf_count(list_);                   \
		if (count_ > ROSTER_MAX)                                                 \
			return FAIL(E_INPUT, "%s: more than %d rows", key, ROSTER_MAX);  \
		roster->member = calloc(count_ + 1, sizeof *roster->member);             \
		if (roster->member == NULL)                                              \
			return FAIL(E_IO, "out of memory");                              \
		roster->member##_count = count_;                                         \
		for (size_t i_ = 0; i_ < count_; i_++)                                   \
			reader(conf_at(list_, i_), &roster->member[i_], faults);         \
	} while (0)

RESULT roster_load(const char *path, struct roster **out, struct conf_faults *faults)
{
	static const char *const known[] = { "lras", "people", "components", NULL };
	AUTO(conf_free) struct conf *conf = NULL;
	AUTO(roster_free) struct roster *roster = calloc(1, sizeof *roster);
	if (roster == NULL)
		return FAIL(E_IO, "out of memory");
	TRY(conf_load(path, 4 << 20, &conf));
	const struct conf_node *root = conf_root(conf);
	refuse_others(root, known, faults);
	READ_LIST(lra, "lras", read_lra);
	READ_LIST(person, "people", read_person);
	READ_LIST(component, "components", read_component);
	if (roster->person_count > 0)
		check_people(roster, conf_get(root, "people"), faults);
	TRY(conf_result(faults));
	*out = MOVE(roster);
	return OK;
}

const struct roster_lra *roster_lra(const struct roster *roster, const char *id)
{
	for (size_t i = 0; i < roster->lra_count; i++)
		if (strcmp(roster->lra[i].id, id) == 0)
			return &roster->lra[i];
	return NULL;
}

const struct roster_lra *roster_lra_at(const struct roster *roster, size_t index)
{
	return index < roster->lra_count ? &roster->lra[index] : NULL;
}

const struct roster_person *roster_person(const struct roster *roster, const char *id)
{
	for (size_t i = 0; i < roster->person_count; i++)
		if (strcmp(roster->person[i].id, id) == 0)
			return &roster->person[i];
	return NULL;
}

const struct roster_person *roster_person_at(const struct roster *roster, size_t index)
{
	return index < roster->person_count ? &roster->person[index] : NULL;
}

const struct roster_person *roster_by_auth(const struct roster *roster,
	const uint8_t digest[static 32])
{
	for (size_t i = 0; i < roster->person_count; i++)
		if (digest_is_set(roster->person[i].auth_certificate) &&
			memcmp(roster->person[i].auth_certificate, digest, 32) == 0)
			return &roster->person[i];
	return NULL;
}

const struct roster_person *roster_by_sign(const struct roster *roster,
	const uint8_t digest[static 32])
{
	for (size_t i = 0; i < roster->person_count; i++)
		if (digest_is_set(roster->person[i].sign_certificate) &&
			memcmp(roster->person[i].sign_certificate, digest, 32) == 0)
			return &roster->person[i];
	return NULL;
}

const struct roster_person *roster_by_past_sign(const struct roster *roster,
	const uint8_t digest[static 32])
{
	for (size_t i = 0; i < roster->person_count; i++)
		if (is_among(digest, &roster->person[i]))
			return &roster->person[i];
	return NULL;
}

const struct roster_component *roster_component(const struct roster *roster,
	const uint8_t digest[static 32])
{
	for (size_t i = 0; i < roster->component_count; i++)
		if (memcmp(roster->component[i].certificate, digest, 32) == 0)
			return &roster->component[i];
	return NULL;
}
