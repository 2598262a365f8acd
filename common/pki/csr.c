#include "common/pki/csr.h"

#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/pki/pem.h"

/* RFC 2986 section 4.1: PKCS #10 has known version v1(0) only. */
enum { VERSION = 0 };

/*
 * Attribute ::= SEQUENCE { type, values SET OF ANY }. R-ISS-06: whatever they ask for, names and extensions too, is not
 * looked at; they only have to be DER, since the signature covers them.
 */
static struct err skip_attribute(struct blob *attributes)
{
	struct blob attribute = BLOB_NONE, values = BLOB_NONE, value = BLOB_NONE;
	struct oid type;
	TRY(der_get(attributes, DER_SEQUENCE, &attribute));
	TRY(der_get_oid(&attribute, &type));
	TRY(der_get(&attribute, DER_SET, &values));
	TRY(der_end(attribute));
	while (values.len > 0)
		TRY(der_get_element(&values, &value));
	return OK;
}

static struct err parse_info(struct blob info, struct csr *out)
{
	uint64_t version = 0;
	struct blob attributes = BLOB_NONE;
	TRY_IN(der_get_int(&info, DER_INTEGER, &version), "version");
	if (version != VERSION)
		return FAIL(E_INPUT, "version: not v1(0)");
	if (!der_peek(info, DER_SEQUENCE))
		return FAIL(E_INPUT, "subject: not a Name");
	TRY_IN(der_get_element(&info, &out->subject), "subject");
	TRY_IN(der_get_element(&info, &out->spki), "subjectPKInfo");
	/* Not optional in RFC 2986, but some old tools leave an empty one out. */
	if (info.len > 0)
		TRY_IN(der_get(&info, DER_CONTEXT_OPEN(0), &attributes), "attributes");
	TRY_IN(der_end(info), "certificationRequestInfo");
	while (attributes.len > 0)
		TRY_IN(skip_attribute(&attributes), "attributes");
	return OK;
}

/* Tells an algorithm that is not ours (SHA-1) from one that is not even an AlgorithmIdentifier. */
static struct err parse_algorithm(struct blob identifier, enum signature_algorithm *out)
{
	struct blob in = identifier, content = BLOB_NONE;
	struct oid oid;
	TRY_IN(der_get(&in, DER_SEQUENCE, &content), "signatureAlgorithm");
	TRY_IN(der_get_oid(&content, &oid), "signatureAlgorithm");
	if (err_is(signature_by_identifier(identifier, out)))
		return FAIL(E_POLICY, "signatureAlgorithm: not one of those accepted");
	return OK;
}

RESULT csr_parse(struct blob der, struct csr *out)
{
	struct csr csr = { .spki = BLOB_NONE };
	struct blob content = BLOB_NONE, info = BLOB_NONE, info_content = BLOB_NONE;
	struct blob identifier = BLOB_NONE, signature = BLOB_NONE;
	if (der.len > LIMIT_CSR)
		return FAIL(E_INPUT, "longer than %d bytes", LIMIT_CSR);
	TRY_IN(der_get(&der, DER_SEQUENCE, &content), "certificationRequest");
	TRY_IN(der_end(der), "certificationRequest");
	TRY_IN(der_get_element(&content, &info), "certificationRequestInfo");
	TRY_IN(der_get_element(&content, &identifier), "signatureAlgorithm");
	TRY_IN(der_get_bits(&content, &signature), "signature");
	TRY_IN(der_end(content), "certificationRequest");
	struct blob in = info;
	TRY_IN(der_get(&in, DER_SEQUENCE, &info_content), "certificationRequestInfo");
	TRY(parse_info(info_content, &csr));
	TRY(parse_algorithm(identifier, &csr.signature_algorithm));
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	TRY(key_parse(csr.spki, &csr.key_algorithm, &key));
	/* R-PKQ-09: whoever asks has the private key. */
	TRY_IN(signature_verify(key, csr.signature_algorithm, info, signature),
		"proof of possession");
	*out = csr;
	return OK;
}

RESULT csr_from_file(struct blob file, struct buf *der)
{
	/* RFC 7468 section 7: the second label is the old one, still written by some tools. */
	static const char *const labels[] = { "CERTIFICATE REQUEST",
		"NEW CERTIFICATE REQUEST" };
	struct blob in = file, element = BLOB_NONE;
	if (!der_peek(file, DER_SEQUENCE)) {
		for (size_t i = 0; i < COUNT(labels); i++) {
			struct err err = pem_read(file, labels[i], der);
			if (err.code != E_NOT_FOUND)
				return err;
		}
		return FAIL(E_INPUT, "neither a DER nor a PEM certification request");
	}
	TRY_IN(der_get_element(&in, &element), "certificationRequest");
	TRY_IN(der_end(in), "certificationRequest");
	return buf_append(der, element);
}

RESULT csr_write(const struct name *subject, struct blob spki,
	const struct signing_key *key, struct der_writer *w)
{
	uint8_t room[LIMIT_CSR], signature[SIGNATURE_MAX];
	struct der_writer info = DER_WRITER(room);
	struct blob tbs = BLOB_NONE;
	size_t len = 0;
	size_t sequence = der_open(&info, DER_SEQUENCE);
	der_put_int(&info, DER_INTEGER, VERSION);
	name_write(subject, &info);
	der_put_raw(&info, spki);
	der_put(&info, DER_CONTEXT_OPEN(0), BLOB_NONE);
	der_close(&info, sequence);
	TRY_IN(der_finish(&info, &tbs), "certificationRequestInfo");
	TRY(key->sign(key->context, tbs, signature, &len));
	sequence = der_open(w, DER_SEQUENCE);
	der_put_raw(w, tbs);
	der_put_raw(w, signature_identifier(key->algorithm));
	der_put_bits(w, blob_make(signature, len));
	der_close(w, sequence);
	return OK;
}
