#include "lra/web_session.h"

#include "lra/conf.h"
#include "lra/web_passkey.h"

static const char *const names[WEB_LIFE_COUNT] = { [WEB_LIVE] = "live",
	[WEB_ENDED] = "ended",
	[WEB_IDLE] = "idle",
	[WEB_TIME] = "time",
	[WEB_ROSTER] = "roster",
	[WEB_PASSKEY] = "passkey" };

const char *web_life_name(enum web_life life)
{
	return names[life];
}

void web_session_roles(unsigned roles, char out[static WEB_ROLES])
{
	size_t len = 0;
	out[0] = 0;
	for (unsigned bit = 1; bit <= ROLE_LRA_ADMIN; bit <<= 1)
		if ((roles & bit) != 0 && len < WEB_ROLES)
			len += (size_t)snprintf(out + len, WEB_ROLES - len, "%s%s",
				len == 0 ? "" : " ", role_name((enum role)bit));
}

static bool has_its_roles(const struct lra *lra, const struct web_session_row *row,
	int64_t now)
{
	char roles[WEB_ROLES];
	const struct roster_person *person = roster_person(lra->roster, row->person);
	if (person == NULL || err_is(roster_in_force(lra->roster, person, now)))
		return false;
	web_session_roles(person->roles, roles);
	return strcmp(roles, row->roles) == 0;
}

static enum web_life judge_time(const struct lra *lra, const struct web_session_row *row,
	int64_t now)
{
	if (row->ended)
		return WEB_ENDED;
	if (now >= row->ends_at)
		return WEB_TIME;
	if (now >= row->seen_at + lra->conf->session_idle_s)
		return WEB_IDLE;
	return has_its_roles(lra, row, now) ? WEB_LIVE : WEB_ROSTER;
}

RESULT web_session_judge(const struct lra *lra, const struct web_session_row *row,
	int64_t now, enum web_life *out)
{
	enum web_life life = judge_time(lra, row, now);
	bool in_force = true;
	if (life == WEB_LIVE && strcmp(row->form, "passkey") == 0)
		TRY(web_passkey_in_force(lra, row->credential, row->person, now,
			&in_force));
	*out = in_force ? life : WEB_PASSKEY;
	return OK;
}

int64_t web_session_fresh_s(const struct lra *lra, int64_t verified_at, int64_t now)
{
	int64_t left = verified_at + lra->conf->session_step_up_s - now;
	return left > 0 ? left : 0;
}

/* The role that stands in the audit row: the first of the words. */
static enum role first_role(const char *roles)
{
	char word[WEB_ROLES];
	enum role role = ROLE_SUBSCRIBER;
	snprintf(word, sizeof word, "%.*s", (int)strcspn(roles, " "), roles);
	IGNORE(role_by_name(word, &role)); /* written by web_session_roles */
	return role;
}

static RESULT audit(struct lra_call *call, struct db_tx *tx, enum audit_event_kind kind,
	const struct web_session_row *row, const char *detail)
{
	char object[40];
	snprintf(object, sizeof object, "session %lld", (long long)row->id);
	return lra_audit(call, tx, kind, row->person, first_role(row->roles), object,
		detail);
}

struct opening {
	struct lra_call *call;
	struct web_session_row *row;
};

static RESULT open_in(void *context, struct db_tx *tx)
{
	struct opening *opening = context;
	struct web_session_row *row = opening->row;
	char detail[40];
	snprintf(detail, sizeof detail, "{\"form\":\"%s\"}", row->form);
	/* R-ACC-06: one active session; whoever had an older one sees that it ended. */
	TRY(lra_store_end_sessions_of(tx, row->person, "login", row->created_at));
	TRY(lra_store_add_session(tx, row, &row->id));
	return audit(opening->call, tx, AUDIT_SESSION_OPENED, row, detail);
}

RESULT web_session_open(struct lra_call *call, const char *form,
	const uint8_t credential[static 32], struct web_session_row *out,
	char token[static WEB_TOKEN])
{
	struct web_session_row row = { .created_at = call->now,
		.seen_at = call->now,
		.verified_at = call->now,
		.ends_at = call->now + call->lra->conf->session_length_s };
	struct opening opening = { call, &row };
	TRY(web_token_new(token));
	web_token_digest(token, row.token_sha256);
	memcpy(row.credential, credential, sizeof row.credential);
	snprintf(row.person, sizeof row.person, "%s", call->person->id);
	snprintf(row.form, sizeof row.form, "%s", form);
	web_session_roles(call->person->roles, row.roles);
	TRY(db_run(call->lra->db, open_in, &opening));
	*out = row;
	return OK;
}

static RESULT verify_in(void *context, struct db_tx *tx)
{
	struct opening *opening = context;
	struct web_session_row *row = opening->row;
	TRY(lra_store_verify_session(tx, row->id, row->token_sha256, opening->call->now));
	return audit(opening->call, tx, AUDIT_SESSION_VERIFIED, row, "{}");
}

RESULT web_session_verify(struct lra_call *call, struct web_session_row *row,
	char token[static WEB_TOKEN])
{
	struct web_session_row changed = *row;
	struct opening opening = { call, &changed };
	TRY(web_token_new(token));
	web_token_digest(token, changed.token_sha256);
	changed.seen_at = changed.verified_at = call->now;
	TRY(db_run(call->lra->db, verify_in, &opening));
	*row = changed;
	return OK;
}

struct ending {
	struct lra_call *call;
	const struct web_session_row *row;
	const char *why;
};

static RESULT end_in(void *context, struct db_tx *tx)
{
	struct ending *ending = context;
	char detail[40];
	snprintf(detail, sizeof detail, "{\"why\":\"%s\"}", ending->why);
	TRY(lra_store_end_session(tx, ending->row->id, ending->why, ending->call->now));
	return audit(ending->call, tx, AUDIT_SESSION_ENDED, ending->row, detail);
}

RESULT web_session_end(struct lra_call *call, const struct web_session_row *row,
	const char *why)
{
	struct ending ending = { call, row, why };
	return db_run(call->lra->db, end_in, &ending);
}

RESULT web_session_sweep(struct lra_call *call)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	TRY(lra_store_live_sessions(call->lra->db, &rows));
	(void)lra_keep_up(call->lra); /* each of them rests on a roster no later */
	for (size_t i = 0; i < db_count(rows); i++) {
		struct web_session_row row;
		lra_store_read_session(rows, i, &row);
		enum web_life life;
		TRY(web_session_judge(call->lra, &row, call->now, &life));
		if (life == WEB_LIVE)
			continue;
		struct err err = web_session_end(call, &row, web_life_name(life));
		if (err.code != E_STATE) /* ended meanwhile: as it should be */
			TRY(err);
	}
	return OK;
}
