#include "ca/ceremony/steps.h"

#include "ca/ceremony/artefact.h"
#include "ca/ceremony/certify.h"
#include "ca/ceremony/confirm.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/pki/crl.h"

enum { HEX = 65, CRL_ROOM = 4096 };

static bool is_root(const struct room *room, const struct plan_row *row)
{
	(void)room;
	return row->issuer[0] == 0;
}

static bool is_authority(const struct room *room, const struct plan_row *row)
{
	const struct profile *profile = profile_set_find(room->profiles, row->profile, 0);
	return row->issuer[0] != 0 && profile != NULL && profile->is_ca;
}

static bool is_other(const struct room *room, const struct plan_row *row)
{
	return !is_root(room, row) && !is_authority(room, row);
}

/* ---- tokens */

static RESULT open_one(struct room *room, const char *label, const struct secret *so_pin,
	const struct secret *pin)
{
	struct token_info info;
	bool made = false;
	if (so_pin != NULL) {
		struct err err =
			token_create(room->site->token_module, label, so_pin, pin);
		/* One that is there may be our own, from before an interruption; else it is somebody else's. */
		if (err_is(err) && !(err.code == E_CONFLICT && room->resumed))
			return err;
		made = !err_is(err);
	}
	TRY(token_open(room->site->token_module, label, pin,
		&room->token[room->token_count].token));
	token_get_info(room->token[room->token_count].token, &info);
	room->token[room->token_count++].label = label;
	return room_record(room, made ? "tokenInitialised" : "tokenOpened", "label",
		info.label, "manufacturer", info.manufacturer, "model", info.model,
		"serialNumber", info.serial_number, "firmware", info.firmware, NULL);
}

static bool is_open(const struct room *room, const char *label)
{
	for (size_t i = 0; i < room->token_count; i++)
		if (strcmp(room->token[i].label, label) == 0)
			return true;
	return false;
}

static RESULT open_tokens(struct room *room)
{
	AUTO(secret_free) struct secret *pin = NULL;
	AUTO(secret_free) struct secret *so_pin = NULL;
	TRY_IN(secret_from_source(room->site->token_pin, &pin), "token.pin");
	if (room->site->token_create)
		TRY_IN(secret_from_source(room->site->token_so_pin, &so_pin),
			"token.soPin");
	for (size_t i = 0; i < room->plan->row_count; i++) {
		const char *label = room->plan->row[i].token;
		if (label[0] == 0 || is_open(room, label))
			continue;
		if (room->token_count == ROOM_TOKENS)
			return FAIL(E_INPUT, "more than %d tokens", ROOM_TOKENS);
		TRY_IN(open_one(room, label, so_pin, pin), "token %s", label);
	}
	return OK;
}

/* ---- certificates */

static RESULT record_certificate(struct room *room, const struct plan_row *row,
	struct blob der, const char *event)
{
	struct cert cert;
	uint8_t digest[32];
	char hex[HEX], serial[SERIAL_TEXT], not_before[CLOCK_TEXT], not_after[CLOCK_TEXT];
	const struct profile *profile = profile_set_find(room->profiles, row->profile, 0);
	char version[24];
	TRY(cert_parse(der, &cert));
	if (EVP_Digest(der.data, der.len, digest, NULL, EVP_sha256(), NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "could not hash");
	hex_encode(BLOB(digest), hex);
	serial_text(&cert.serial_number, serial);
	clock_text(cert.not_before, not_before);
	clock_text(cert.not_after, not_after);
	snprintf(version, sizeof version, "%lld",
		profile == NULL ? 0LL : (long long)profile->version);
	return room_record(room, event, "word", row->word, "issuer", row->issuer,
		"profile", row->profile, "profileVersion", version, "serialNumber",
		serial, "sha256", hex, "notBefore", not_before, "notAfter", not_after,
		"lint", "ok", NULL);
}

static RESULT join(struct room *room, const struct plan_row *row, struct subject_key *key,
	struct blob der)
{
	if (is_other(room, row))
		return OK;
	TRY(authority_add(room, row, key, der));
	return artefact_authorities(room);
}

/* A row whose certificate an earlier run finished: it is held against key and plan again, not believed. */
static RESULT keep_row(struct room *room, const struct plan_row *row, struct blob der)
{
	AUTO(subject_key_clear) struct subject_key key = { .token_key = NULL };
	TRY_IN(subject_key_find(room, row, &key), "%s", row->word);
	TRY(certify_check(room, row, key.spki, der, clock_now()));
	TRY(record_certificate(room, row, der, "certificateKept"));
	return join(room, row, &key, der);
}

static RESULT make_row(struct room *room, const struct plan_row *row)
{
	AUTO(subject_key_clear) struct subject_key key = { .token_key = NULL };
	AUTO(buf_clear) struct buf der = BUF(LIMIT_CERT);
	struct err err = artefact_read_certificate(room, row, &der);
	if (!err_is(err))
		return room->resumed
			       ? keep_row(room, row, buf_view(&der))
			       : FAIL(E_CONFLICT,
					 "%s: its certificate exists before the ceremony",
					 row->word);
	if (err.code != E_NOT_FOUND)
		return err;
	der.len = 0;
	TRY(subject_key_get(room, row, &key));
	TRY(certify_row(room, row, &key, clock_now(), &der));
	/* Told before it can be used: a certificate that the transcript does not know must not exist. */
	TRY(record_certificate(room, row, buf_view(&der), "certificateSigned"));
	TRY(artefact_certificate(room, row, buf_view(&der)));
	return join(room, row, &key, buf_view(&der));
}

static RESULT make_rows(struct room *room,
	bool (*belongs)(const struct room *, const struct plan_row *))
{
	for (size_t i = 0; i < room->plan->row_count; i++)
		if (belongs(room, &room->plan->row[i]))
			TRY(make_row(room, &room->plan->row[i]));
	return OK;
}

static RESULT make_roots(struct room *room)
{
	return make_rows(room, is_root);
}

static RESULT make_authorities(struct room *room)
{
	return make_rows(room, is_authority);
}

static RESULT make_others(struct room *room)
{
	TRY(make_rows(room, is_other));
	return artefact_authorities(
		room); /* once more: the responders' certificates are there now */
}

/* ---- the roots' CRLs */

static RESULT write_crl(const struct crl_fields *fields,
	const struct signing_key *signing, struct buf *out)
{
	uint8_t tbs_room[CRL_ROOM], head_room[CRL_ROOM], tail_room[CRL_ROOM],
		signature[SIGNATURE_MAX];
	struct der_writer tbs = DER_WRITER(tbs_room), head = DER_WRITER(head_room),
			  tail = DER_WRITER(tail_room);
	size_t signature_len;
	struct blob tbs_der, head_der, tail_der;
	TRY(crl_write_head(fields, 0, &tbs));
	TRY(crl_write_tail(fields, &tbs));
	TRY(der_finish(&tbs, &tbs_der));
	TRY(signing->sign(signing->context, tbs_der, signature, &signature_len));
	TRY(crl_write_frame(tbs_der.len, signing->algorithm,
		blob_make(signature, signature_len), &head, &tail));
	TRY(der_finish(&head, &head_der));
	TRY(der_finish(&tail, &tail_der));
	TRY(buf_append(out, head_der));
	TRY(buf_append(out, tbs_der));
	return buf_append(out, tail_der);
}

static RESULT make_crl(struct room *room, const struct authority *root, int64_t now)
{
	AUTO(buf_clear) struct buf der = BUF(2 * CRL_ROOM);
	struct crl crl;
	char this_update[CLOCK_TEXT], next_update[CLOCK_TEXT];
	const struct crl_fields fields = { .issuer = root->parsed.subject,
		.authority_key_identifier = root->parsed.subject_key_identifier,
		.algorithm = root->signing.algorithm,
		.this_update = now,
		.next_update = now + room->plan->crl_validity_s,
		.crl_number = 1 };
	TRY(write_crl(&fields, &root->signing, &der));
	TRY(crl_parse(buf_view(&der), &crl));
	TRY(crl_verify(&crl, root->public_key));
	clock_text(fields.this_update, this_update);
	clock_text(fields.next_update, next_update);
	TRY(room_record(room, "crlSigned", "issuer", root->row->word, "cRLNumber", "1",
		"thisUpdate", this_update, "nextUpdate", next_update, NULL));
	return artefact_crl(room, root->row->word, buf_view(&der));
}

/* One that an earlier run made stays: its number may be out in the world. */
static RESULT keep_or_make_crl(struct room *room, const struct authority *root)
{
	AUTO(buf_clear) struct buf der = BUF(2 * CRL_ROOM);
	struct crl crl;
	struct err err = artefact_read_crl(room, root->row->word, &der);
	if (err.code == E_NOT_FOUND)
		return make_crl(room, root, clock_now());
	TRY(err);
	TRY(crl_parse(buf_view(&der), &crl));
	TRY(crl_verify(&crl, root->public_key));
	return room_record(room, "crlKept", "issuer", root->row->word, NULL);
}

static RESULT make_crls(struct room *room)
{
	for (size_t i = 0; i < room->authority_count; i++)
		if (room->authority[i].above == NULL)
			TRY_IN(keep_or_make_crl(room, &room->authority[i]), "crl of %s",
				room->authority[i].row->word);
	return OK;
}

/* ---- the whole */

static RESULT close_records(struct room *room)
{
	TRY(artefact_fingerprints(room));
	TRY(room_record(room, "finished", "name", room->plan->name, NULL));
	/* Last of all: with it the ceremony counts as held. */
	return artefact_manifest(room);
}

/* clang-format off */
static const struct step {
	const char *ja, *en;
	RESULT (*run)(struct room *room);
} steps[] = {
	{ "1. トークンの初期化",             "1. tokens",                   open_tokens },
	{ "2. ルート認証局の鍵と証明書",     "2. root keys and certificates", make_roots },
	{ "3. 発行認証局の鍵と証明書",       "3. issuing CAs",              make_authorities },
	{ "4. OCSP・部品・担当者の証明書",   "4. OCSP, components, people",  make_others },
	{ "5. ルートの失効リスト",           "5. CRLs of the roots",        make_crls },
	{ "6. 記録の締め",                   "6. closing the records",      close_records },
};
/* clang-format on */

/* The same plan at the same site, or it is another ceremony. */
static RESULT check_same(const struct json *first, const char *plan, const char *site)
{
	const char *said_plan, *said_site;
	TRY(json_get_text(first, "planSha256", &said_plan));
	TRY(json_get_text(first, "siteSha256", &said_site));
	if (strcmp(said_plan, plan) != 0 || strcmp(said_site, site) != 0)
		return FAIL(E_CONFLICT, "an interrupted ceremony of another plan or site "
					"lies in the output folder");
	return OK;
}

static RESULT begin(struct room *room)
{
	char plan[HEX], site[HEX];
	const struct json *first = transcript_first(room->transcript);
	hex_encode(BLOB(room->plan->sha256), plan);
	hex_encode(BLOB(room->site->sha256), site);
	room->resumed = first != NULL;
	if (room->resumed)
		TRY(check_same(first, plan, site));
	TRY(room_record(room, room->resumed ? "resumed" : "begun", "name",
		room->plan->name, "title", room->plan->title, "planSha256", plan,
		"siteSha256", site, NULL));
	for (size_t i = 0; i < room->plan->person_count; i++) {
		const struct plan_person *person = &room->plan->person[i];
		TRY(room_record(room, "present", "id", person->id, "name", person->name,
			"role", person->role, NULL));
	}
	return OK;
}

/* Every row has its profile before the first key is made. */
static RESULT check_profiles(const struct room *room)
{
	const struct profile *profile;
	for (size_t i = 0; i < room->plan->row_count; i++)
		TRY(room_profile(room, &room->plan->row[i], &profile));
	return OK;
}

static RESULT prepare(struct room *room, const struct ceremony_order *order)
{
	struct conf_faults faults = { .count = 0 };
	char path[ROOM_PATH];
	if (strlen(order->linter) >= sizeof room->linter)
		return FAIL(E_INPUT, "lint: the path is too long");
	memcpy(room->linter, order->linter, strlen(order->linter) + 1);
	TRY(profile_set_load(room->site->profiles, &room->profiles, &faults));
	TRY(check_profiles(room));
	TRY(artefact_folders(room));
	TRY(room_path(room, "transcript.jsonl", "", path));
	TRY(transcript_open(path, order->echo, &room->transcript));
	return begin(room);
}

RESULT ceremony_run(const struct ceremony_order *order)
{
	AUTO(room_clear)
	struct room room = { .plan = order->plan,
		.site = order->site,
		.demo = order->demo,
		.plain = order->plain };
	TRY(prepare(&room, order));
	for (size_t i = 0; i < COUNT(steps); i++) {
		TRY(confirm_two(&room, steps[i].ja, steps[i].en));
		struct err err = steps[i].run(&room);
		if (err_is(err)) {
			IGNORE(room_record(&room, "stopped", "step", steps[i].en,
				"reason", err.text,
				NULL)); /* the reason itself is returned */
			return err;
		}
	}
	return OK;
}
