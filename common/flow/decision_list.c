/* decision_list: decisions of form "list": one signature over many statements of the same person, kind and time. */
#include <openssl/sha.h>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/text.h"
#include "common/flow/decision_list.h"
#include "common/flow/decision_parts.h"

/* ---- the list */

RESULT decision_list_begin(struct decision_list *list)
{
	uint8_t nonce[16];
	TRY(random_bytes(nonce, sizeof nonce));
	hex_encode(BLOB(nonce), list->nonce);
	return OK;
}

RESULT decision_list_write(const struct decision_list *list, const char *text,
	struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "type", "inkan.decisions.1"));
	TRY(json_set_text(object, "decision", decision_kind_name(list->kind)));
	TRY(json_set_text(object, "person", list->person));
	TRY(json_set_time(object, "at", list->at));
	TRY(json_set_text(object, "nonce", list->nonce));
	TRY(json_set_text(object, "text", text));
	TRY(json_set_int(object, "count", list->count));
	TRY(json_set_hex(object, "root", BLOB(list->root)));
	return json_write(object, out);
}

static RESULT read_members(const struct json *object, struct decision_list *out)
{
	static const char *const members[] = { "type", "decision", "person", "at",
		"nonce", "text", "count", "root", NULL };
	const char *word;
	TRY(json_only(object, members));
	TRY(json_get_text(object, "type", &word));
	if (strcmp(word, "inkan.decisions.1") != 0)
		return FAIL(E_INPUT, "type: not inkan.decisions.1");
	TRY(json_get_text(object, "decision", &word));
	TRY(decision_kind_by_name(word, &out->kind));
	/* What ends a certificate, or names a passkey's owner, is looked at one by one. */
	if (out->kind != DECISION_IDENTIFY && out->kind != DECISION_APPROVE)
		return FAIL(E_INPUT, "decision: %s is made one by one", word);
	TRY(json_get_text(object, "person", &word));
	TRY_IN(text_copy(word, out->person, sizeof out->person), "person");
	TRY(json_get_text(object, "at", &word));
	TRY_IN(clock_parse(word, &out->at), "at");
	TRY(json_get_text(object, "nonce", &word));
	if (strlen(word) != 32)
		return FAIL(E_INPUT, "nonce: not 32 hex digits");
	TRY_IN(text_copy(word, out->nonce, sizeof out->nonce), "nonce");
	TRY(json_get_text(object, "text", &word));
	TRY(json_get_int(object, "count", &out->count));
	if (out->count < 1 || out->count > INT32_MAX)
		return FAIL(E_INPUT, "count: not of a list");
	return json_get_digest(object, "root", out->root);
}

RESULT decision_list_parse(struct blob bytes, struct decision_list *out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(buf_clear) struct buf again = BUF(LIMIT_STATEMENT);
	struct decision_list list;
	TRY_IN(json_parse(bytes, &object), "list");
	TRY_IN(json_write(object, &again), "list");
	if (!blob_equal(buf_view(&again), bytes))
		return FAIL(E_INPUT, "list: not in canonical form");
	TRY_IN(read_members(object, &list), "list");
	*out = list;
	return OK;
}

RESULT decision_list_nonce(const struct decision_list *list, const char *receipt_number,
	char out[static 33])
{
	AUTO(buf_clear) struct buf text = BUF(128);
	uint8_t digest[32];
	TRY(buf_append_format(&text, "inkan.decisions.1 %s %s", list->nonce,
		receipt_number));
	SHA256(text.data, text.len, digest);
	hex_encode(blob_make(digest, 16), out);
	return OK;
}

/* ---- one statement of it */

RESULT decision_list_member(const struct decision *signed_list, size_t index,
	const struct merkle_path *path, struct decision *out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *hashes = NULL;
	TRY(json_new_object(&object));
	TRY(json_new_array(&hashes));
	for (size_t i = 0; i < path->count; i++) {
		char hex[2 * MERKLE_HASH + 1];
		hex_encode(BLOB(path->hash[i]), hex);
		TRY(json_append_text(hashes, hex));
	}
	TRY(json_set_text(object, "form", signed_list->form));
	TRY(json_set_int(object, "index", (int64_t)index));
	TRY(json_set_base64(object, "list", buf_view(&signed_list->statement)));
	TRY(json_set(object, "path", MOVE(hashes)));
	TRY(json_set_base64(object, "signature", buf_view(&signed_list->signature)));
	TRY(text_copy("list", out->form, sizeof out->form));
	return json_write(object, &out->signature);
}

struct member {
	struct decision signed_list;
	int64_t index;
	struct merkle_path path;
};
static void member_clear(struct member *member)
{
	decision_clear(&member->signed_list);
}
AUTO_DEFINE_HELD(struct member, member_clear)

static RESULT read_path(const struct json *hashes, struct merkle_path *out)
{
	out->count = json_count(hashes);
	if (out->count > MERKLE_DEPTH)
		return FAIL(E_INPUT, "path: too long");
	for (size_t i = 0; i < out->count; i++) {
		AUTO(buf_clear) struct buf hash = BUF(MERKLE_HASH);
		const char *hex = json_as_text(json_at(hashes, i));
		if (hex == NULL)
			return FAIL(E_INPUT, "path: not of texts");
		TRY_IN(hex_decode(hex, &hash), "path");
		if (hash.len != MERKLE_HASH)
			return FAIL(E_INPUT, "path: not a digest");
		memcpy(out->hash[i], hash.data, MERKLE_HASH);
	}
	return OK;
}

static RESULT parse_member(struct blob document, struct member *out)
{
	static const char *const members[] = { "form", "index", "list", "path",
		"signature", NULL };
	AUTO(json_free) struct json *object = NULL;
	AUTO(buf_clear) struct buf again = BUF(LIMIT_CMS);
	const struct json *path;
	const char *form;
	TRY(json_parse(document, &object));
	TRY(json_only(object, members));
	TRY(json_get_text(object, "form", &form));
	TRY_IN(text_copy(form, out->signed_list.form, sizeof out->signed_list.form),
		"form");
	TRY(json_get_int(object, "index", &out->index));
	TRY(json_get_base64(object, "list", &out->signed_list.statement));
	TRY(json_get_array(object, "path", &path));
	TRY(read_path(path, &out->path));
	TRY(json_get_base64(object, "signature", &out->signed_list.signature));
	TRY(json_write(object, &again));
	return blob_equal(buf_view(&again), document)
		       ? OK
		       : FAIL(E_INPUT, "not in canonical form");
}

/* The list says of each of its statements who made it, when and to what end; that it is among them is arithmetic. */
static RESULT check_member(const struct member *member, const struct decision_list *list,
	struct blob bytes)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	uint8_t leaf[MERKLE_HASH];
	TRY(statement_parse(bytes, &statement));
	if (statement.kind != list->kind || statement.at != list->at ||
		strcmp(statement.person, list->person) != 0)
		return FAIL(E_CRYPTO, "statement: not as its list says");
	if (member->index < 0)
		return FAIL(E_INPUT, "index: negative");
	TRY(merkle_leaf(bytes, leaf));
	return merkle_verify(leaf, (uint64_t)member->index, (uint64_t)list->count,
		&member->path, list->root);
}

RESULT decision_judge_list(const struct judging *judging, struct blob statement,
	struct blob signature, int64_t at, struct decision_signer *out)
{
	AUTO(member_clear) struct member member = { .signed_list = DECISION };
	struct decision_list list;
	TRY_IN(parse_member(signature, &member), "signature");
	TRY(decision_list_parse(buf_view(&member.signed_list.statement), &list));
	TRY_IN(check_member(&member, &list, statement), "list");
	return decision_judge_bytes(judging, &member.signed_list, at, out);
}

RESULT decision_list_verify(const struct trust *trust, const struct decision *decision,
	int64_t now, struct decision_list *list, struct decision_signer *signer)
{
	const struct judging judging = { .trust = trust, .now = now };
	TRY(decision_list_parse(buf_view(&decision->statement), list));
	TRY(decision_judge_bytes(&judging, decision, now, signer));
	if (signer->person == NULL || strcmp(signer->person->id, list->person) != 0)
		return FAIL(E_DENIED, "list of %s, signed by %s", list->person,
			signer->person == NULL ? "nobody of the roster"
					       : signer->person->id);
	return decision_check_time(&judging, list->at);
}
