#include "ca/signer/message.h"

#include "common/base/limits.h"
#include "common/base/text.h"

/* The largest names and keys that pass the gate, a whole batch of them, still go into one frame, both ways. */
enum { ITEM_REST = 1024 };
_Static_assert(SIGNER_BATCH *(2 * LIMIT_NAME + LIMIT_SPKI + ITEM_REST) <= LIMIT_FRAME,
	"a batch of requests");
_Static_assert(SIGNER_BATCH *(LIMIT_CERT + ITEM_REST) <= LIMIT_FRAME,
	"a batch of certificates");

static void put_item(const struct signer_request *request, struct der_writer *w)
{
	size_t mark = der_open(w, DER_SEQUENCE);
	der_put_text(w, DER_UTF8_STRING, request->issuer);
	der_put_text(w, DER_UTF8_STRING, request->profile);
	der_put_int(w, DER_INTEGER, (uint64_t)request->profile_version);
	der_put_unsigned(w, serial_view(&request->serial_number));
	der_put_int(w, DER_INTEGER, (uint64_t)request->not_before);
	der_put_int(w, DER_INTEGER, (uint64_t)request->not_after);
	der_put(w, DER_OCTET_STRING, request->subject);
	der_put(w, DER_OCTET_STRING, request->subject_alt_name);
	der_put(w, DER_OCTET_STRING, request->subject_public_key_info);
	der_close(w, mark);
}

static RESULT finish(const struct der_writer *w)
{
	struct blob whole;
	return der_finish(w, &whole);
}

RESULT message_write_certify(const struct signer_request *requests, size_t count,
	struct der_writer *w)
{
	if (count == 0 || count > SIGNER_BATCH)
		return FAIL(E_INPUT, "batch: %zu of 1 to %d requests", count,
			SIGNER_BATCH);
	size_t mark = der_open(w, DER_CONTEXT_OPEN(0));
	for (size_t i = 0; i < count; i++) {
		if (requests[i].profile_version < 1 || requests[i].not_before < 0 ||
			requests[i].not_after < 0)
			return FAIL(E_INPUT, "request %zu: a negative number", i);
		put_item(&requests[i], w);
	}
	der_close(w, mark);
	return finish(w);
}

RESULT message_write_crl(const char *issuer, struct der_writer *w)
{
	size_t mark = der_open(w, DER_CONTEXT_OPEN(1));
	der_put_text(w, DER_UTF8_STRING, issuer);
	der_close(w, mark);
	return finish(w);
}

static RESULT get_text(struct blob *in, char *out, size_t size)
{
	struct blob content;
	TRY(der_get(in, DER_UTF8_STRING, &content));
	return text_from_blob(content, out, size);
}

static RESULT get_number(struct blob *in, int64_t *out)
{
	uint64_t number;
	TRY(der_get_int(in, DER_INTEGER, &number));
	*out = (int64_t)number;
	return OK;
}

static RESULT parse_item(struct blob in, struct message_item *out)
{
	struct signer_request *request = &out->request;
	struct blob serial;
	TRY_IN(get_text(&in, out->issuer, sizeof out->issuer), "issuer");
	TRY_IN(get_text(&in, out->profile, sizeof out->profile), "profile");
	TRY_IN(get_number(&in, &request->profile_version), "version");
	TRY_IN(der_get_unsigned(&in, &serial), "serialNumber");
	TRY_IN(serial_from_blob(serial, &request->serial_number), "serialNumber");
	TRY_IN(get_number(&in, &request->not_before), "notBefore");
	TRY_IN(get_number(&in, &request->not_after), "notAfter");
	TRY_IN(der_get(&in, DER_OCTET_STRING, &request->subject), "subject");
	TRY_IN(der_get(&in, DER_OCTET_STRING, &request->subject_alt_name),
		"subjectAltName");
	TRY_IN(der_get(&in, DER_OCTET_STRING, &request->subject_public_key_info),
		"subjectPublicKeyInfo");
	TRY(der_end(in));
	request->issuer = out->issuer;
	request->profile = out->profile;
	return OK;
}

static RESULT parse_certify(struct blob in, struct message *out)
{
	out->kind = MESSAGE_CERTIFY;
	out->count = 0;
	while (in.len > 0) {
		struct blob item;
		if (out->count == SIGNER_BATCH)
			return FAIL(E_INPUT, "more than %d requests", SIGNER_BATCH);
		TRY(der_get(&in, DER_SEQUENCE, &item));
		TRY_IN(parse_item(item, &out->item[out->count]), "request %zu",
			out->count);
		out->count++;
	}
	return out->count > 0 ? OK : FAIL(E_INPUT, "no request");
}

RESULT message_parse(struct blob frame, struct message *out)
{
	struct blob content;
	uint8_t tag;
	TRY_IN(der_get_any(&frame, &tag, &content), "message");
	TRY_IN(der_end(frame), "message");
	if (tag == DER_CONTEXT_OPEN(0))
		return parse_certify(content, out);
	if (tag != DER_CONTEXT_OPEN(1))
		return FAIL(E_INPUT, "message: neither certify nor crl");
	out->kind = MESSAGE_CRL;
	TRY_IN(get_text(&content, out->issuer, sizeof out->issuer), "issuer");
	return der_end(content);
}

void message_put_answer(struct der_writer *w, struct err err, struct blob bytes)
{
	size_t mark = der_open(w, DER_SEQUENCE);
	der_put_int(w, DER_ENUMERATED, (uint64_t)err.code);
	der_put_text(w, DER_UTF8_STRING, err_is(err) ? err.text : "");
	der_put(w, DER_OCTET_STRING, err_is(err) ? BLOB_NONE : bytes);
	der_close(w, mark);
}

static RESULT parse_answer(struct blob in, struct signer_answer *out)
{
	uint64_t code;
	struct blob bytes;
	struct err err = { .where = "signer" };
	TRY(der_get_int(&in, DER_ENUMERATED, &code));
	TRY(get_text(&in, err.text, sizeof err.text));
	TRY(der_get(&in, DER_OCTET_STRING, &bytes));
	TRY(der_end(in));
	if (code >= E_CODE_COUNT || (code == E_NONE) != (bytes.len > 0))
		return FAIL(E_INPUT, "neither an error nor an answer");
	err.code = (enum err_code)code;
	*out = (struct signer_answer){ .err = code == E_NONE ? OK : err,
		.certificate = bytes };
	return OK;
}

RESULT message_parse_answers(struct blob frame, size_t count, struct signer_answer *out)
{
	struct blob content, one;
	TRY(der_get(&frame, DER_SEQUENCE, &content));
	TRY(der_end(frame));
	for (size_t i = 0; i < count; i++) {
		TRY_IN(der_get(&content, DER_SEQUENCE, &one), "answer %zu", i);
		TRY_IN(parse_answer(one, &out[i]), "answer %zu", i);
	}
	return der_end(content);
}
