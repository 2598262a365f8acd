#include "common/pki/cms.h"

#include <stdlib.h>

#include "common/base/limits.h"
#include "common/base/table.h"

/* clang-format off */
static const struct oid oid_signed_data         = { 9,  { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02 } }; /* 1.2.840.113549.1.7.2 */
static const struct oid oid_data                = { 9,  { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01 } }; /* 1.2.840.113549.1.7.1 */
static const struct oid oid_content_type        = { 9,  { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03 } }; /* 1.2.840.113549.1.9.3 */
static const struct oid oid_message_digest      = { 9,  { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04 } }; /* 1.2.840.113549.1.9.4 */
static const struct oid oid_signing_time        = { 9,  { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x05 } }; /* 1.2.840.113549.1.9.5 */
static const struct oid oid_signing_certificate = { 11, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f } }; /* 1.2.840.113549.1.9.16.2.47 */

/* RFC 5754 section 2: written without parameters. */
#define SHA2(n) { 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, (n) }
static const uint8_t sha256_identifier[] = SHA2(0x01);
static const uint8_t sha384_identifier[] = SHA2(0x02);
static const uint8_t sha512_identifier[] = SHA2(0x03);

/* RFC 5754 section 3.2: in a SignerInfo RSA is named without its hash; all readers must know this form. */
static const uint8_t rsa_identifier[] = {
	0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
};

static const struct scheme {
	struct blob digest_identifier;
	bool is_rsa;
} schemes[SIGNATURE_ALGORITHM_COUNT] = {
	[SIGNATURE_ECDSA_SHA256] = { { sha256_identifier, sizeof sha256_identifier }, false },
	[SIGNATURE_ECDSA_SHA384] = { { sha384_identifier, sizeof sha384_identifier }, false },
	[SIGNATURE_RSA_SHA256]   = { { sha256_identifier, sizeof sha256_identifier }, true  },
	[SIGNATURE_RSA_SHA384]   = { { sha384_identifier, sizeof sha384_identifier }, true  },
	[SIGNATURE_RSA_SHA512]   = { { sha512_identifier, sizeof sha512_identifier }, true  },
};
/* clang-format on */

enum {
	VERSION = 1,         /* RFC 5652 section 5.1: id-data, issuerAndSerialNumber */
	ATTRIBUTE_MAX = 160, /* octets of the longest, with a SHA-512 */
	ATTRIBUTES_MAX = 4 * ATTRIBUTE_MAX,
	CHAIN_MOST = 8
};

enum attribute {
	CONTENT_TYPE,
	MESSAGE_DIGEST,
	SIGNING_TIME,
	SIGNING_CERTIFICATE,
	ATTRIBUTE_COUNT
};

static const struct oid *const attribute_oids[ATTRIBUTE_COUNT] = {
	[CONTENT_TYPE] = &oid_content_type,
	[MESSAGE_DIGEST] = &oid_message_digest,
	[SIGNING_TIME] = &oid_signing_time,
	[SIGNING_CERTIFICATE] = &oid_signing_certificate,
};

struct digest {
	uint8_t octet[EVP_MAX_MD_SIZE];
	size_t len;
};

static struct err digest_make(struct blob bytes, const EVP_MD *md, struct digest *out)
{
	unsigned len = 0;
	if (EVP_Digest(bytes.data, bytes.len, out->octet, &len, md, NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "no digest");
	out->len = len;
	return OK;
}

static struct blob digest_view(const struct digest *digest)
{
	return blob_make(digest->octet, digest->len);
}

/* ---- writing ---- */

static int compare_encodings(const void *a, const void *b)
{
	return blob_compare(*(const struct blob *)a, *(const struct blob *)b);
}

static void put_value(enum attribute attribute, const struct digest *content,
	const struct digest *certificate, int64_t signing_time, struct der_writer *w)
{
	size_t outer, middle, inner;
	switch (attribute) {
	case CONTENT_TYPE:
		der_put_oid(w, &oid_data);
		break;
	case MESSAGE_DIGEST:
		der_put(w, DER_OCTET_STRING, digest_view(content));
		break;
	case SIGNING_TIME:
		der_put_time(w, signing_time);
		break;
	case SIGNING_CERTIFICATE: /* RFC 5035 section 3: SHA-256 is the default hash and therefore left out */
		outer = der_open(w, DER_SEQUENCE);
		middle = der_open(w, DER_SEQUENCE);
		inner = der_open(w, DER_SEQUENCE);
		der_put(w, DER_OCTET_STRING, digest_view(certificate));
		der_close(w, inner);
		der_close(w, middle);
		der_close(w, outer);
		break;
	case ATTRIBUTE_COUNT:
		break;
	}
}

/* The content of the SET OF signed attributes, in the order of their encodings (X.690 section 11.6). */
static struct err put_attributes(const struct digest *content,
	const struct digest *certificate, int64_t signing_time, struct der_writer *w)
{
	uint8_t rooms[ATTRIBUTE_COUNT][ATTRIBUTE_MAX];
	struct blob encodings[ATTRIBUTE_COUNT];
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++) {
		struct der_writer one = DER_WRITER(rooms[i]);
		size_t attribute = der_open(&one, DER_SEQUENCE);
		der_put_oid(&one, attribute_oids[i]);
		size_t values = der_open(&one, DER_SET);
		put_value((enum attribute)i, content, certificate, signing_time, &one);
		der_close(&one, values);
		der_close(&one, attribute);
		TRY(der_finish(&one, &encodings[i]));
	}
	qsort(encodings, ATTRIBUTE_COUNT, sizeof encodings[0], compare_encodings);
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++)
		der_put_raw(w, encodings[i]);
	return OK;
}

/* RFC 5652 section 5.4: signed as a SET OF, although the message holds it under the tag [0]. */
static struct err sign_attributes(struct blob attributes, const struct signing_key *key,
	uint8_t *signature, size_t *len)
{
	uint8_t room[ATTRIBUTES_MAX + 8];
	struct der_writer w = DER_WRITER(room);
	struct blob set = BLOB_NONE;
	der_put(&w, DER_SET, attributes);
	TRY(der_finish(&w, &set));
	return key->sign(key->context, set, signature, len);
}

static void put_signer(const struct cert *certificate, struct blob attributes,
	enum signature_algorithm algorithm, struct blob signature, struct der_writer *w)
{
	const struct scheme *scheme = &schemes[algorithm];
	size_t signers = der_open(w, DER_SET);
	size_t signer = der_open(w, DER_SEQUENCE);
	der_put_int(w, DER_INTEGER, VERSION);
	size_t sid = der_open(w, DER_SEQUENCE);
	der_put_raw(w, certificate->issuer);
	der_put_unsigned(w, serial_view(&certificate->serial_number));
	der_close(w, sid);
	der_put_raw(w, scheme->digest_identifier);
	der_put(w, DER_CONTEXT_OPEN(0), attributes);
	der_put_raw(w,
		scheme->is_rsa ? BLOB(rsa_identifier) : signature_identifier(algorithm));
	der_put(w, DER_OCTET_STRING, signature);
	der_close(w, signer);
	der_close(w, signers);
}

/* A SET OF in the order of DER: the signer's certificate stands where its octets put it. */
static void put_certificates(struct blob certificate, const struct blob *chain,
	size_t chain_count, struct der_writer *w)
{
	struct blob all[CHAIN_MOST + 1] = { certificate };
	for (size_t i = 0; i < chain_count; i++)
		all[i + 1] = chain[i];
	qsort(all, chain_count + 1, sizeof all[0], compare_encodings);
	size_t set = der_open(w, DER_CONTEXT_OPEN(0));
	for (size_t i = 0; i <= chain_count; i++)
		der_put_raw(w, all[i]);
	der_close(w, set);
}

struct signing {
	const struct cert *certificate;
	const struct blob *chain;
	size_t chain_count;
	struct blob attributes, signature;
	enum signature_algorithm algorithm;
};

static void put_signed_data(const struct signing *signing, struct der_writer *w)
{
	size_t info = der_open(w, DER_SEQUENCE);
	der_put_oid(w, &oid_signed_data);
	size_t explicit_tag = der_open(w, DER_CONTEXT_OPEN(0));
	size_t data = der_open(w, DER_SEQUENCE);
	der_put_int(w, DER_INTEGER, VERSION);
	der_put(w, DER_SET, schemes[signing->algorithm].digest_identifier);
	size_t content = der_open(w, DER_SEQUENCE);
	der_put_oid(w, &oid_data);
	der_close(w, content);
	put_certificates(signing->certificate->der, signing->chain, signing->chain_count,
		w);
	put_signer(signing->certificate, signing->attributes, signing->algorithm,
		signing->signature, w);
	der_close(w, data);
	der_close(w, explicit_tag);
	der_close(w, info);
}

RESULT cms_sign_chain(struct blob content, struct blob certificate,
	const struct blob *chain, size_t chain_count, int64_t signing_time,
	const struct signing_key *key, struct der_writer *w)
{
	if (chain_count > CHAIN_MOST)
		return FAIL(E_INPUT, "more than %d certificates above", CHAIN_MOST);
	struct cert cert;
	struct digest content_digest, certificate_digest;
	uint8_t room[ATTRIBUTES_MAX], signature[SIGNATURE_MAX];
	struct der_writer attributes_writer = DER_WRITER(room);
	struct blob attributes = BLOB_NONE;
	size_t len = 0;
	TRY_IN(cert_parse(certificate, &cert), "certificate");
	TRY(digest_make(content, signature_digest(key->algorithm), &content_digest));
	TRY(digest_make(certificate, EVP_sha256(), &certificate_digest));
	TRY(put_attributes(&content_digest, &certificate_digest, signing_time,
		&attributes_writer));
	TRY(der_finish(&attributes_writer, &attributes));
	TRY(sign_attributes(attributes, key, signature, &len));
	const struct signing signing = { &cert, chain, chain_count, attributes,
		blob_make(signature, len), key->algorithm };
	put_signed_data(&signing, w);
	return OK;
}

RESULT cms_sign(struct blob content, struct blob certificate, int64_t signing_time,
	const struct signing_key *key, struct der_writer *w)
{
	return cms_sign_chain(content, certificate, NULL, 0, signing_time, key, w);
}

/* ---- reading ---- */

/* The message in parts; everything points into the DER given. */
struct parts {
	struct blob digest_algorithm; /* of the SignedData */
	struct blob certificate;
	struct blob issuer, serial_number;
	struct blob signer_digest_algorithm, signature_algorithm;
	struct blob attributes, signature;
};

static struct err expect_oid(struct blob *in, const struct oid *want)
{
	struct oid oid;
	TRY(der_get_oid(in, &oid));
	if (!blob_equal(blob_make(oid.octet, oid.len), blob_make(want->octet, want->len)))
		return FAIL(E_INPUT, "another OBJECT IDENTIFIER");
	return OK;
}

static struct err expect_version(struct blob *in)
{
	uint64_t version = 0;
	TRY(der_get_int(in, DER_INTEGER, &version));
	if (version != VERSION)
		return FAIL(E_INPUT, "version: not %d", VERSION);
	return OK;
}

/* A constructed element that holds exactly one other. */
static struct err get_only(struct blob *in, uint8_t tag, struct blob *element)
{
	struct blob content = BLOB_NONE;
	TRY(der_get(in, tag, &content));
	TRY(der_get_element(&content, element));
	return der_end(content);
}

static struct err split_signer(struct blob signer, struct parts *out)
{
	struct blob content = BLOB_NONE, sid = BLOB_NONE;
	TRY(der_get(&signer, DER_SEQUENCE, &content));
	TRY(expect_version(&content));
	TRY_IN(der_get(&content, DER_SEQUENCE, &sid), "sid");
	TRY_IN(der_get_element(&sid, &out->issuer), "sid: issuer");
	TRY_IN(der_get_unsigned(&sid, &out->serial_number), "sid: serialNumber");
	TRY_IN(der_end(sid), "sid");
	TRY_IN(der_get_element(&content, &out->signer_digest_algorithm),
		"digestAlgorithm");
	TRY_IN(der_get(&content, DER_CONTEXT_OPEN(0), &out->attributes), "signedAttrs");
	TRY_IN(der_get_element(&content, &out->signature_algorithm),
		"signatureAlgorithm");
	TRY_IN(der_get(&content, DER_OCTET_STRING, &out->signature), "signature");
	return der_end(content);
}

static struct err split(struct blob der, struct parts *out)
{
	struct blob info = BLOB_NONE, wrapped = BLOB_NONE, data = BLOB_NONE;
	struct blob content = BLOB_NONE, signer = BLOB_NONE;
	TRY(der_get(&der, DER_SEQUENCE, &info));
	TRY(der_end(der));
	TRY_IN(expect_oid(&info, &oid_signed_data), "contentType");
	TRY_IN(get_only(&info, DER_CONTEXT_OPEN(0), &wrapped), "content");
	TRY(der_end(info));
	TRY_IN(der_get(&wrapped, DER_SEQUENCE, &data), "signedData");
	TRY_IN(expect_version(&data), "signedData");
	TRY_IN(get_only(&data, DER_SET, &out->digest_algorithm), "digestAlgorithms");
	TRY_IN(der_get(&data, DER_SEQUENCE, &content), "encapContentInfo");
	TRY_IN(expect_oid(&content, &oid_data), "eContentType");
	TRY_IN(der_end(content), "encapContentInfo: not detached");
	TRY_IN(get_only(&data, DER_CONTEXT_OPEN(0), &out->certificate), "certificates");
	TRY_IN(get_only(&data, DER_SET, &signer), "signerInfos");
	TRY_IN(der_end(data), "signedData");
	TRY_IN(split_signer(signer, out), "signerInfo");
	return OK;
}

static struct err find_algorithm(const struct parts *parts, enum signature_algorithm *out)
{
	for (int i = SIGNATURE_NONE + 1; i < SIGNATURE_ALGORITHM_COUNT; i++) {
		enum signature_algorithm algorithm = (enum signature_algorithm)i;
		struct blob named = signature_identifier(algorithm);
		bool fits = blob_equal(parts->signature_algorithm, named) ||
			    (schemes[i].is_rsa && blob_equal(parts->signature_algorithm,
							  BLOB(rsa_identifier)));
		if (fits &&
			blob_equal(parts->digest_algorithm,
				schemes[i].digest_identifier) &&
			blob_equal(parts->signer_digest_algorithm,
				schemes[i].digest_identifier)) {
			*out = algorithm;
			return OK;
		}
	}
	return FAIL(E_INPUT,
		"digestAlgorithm and signatureAlgorithm: no pair of the table");
}

struct attributes {
	struct blob message_digest, certificate_digest;
	int64_t signing_time;
};

/* SigningCertificateV2 of one certificate by its SHA-256; IssuerSerial may stand beside, the hash says more. */
static struct err read_signing_certificate(struct blob *value, struct blob *digest)
{
	struct blob content = BLOB_NONE, id = BLOB_NONE, issuer_serial = BLOB_NONE;
	struct blob only = BLOB_NONE;
	TRY(der_get(value, DER_SEQUENCE, &content));
	TRY(get_only(&content, DER_SEQUENCE, &only));
	TRY(der_end(content));
	TRY(der_get(&only, DER_SEQUENCE, &id));
	TRY(der_get(&id, DER_OCTET_STRING, digest));
	if (id.len > 0)
		TRY(der_get(&id, DER_SEQUENCE, &issuer_serial));
	return der_end(id);
}

static struct err read_value(enum attribute attribute, struct blob value,
	struct attributes *out)
{
	switch (attribute) {
	case CONTENT_TYPE:
		TRY(expect_oid(&value, &oid_data));
		break;
	case MESSAGE_DIGEST:
		TRY(der_get(&value, DER_OCTET_STRING, &out->message_digest));
		break;
	case SIGNING_TIME:
		TRY(der_get_time(&value, &out->signing_time));
		break;
	case SIGNING_CERTIFICATE:
		TRY(read_signing_certificate(&value, &out->certificate_digest));
		break;
	case ATTRIBUTE_COUNT:
		return FAIL(E_BUG, "no such attribute");
	}
	return der_end(value);
}

static struct err read_attribute(struct blob encoding, bool seen[static ATTRIBUTE_COUNT],
	struct attributes *out)
{
	struct blob content = BLOB_NONE, values = BLOB_NONE;
	struct oid type;
	TRY(der_get(&encoding, DER_SEQUENCE, &content));
	TRY(der_get_oid(&content, &type));
	TRY(der_get(&content, DER_SET, &values));
	TRY(der_end(content));
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++) {
		const struct oid *known = attribute_oids[i];
		if (!blob_equal(blob_make(type.octet, type.len),
			    blob_make(known->octet, known->len)))
			continue;
		if (seen[i])
			return FAIL(E_INPUT, "an attribute stands twice");
		seen[i] = true;
		return read_value((enum attribute)i, values, out);
	}
	return FAIL(E_INPUT, "an attribute that does not belong here");
}

static struct err read_attributes(struct blob set, struct attributes *out)
{
	bool seen[ATTRIBUTE_COUNT] = { false };
	struct blob last = BLOB_NONE;
	while (set.len > 0) {
		struct blob encoding = BLOB_NONE;
		TRY(der_get_element(&set, &encoding));
		if (last.len > 0 && blob_compare(last, encoding) >= 0)
			return FAIL(E_INPUT, "not in the order of DER");
		last = encoding;
		TRY(read_attribute(encoding, seen, out));
	}
	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++)
		if (!seen[i])
			return FAIL(E_INPUT, "an attribute is missing");
	return OK;
}

/* RFC 5652 section 5.6: the attributes bind the content, and the signature binds the attributes. */
static struct err verify_digests(const struct attributes *attributes, struct blob content,
	struct blob certificate, enum signature_algorithm algorithm)
{
	struct digest content_digest, certificate_digest;
	TRY(digest_make(content, signature_digest(algorithm), &content_digest));
	TRY(digest_make(certificate, EVP_sha256(), &certificate_digest));
	if (!blob_equal(attributes->message_digest, digest_view(&content_digest)))
		return FAIL(E_CRYPTO, "messageDigest: the content is another one");
	/* RFC 5035 section 4: another certificate of the same key cannot be put in its place. */
	if (!blob_equal(attributes->certificate_digest, digest_view(&certificate_digest)))
		return FAIL(E_CRYPTO,
			"signingCertificateV2: the certificate is another one");
	return OK;
}

static struct err verify_signature(const struct parts *parts,
	const struct cert *certificate, enum signature_algorithm algorithm)
{
	uint8_t room[LIMIT_CMS];
	struct der_writer w = DER_WRITER(room);
	struct blob set = BLOB_NONE;
	enum key_algorithm key_algorithm = KEY_NONE;
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	der_put(&w, DER_SET, parts->attributes);
	TRY(der_finish(&w, &set));
	TRY_IN(key_parse(certificate->subject_public_key_info, &key_algorithm, &key),
		"certificate");
	return signature_verify(key, algorithm, set, parts->signature);
}

RESULT cms_verify(struct blob der, struct blob content, struct cms *out)
{
	struct parts parts = { .certificate = BLOB_NONE };
	struct attributes attributes = { .message_digest = BLOB_NONE };
	struct cms cms = { .signing_time = 0 };
	enum signature_algorithm algorithm = SIGNATURE_NONE;
	if (der.len > LIMIT_CMS)
		return FAIL(E_INPUT, "longer than %d bytes", LIMIT_CMS);
	TRY_IN(split(der, &parts), "cms");
	TRY_IN(cert_parse(parts.certificate, &cms.certificate), "cms: certificate");
	TRY_IN(find_algorithm(&parts, &algorithm), "cms");
	TRY_IN(read_attributes(parts.attributes, &attributes), "cms: signedAttrs");
	if (!blob_equal(parts.issuer, cms.certificate.issuer) ||
		!blob_equal(parts.serial_number,
			serial_view(&cms.certificate.serial_number)))
		return FAIL(E_INPUT, "cms: sid names another certificate");
	TRY_IN(verify_digests(&attributes, content, parts.certificate, algorithm), "cms");
	TRY_IN(verify_signature(&parts, &cms.certificate, algorithm), "cms");
	cms.signing_time = attributes.signing_time;
	*out = cms;
	return OK;
}
