#include "lra/evidence.h"

#include <unistd.h>

#include "common/base/table.h"
#include "common/base/text.h"
#include "common/proc/fault_point.h"
#include "lra/application_store.h"
#include "lra/evidence_store.h"

/* clang-format off */
static const struct fault_rule no_vault = { "evidence.noVault", "R-LRA-10",
	"This LRA keeps no sealed evidence: its settings name no folder and no archive.",
	"このLRAには証跡の保管先が設定されていません。" };
static const struct fault_rule not_open = { "evidence.closed", "R-IDV-24",
	"Evidence belongs to the check of identity and cannot be added after it. Send the application back first.",
	"本人確認後は証跡を追加できません。先に差し戻してください。" };
static const struct fault_rule many = { "evidence.many", "R-IDV-10",
	"There is no place for more evidence.",
	"これ以上の証跡は登録できません。" };
static const struct fault_rule wrong_type = { "evidence.type", "R-NET-04",
	"Files are taken as PDF, JPEG, PNG, HEIC or TIFF.",
	"ファイル形式は PDF、JPEG、PNG、HEIC、TIFF のいずれかにしてください。" };
static const struct fault_rule wrong_content = { "evidence.content", "R-NET-04",
	"The file is not of the type that it is said to be. Save it anew as what it is; another name is not enough.",
	"ファイルの内容が指定された形式ではありません。拡張子の変更ではなく、正しい形式で保存し直してください。" };
static const struct fault_rule wrong_digest = { "evidence.digest", "R-ARC-01",
	"What arrived is not what was sent: the digests differ. Send it again.",
	"送信されたファイルと受信した内容のハッシュ値が一致しません。もう一度送信してください。" };
static const struct fault_rule too_long = { "evidence.size", "R-NET-04",
	"The file is longer than may be. Scan with fewer dots, or page by page.",
	"ファイルが大きすぎます。解像度を下げるか、ページを分けてください。" };
static const struct fault_rule case_closed = { "evidence.caseClosed", "R-LRA-10",
	"The case is closed: only the archive's key opens its evidence now.",
	"この申込は終了しています。証跡はアーカイブ鍵でのみ開けます。" };
static const struct fault_rule destroyed = { "evidence.destroyed", "R-LOG-07",
	"This evidence was destroyed; the record of it remains.",
	"この証跡は廃棄済みです。廃棄の記録は残っています。" };
static const struct fault_rule damaged = { "evidence.damaged", "R-ARC-01",
	"The sealed file is not what it was. Tell whoever runs this LRA at once.",
	"保管された証跡が破損または改変されています。直ちに管理者へ連絡してください。" };
static const struct fault_rule no_purpose = { "evidence.purpose", "R-PRV-04",
	"Say what you look for: identify, approve, audit, complaint or disclosure.",
	"閲覧目的を指定してください (identify, approve, audit, complaint, disclosure)。" };
/* clang-format on */

const char *const evidence_purposes[] = { "identify", "approve", "audit", "complaint",
	"disclosure", NULL };

/* ---- on its way in */

struct evidence_upload {
	struct lra *lra;
	const struct evidence_media *media;
	struct vault_upload *file;     /* NULL: nothing is kept */
	const struct fault_rule *rule; /* what is wrong with it */
	enum err_code code;            /* of the rule */
	struct err err;                /* or what went wrong with us */
	uint8_t head[EVIDENCE_MEDIA_HEAD];
	size_t head_len;
	int64_t size;
};

static void refuse(struct evidence_upload *upload, enum err_code code,
	const struct fault_rule *rule)
{
	upload->code = code;
	upload->rule = rule;
	vault_upload_free(upload->file);
	upload->file = NULL;
}

/* Papers before identity is verified; and the scan of a receipt that was signed on paper. */
static bool takes_evidence(const char *state)
{
	return strcmp(state, application_state_name(APP_RECEIVED)) == 0 ||
	       strcmp(state, application_state_name(APP_DELIVERED)) == 0;
}

/* Before any byte is written: a case that nobody has, or that takes nothing, leaves no trace in the vault. */
static RESULT begin(struct evidence_upload *upload, const char *lra_id,
	const char *receipt, const char *type)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	upload->media = evidence_media_find(type);
	if (upload->lra->vault == NULL)
		refuse(upload, E_STATE, &no_vault);
	else if (upload->media == NULL)
		refuse(upload, E_POLICY, &wrong_type);
	if (upload->rule != NULL)
		return OK;
	if (!receipt_number_valid(receipt))
		return FAIL(E_INPUT, "receipt number: its check letter does not fit");
	TRY(evidence_store_case(upload->lra->db, lra_id, receipt, &rows));
	if (!takes_evidence(db_text(rows, 0, CASE_STATE)))
		refuse(upload, E_STATE, &not_open);
	else if (db_int(rows, 0, CASE_FILES) >= LIMIT_EVIDENCE)
		refuse(upload, E_POLICY, &many);
	else
		return vault_upload_begin(upload->lra->vault, receipt,
			upload->media->type, &upload->file);
	return OK;
}

RESULT evidence_upload_begin(struct lra *lra, const char *lra_id, const char *receipt,
	const char *type, struct evidence_upload **out)
{
	struct evidence_upload *upload = calloc(1, sizeof *upload);
	if (upload == NULL)
		return FAIL(E_IO, "out of memory");
	upload->lra = lra;
	upload->err = begin(upload, lra_id, receipt, type);
	*out = upload;
	return OK;
}

/* A file that is not what it is said to be is known by its first octets; then nothing more of it is written. */
static void look_at_head(struct evidence_upload *upload, struct blob bytes, bool whole)
{
	size_t part = sizeof upload->head - upload->head_len;
	if (part == 0 && !whole)
		return;
	if (part > bytes.len)
		part = bytes.len;
	if (part > 0)
		memcpy(upload->head + upload->head_len, bytes.data, part);
	upload->head_len += part;
	if ((whole || upload->head_len == sizeof upload->head) &&
		!evidence_media_fits(upload->media,
			blob_make(upload->head, upload->head_len)))
		refuse(upload, E_POLICY, &wrong_content);
}

RESULT evidence_upload_put(void *context, struct blob bytes)
{
	struct evidence_upload *upload = context;
	if (upload->file == NULL || err_is(upload->err))
		return OK; /* told when all of it came */
	look_at_head(upload, bytes, false);
	upload->size += (int64_t)bytes.len;
	if (upload->file != NULL && upload->size > vault_largest(upload->lra->vault))
		refuse(upload, E_POLICY, &too_long);
	if (upload->file != NULL)
		upload->err = vault_upload_put(upload->file, bytes);
	return OK;
}

void evidence_upload_free(void *context)
{
	struct evidence_upload *upload = context;
	vault_upload_free(upload->file);
	free(upload);
}

/* ---- its row */

struct storing {
	struct lra_call *call;
	const char *receipt;
	const struct evidence_media *media;
	char name[VAULT_NAME];
	struct sealed_digests digests;
	struct evidence_stored *out;
};

static RESULT record(void *context, struct db_tx *tx)
{
	struct storing *storing = context;
	struct lra_call *call = storing->call;
	AUTO(lra_application_clear) struct lra_application application = LRA_APPLICATION;
	char hex[65], detail[160];
	TRY(lra_application_load(call, tx, storing->receipt, &application));
	if (!takes_evidence(application_state_name(application.state)))
		return lra_refuse(call, E_STATE, &not_open, "state", "%s",
			application_state_name(application.state));
	storing->out->application_id = application.id;
	TRY(evidence_store_add(tx, application.id, storing->media, storing->name,
		&storing->digests, call->person->id, call->now));
	hex_encode(BLOB(storing->digests.plain), hex);
	snprintf(detail, sizeof detail, "{\"sha256\":\"%s\",\"mediaType\":\"%s\"}", hex,
		storing->media->type);
	return lra_audit(call, tx, AUDIT_EVIDENCE_SEALED, NULL, ROLE_LRA_CLERK,
		application.receipt, detail);
}

/* The row is not there, and never will be: not so when the answer to a commit was lost. */
static bool is_certain(struct err err)
{
	return err.code != E_RETRY && err.code != E_IO && err.code != E_BUG;
}

static RESULT record_file(struct storing *storing, struct evidence_upload *upload)
{
	fault_point("evidence.filed");
	struct err err = db_run(storing->call->lra->db, record, storing);
	if (!err_is(err)) {
		fault_point("evidence.recorded");
		return OK;
	}
	if (is_certain(err))
		vault_upload_drop(upload->file);
	if (err.code != E_CONFLICT || storing->call->faults->count > 0)
		return err;
	storing->out->again = true; /* the same paper again: the first answer */
	return OK;
}

RESULT lra_evidence_store(struct lra_call *call, const char *receipt, struct blob sha256,
	struct evidence_upload *upload, struct evidence_stored *out)
{
	struct storing storing = { .call = call,
		.receipt = receipt,
		.media = upload->media,
		.out = out };
	TRY(upload->err);
	if (upload->file != NULL)
		look_at_head(upload, BLOB_NONE, true);
	if (upload->rule != NULL)
		return lra_refuse(call, upload->code, upload->rule, "file", "%s",
			upload->media == NULL ? "" : upload->media->type);
	TRY(vault_upload_end(upload->file, storing.name, &storing.digests));
	if (!blob_equal(sha256, BLOB(storing.digests.plain))) {
		vault_upload_drop(upload->file);
		return lra_refuse(call, E_INPUT, &wrong_digest, "sha256", "%lld bytes",
			(long long)storing.digests.size);
	}
	*out = (struct evidence_stored){ .size = storing.digests.size,
		.media = upload->media };
	return record_file(&storing, upload);
}

/* ---- looks */

static bool is_purpose(const char *word)
{
	for (size_t i = 0; evidence_purposes[i] != NULL; i++)
		if (strcmp(evidence_purposes[i], word) == 0)
			return true;
	return false;
}

static RESULT audit_look(struct lra_call *call, enum audit_event_kind kind,
	const char *receipt, struct blob sha256, const char *purpose)
{
	AUTO(db_rollback) struct db_tx *tx = NULL;
	char hex[65] = "", detail[200];
	enum role role = (call->roles & ROLE_LRA_CLERK) != 0      ? ROLE_LRA_CLERK
			 : (call->roles & ROLE_LRA_APPROVER) != 0 ? ROLE_LRA_APPROVER
								  : ROLE_AUDITOR;
	if (sha256.len == 32)
		hex_encode(sha256, hex);
	snprintf(detail, sizeof detail, "{\"sha256\":\"%s\",\"purpose\":\"%s\"}", hex,
		purpose);
	TRY(db_begin(call->lra->db, &tx));
	TRY(lra_audit(call, tx, kind, NULL, role, receipt, detail));
	return db_commit(&tx);
}

static RESULT find(struct lra_call *call, const char *receipt, struct blob sha256,
	struct db_rows **out)
{
	const char *lra_id = call->person == NULL ? "-" : call->person->lra;
	if (call->lra->vault == NULL)
		return lra_refuse(call, E_STATE, &no_vault, "evidence", "no vault");
	TRY(evidence_store_find(call->lra->db, lra_id, receipt, sha256, out));
	if (db_bool(*out, 0, FOUND_DESTROYED))
		return lra_refuse(call, E_STATE, &destroyed, "evidence", "%s", receipt);
	return OK;
}

/* The words for what the vault found wrong. */
static RESULT tell(struct lra_call *call, const char *receipt, struct blob sha256,
	struct err err)
{
	if (err.code == E_STATE)
		return lra_refuse(call, E_STATE, &case_closed, "evidence", "%s", receipt);
	if (err.code != E_CRYPTO && err.code != E_NOT_FOUND)
		return err;
	TRY(audit_look(call, AUDIT_EVIDENCE_DAMAGED, receipt, sha256, ""));
	return lra_refuse(call, E_CRYPTO, &damaged, "evidence", "%s", receipt);
}

RESULT lra_evidence_look(struct lra_call *call, const char *receipt, struct blob sha256,
	const char *purpose, const struct evidence_media **media, int *fd)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	int plain = -1;
	if (!is_purpose(purpose))
		return lra_refuse(call, E_POLICY, &no_purpose, "purpose", "%.20s",
			purpose);
	TRY(find(call, receipt, sha256, &rows));
	*media = evidence_media_find(db_text(rows, 0, FOUND_MEDIA));
	if (*media == NULL)
		return FAIL(E_BUG, "media type of %s", receipt);
	struct err err = vault_read(call->lra->vault, receipt,
		db_text(rows, 0, FOUND_NAME), sha256.data, &plain);
	if (err_is(err))
		return tell(call, receipt, sha256, err);
	/* No event, no look (R-LOG-02). */
	err = audit_look(call, AUDIT_EVIDENCE_SHOWN, receipt, sha256, purpose);
	if (err_is(err)) {
		close(plain);
		return err;
	}
	*fd = plain;
	return OK;
}

RESULT lra_evidence_fetch(struct lra_call *call, const char *receipt, struct blob sha256,
	int *fd)
{
	AUTO(db_rows_free) struct db_rows *rows = NULL;
	const char *lra_id = call->person == NULL ? "-" : call->person->lra;
	const char *name = VAULT_ARCHIVE_KEY;
	int sealed = -1;
	if (sha256.len > 0) {
		TRY(find(call, receipt, sha256, &rows));
		name = db_text(rows, 0, FOUND_NAME);
	} else {
		if (call->lra->vault == NULL)
			return lra_refuse(call, E_STATE, &no_vault, "evidence",
				"no vault");
		TRY(evidence_store_case(call->lra->db, lra_id, receipt, &rows));
	}
	TRY(vault_file(call->lra->vault, receipt, name, &sealed));
	struct err err =
		audit_look(call, AUDIT_EVIDENCE_FETCHED, receipt, sha256, "archive");
	if (err_is(err)) {
		close(sealed);
		return err;
	}
	*fd = sealed;
	return OK;
}
