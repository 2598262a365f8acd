#include "lra/decide_list.h"

#include <openssl/sha.h>

#include "common/base/clock.h"
#include "common/base/quote.h"
#include "common/base/text.h"
#include "common/net/http.h"
#include "lra/decide.h"
#include "lra/decision_store.h"

enum { AT_ONCE = 16 };

/* clang-format off */
static const struct fault_rule no_list = { "decisions.list", "R-LRA-04",
	"Name between one and a thousand receipt numbers, each once.",
	"受付番号を1件以上1,000件以内で、重複なく指定してください。" };
static const struct fault_rule stale = { "decisions.content", "R-APP-07",
	"Some content or evidence has changed since the list was shown, or another list was signed. Read it again and sign anew.",
	"表示後に内容または証跡が変わった申込があります。確認のうえ署名し直してください。" };
static const struct fault_rule another = { "decision.person", "R-LRA-04",
	"The decision was signed by somebody else than who sent it.",
	"送信した人と署名した人が異なります。" };
/* clang-format on */

struct decide_list {
	struct lra *lra;
	char person[64], ref[24];
	struct decision decision; /* over the list */
	struct decision_list list;
	struct decision_signer signer;
	char (*receipt)[24];
	uint8_t *leaves;
	uint8_t (*sha256)[32]; /* of the statements, as the registry keeps them */
	struct merkle *merkle;
	bool counted; /* the passkey's counter was looked at for this list */
	size_t at, count;
	bool over;
};

void decide_list_free(struct decide_list *list)
{
	if (list == NULL)
		return;
	decision_clear(&list->decision);
	merkle_free(list->merkle);
	free(list->receipt);
	free(list->leaves);
	free(list->sha256);
	free(list);
}

static RESULT read_receipts(struct lra_call *call, const struct json *receipts,
	struct decide_list **out)
{
	AUTO(decide_list_free) struct decide_list *list = calloc(1, sizeof *list);
	size_t count = json_count(receipts);
	if (count == 0 || count > DECIDE_LIST_MOST)
		return lra_refuse(call, E_POLICY, &no_list, "receiptNumbers", "%zu",
			count);
	if (list == NULL)
		return FAIL(E_IO, "out of memory");
	list->decision = DECISION;
	list->receipt = calloc(count, sizeof *list->receipt);
	list->leaves = calloc(count, MERKLE_HASH);
	list->sha256 = calloc(count, sizeof *list->sha256);
	if (list->receipt == NULL || list->leaves == NULL || list->sha256 == NULL)
		return FAIL(E_IO, "out of memory");
	for (size_t i = 0; i < count; i++) {
		const char *receipt = json_as_text(json_at(receipts, i));
		if (receipt == NULL)
			return FAIL(E_INPUT, "receiptNumbers: not texts");
		TRY_IN(text_copy(receipt, list->receipt[i], sizeof list->receipt[i]),
			"receiptNumbers");
		for (size_t k = 0; k < i; k++)
			if (strcmp(list->receipt[k], receipt) == 0)
				return lra_refuse(call, E_POLICY, &no_list,
					"receiptNumbers", "%s twice", receipt);
	}
	list->lra = call->lra;
	list->count = count;
	*out = MOVE(list);
	return OK;
}

/* The list's statement about one application, as it stands now. */
static RESULT write_statement(struct lra_call *call, const struct decide_list *list,
	size_t index, bool checked, struct buf *out)
{
	struct decide_shown shown = { .kind = list->list.kind,
		.at = list->list.at,
		.checked = checked };
	TRY(decision_list_nonce(&list->list, list->receipt[index], shown.nonce));
	return decide_show(call, list->receipt[index], &shown, out);
}

static RESULT add_leaf(struct lra_call *call, struct decide_list *list, size_t index,
	bool checked)
{
	AUTO(buf_clear) struct buf statement = BUF(LIMIT_STATEMENT);
	TRY(write_statement(call, list, index, checked, &statement));
	SHA256(statement.data, statement.len, list->sha256[index]);
	return merkle_leaf(buf_view(&statement), list->leaves + index * MERKLE_HASH);
}

/* Whom the parts that follow are for. */
static RESULT name_caller(const struct lra_call *call, struct decide_list *list)
{
	TRY(text_copy(call->person->id, list->person, sizeof list->person));
	return text_copy(call->ref, list->ref, sizeof list->ref);
}

/* Other requests went on since the last part: who he is and whether he may is looked up anew. */
static RESULT begin_part(struct decide_list *list, struct faults *faults,
	struct lra_call *out)
{
	const struct roster_person *person =
		roster_person(list->lra->roster, list->person);
	*out = (struct lra_call){ .lra = list->lra,
		.person = person,
		.now = clock_now(),
		.ref = list->ref,
		.faults = faults };
	if (person == NULL)
		return FAIL(E_DENIED, "person: no longer in the roster");
	TRY(roster_in_force(list->lra->roster, person, out->now));
	out->roles = person->roles;
	list->signer.person = person;
	return OK;
}

/* ---- showing */

/* One refusal among many: its words stand under the receipt number. */
static void collect(const struct lra_call *call, const char *receipt, struct err err,
	struct faults *all)
{
	static const struct fault_rule other = { "decisions.case", "R-APP-01",
		"This application is not there to be decided on.",
		"この申込は決定できる状態にありません。" };
	const struct fault *first = &call->faults->row[0];
	if (call->faults->count == 0) {
		faults_add(all, &other, receipt, "%.150s", err.text);
		return;
	}
	const struct fault_rule rule = { first->code, first->clause, first->en,
		first->ja };
	faults_add(all, &rule, receipt, "%s",
		first->field[0] != 0 ? first->field : first->detail);
}

static RESULT add_leaves(struct lra_call *call, struct decide_list *list)
{
	struct faults all = { .count = 0 };
	for (size_t i = 0; i < list->count; i++) {
		call->faults->count = 0;
		struct err err = add_leaf(call, list, i, true);
		if (err.code == E_RETRY || err.code == E_IO || err.code == E_BUG)
			return err;
		if (err_is(err))
			collect(call, list->receipt[i], err, &all);
	}
	*call->faults = all;
	return faults_result(&all, E_POLICY);
}

static RESULT text_of(const struct decide_list *list, struct buf *out)
{
	TRY(buf_append_format(out, "%s: %zu 件 / cases: %s",
		decide_words(list->list.kind), list->count, list->receipt[0]));
	return list->count == 1
		       ? OK
		       : buf_append_format(out, " … %s", list->receipt[list->count - 1]);
}

static RESULT write_list(struct lra_call *call, const struct json *receipts,
	enum decision_kind kind, struct decide_list **out_list, struct buf *out)
{
	AUTO(decide_list_free) struct decide_list *list = NULL;
	AUTO(buf_clear) struct buf text = BUF(512);
	TRY(read_receipts(call, receipts, &list));
	list->list = (struct decision_list){ .kind = kind,
		.at = call->now,
		.count = (int64_t)list->count };
	TRY(decision_list_begin(&list->list));
	TRY(text_copy(call->person->id, list->list.person, sizeof list->list.person));
	TRY(add_leaves(call, list));
	TRY(merkle_new(list->leaves, list->count, &list->merkle));
	memcpy(list->list.root, merkle_root(list->merkle), MERKLE_HASH);
	TRY(text_of(list, &text));
	TRY(decision_list_write(&list->list, buf_text(&text), out));
	*out_list = MOVE(list);
	return OK;
}

RESULT lra_decide_list_statement(struct lra_call *call, const struct json *receipts,
	enum decision_kind kind, struct buf *out)
{
	AUTO(decide_list_free) struct decide_list *list = NULL;
	return write_list(call, receipts, kind, &list, out);
}

RESULT decide_list_show(struct lra_call *call, const struct json *receipts,
	enum decision_kind kind, struct decide_list **out)
{
	AUTO(decide_list_free) struct decide_list *list = NULL;
	AUTO(buf_clear) struct buf statement = BUF(LIMIT_STATEMENT);
	TRY(write_list(call, receipts, kind, &list, &statement));
	TRY(buf_append(&list->decision.statement, buf_view(&statement)));
	TRY(name_caller(call, list));
	*out = MOVE(list);
	return OK;
}

static RESULT append_statement(struct lra_call *call, struct decide_list *list,
	size_t index, struct buf *part)
{
	AUTO(buf_clear) struct buf statement = BUF(LIMIT_STATEMENT);
	TRY(write_statement(call, list, index, false, &statement));
	TRY(buf_append_text(part, index == 0 ? "\"" : ",\n\""));
	TRY(base64_append(part, buf_view(&statement)));
	return buf_append_text(part, "\"");
}

RESULT decide_list_show_next(struct decide_list *list, struct buf *part)
{
	struct faults faults = { .count = 0 };
	struct lra_call call;
	if (list->over)
		return OK;
	TRY(begin_part(list, &faults, &call));
	if (list->at == 0) {
		TRY(buf_append_text(part, "{\"statement\":\""));
		TRY(base64_append(part, buf_view(&list->decision.statement)));
		TRY(buf_append_text(part, "\",\"statements\":["));
	}
	TRY(append_statement(&call, list, list->at++, part));
	list->over = list->at == list->count;
	return list->over ? buf_append_text(part, "]}\n") : OK;
}

/* ---- deciding */

/* The statements are written again out of what is there: whoever changed anything has changed the root. */
static RESULT build_tree(struct lra_call *call, struct decide_list *list)
{
	if (list->list.count != (int64_t)list->count)
		return lra_refuse(call, E_CONFLICT, &stale, "receiptNumbers",
			"%zu, not %lld", list->count, (long long)list->list.count);
	for (size_t i = 0; i < list->count; i++)
		TRY_IN(add_leaf(call, list, i, false), "%s", list->receipt[i]);
	TRY(merkle_new(list->leaves, list->count, &list->merkle));
	return memcmp(list->list.root, merkle_root(list->merkle), MERKLE_HASH) == 0
		       ? OK
		       : lra_refuse(call, E_CONFLICT, &stale, "receiptNumbers", "%s",
				 "another root");
}

/* One statement of the list as a decision of its own. */
static RESULT write_member(struct lra_call *call, const struct decide_list *list,
	size_t index, struct decision *out)
{
	struct merkle_path path;
	TRY(write_statement(call, list, index, false, &out->statement));
	merkle_prove(list->merkle, index, &path);
	return decision_list_member(&list->decision, index, &path, out);
}

/* The same request again: its passkey has counted already, in the transaction of the first decision that was made. */
static RESULT was_used(struct lra_call *call, struct decide_list *list)
{
	struct blob *known = calloc(list->count, sizeof *known);
	if (known == NULL)
		return FAIL(E_IO, "out of memory");
	for (size_t i = 0; i < list->count; i++)
		known[i] = BLOB(list->sha256[i]);
	struct err err = lra_store_statements_known(call->lra->db, known, list->count,
		&list->counted);
	free(known);
	return err;
}

RESULT decide_list_open(struct lra_call *call, const struct decision *decision,
	const struct json *receipts, struct decide_list **out)
{
	AUTO(decide_list_free) struct decide_list *list = NULL;
	TRY(read_receipts(call, receipts, &list));
	TRY(decision_list_verify(&call->lra->trust, decision, call->now, &list->list,
		&list->signer));
	if (list->signer.person != call->person)
		return lra_refuse(call, E_DENIED, &another, "person", "%s",
			list->list.person);
	TRY(text_copy(decision->form, list->decision.form, sizeof list->decision.form));
	TRY(buf_append(&list->decision.statement, buf_view(&decision->statement)));
	TRY(buf_append(&list->decision.signature, buf_view(&decision->signature)));
	TRY(name_caller(call, list));
	TRY(build_tree(call, list));
	TRY(was_used(call, list));
	*out = MOVE(list);
	return OK;
}

static RESULT decide(struct lra_call *call, struct decide_list *list, size_t index,
	enum application_state *out)
{
	AUTO(decision_clear) struct decision decision = DECISION;
	AUTO(statement_clear) struct statement statement = STATEMENT;
	TRY(write_member(call, list, index, &decision));
	TRY(statement_parse(buf_view(&decision.statement), &statement));
	const struct decide_signed given = { .decision = &decision,
		.statement = &statement,
		.signer = &list->signer,
		.counted = list->counted };
	TRY(decide_signed(call, list->receipt[index], &given, out));
	list->counted = true;
	return OK;
}

static RESULT append_case(struct lra_call *call, struct decide_list *list, size_t index,
	struct buf *part)
{
	enum application_state state = APP_NONE;
	call->faults->count = 0;
	struct err err = decide(call, list, index, &state);
	if (err.code == E_RETRY || err.code == E_IO || err.code == E_BUG)
		return err; /* the answer ends here, and the request may be sent again */
	TRY(buf_append_format(part, "%s{\"receiptNumber\":\"%s\",",
		index == 0 ? "" : ",\n", list->receipt[index]));
	if (!err_is(err))
		return buf_append_format(part, "\"state\":\"%s\"}",
			application_state_name(state));
	TRY(buf_append_text(part, "\"refusal\":"));
	TRY(http_faults_body(err.code, call->faults, call->ref, part));
	return buf_append_text(part, "}");
}

RESULT decide_list_next(struct decide_list *list, struct buf *part)
{
	struct faults faults = { .count = 0 };
	struct lra_call call;
	if (list->over)
		return OK;
	TRY(begin_part(list, &faults, &call));
	if (list->at == 0)
		TRY(buf_append_text(part, "{\"cases\":["));
	for (size_t i = 0; i < AT_ONCE && list->at < list->count; i++, list->at++)
		TRY(append_case(&call, list, list->at, part));
	list->over = list->at == list->count;
	return list->over ? buf_append_text(part, "]}\n") : OK;
}
