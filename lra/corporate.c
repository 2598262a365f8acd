#include "lra/corporate.h"

#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/japanese/fold.h"
#include "lra/answers.h"
#include "lra/corporate_store.h"

/* clang-format off */
static const struct fault_rule open_finding = { "organization.register", "R-IDV-01",
	"The register of corporate numbers says something else. Correct the application, or record why it is right all the same.",
	"法人番号の公表情報と一致しません。申込を訂正するか、認める理由を記録してください。" };
static const struct fault_rule no_reason = { "reason", "R-IDV-04",
	"Say in up to 1,000 characters why it is right all the same.",
	"認める理由を1,000文字以内で書いてください。" };
static const struct { const char *name; bool needs_decision; } findings[CORPORATE_FINDING_COUNT] = {
	[CORPORATE_NO_NUMBER]    = { "noNumber",    false },
	[CORPORATE_NOT_COMPARED] = { "notCompared", false },
	[CORPORATE_MATCHES]      = { "matches",     false },
	[CORPORATE_NOT_FOUND]    = { "notFound",    true  },
	[CORPORATE_CLOSED]       = { "closed",      true  },
	[CORPORATE_DIFFERS]      = { "differs",     true  },
	[CORPORATE_UNWRITTEN]    = { "unwritten",   true  },
};
/* clang-format on */

const char *corporate_finding_name(enum corporate_finding finding)
{
	return findings[finding].name;
}

/* ---- what the register says, as JSON */

static RESULT set_entry(const struct db_rows *rows, struct json *object)
{
	/* clang-format off */
	static const struct { const char *name; size_t column; } texts[] = {
		{ "name",    CORPORATE_NAME },    { "furigana",  CORPORATE_FURIGANA },   { "enName",     CORPORATE_EN_NAME },
		{ "address", CORPORATE_ADDRESS }, { "enAddress", CORPORATE_EN_ADDRESS }, { "updatedOn",  CORPORATE_UPDATED_ON },
		{ "closedOn", CORPORATE_CLOSED_ON }, { "closeCause", CORPORATE_CLOSE_CAUSE }, { "successor", CORPORATE_SUCCESSOR },
	};
	/* clang-format on */
	AUTO(json_free) struct json *entry = NULL;
	TRY(json_new_object(&entry));
	TRY(json_set_int(entry, "kind", db_int(rows, 0, CORPORATE_KIND)));
	for (size_t i = 0; i < COUNT(texts); i++)
		if (!db_is_null(rows, 0, texts[i].column) &&
			db_text(rows, 0, texts[i].column)[0] != 0)
			TRY(json_set_text(entry, texts[i].name,
				db_text(rows, 0, texts[i].column)));
	return json_set(object, "entry", MOVE(entry));
}

/* loaded: whether there is any. */
static RESULT set_register(struct lra *lra, struct json *object, bool *loaded)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *data = NULL;
	TRY(corporate_store_status(lra->db, &rows));
	*loaded = db_count(rows) > 0;
	if (!*loaded)
		return OK;
	TRY(json_new_object(&data));
	TRY(json_set_text(data, "kind", db_text(rows, 0, CORPORATE_KIND_OF_LOAD)));
	TRY(json_set_time(data, "loadedAt", db_int(rows, 0, CORPORATE_LOADED_AT)));
	TRY(json_set_text(data, "loadedBy", db_text(rows, 0, CORPORATE_LOADED_BY)));
	TRY(json_set_hex(data, "sha256", db_blob(rows, 0, CORPORATE_SHA256)));
	TRY(json_set_int(data, "size", db_int(rows, 0, CORPORATE_SIZE)));
	TRY(json_set_int(data, "rows", db_int(rows, 0, CORPORATE_ROWS)));
	TRY(json_set_int(data, "total", db_int(rows, 0, CORPORATE_TOTAL)));
	TRY(json_set_text(data, "newest", db_text(rows, 0, CORPORATE_NEWEST)));
	return json_set(object, "register", MOVE(data));
}

RESULT corporate_status(struct lra *lra, struct json **out)
{
	AUTO(json_free) struct json *object = NULL;
	bool loaded;
	TRY(json_new_object(&object));
	TRY(set_register(lra, object, &loaded));
	*out = MOVE(object);
	return OK;
}

RESULT corporate_answer(struct lra *lra, const char *number, struct json **out)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *object = NULL;
	bool loaded;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "number", number));
	TRY(json_set_bool(object, "wellFormed", corporate_number_valid(number)));
	TRY(corporate_store_find(lra->db, number, &rows));
	if (db_count(rows) > 0)
		TRY(set_entry(rows, object));
	TRY(set_register(lra, object, &loaded));
	*out = MOVE(object);
	return OK;
}

/* ---- comparing */

enum likeness { INCOMPARABLE, SAME, OTHER };

static RESULT compare_folded(const char *one, const char *other, enum likeness *out)
{
	char a[4096], b[4096];
	TRY(japanese_fold_company(one, a, sizeof a));
	TRY(japanese_fold_company(other, b, sizeof b));
	*out = strcmp(a, b) == 0 ? SAME : OTHER;
	return OK;
}

/* A name in letters is compared with the entry's English one, or with a name that is in letters itself. */
static RESULT compare(const char *name, const struct db_rows *entry, enum likeness *out)
{
	const char *written = db_text(entry, 0, CORPORATE_NAME),
		   *english = db_text(entry, 0, CORPORATE_EN_NAME);
	*out = INCOMPARABLE;
	if (japanese_is_written(name) || !japanese_is_written(written))
		TRY(compare_folded(name, written, out));
	if (*out != SAME && !japanese_is_written(name) && english[0] != 0)
		TRY(compare_folded(name, english, out));
	return OK;
}

/* What is asked about, and what came out. */
struct look {
	char number[CORPORATE_NUMBER];
	const char *name[2]; /* of the subject, of the directoryName; NULL: none */
	enum corporate_finding finding;
	struct buf names, entry; /* as a decision remembers them */
};
#define LOOK ((struct look){ .names = BUF(4096), .entry = BUF(16 * KIB) })
static void look_clear(struct look *look)
{
	buf_clear(&look->names);
	buf_clear(&look->entry);
}
AUTO_DEFINE_HELD(struct look, look_clear)

static RESULT find_names(const struct content *content, struct look *look)
{
	look->name[0] = name_get(&content->subject, NAME_ORGANIZATION);
	look->name[1] = name_get(&content->subject_alt_name.directory, NAME_ORGANIZATION);
	for (size_t i = 0; i < COUNT(look->name); i++)
		if (look->name[i] != NULL)
			TRY(buf_append_format(&look->names, "%s\n", look->name[i]));
	return OK;
}

static RESULT judge(const struct db_rows *entry, struct look *look)
{
	bool same = false, other = false;
	if (!db_is_null(entry, 0, CORPORATE_CLOSED_ON)) {
		look->finding = CORPORATE_CLOSED;
		return OK;
	}
	for (size_t i = 0; i < COUNT(look->name); i++) {
		enum likeness likeness = INCOMPARABLE;
		if (look->name[i] != NULL)
			TRY(compare(look->name[i], entry, &likeness));
		same |= likeness == SAME;
		other |= likeness == OTHER;
	}
	look->finding = other  ? CORPORATE_DIFFERS
			: same ? CORPORATE_MATCHES
			       : CORPORATE_UNWRITTEN;
	return OK;
}

static RESULT remember_entry(const struct db_rows *rows, struct look *look)
{
	for (size_t i = CORPORATE_NAME; i <= CORPORATE_EN_ADDRESS; i++)
		TRY(buf_append_format(&look->entry, "%s\n", db_text(rows, 0, i)));
	return buf_append_text(&look->entry,
		db_is_null(rows, 0, CORPORATE_CLOSED_ON)
			? ""
			: db_text(rows, 0, CORPORATE_CLOSED_ON));
}

static RESULT find(struct lra *lra, const struct content *content, struct json *object,
	struct look *look)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	const char *identifier =
		name_get(&content->subject, NAME_ORGANIZATION_IDENTIFIER);
	bool loaded;
	look->finding = CORPORATE_NO_NUMBER;
	if (identifier == NULL || !corporate_number_of(identifier, look->number))
		return OK;
	TRY(find_names(content, look));
	TRY(json_set_text(object, "number", look->number));
	TRY(set_register(lra, object, &loaded));
	look->finding = CORPORATE_NOT_COMPARED;
	if (!loaded)
		return OK;
	TRY(corporate_store_find(lra->db, look->number, &rows));
	look->finding = CORPORATE_NOT_FOUND;
	if (db_count(rows) == 0)
		return OK;
	TRY(set_entry(rows, object));
	TRY(remember_entry(rows, look));
	return judge(rows, look);
}

/* ---- decisions */

static struct corporate_case case_of(const char *lra, const struct look *look)
{
	return (struct corporate_case){ .lra = lra,
		.number = look->number,
		.names = buf_text(&look->names),
		.entry = buf_text(&look->entry),
		.finding = findings[look->finding].name };
}

static RESULT set_decision(struct lra *lra, const char *of, const struct look *look,
	struct json *object)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *decision = NULL;
	AUTO(json_free) struct json *people = NULL;
	const struct corporate_case about = case_of(of, look);
	TRY(corporate_store_decided(lra->db, &about, &rows));
	if (db_count(rows) == 0)
		return OK;
	TRY(json_new_object(&decision));
	TRY(json_new_object(&people));
	TRY(json_set_text(decision, "reason",
		db_text(rows, 0, CORPORATE_DECIDED_REASON)));
	TRY(json_set_text(decision, "by", db_text(rows, 0, CORPORATE_DECIDED_BY)));
	TRY(json_set_time(decision, "at", db_int(rows, 0, CORPORATE_DECIDED_AT)));
	TRY(answer_person(people, lra->roster, db_text(rows, 0, CORPORATE_DECIDED_BY)));
	TRY(json_set(decision, "people", MOVE(people)));
	return json_set(object, "decision", MOVE(decision));
}

static RESULT examine(struct lra *lra, const char *of, const struct content *content,
	struct json *object, struct look *look)
{
	TRY(find(lra, content, object, look));
	TRY(json_set_text(object, "finding", findings[look->finding].name));
	return findings[look->finding].needs_decision
		       ? set_decision(lra, of, look, object)
		       : OK;
}

RESULT corporate_examine(struct lra_call *call, const char *lra,
	const struct content *content, struct json **out)
{
	AUTO(look_clear) struct look look = LOOK;
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(examine(call->lra, lra, content, object, &look));
	*out = MOVE(object);
	return OK;
}

RESULT corporate_check(struct lra_call *call, const char *lra,
	const struct content *content)
{
	AUTO(look_clear) struct look look = LOOK;
	AUTO(json_free) struct json *object = NULL;
	const struct json *entry;
	const char *name = "";
	TRY(json_new_object(&object));
	TRY(examine(call->lra, lra, content, object, &look));
	if (!findings[look.finding].needs_decision || json_has(object, "decision"))
		return OK;
	if (!err_is(json_get_object(object, "entry", &entry)))
		TRY(json_get_text_or(entry, "name", "", &name));
	return lra_refuse(call, E_POLICY, &open_finding, "organizationIdentifier",
		"%.13s: %.20s %.90s", look.number, findings[look.finding].name, name);
}

struct accepting {
	struct lra_call *call;
	const char *receipt, *reason;
};

static RESULT accept(void *context, struct db_tx *tx)
{
	const struct accepting *accepting = context;
	struct lra_call *call = accepting->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	AUTO(look_clear) struct look look = LOOK;
	AUTO(json_free) struct json *object = NULL;
	char detail[128];
	TRY(lra_application_load(call, tx, accepting->receipt, &application));
	TRY(json_new_object(&object));
	TRY(examine(call->lra, application.lra, &application.content, object, &look));
	if (!findings[look.finding].needs_decision)
		return FAIL(E_STATE, "the register's finding is %s: nothing to decide",
			findings[look.finding].name);
	const struct corporate_case about = case_of(application.lra, &look);
	TRY(corporate_store_decide(tx, &about, accepting->reason, call->person->id,
		call->now));
	snprintf(detail, sizeof detail, "{\"finding\":\"%s\",\"number\":\"%s\"}",
		about.finding, about.number);
	return lra_audit(call, tx, AUDIT_CORPORATE_DIFFERENCE_ACCEPTED, NULL,
		ROLE_LRA_CLERK, accepting->receipt, detail);
}

RESULT corporate_accept(struct lra_call *call, const char *receipt, const char *reason)
{
	struct accepting context = { call, receipt, reason };
	if (reason[0] == 0 || text_length(blob_text(reason)) > 1000)
		return lra_refuse(call, E_POLICY, &no_reason, "reason", "%s", "");
	return db_run(call->lra->db, accept, &context);
}
