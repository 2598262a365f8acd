/* routes_enrol: passkeys of the LRA's people: codes, registrations, and what administrators sign about them. */
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/json/json.h"
#include "lra/answers.h"
#include "lra/enrol.h"
#include "lra/routes.h"

#define ADMIN ROLE_LRA_ADMIN

/* ---- parts */

static RESULT write_time(struct json *object, const char *name, int64_t at)
{
	return json_set_time(object, name, at);
}

static RESULT read_id(const struct http_request *request, int64_t *out)
{
	return text_to_int(request->parameter[0], 1, INT64_MAX, out);
}

/* ---- codes */

static RESULT do_post_code(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	static const char *const members[] = { "person", NULL };
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *answer = NULL;
	struct enrol_invitation invitation;
	const char *person;
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	TRY(json_get_text(object, "person", &person));
	TRY(lra_enrol_invite(call, person, &invitation));
	TRY(json_new_object(&answer));
	TRY(json_set_text(answer, "person", person));
	TRY(json_set_text(answer, "code", invitation.code));
	TRY(write_time(answer, "expiresAt", invitation.expires_at));
	response->status = 201;
	return json_write_pretty(answer, &response->body);
}

/* ---- registering: by whoever knows the code */

/* What the person has already, so that his two passkeys are not on one device. */
static RESULT write_others(struct json *object, const struct lra_call *call,
	const char *person)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *array = NULL;
	TRY(lra_store_passkeys_of(call->lra->db, person, &rows));
	TRY(answer_credentials(rows, &array));
	return json_set(object, "excludeCredentials", MOVE(array));
}

static RESULT write_algorithms(struct json *object)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (int i = WEBAUTHN_NONE + 1; i < WEBAUTHN_ALGORITHM_COUNT; i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(json_new_object(&row));
		TRY(json_set_text(row, "type", "public-key"));
		TRY(json_set_int(row, "alg",
			webauthn_algorithm_cose((enum webauthn_algorithm)i)));
		TRY(json_append(array, MOVE(row)));
	}
	return json_set(object, "pubKeyCredParams", MOVE(array));
}

static RESULT do_post_registration_options(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	static const char *const members[] = { "person", "code", NULL };
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *answer = NULL;
	struct enrol_challenge challenge;
	const char *person, *code;
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	TRY(json_get_text(object, "person", &person));
	TRY(json_get_text(object, "code", &code));
	TRY(lra_enrol_begin(call, person, code, &challenge));
	TRY(json_new_object(&answer));
	TRY(json_set_base64(answer, "challenge", BLOB(challenge.challenge)));
	TRY(json_set_text(answer, "rpId", call->lra->conf->passkey_rp_id));
	TRY(json_set_text(answer, "person", challenge.person->id));
	TRY(json_set_text(answer, "name", challenge.person->name));
	TRY(write_algorithms(answer));
	TRY(write_others(answer, call, challenge.person->id));
	return json_write_pretty(answer, &response->body);
}

static RESULT do_post_registration(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	static const char *const members[] = { "person", "code", "clientDataJSON",
		"attestationObject", NULL };
	AUTO(json_free) struct json *object = NULL;
	AUTO(json_free) struct json *answer = NULL;
	AUTO(buf_clear) struct buf client_data = BUF(WEBAUTHN_CLIENT_DATA_MAX);
	AUTO(buf_clear) struct buf attestation = BUF(WEBAUTHN_ATTESTATION_MAX);
	struct enrol_registration registration;
	char fingerprint[ENROLMENT_FINGERPRINT];
	TRY(json_parse(request->body, &object));
	TRY(json_only(object, members));
	TRY(json_get_text(object, "person", &registration.person));
	TRY(json_get_text(object, "code", &registration.code));
	TRY(json_get_base64(object, "clientDataJSON", &client_data));
	TRY(json_get_base64(object, "attestationObject", &attestation));
	registration.client_data_json = buf_view(&client_data);
	registration.attestation_object = buf_view(&attestation);
	TRY(lra_enrol_register(call, &registration, fingerprint));
	TRY(json_new_object(&answer));
	TRY(json_set_text(answer, "person", registration.person));
	TRY(json_set_text(answer, "fingerprint", fingerprint));
	response->status = 201;
	return json_write_pretty(answer, &response->body);
}

/* ---- signing */

static RESULT write_signed(const struct lra_call *call, struct blob credential_id,
	struct json *object)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *array = NULL;
	struct enrolment enrolment;
	TRY(json_new_array(&array));
	TRY(lra_store_enrolments(call->lra->db, credential_id, &rows));
	for (size_t i = 0; i < db_count(rows); i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(json_new_object(&row));
		TRY(json_set_text(row, "kind", db_text(rows, i, 0)));
		TRY(json_set_text(row, "person", db_text(rows, i, 1)));
		TRY(json_append(array, MOVE(row)));
	}
	TRY(json_set(object, "signed", MOVE(array)));
	/* Not the rows say whether it counts: their signatures do. */
	struct err err =
		enrolment_find(&call->lra->trust, credential_id, call->now, &enrolment);
	if (err_is_passing(err))
		return err;
	return json_set_bool(object, "inForce", !err_is(err));
}

static RESULT write_passkey(const struct lra_call *call,
	const struct enrol_passkey_row *row, struct json *object)
{
	struct enrolment enrolment;
	char fingerprint[ENROLMENT_FINGERPRINT];
	TRY(enrolment_parse(buf_view(&row->content), &enrolment));
	TRY(enrolment_fingerprint(&enrolment, fingerprint));
	TRY(json_set_int(object, "id", row->id));
	TRY(json_set_text(object, "person", row->person));
	TRY(json_set_text(object, "fingerprint", fingerprint));
	TRY(json_set_bool(object, "synced", enrolment.credential.backup_eligible));
	TRY(write_time(object, "registeredAt", row->registered_at));
	return write_signed(call, buf_view(&row->credential_id), object);
}

static RESULT do_list_passkeys(struct lra_call *call, const struct http_request *request,
	struct http_response *response)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	AUTO(json_free) struct json *answer = NULL;
	AUTO(json_free) struct json *array = NULL;
	(void)request;
	TRY((call->roles & ADMIN) != 0
			? lra_store_passkeys(call->lra->db, call->person->lra, &rows)
			: lra_store_passkeys_of(call->lra->db, call->person->id, &rows));
	TRY(json_new_object(&answer));
	TRY(json_new_array(&array));
	for (size_t i = 0; i < db_count(rows); i++) {
		AUTO(enrol_passkey_row_clear)
		struct enrol_passkey_row row = ENROL_PASSKEY_ROW;
		AUTO(json_free) struct json *one = NULL;
		TRY(lra_store_read_passkey(rows, i, &row));
		TRY(json_new_object(&one));
		TRY(write_passkey(call, &row, one));
		TRY(json_append(array, MOVE(one)));
	}
	TRY(json_set(answer, "passkeys", MOVE(array)));
	return json_write_pretty(answer, &response->body);
}

static RESULT do_get_passkey_statement(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	AUTO(buf_clear) struct buf statement = BUF(LIMIT_STATEMENT);
	enum decision_kind kind;
	int64_t id;
	TRY(read_id(request, &id));
	if (err_is(decision_kind_by_name(request->parameter[1], &kind)) ||
		(kind != DECISION_ENROL && kind != DECISION_DISENROL))
		return FAIL(E_NOT_FOUND, "statement %.30s", request->parameter[1]);
	TRY(lra_enrol_statement(call, id, kind, &statement));
	return answer_statement(buf_view(&statement), &response->body);
}

static RESULT do_post_passkey_decision(struct lra_call *call,
	const struct http_request *request, struct http_response *response)
{
	AUTO(decision_clear) struct decision decision = DECISION;
	AUTO(enrol_passkey_row_clear) struct enrol_passkey_row row = ENROL_PASSKEY_ROW;
	AUTO(json_free) struct json *answer = NULL;
	int64_t id;
	TRY(read_id(request, &id));
	TRY(lra_read_decision(request, &decision));
	TRY(lra_check_present(call, &decision));
	TRY(lra_enrol_decide(call, id, &decision));
	TRY(lra_store_find_passkey(call->lra->db, id, &row));
	TRY(json_new_object(&answer));
	TRY(write_passkey(call, &row, answer));
	return json_write_pretty(answer, &response->body);
}

/* clang-format off */
LRA_HANDLER(post_code)
LRA_HANDLER_OPEN(post_registration_options)
LRA_HANDLER_OPEN(post_registration)
LRA_HANDLER(list_passkeys)
LRA_HANDLER(get_passkey_statement)
LRA_HANDLER(post_passkey_decision)

static const struct http_route routes[] = { /* method, path, who, media type, largest body, handler, summary */
	{ "POST", "/v1/enrolment-codes",                 ADMIN, MEDIA_JSON, 1 * KIB,  post_code,
	  "Hands out a code to register a passkey with" },
	{ "POST", "/v1/registrations/options",           0,     MEDIA_JSON, 1 * KIB,  post_registration_options,
	  "What a browser needs to make a passkey" },
	{ "POST", "/v1/registrations",                   0,     MEDIA_JSON, 24 * KIB, post_registration,
	  "Registers a passkey" },
	{ "GET",  "/v1/passkeys",                        STAFF | ADMIN, MEDIA_NONE, 0, list_passkeys,
	  "Passkeys, and who signed about them" },
	{ "GET",  "/v1/passkeys/{id}/statements/{kind}", STAFF | ADMIN, MEDIA_NONE, 0, get_passkey_statement,
	  "The statement about a passkey that is to be signed" },
	{ "POST", "/v1/passkeys/{id}/decisions",         STAFF | ADMIN, MEDIA_JSON, 96 * KIB, post_passkey_decision,
	  "Enrols or disenrols a passkey by a signed statement" },
};
/* clang-format on */
const struct lra_route_set lra_routes_enrol = { routes, COUNT(routes) };
