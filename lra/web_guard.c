#include "lra/web_guard.h"

#include <string.h>

/* clang-format off */
const struct fault_rule
web_rule_none = { "session.none", "R-ACC-06",
	"Nobody is logged in. Log in and try again.",
	"ログインしていません。ログインしてからもう一度お試しください。" },
web_rule_ended = { "session.ended", "R-ACC-06",
	"The session is over. Log in again; what you typed is kept on this page.",
	"セッションは終了しました。もう一度ログインしてください。この画面の入力は残っています。" },
web_rule_other = { "session.other", "R-ACC-06",
	"The card is not the one that logged in. Insert that card, or log in again.",
	"ログインしたカードと違います。そのカードを挿入するか、もう一度ログインしてください。" },
web_rule_step_up = { "session.stepUp", "R-ACC-06",
	"This deed needs you in person: confirm who you are, then it is repeated.",
	"この操作には改めて本人の確認が必要です。確認のあと、そのまま続けます。" },
web_rule_token = { "session.token", "R-ACC-06",
	"This request did not come from a page of this session. Load the page again.",
	"このセッションの画面からの要求ではありません。画面を読み込み直してください。" },
web_rule_origin = { "session.origin", "R-ACC-06",
	"This request came from another site's page and was refused.",
	"他のサイトの画面からの要求のため、受け付けませんでした。" };

const struct web_step_up web_step_ups[] = { /* method, path, how grave */
	{ "POST", "/v1/applications/{receipt}/decisions",            WEB_SIGNED },
	{ "POST", "/v1/decisions",                                   WEB_SIGNED },
	{ "POST", "/v1/revocations",                                 WEB_SIGNED },
	{ "POST", "/v1/passkeys/{id}/decisions",                     WEB_SIGNED },
	{ "POST", "/v1/imports/{id}/start",                          WEB_SIGNED },
	{ "POST", "/v1/applications/{receipt}/delivery",             WEB_GRAVE },
	{ "POST", "/v1/applications/{receipt}/pin",                  WEB_GRAVE },
	{ "POST", "/v1/distributions",                               WEB_GRAVE },
	{ "GET",  "/v1/distributions/{id}/files",                    WEB_GRAVE },
	{ "POST", "/v1/papers",                                      WEB_GRAVE }, /* PIN letters */
	{ "GET",  "/v1/ledger",                                      WEB_GRAVE }, /* all people of a period leave the counter */
	{ "GET",  "/v1/audit-events.csv",                            WEB_GRAVE }, /* so does what they did */
	{ "GET",  "/v1/applications/{receipt}/archive-key",          WEB_GRAVE }, /* so do sealed papers */
	{ "GET",  "/v1/applications/{receipt}/sealed/{sha256}",      WEB_GRAVE },
	{ "POST", "/v1/applications/{receipt}/destruction",          WEB_GRAVE },
	{ "POST", "/v1/applications/{receipt}/destruction/approval", WEB_GRAVE },
	{ "POST", "/v1/enrolment-codes",                             WEB_GRAVE },
	{ "POST", "/v1/calendar-address",                            WEB_GRAVE }, /* works without him from then on */
	{ NULL, NULL, WEB_LIGHT },
};
/* clang-format on */

bool web_guard_changes(const char *method)
{
	return strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0;
}

static bool is_own(const struct web_origin *from)
{
	static const char https[] = "https://";
	if (from->own != NULL)
		return strcmp(from->origin, from->own) == 0;
	return strncmp(from->origin, https, sizeof https - 1) == 0 &&
	       from->host != NULL &&
	       strcmp(from->origin + sizeof https - 1, from->host) == 0;
}

bool web_guard_is_ours(const struct web_origin *from)
{
	const char *site = from->sec_fetch_site;
	bool changes = web_guard_changes(from->method);
	/* "none": typed by the person, or a bookmark; no page can make it. It can only look. */
	if (site != NULL && strcmp(site, "same-origin") != 0 &&
		(changes || strcmp(site, "none") != 0))
		return false;
	if (from->origin != NULL && !is_own(from))
		return false;
	return !changes || from->program || site != NULL || from->origin != NULL;
}

enum web_grave web_guard_grave(const struct http_route *route)
{
	for (const struct web_step_up *row = web_step_ups; row->method != NULL; row++)
		if (strcmp(row->method, route->method) == 0 &&
			strcmp(row->path, route->path) == 0)
			return row->grave;
	return WEB_LIGHT;
}
