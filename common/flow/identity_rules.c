#include "common/flow/identity_rules.h"

#include <dirent.h>
#include <openssl/sha.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"

enum { FILE_MOST = 256 * 1024, SETS_MOST = 256, COUNTS_MOST = 9, MONTHS_MOST = 120 };

struct identity_set {
	size_t count;
	struct identity_rules *rules; /* by their first day */
};

void identity_set_free(struct identity_set *set)
{
	if (set == NULL)
		return;
	free(set->rules);
	free(set);
}

size_t identity_set_count(const struct identity_set *set)
{
	return set->count;
}

const struct identity_rules *identity_set_get(const struct identity_set *set,
	size_t index)
{
	return &set->rules[index];
}

/* clang-format off */
static const char *const method_names[METHOD_COUNT] = {
	[METHOD_ORIGINAL] = "original", [METHOD_CHIP] = "chip",         [METHOD_JPKI] = "jpki",
	[METHOD_POST] = "post",         [METHOD_REGISTER] = "register", [METHOD_MAIL] = "mail",
};
/* clang-format on */

const char *identity_method_name(enum identity_method method)
{
	return method_names[method];
}

enum identity_method identity_method_by_name(const char *word)
{
	size_t at = 0;
	while (at < METHOD_COUNT && strcmp(word, method_names[at]) != 0)
		at++;
	return (enum identity_method)at;
}

/* ---- values of the file */

static void read_text(const struct conf_node *node, void *out, size_t size,
	struct conf_faults *faults)
{
	const char *text = conf_as_text(node);
	struct err err = text == NULL || text[0] == 0 ? FAIL(E_INPUT, "not a text")
						      : text_copy(text, out, size);
	if (err_is(err))
		conf_fault(faults, node, "%s: %s", conf_key(node), err.text);
}

static void read_day(const struct conf_node *node, void *out, size_t size,
	struct conf_faults *faults)
{
	const char *text = conf_as_text(node);
	char whole[40];
	int64_t time;
	snprintf(whole, sizeof whole, "%.10sT00:00:00Z", text == NULL ? "" : text);
	if (text == NULL || strlen(text) + 1 != size || err_is(clock_parse(whole, &time)))
		conf_fault(faults, node, "%s: not a day like 2026-11-23", conf_key(node));
	else
		memcpy(out, text, size);
}

static void read_bool(const struct conf_node *node, void *out, size_t size,
	struct conf_faults *faults)
{
	(void)size;
	if (!conf_as_bool(node, out))
		conf_fault(faults, node, "%s: neither true nor false", conf_key(node));
}

static void read_number(const struct conf_node *node, int64_t most, int64_t *out,
	struct conf_faults *faults)
{
	int64_t number;
	if (!conf_as_int(node, &number) || number < 0 || number > most)
		conf_fault(faults, node, "%s: not a number from 0 to %lld",
			conf_key(node), (long long)most);
	else
		*out = number;
}

static void read_counts(const struct conf_node *node, void *out, size_t size,
	struct conf_faults *faults)
{
	(void)size;
	read_number(node, COUNTS_MOST, out, faults);
}

static void read_months(const struct conf_node *node, void *out, size_t size,
	struct conf_faults *faults)
{
	(void)size;
	read_number(node, MONTHS_MOST, out, faults);
}

/* ---- lists of words: each reader takes one word */

static bool take_method(const char *word, struct identity_document *out)
{
	enum identity_method method = identity_method_by_name(word);
	if (method == METHOD_COUNT)
		return false;
	out->methods |= 1u << method;
	return true;
}

static bool take_date(const char *word, struct identity_document *out)
{
	bool issued = strcmp(word, "issuedOn") == 0;
	out->needs_issued_on |= issued;
	out->needs_valid_until |= !issued;
	return issued || strcmp(word, "validUntil") == 0;
}

static bool take_claim(const char *word, struct identity_document *out)
{
	struct evidence claims = { .proves_subject = out->proves_subject,
		.proves_san = out->proves_san };
	if (err_is(evidence_add_claim(&claims, word)))
		return false;
	out->proves_subject = claims.proves_subject;
	out->proves_san = claims.proves_san;
	return true;
}

static void read_words(const struct conf_node *list,
	bool (*take)(const char *word, struct identity_document *out),
	struct identity_document *out, struct conf_faults *faults)
{
	if (conf_count(list) == 0)
		conf_fault(faults, list, "%s: an empty list", conf_key(list));
	for (size_t i = 0; i < conf_count(list); i++) {
		const char *word = conf_as_text(conf_at(list, i));
		if (word == NULL || !take(word, out))
			conf_fault(faults, list, "%s: \"%.60s\" is not known",
				conf_key(list), word == NULL ? "" : word);
	}
}

/* clang-format off */
static const struct {
	const char *key;
	bool (*take)(const char *word, struct identity_document *out);
	bool required;
} word_lists[] = {
	{ "methods", take_method, true }, { "proves", take_claim, true }, { "dates", take_date, false },
};
#define MEMBER(type, member) offsetof(type, member), sizeof((type *)NULL)->member
struct member {
	const char *key;
	void (*read)(const struct conf_node *node, void *out, size_t size, struct conf_faults *faults);
	size_t offset, size;
	bool required;
};
static const struct member document_members[] = {
	{ "kind",               read_text,   MEMBER(struct identity_document, kind),    true },
	{ "name",               read_text,   MEMBER(struct identity_document, name),    true },
	{ "nameJa",             read_text,   MEMBER(struct identity_document, name_ja), true },
	{ "from",               read_day,    MEMBER(struct identity_document, from),    false },
	{ "until",              read_day,    MEMBER(struct identity_document, until),   false },
	{ "photo",              read_bool,   MEMBER(struct identity_document, photo),   true },
	{ "counts",             read_counts, MEMBER(struct identity_document, counts),  true },
	{ "issuedWithinMonths", read_months, MEMBER(struct identity_document, issued_within_months), false },
};
static const struct member rules_members[] = {
	{ "rules",  read_text,   MEMBER(struct identity_rules, name),   true },
	{ "from",   read_day,    MEMBER(struct identity_rules, from),   true },
	{ "needed", read_counts, MEMBER(struct identity_rules, needed), true },
};
/* clang-format on */

static void read_members(const struct conf_node *group, const struct member *members,
	size_t count, void *out, struct conf_faults *faults)
{
	for (size_t i = 0; i < count; i++) {
		const struct conf_node *node = conf_get(group, members[i].key);
		if (node != NULL)
			members[i].read(node, (char *)out + members[i].offset,
				members[i].size, faults);
		else if (members[i].required)
			conf_fault(faults, group, "%s: is missing", members[i].key);
	}
}

static bool is_member(const char *key, const struct member *members, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(key, members[i].key) == 0)
			return true;
	return false;
}

static bool is_word_list(const char *key)
{
	for (size_t i = 0; i < COUNT(word_lists); i++)
		if (strcmp(key, word_lists[i].key) == 0)
			return true;
	return false;
}

static void check_document(const struct conf_node *row,
	const struct identity_document *document, struct conf_faults *faults)
{
	for (size_t i = 0; i < conf_count(row); i++) {
		const char *key = conf_key(conf_at(row, i));
		if (key != NULL && !is_word_list(key) &&
			!is_member(key, document_members, COUNT(document_members)))
			conf_fault(faults, conf_at(row, i), "%s: no such setting here",
				key);
	}
	if (document->until[0] != 0 && strcmp(document->from, document->until) > 0)
		conf_fault(faults, row, "until: before from");
	if (document->issued_within_months > 0 && !document->needs_issued_on)
		conf_fault(faults, row,
			"issuedWithinMonths: dates must name issuedOn, or it cannot be "
			"judged");
}

static void read_document(const struct conf_node *row, struct identity_document *out,
	struct conf_faults *faults)
{
	read_members(row, document_members, COUNT(document_members), out, faults);
	for (size_t i = 0; i < COUNT(word_lists); i++) {
		const struct conf_node *list = conf_get(row, word_lists[i].key);
		if (list != NULL)
			read_words(list, word_lists[i].take, out, faults);
		else if (word_lists[i].required)
			conf_fault(faults, row, "%s: is missing", word_lists[i].key);
	}
	check_document(row, out, faults);
}

/* ---- files */

static void read_documents(const struct conf_node *root, struct identity_rules *out,
	struct conf_faults *faults)
{
	const struct conf_node *list = conf_get(root, "documents");
	size_t count = list == NULL ? 0 : conf_count(list);
	if (count == 0 || count > IDENTITY_DOCUMENTS) {
		conf_fault(faults, list == NULL ? root : list, "documents: 1 to %d rows",
			IDENTITY_DOCUMENTS);
		return;
	}
	for (size_t i = 0; i < count; i++)
		read_document(conf_at(list, i), &out->document[i], faults);
	out->count = count;
}

static RESULT read_file(const char *path, const char *file, struct identity_rules *out,
	struct conf_faults *faults)
{
	AUTO(conf_free) struct conf *conf = NULL;
	AUTO(buf_clear) struct buf bytes = BUF(FILE_MOST);
	*out = (struct identity_rules){ .count = 0 };
	TRY(file_read(path, &bytes));
	TRY(conf_load(path, FILE_MOST, &conf));
	const struct conf_node *root = conf_root(conf);
	SHA256(bytes.data, bytes.len, out->sha256);
	read_members(root, rules_members, COUNT(rules_members), out, faults);
	for (size_t i = 0; i < conf_count(root); i++) {
		const char *key = conf_key(conf_at(root, i));
		if (strcmp(key, "documents") != 0 &&
			!is_member(key, rules_members, COUNT(rules_members)))
			conf_fault(faults, conf_at(root, i), "%s: no such setting here",
				key);
	}
	size_t len = strlen(out->name);
	if (len > 0 &&
		(strncmp(file, out->name, len) != 0 || strcmp(file + len, ".cfg") != 0))
		conf_fault(faults, conf_get(root, "rules"), "rules: not the file's name");
	read_documents(root, out, faults);
	return OK;
}

static int is_rules(const struct dirent *entry)
{
	return text_ends(entry->d_name, ".cfg");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int by_day(const void *a, const void *b)
{
	const struct identity_rules *left = a, *right = b;
	return strcmp(left->from, right->from);
}

static RESULT read_all(const char *folder, struct dirent **files, size_t count,
	struct identity_set *set, struct conf_faults *faults)
{
	char path[4096];
	if (count == 0 || count > SETS_MOST)
		return FAIL(E_INPUT, "%s: 1 to %d files of identity rules", folder,
			SETS_MOST);
	set->rules = calloc(count, sizeof *set->rules);
	if (set->rules == NULL)
		return FAIL(E_IO, "out of memory");
	for (size_t i = 0; i < count; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, files[i]->d_name);
		TRY(read_file(path, files[i]->d_name, &set->rules[set->count++], faults));
	}
	TRY(conf_result(faults));
	qsort(set->rules, set->count, sizeof *set->rules, by_day);
	for (size_t i = 1; i < set->count; i++)
		if (strcmp(set->rules[i - 1].from, set->rules[i].from) == 0)
			return FAIL(E_CONFLICT, "%s: %s and %s begin on one day", folder,
				set->rules[i - 1].name, set->rules[i].name);
	return OK;
}

RESULT identity_set_load(const char *folder, struct identity_set **out,
	struct conf_faults *faults)
{
	struct dirent **files = NULL;
	if (folder == NULL || folder[0] == 0) {
		*out = NULL;
		return OK;
	}
	AUTO(identity_set_free) struct identity_set *set = calloc(1, sizeof *set);
	if (set == NULL)
		return FAIL(E_IO, "out of memory");
	int count = scandir(folder, &files, is_rules, by_name);
	if (count < 0)
		return FAIL(E_NOT_FOUND, "%s: no such folder", folder);
	struct err err = read_all(folder, files, (size_t)count, set, faults);
	for (int i = 0; i < count; i++)
		free(files[i]);
	free(files);
	TRY(err);
	*out = MOVE(set);
	return OK;
}
