#include "ca/publish.h"

#include "ca/crl_file.h"
#include "ca/crl_store.h"
#include "ca/order_store.h"
#include "ca/signer/client.h"
#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/flow/audit_store.h"
#include "common/proc/fault_point.h"

static RESULT add_entry(void *context, const struct db_rows *row)
{
	struct crl_entry entry = { .revocation_date = db_int(row, 0, ENTRY_DATE),
		.reason = (enum revocation_reason)db_int(row, 0, ENTRY_REASON),
		.invalidity_date = db_int(row, 0, ENTRY_INVALIDITY) };
	TRY(serial_from_blob(db_blob(row, 0, ENTRY_SERIAL), &entry.serial_number));
	return crl_file_add(context, &entry);
}

/* Do the certificates below this CA keep their entries after their end (R-CRL-04): any profile that it issues says so. */
static bool keeps_expired(const struct ca *ca, const struct issuer *issuer)
{
	for (size_t i = 0; i < profile_set_count(ca->profiles); i++) {
		const struct profile *profile = profile_set_at(ca->profiles, i);
		if (strcmp(profile->issuer, issuer->profile) == 0 &&
			profile->keep_expired_on_crl)
			return true;
	}
	return false;
}

static RESULT begin(struct ca *ca, const struct crl_state *state, int64_t now)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	TRY(db_begin_read_committed(ca->db, &tx));
	TRY(crl_store_begin(tx, state, now, now + ca->conf->crl_validity_s));
	return db_commit(&tx);
}

static RESULT finish(struct ca *ca, const struct issuer *issuer,
	const struct crl_state *state, const struct crl_facts *facts, int64_t now)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	char object[80], detail[160];
	snprintf(object, sizeof object, "crl %s %lld", issuer->name,
		(long long)state->crl_number + 1);
	snprintf(detail, sizeof detail, "{\"entries\":%lld,\"size\":%lld}",
		(long long)facts->entries, (long long)facts->size);
	const struct audit_event event = { .name = audit_event_name(AUDIT_CRL_PUBLISHED),
		.at = now,
		.actor = ca->conf->id,
		.role = "ca",
		.origin = "ca publisher",
		.object = object,
		.detail = detail };
	TRY(db_begin_read_committed(ca->db, &tx));
	TRY(crl_store_finish(tx, state->issuer_id, state->crl_number + 1, facts->entries,
		facts->size, facts->sha256, now));
	TRY(crl_store_mark_published(tx, issuer->name, state->settled, now));
	TRY(audit_store_append(tx, &event));
	return db_commit(&tx);
}

/* Who asks whether a certificate that a new list leaves out has ended. */
struct ended {
	struct ca *ca;
	const struct issuer *issuer;
	int64_t issuer_id, keep_after;
};

/* By the certificate itself under the CA's signature: dates in the registry are anybody's word who can write there. */
static RESULT has_ended(void *context, const struct serial *serial, bool *out)
{
	const struct ended *ended = context;
	AUTO(buf_clear) struct buf der = BUF(LIMIT_CERT);
	struct cert cert;
	*out = false;
	if (ended->keep_after == 0)
		return OK;
	TRY(crl_store_certificate(ended->ca->db, ended->issuer_id, serial_view(serial),
		&der));
	if (der.len == 0 || err_is(cert_parse(buf_view(&der), &cert)) ||
		!blob_equal(serial_view(&cert.serial_number), serial_view(serial)) ||
		err_is(cert_verify(&cert, ended->issuer->public_key)))
		return OK;
	*out = cert.not_after < ended->keep_after;
	return OK;
}

static RESULT publish_one(struct ca *ca, const struct issuer *issuer,
	const struct crl_state *state, int64_t now)
{
	AUTO(crl_file_free) struct crl_file *file = NULL;
	uint8_t signature[SIGNATURE_MAX];
	size_t signature_len;
	struct crl_facts facts;
	int fd;
	bool keep = keeps_expired(ca, issuer);
	/* One scheduled CRL after its end still names a certificate; then it may go. */
	int64_t keep_after = keep || state->this_update == 0
				     ? 0
				     : state->this_update - ca->conf->crl_interval_s;
	struct ended ended = { ca, issuer, state->issuer_id, keep_after };
	const struct crl_fields fields = { .issuer = issuer->parsed.subject,
		.authority_key_identifier = issuer->parsed.subject_key_identifier,
		.algorithm = issuer->issuer.algorithm,
		.this_update = now,
		.next_update = now + ca->conf->crl_validity_s,
		.crl_number = (uint64_t)state->crl_number + 1,
		.expired_certs_on_crl = keep ? issuer->parsed.not_before : 0 };
	TRY(crl_file_new(ca->conf->archive_folder, &file));
	TRY(crl_store_entries(ca->db, state->issuer_id, state->settled, keep_after,
		add_entry, file));
	TRY(crl_file_follows(file, ca->conf->public_folder, issuer,
		&(struct crl_ended){ has_ended, &ended }));
	TRY(begin(ca, state, now));
	fault_point("publish.begun");
	TRY(crl_file_tbs(file, &fields, &fd));
	TRY_IN(signer_sign_crl(ca->signer, issuer->name, fd, signature, &signature_len),
		"signer");
	fault_point("publish.signed");
	TRY(crl_file_finish(file, issuer, blob_make(signature, signature_len), &facts));
	TRY(crl_file_publish(&facts, ca->conf->public_folder, issuer, fields.crl_number));
	fault_point("publish.placed");
	return finish(ca, issuer, state, &facts, now);
}

static RESULT publish_due(struct ca *ca, const struct issuer *issuer, int64_t now,
	size_t *done)
{
	struct crl_state state;
	if (issuer->key[0] == 0)
		return OK; /* an offline root: its CRL comes from a ceremony */
	TRY(crl_store_state(ca->db, issuer->name, &state));
	if (!state.known || (!state.revoked_since && state.this_update != 0 &&
				    now < state.this_update + ca->conf->crl_interval_s))
		return OK;
	TRY_IN(publish_one(ca, issuer, &state, now), "crl of %s", issuer->name);
	log_notice(NULL, "CRL published", "issuer", issuer->name);
	(*done)++;
	return OK;
}

RESULT ca_publish(struct ca *ca, int64_t now, size_t *done)
{
	*done = 0;
	for (size_t i = 0; i < issuer_set_count(ca->issuers); i++) {
		struct err err =
			publish_due(ca, issuer_set_at(ca->issuers, i), now, done);
		if (err.code == E_RETRY)
			return err;
		/* What is wrong with one list must not hold up the others. */
		if (err_is(err))
			log_err(NULL, "no CRL", err);
	}
	return OK;
}
