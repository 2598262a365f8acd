#include "ca/ceremony/plan.h"

#include <openssl/sha.h>

#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/base/table.h"

enum { CRL_MAX_S = 366 * DAY, PEOPLE_MIN = 2 };

void plan_free(struct plan *plan)
{
	free(plan);
}

const struct plan_row *plan_find(const struct plan *plan, const char *word)
{
	for (size_t i = 0; i < plan->row_count; i++)
		if (strcmp(plan->row[i].word, word) == 0)
			return &plan->row[i];
	return NULL;
}

const struct plan_person *plan_person(const struct plan *plan, const char *id)
{
	for (size_t i = 0; i < plan->person_count; i++)
		if (strcmp(plan->person[i].id, id) == 0)
			return &plan->person[i];
	return NULL;
}

/* Words become file names. */
static bool is_word(const char *text)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
	return len > 0 && text[len] == 0 && text[0] != '-';
}

static void take_text(const struct conf_node *node, char *out, size_t size,
	struct conf_faults *faults)
{
	const char *text = conf_as_text(node);
	if (text == NULL || text[0] == 0 || strlen(text) >= size)
		conf_fault(faults, node, "%s: not a text of 1 to %zu bytes",
			conf_key(node), size - 1);
	else
		memcpy(out, text, strlen(text) + 1);
}

static void take_span(const struct conf_node *node, int64_t max, int64_t *out,
	struct conf_faults *faults)
{
	const char *text = conf_as_text(node);
	int64_t span;
	if (text == NULL || err_is(conf_seconds(text, &span)) || span <= 0 || span > max)
		conf_fault(faults, node,
			"%s: not a duration such as \"120 d\", or too long",
			conf_key(node));
	else
		*out = span;
}

static void take_subject(const struct conf_node *group, struct name *out,
	struct conf_faults *faults)
{
	for (size_t i = 0; i < conf_count(group); i++) {
		const struct conf_node *node = conf_at(group, i);
		const char *key = conf_key(node), *value = conf_as_text(node);
		enum name_type type =
			key == NULL ? NAME_TYPE_COUNT : name_type_by_name(key);
		if (type == NAME_TYPE_COUNT || value == NULL) {
			conf_fault(faults, group,
				"subject: %s: not an attribute with a text",
				key == NULL ? "?" : key);
			continue;
		}
		struct err err = name_add(out, type, value);
		if (err_is(err))
			conf_fault(faults, node, "subject: %s: %s", key, err.text);
	}
}

static void take_san(const struct conf_node *group, struct plan_row *row,
	struct conf_faults *faults)
{
	for (size_t i = 0; i < conf_count(group); i++) {
		const struct conf_node *node = conf_at(group, i);
		const char *key = conf_key(node), *value = conf_as_text(node);
		enum general_name_type type =
			key == NULL ? GENERAL_NAME_NONE : general_name_by_word(key);
		if (type == GENERAL_NAME_NONE || value == NULL) {
			conf_fault(faults, group,
				"subjectAltName: %s: not a kind of name with a text",
				key == NULL ? "?" : key);
			continue;
		}
		/* The plan says what, the site says where. */
		if (type == GENERAL_NAME_DNS && strcmp(value, "@hosts") == 0) {
			row->san_hosts = true;
			continue;
		}
		struct err err = general_names_add(&row->san, type, value);
		if (err_is(err))
			conf_fault(faults, node, "subjectAltName: %s: %s", key, err.text);
	}
}

static void take_algorithm(const struct conf_node *node, struct plan_row *row,
	struct conf_faults *faults)
{
	const char *text = conf_as_text(node);
	row->algorithm = text == NULL ? KEY_NONE : key_algorithm_by_name(text);
	if (row->algorithm == KEY_NONE)
		conf_fault(faults, node,
			"algorithm: not one of P-256, P-384, RSA-3072 …");
}

static void read_member(const struct conf_node *node, struct plan_row *row,
	struct conf_faults *faults)
{
	struct text_key {
		const char *key;
		char *out;
		size_t size;
	} const texts[] = {
		{ "word", row->word, sizeof row->word },
		{ "issuer", row->issuer, sizeof row->issuer },
		{ "profile", row->profile, sizeof row->profile },
		{ "token", row->token, sizeof row->token },
		{ "key", row->key, sizeof row->key },
	};
	const char *key = conf_key(node);
	for (size_t i = 0; i < COUNT(texts); i++)
		if (strcmp(key, texts[i].key) == 0) {
			take_text(node, texts[i].out, texts[i].size, faults);
			return;
		}
	if (strcmp(key, "algorithm") == 0)
		take_algorithm(node, row, faults);
	else if (strcmp(key, "subject") == 0)
		take_subject(node, &row->subject, faults);
	else if (strcmp(key, "subjectAltName") == 0)
		take_san(node, row, faults);
	else if (strcmp(key, "validity") == 0)
		take_span(node, INT64_C(9132) * DAY, &row->validity_s, faults);
	else
		conf_fault(faults, node, "%s: no such setting here", key);
}

/* Rules between members, and to the rows before. */
static void check_row(const struct plan *plan, const struct plan_row *row,
	const struct conf_node *node, struct conf_faults *faults)
{
	struct faults found = { .count = 0 };
	if (!is_word(row->word))
		conf_fault(faults, node, "word: small letters, digits and hyphens");
	if (plan_find(plan, row->word) != NULL)
		conf_fault(faults, node, "word: %s stands twice", row->word);
	if (row->profile[0] == 0 || row->algorithm == KEY_NONE || row->subject.count == 0)
		conf_fault(faults, node, "%s: profile, algorithm and subject are needed",
			row->word);
	if ((row->token[0] == 0) != (row->key[0] == 0))
		conf_fault(faults, node, "%s: token and key belong together", row->word);
	if (row->issuer[0] != 0 && plan_find(plan, row->issuer) == NULL)
		conf_fault(faults, node, "%s: issuer %s does not come before it",
			row->word, row->issuer);
	for (size_t i = 0; row->key[0] != 0 && i < plan->row_count; i++)
		if (strcmp(plan->row[i].token, row->token) == 0 &&
			strcmp(plan->row[i].key, row->key) == 0)
			conf_fault(faults, node, "%s: its key is that of %s", row->word,
				plan->row[i].word);
	name_check(&row->subject, &found);
	for (size_t i = 0; i < found.count; i++)
		conf_fault(faults, node, "%s: %s: %s %s", row->word, found.row[i].field,
			found.row[i].en, found.row[i].detail);
}

static void read_rows(const struct conf_node *list, struct plan *plan,
	struct conf_faults *faults)
{
	if (conf_count(list) == 0 || conf_count(list) > PLAN_ROWS) {
		conf_fault(faults, list, "certificates: 1 to %d rows", PLAN_ROWS);
		return;
	}
	for (size_t i = 0; i < conf_count(list); i++) {
		const struct conf_node *node = conf_at(list, i);
		struct plan_row *row = &plan->row[plan->row_count];
		row->line = conf_line(node);
		for (size_t n = 0; n < conf_count(node); n++)
			if (conf_key(conf_at(node, n)) != NULL)
				read_member(conf_at(node, n), row, faults);
		check_row(plan, row, node, faults);
		plan->row_count++;
	}
}

static void read_people(const struct conf_node *list, struct plan *plan,
	struct conf_faults *faults)
{
	/* R-CA-KEY-05: nobody makes a CA alone. */
	if (conf_count(list) < PEOPLE_MIN || conf_count(list) > PLAN_PEOPLE) {
		conf_fault(faults, list, "present: %d to %d people", PEOPLE_MIN,
			PLAN_PEOPLE);
		return;
	}
	for (size_t i = 0; i < conf_count(list); i++) {
		const struct conf_node *node = conf_at(list, i), *member;
		struct plan_person *person = &plan->person[plan->person_count];
		if ((member = conf_get(node, "id")) != NULL)
			take_text(member, person->id, sizeof person->id, faults);
		if ((member = conf_get(node, "name")) != NULL)
			take_text(member, person->name, sizeof person->name, faults);
		if ((member = conf_get(node, "role")) != NULL)
			take_text(member, person->role, sizeof person->role, faults);
		if (conf_count(node) != 3 || !is_word(person->id) ||
			person->name[0] == 0 || person->role[0] == 0)
			conf_fault(faults, node,
				"present: id, name and role, and nothing else");
		if (plan_person(plan, person->id) != NULL)
			conf_fault(faults, node, "present: %s stands twice", person->id);
		plan->person_count++;
	}
}

static void read_root(const struct conf_node *root, struct plan *plan,
	struct conf_faults *faults)
{
	for (size_t i = 0; i < conf_count(root); i++) {
		const struct conf_node *node = conf_at(root, i);
		const char *key = conf_key(node);
		if (strcmp(key, "name") == 0)
			take_text(node, plan->name, sizeof plan->name, faults);
		else if (strcmp(key, "title") == 0)
			take_text(node, plan->title, sizeof plan->title, faults);
		else if (strcmp(key, "crlValidity") == 0)
			take_span(node, CRL_MAX_S, &plan->crl_validity_s, faults);
		else if (strcmp(key, "present") == 0)
			read_people(node, plan, faults);
		else if (strcmp(key, "certificates") == 0)
			read_rows(node, plan, faults);
		else
			conf_fault(faults, node, "%s: no such setting", key);
	}
	if (plan->name[0] == 0 || plan->title[0] == 0 || plan->crl_validity_s == 0 ||
		plan->person_count == 0 || plan->row_count == 0)
		conf_fault(faults, root,
			"name, title, crlValidity, present and certificates are needed");
}

static RESULT digest_file(const char *path, uint8_t out[static 32])
{
	AUTO(buf_clear) struct buf bytes = BUF(LIMIT_PROFILE_FILE);
	TRY(file_read(path, &bytes));
	SHA256(bytes.data, bytes.len, out);
	return OK;
}

RESULT plan_load(const char *path, struct plan **out, struct conf_faults *faults)
{
	AUTO(conf_free) struct conf *conf = NULL;
	AUTO(plan_free) struct plan *plan = calloc(1, sizeof *plan);
	if (plan == NULL)
		return FAIL(E_IO, "out of memory");
	TRY(conf_load(path, LIMIT_PROFILE_FILE, &conf));
	TRY(digest_file(path, plan->sha256));
	read_root(conf_root(conf), plan, faults);
	TRY(conf_result(faults));
	*out = MOVE(plan);
	return OK;
}
