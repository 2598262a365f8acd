#include "common/flow/order.h"

#include "common/base/clock.h"
#include "common/base/text.h"

RESULT order_new(struct order **out)
{
	struct order *order = calloc(1, sizeof *order);
	if (order == NULL)
		return FAIL(E_IO, "out of memory");
	order->content_bytes = BUF(LIMIT_STATEMENT);
	order->evidence_bytes = BUF(LIMIT_STATEMENT);
	order->spki = BUF(LIMIT_SPKI);
	for (size_t i = 0; i < LIMIT_DECISIONS; i++)
		order->decision[i] = DECISION;
	*out = order;
	return OK;
}

void order_free(struct order *order)
{
	if (order == NULL)
		return;
	buf_clear(&order->content_bytes);
	buf_clear(&order->evidence_bytes);
	buf_clear(&order->spki);
	for (size_t i = 0; i < LIMIT_DECISIONS; i++)
		decision_clear(&order->decision[i]);
	free(order);
}

static RESULT decisions_to_json(const struct order *order, struct json **out)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (size_t i = 0; i < order->decision_count; i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(json_new_object(&row));
		TRY(json_set_text(row, "form", order->decision[i].form));
		TRY(json_set_base64(row, "statement",
			buf_view(&order->decision[i].statement)));
		TRY(json_set_base64(row, "signature",
			buf_view(&order->decision[i].signature)));
		TRY(json_append(array, MOVE(row)));
	}
	*out = MOVE(array);
	return OK;
}

RESULT order_write(const struct order *order, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *content = NULL;
	AUTO(json_free) struct json *evidence = NULL;
	AUTO(json_free) struct json *decisions = NULL;
	TRY(json_parse(buf_view(&order->content_bytes), &content));
	TRY(json_parse(buf_view(&order->evidence_bytes), &evidence));
	TRY(decisions_to_json(order, &decisions));
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "type", "inkan.order.1"));
	TRY(json_set_time(object, "placedAt", order->placed_at));
	TRY(json_set_base64(object, "subjectPublicKeyInfo", buf_view(&order->spki)));
	TRY(json_set(object, "content", MOVE(content)));
	TRY(json_set(object, "evidence", MOVE(evidence)));
	TRY(json_set(object, "decisions", MOVE(decisions)));
	return json_write(object, out);
}

static RESULT decision_from_json(const struct json *row, struct decision *out)
{
	static const char *const members[] = { "form", "statement", "signature", NULL };
	const char *form;
	TRY(json_only(row, members));
	TRY(json_get_text(row, "form", &form));
	TRY_IN(text_copy(form, out->form, sizeof out->form), "form");
	TRY(json_get_base64(row, "statement", &out->statement));
	return json_get_base64(row, "signature", &out->signature);
}

static RESULT read_members(const struct json *object, struct order *out)
{
	static const char *const members[] = { "type", "placedAt", "subjectPublicKeyInfo",
		"content", "evidence", "decisions", NULL };
	const char *word;
	const struct json *inner;
	TRY(json_only(object, members));
	TRY(json_get_text(object, "type", &word));
	if (strcmp(word, "inkan.order.1") != 0)
		return FAIL(E_INPUT, "type: not inkan.order.1");
	TRY(json_get_text(object, "placedAt", &word));
	TRY_IN(clock_parse(word, &out->placed_at), "placedAt");
	TRY(json_get_base64(object, "subjectPublicKeyInfo", &out->spki));
	TRY(json_get_object(object, "content", &inner));
	TRY(json_write(inner, &out->content_bytes));
	TRY_IN(content_parse(inner, &out->content), "content");
	TRY(json_get_array(object, "evidence", &inner));
	TRY(json_write(inner, &out->evidence_bytes));
	TRY(evidence_parse(inner, &out->evidence));
	TRY(json_get_array(object, "decisions", &inner));
	if (json_count(inner) > LIMIT_DECISIONS)
		return FAIL(E_INPUT, "decisions: more than %d", LIMIT_DECISIONS);
	out->decision_count = json_count(inner);
	for (size_t i = 0; i < out->decision_count; i++)
		TRY_IN(decision_from_json(json_at(inner, i), &out->decision[i]),
			"decision %zu", i + 1);
	return OK;
}

RESULT order_parse(struct blob bytes, struct order **out)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(buf_clear) struct buf again = BUF(LIMIT_ORDER);
	AUTO(order_free) struct order *order = NULL;
	TRY_IN(json_parse(bytes, &object), "order");
	TRY_IN(json_write(object, &again), "order");
	if (!blob_equal(buf_view(&again), bytes))
		return FAIL(E_INPUT, "order: not in canonical form");
	TRY(order_new(&order));
	TRY_IN(read_members(object, order), "order");
	*out = MOVE(order);
	return OK;
}
