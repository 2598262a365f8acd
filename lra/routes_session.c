/* routes_session: who asks, and what he may. */
#include "common/base/table.h"
#include "common/json/json.h"
#include "lra/routes.h"

static RESULT write_roles(struct json *object, unsigned roles)
{
	AUTO(json_free) struct json *array = NULL;
	TRY(json_new_array(&array));
	for (unsigned bit = ROLE_LRA_CLERK; bit <= ROLE_SUBSCRIBER; bit <<= 1)
		if ((roles & bit) != 0)
			TRY(json_append_text(array, role_name((enum role)bit)));
	return json_set(object, "roles", MOVE(array));
}

static RESULT write_person(struct json *object, const struct lra *lra,
	const struct roster_person *person)
{
	AUTO(json_free) struct json *row = NULL;
	AUTO(json_free) struct json *office = NULL;
	const struct roster_lra *of = roster_lra(lra->roster, person->lra);
	TRY(json_new_object(&row));
	TRY(json_set_text(row, "id", person->id));
	TRY(json_set_text(row, "name", person->name));
	TRY(json_set_text(row, "nameJa",
		person->name_ja[0] == 0 ? person->name : person->name_ja));
	TRY(json_set(object, "person", MOVE(row)));
	if (of == NULL)
		return OK;
	TRY(json_new_object(&office));
	TRY(json_set_text(office, "id", of->id));
	TRY(json_set_text(office, "name", of->name));
	return json_set(object, "lra", MOVE(office));
}

/* Never refused: that nobody is logged in is an answer, too. */
static RESULT get_session(void *context, const struct http_request *request,
	struct http_response *response)
{
	const struct lra *lra = context;
	AUTO(json_free) struct json *object = NULL;
	const struct roster_person *person = roster_person(lra->roster, request->who);
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "login",
		request->client_certificate.len > 0 ? "certificate" : "none"));
	TRY(write_roles(object, request->role));
	if (person != NULL)
		TRY(write_person(object, lra, person));
	TRY(json_set_text(object, "language", request->language));
	return json_write_pretty(object, &response->body);
}

/* clang-format off */
static const struct http_route routes[] = { /* method, path, who, media type, largest body, handler, summary */
	{ "GET",  "/v1/session", 0, MEDIA_NONE, 0, get_session,
	  "Who asks, and what he may" },
};
/* clang-format on */
const struct lra_route_set lra_routes_session = { routes, COUNT(routes) };
