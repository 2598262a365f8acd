#include "common/pki/crl.h"

#include "common/base/table.h"
#include "common/pki/extension.h"

/* clang-format off */
static const struct { enum revocation_reason number; const char *name; } reasons[] = { /* RFC 5280 section 5.3.1 */
	{ REASON_UNSPECIFIED,            "unspecified" },
	{ REASON_KEY_COMPROMISE,         "keyCompromise" },
	{ REASON_CA_COMPROMISE,          "cACompromise" },
	{ REASON_AFFILIATION_CHANGED,    "affiliationChanged" },
	{ REASON_SUPERSEDED,             "superseded" },
	{ REASON_CESSATION_OF_OPERATION, "cessationOfOperation" },
	{ REASON_CERTIFICATE_HOLD,       "certificateHold" },
	{ REASON_REMOVE_FROM_CRL,        "removeFromCRL" },
	{ REASON_PRIVILEGE_WITHDRAWN,    "privilegeWithdrawn" },
	{ REASON_AA_COMPROMISE,          "aACompromise" },
};
static const struct oid id_authority_key_identifier     = { 3, { 0x55, 0x1d, 0x23 } };
static const struct oid id_crl_number                   = { 3, { 0x55, 0x1d, 0x14 } };
static const struct oid id_reason_code                  = { 3, { 0x55, 0x1d, 0x15 } };
static const struct oid id_invalidity_date              = { 3, { 0x55, 0x1d, 0x18 } };
static const struct oid id_issuing_distribution_point   = { 3, { 0x55, 0x1d, 0x1c } };
static const struct oid id_expired_certs_on_crl         = { 3, { 0x55, 0x1d, 0x3c } };
/* clang-format on */

enum { CRL_VERSION_2 = 1, CRL_TAIL_ROOM = 1024 };

const char *reason_name(enum revocation_reason reason)
{
	for (size_t i = 0; i < COUNT(reasons); i++)
		if (reasons[i].number == reason)
			return reasons[i].name;
	return NULL;
}

RESULT reason_by_name(const char *name, enum revocation_reason *out)
{
	for (size_t i = 0; i < COUNT(reasons); i++)
		if (strcmp(reasons[i].name, name) == 0) {
			*out = reasons[i].number;
			return OK;
		}
	return FAIL(E_INPUT, "reason: no such name");
}

/* Tag and length of content that is not in memory: der_open() cannot know what a spool holds. */
static size_t header_make(uint8_t tag, uint64_t len, uint8_t out[static 10])
{
	size_t octets = 0;
	out[0] = tag;
	if (len < 0x80) {
		out[1] = (uint8_t)len;
		return 2;
	}
	for (uint64_t rest = len; rest > 0; rest >>= 8)
		octets++;
	out[1] = (uint8_t)(0x80 | octets);
	for (size_t i = 0; i < octets; i++)
		out[2 + i] = (uint8_t)(len >> (8 * (octets - 1 - i)));
	return 2 + octets;
}

static void put_entry_extensions(const struct crl_entry *entry, struct der_writer *w)
{
	uint8_t room[32];
	size_t list = der_open(w, DER_SEQUENCE);
	/* R-REV-07: unspecified is said by leaving the extension out (RFC 5280 section 5.3.1: SHOULD). */
	if (entry->reason != REASON_UNSPECIFIED) {
		struct der_writer value = DER_WRITER(room);
		der_put_int(&value, DER_ENUMERATED, entry->reason);
		extension_put(w, &id_reason_code, false, blob_make(room, value.len));
	}
	if (entry->invalidity_date != 0) {
		struct der_writer value = DER_WRITER(room);
		der_put_generalized(&value, entry->invalidity_date);
		extension_put(w, &id_invalidity_date, false, blob_make(room, value.len));
	}
	der_close(w, list);
}

void crl_entry_write(const struct crl_entry *entry, struct der_writer *w)
{
	size_t mark = der_open(w, DER_SEQUENCE);
	/* R-CRL-03: the octets of the certificate, never a number that was converted. */
	der_put(w, DER_INTEGER, serial_view(&entry->serial_number));
	der_put_time(w, entry->revocation_date);
	if (entry->reason != REASON_UNSPECIFIED || entry->invalidity_date != 0)
		put_entry_extensions(entry, w);
	der_close(w, mark);
}

RESULT crl_write_tail(const struct crl_fields *fields, struct der_writer *w)
{
	uint8_t room[64];
	struct der_writer value = DER_WRITER(room);
	struct blob end;
	size_t outer = der_open(w, DER_CONTEXT_OPEN(0));
	size_t list = der_open(w, DER_SEQUENCE);

	size_t mark = der_open(&value, DER_SEQUENCE);
	der_put(&value, DER_CONTEXT(0), fields->authority_key_identifier);
	der_close(&value, mark);
	TRY_IN(der_finish(&value, &end), "authorityKeyIdentifier");
	extension_put(w, &id_authority_key_identifier, false, end);

	value = DER_WRITER(room);
	der_put_int(&value, DER_INTEGER, fields->crl_number);
	extension_put(w, &id_crl_number, false, blob_make(room, value.len));

	/* R-CRL-05: critical, so that a reader who does not know shards does not take one for the whole list. */
	if (fields->issuing_distribution_point.len > 0)
		extension_put(w, &id_issuing_distribution_point, true,
			fields->issuing_distribution_point);
	if (fields->expired_certs_on_crl != 0) { /* R-CRL-04 */
		value = DER_WRITER(room);
		der_put_generalized(&value, fields->expired_certs_on_crl);
		extension_put(w, &id_expired_certs_on_crl, false,
			blob_make(room, value.len));
	}
	der_close(w, list);
	der_close(w, outer);
	return der_finish(w, &end);
}

static void put_head_fields(const struct crl_fields *fields, struct der_writer *w)
{
	der_put_int(w, DER_INTEGER, CRL_VERSION_2);
	der_put_raw(w, signature_identifier(fields->algorithm));
	der_put_raw(w, fields->issuer);
	der_put_time(w, fields->this_update);
	der_put_time(w, fields->next_update);
}

RESULT crl_write_head(const struct crl_fields *fields, uint64_t entries_len,
	struct der_writer *w)
{
	uint8_t head[CRL_HEAD], tail[CRL_TAIL_ROOM], outer[10], list[10];
	struct der_writer before = DER_WRITER(head), behind = DER_WRITER(tail);
	struct blob end;
	if (fields->issuer.len == 0 || fields->authority_key_identifier.len == 0)
		return FAIL(E_POLICY, "CRL without issuer or authorityKeyIdentifier");
	if (fields->next_update <= fields->this_update)
		return FAIL(E_POLICY, "nextUpdate is not after thisUpdate");
	put_head_fields(fields, &before);
	TRY_IN(der_finish(&before, &end), "CRL head");
	TRY_IN(crl_write_tail(fields, &behind), "CRL tail");
	/* RFC 5280 section 5.1.2.6: no revoked certificate, no list. */
	size_t list_len =
		entries_len == 0 ? 0 : header_make(DER_SEQUENCE, entries_len, list);
	uint64_t total = before.len + list_len + entries_len + behind.len;
	size_t outer_len = header_make(DER_SEQUENCE, total, outer);
	der_put_raw(w, blob_make(outer, outer_len));
	der_put_raw(w, blob_make(head, before.len));
	der_put_raw(w, blob_make(list, list_len));
	return der_finish(w, &end);
}

RESULT crl_write_frame(uint64_t tbs_len, enum signature_algorithm algorithm,
	struct blob signature, struct der_writer *head, struct der_writer *tail)
{
	uint8_t header[10];
	struct blob end;
	der_put_raw(tail, signature_identifier(algorithm));
	der_put_bits(tail, signature);
	TRY(der_finish(tail, &end));
	size_t len = header_make(DER_SEQUENCE, tbs_len + tail->len, header);
	der_put_raw(head, blob_make(header, len));
	return der_finish(head, &end);
}

static RESULT read_key_identifier(struct blob value, struct crl *crl)
{
	struct blob content;
	TRY(der_get(&value, DER_SEQUENCE, &content));
	TRY(der_end(value));
	/* PROFILES G7: keyIdentifier only. */
	TRY(der_get(&content, DER_CONTEXT(0), &crl->authority_key_identifier));
	return der_end(content);
}

static RESULT read_crl_number(struct blob value, struct crl *crl)
{
	TRY(der_get_int(&value, DER_INTEGER, &crl->crl_number));
	return der_end(value);
}

static RESULT read_distribution_point(struct blob value, struct crl *crl)
{
	struct blob content;
	crl->issuing_distribution_point = value;
	TRY(der_get(&value, DER_SEQUENCE, &content));
	return der_end(value);
}

static RESULT read_expired_certs(struct blob value, struct crl *crl)
{
	TRY(der_get_generalized(&value, &crl->expired_certs_on_crl));
	return der_end(value);
}

/* clang-format off */
static const struct crl_extension {
	const struct oid *id;
	const char *name;
	bool critical;
	struct err (*read)(struct blob value, struct crl *crl);
} crl_extensions[] = {
	{ &id_authority_key_identifier,   "authorityKeyIdentifier",   false, read_key_identifier },
	{ &id_crl_number,                 "cRLNumber",                false, read_crl_number },
	{ &id_issuing_distribution_point, "issuingDistributionPoint", true,  read_distribution_point },
	{ &id_expired_certs_on_crl,       "expiredCertsOnCRL",        false, read_expired_certs },
};
/* clang-format on */
enum {
	SEEN_NEEDED = 1 << 0 | 1 << 1
}; /* PROFILES part 8: key identifier and number stand in every list */

static RESULT read_extension(const struct extension *extension, unsigned *seen,
	struct crl *crl)
{
	for (size_t i = 0; i < COUNT(crl_extensions); i++) {
		const struct crl_extension *row = &crl_extensions[i];
		if (!extension_is(extension, row->id))
			continue;
		if ((*seen & 1u << i) != 0)
			return FAIL(E_INPUT, "%s: twice", row->name);
		if (extension->critical != row->critical)
			return FAIL(E_INPUT, "%s: critical is %s", row->name,
				row->critical ? "missing" : "set");
		*seen |= 1u << i;
		TRY_IN(row->read(extension->value, crl), "%s", row->name);
		return OK;
	}
	/* RFC 5280 section 5.2: a list with an unknown critical extension must not be used. */
	if (extension->critical)
		return FAIL(E_INPUT, "unknown critical extension");
	return OK;
}

static RESULT read_extensions(struct blob in, struct crl *crl)
{
	struct blob outer, list;
	unsigned seen = 0;
	TRY_IN(der_get(&in, DER_CONTEXT_OPEN(0), &outer), "crlExtensions");
	TRY(der_end(in));
	TRY(der_get(&outer, DER_SEQUENCE, &list));
	TRY(der_end(outer));
	while (list.len > 0) {
		struct extension extension;
		TRY_IN(extension_next(&list, &extension), "crlExtensions");
		TRY(read_extension(&extension, &seen, crl));
	}
	if ((seen & SEEN_NEEDED) != SEEN_NEEDED)
		return FAIL(E_INPUT, "authorityKeyIdentifier or cRLNumber is missing");
	return OK;
}

static RESULT read_tbs(struct blob in, struct blob outer_algorithm, struct crl *crl)
{
	uint64_t version;
	struct blob algorithm;
	TRY_IN(der_get_int(&in, DER_INTEGER, &version), "version");
	if (version != CRL_VERSION_2)
		return FAIL(E_INPUT, "version is not 2");
	TRY(der_get_element(&in, &algorithm));
	/* RFC 5280 section 5.1.1.2: the same inside and outside, else the signature covers another claim. */
	if (!blob_equal(algorithm, outer_algorithm))
		return FAIL(E_INPUT, "signature algorithm differs inside and outside");
	TRY(signature_by_identifier(algorithm, &crl->algorithm));
	if (!der_peek(in, DER_SEQUENCE))
		return FAIL(E_INPUT, "issuer: not a Name");
	TRY_IN(der_get_element(&in, &crl->issuer), "issuer");
	TRY_IN(der_get_time(&in, &crl->this_update), "thisUpdate");
	/* RFC 5280 section 5.1.2.5: nextUpdate MUST be included. */
	TRY_IN(der_get_time(&in, &crl->next_update), "nextUpdate");
	if (der_peek(in, DER_SEQUENCE)) {
		TRY_IN(der_get(&in, DER_SEQUENCE, &crl->entries), "revokedCertificates");
		if (crl->entries.len == 0)
			return FAIL(E_INPUT, "revokedCertificates: written though empty");
	}
	return read_extensions(in, crl);
}

RESULT crl_parse(struct blob der, struct crl *out)
{
	struct crl crl = { .der = der };
	struct blob in = der, outer, tbs, algorithm;
	TRY_IN(der_get(&in, DER_SEQUENCE, &outer), "CertificateList");
	TRY(der_end(in));
	TRY_IN(der_get_element(&outer, &crl.tbs), "tbsCertList");
	TRY_IN(der_get_element(&outer, &algorithm), "signatureAlgorithm");
	TRY_IN(der_get_bits(&outer, &crl.signature), "signatureValue");
	TRY(der_end(outer));
	tbs = crl.tbs;
	TRY_IN(der_get(&tbs, DER_SEQUENCE, &in), "tbsCertList");
	TRY_IN(read_tbs(in, algorithm, &crl), "tbsCertList");
	*out = crl;
	return OK;
}

RESULT crl_verify(const struct crl *crl, EVP_PKEY *issuer_key)
{
	return signature_verify(issuer_key, crl->algorithm, crl->tbs, crl->signature);
}

static RESULT read_reason(struct blob value, enum revocation_reason *out)
{
	uint64_t number;
	TRY(der_get_int(&value, DER_ENUMERATED, &number));
	TRY(der_end(value));
	/* R-REV-07: 0 is said by absence; 7 is not used (RFC 5280 section 5.3.1). */
	if (number == REASON_UNSPECIFIED || number > REASON_AA_COMPROMISE ||
		reason_name((enum revocation_reason)number) == NULL)
		return FAIL(E_INPUT, "reasonCode %llu", (unsigned long long)number);
	*out = (enum revocation_reason)number;
	return OK;
}

static RESULT read_entry_extensions(struct blob in, struct crl_entry *entry)
{
	struct blob list;
	TRY(der_get(&in, DER_SEQUENCE, &list));
	TRY(der_end(in));
	if (list.len == 0)
		return FAIL(E_INPUT, "crlEntryExtensions: written though empty");
	while (list.len > 0) {
		struct extension extension;
		TRY(extension_next(&list, &extension));
		if (extension_is(&extension, &id_reason_code)) {
			if (entry->reason != REASON_UNSPECIFIED || extension.critical)
				return FAIL(E_INPUT, "reasonCode: twice or critical");
			TRY(read_reason(extension.value, &entry->reason));
		} else if (extension_is(&extension, &id_invalidity_date)) {
			if (entry->invalidity_date != 0 || extension.critical)
				return FAIL(E_INPUT, "invalidityDate: twice or critical");
			TRY(der_get_generalized(&extension.value,
				&entry->invalidity_date));
			TRY(der_end(extension.value));
		} else if (extension.critical) {
			return FAIL(E_INPUT, "unknown critical extension of an entry");
		}
	}
	return OK;
}

RESULT crl_next(struct blob *entries, struct crl_entry *out)
{
	struct blob rest = *entries, in, serial;
	struct crl_entry entry = { .reason = REASON_UNSPECIFIED };
	TRY_IN(der_get(&rest, DER_SEQUENCE, &in), "revokedCertificates");
	TRY_IN(der_get(&in, DER_INTEGER, &serial), "userCertificate");
	TRY_IN(serial_from_blob(serial, &entry.serial_number), "userCertificate");
	TRY_IN(der_get_time(&in, &entry.revocation_date), "revocationDate");
	if (in.len > 0)
		TRY_IN(read_entry_extensions(in, &entry), "crlEntryExtensions");
	*entries = rest;
	*out = entry;
	return OK;
}

/* Steps over a SEQUENCE's tag and length without asking that its content be there. */
static RESULT skip_header(struct blob *in)
{
	if (in->len < 2 || in->data[0] != DER_SEQUENCE)
		return FAIL(E_INPUT, "not a SEQUENCE");
	size_t octets = in->data[1] < 0x80 ? 0 : in->data[1] & 0x7f;
	if (in->data[1] == 0x80 || octets > 8 || in->len < 2 + octets)
		return FAIL(E_INPUT, "length");
	*in = blob_make(in->data + 2 + octets, in->len - 2 - octets);
	return OK;
}

RESULT crl_head_times(struct blob head, int64_t *this_update, int64_t *next_update)
{
	uint64_t version;
	struct blob skipped;
	int64_t from, to;
	TRY_IN(skip_header(&head), "CertificateList");
	TRY_IN(skip_header(&head), "tbsCertList");
	TRY_IN(der_get_int(&head, DER_INTEGER, &version), "version");
	TRY_IN(der_get_element(&head, &skipped), "signature");
	TRY_IN(der_get_element(&head, &skipped), "issuer");
	TRY_IN(der_get_time(&head, &from), "thisUpdate");
	TRY_IN(der_get_time(&head, &to), "nextUpdate");
	*this_update = from;
	*next_update = to;
	return OK;
}
