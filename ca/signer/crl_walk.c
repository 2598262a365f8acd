#include "ca/signer/crl_walk.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/pki/extension.h"

enum {
	WINDOW = 64 * 1024,
	AHEAD = 8 * 1024, /* more than a head, a tail or an entry can be long */
	VERSION_2 = 1,
	EARLY_S = MINUTE, /* how far thisUpdate may lie ahead of our clock, … */
	LATE_S = HOUR,    /* … and behind it */
	LENGTH_OCTETS = 8,
};

static const struct oid id_authority_key_identifier = { 3, { 0x55, 0x1d, 0x23 } };
static const struct oid id_crl_number = { 3, { 0x55, 0x1d, 0x14 } };
static const struct oid id_issuing_distribution_point = { 3, { 0x55, 0x1d, 0x1c } };
static const struct oid id_expired_certs_on_crl = { 3, { 0x55, 0x1d, 0x3c } };

struct walk {
	int fd;
	const struct crl_expected *expected;
	EVP_MD_CTX *hash;
	uint8_t *room;       /* WINDOW bytes */
	size_t at, end;      /* the part of room that is read and not yet judged */
	uint64_t read, size; /* of the file */
	int64_t this_update;
	struct crl_walked out;
};

static void walk_clear(struct walk *walk)
{
	EVP_MD_CTX_free(walk->hash);
	free(walk->room);
}
AUTO_DEFINE_HELD(struct walk, walk_clear)

static struct blob window(const struct walk *walk)
{
	return blob_make(walk->room + walk->at, walk->end - walk->at);
}

/* Moves what is left to the front and reads on; bytes are hashed as they come in. */
static RESULT fill(struct walk *walk)
{
	if (walk->end - walk->at >= AHEAD || walk->read == walk->size)
		return OK;
	memmove(walk->room, walk->room + walk->at, walk->end - walk->at);
	walk->end -= walk->at;
	walk->at = 0;
	while (walk->end < WINDOW && walk->read < walk->size) {
		uint64_t left = walk->size - walk->read;
		size_t want =
			left < WINDOW - walk->end ? (size_t)left : WINDOW - walk->end;
		ssize_t got =
			pread(walk->fd, walk->room + walk->end, want, (off_t)walk->read);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return FAIL(E_IO, "could not read the list: %s",
				got < 0 ? strerror(errno) : "it shrank");
		if (EVP_DigestUpdate(walk->hash, walk->room + walk->end, (size_t)got) !=
			1)
			return FAIL_OSSL(E_CRYPTO, "could not hash");
		walk->end += (size_t)got;
		walk->read += (uint64_t)got;
	}
	return OK;
}

/* A SEQUENCE whose content need not be in memory; its length as short as can be (X.690 section 10.1). */
static RESULT take_header(struct walk *walk, uint64_t *content)
{
	struct blob in = window(walk);
	if (in.len < 2 || in.data[0] != DER_SEQUENCE)
		return FAIL(E_INPUT, "a SEQUENCE is missing");
	size_t octets = in.data[1] < 0x80 ? 0 : in.data[1] & 0x7fu;
	uint64_t len = octets == 0 ? in.data[1] : 0;
	if (in.data[1] == 0x80 || octets > LENGTH_OCTETS || octets > in.len - 2)
		return FAIL(E_INPUT, "a length that is not DER");
	for (size_t i = 0; i < octets; i++)
		len = len << 8 | in.data[2 + i];
	if (octets > 0 && (in.data[2] == 0 || len < 0x80))
		return FAIL(E_INPUT, "a length in a longer form than needed");
	walk->at += 2 + octets;
	if (len > (walk->end - walk->at) + (walk->size - walk->read))
		return FAIL(E_INPUT, "a length beyond the end");
	*content = len;
	return OK;
}

/* PROFILES part 8, in the order of RFC 5280 section 5.1.2. */
static RESULT judge_head(struct walk *walk)
{
	const struct crl_expected *want = walk->expected;
	struct blob in = window(walk), algorithm, issuer;
	uint64_t version;
	int64_t next_update;
	TRY_IN(der_get_int(&in, DER_INTEGER, &version), "version");
	if (version != VERSION_2)
		return FAIL(E_POLICY, "version is not 2");
	TRY_IN(der_get_element(&in, &algorithm), "signature");
	if (!blob_equal(algorithm, signature_identifier(want->algorithm)))
		return FAIL(E_POLICY, "signature is not %s",
			signature_name(want->algorithm));
	TRY_IN(der_get_element(&in, &issuer), "issuer");
	if (!blob_equal(issuer, want->issuer))
		return FAIL(E_POLICY, "issuer is another one");
	TRY_IN(der_get_time(&in, &walk->this_update), "thisUpdate");
	TRY_IN(der_get_time(&in, &next_update), "nextUpdate");
	if (walk->this_update > want->now + EARLY_S ||
		walk->this_update < want->now - LATE_S)
		return FAIL(E_POLICY, "thisUpdate is not now");
	if (next_update <= walk->this_update ||
		next_update - walk->this_update > want->validity_max_s)
		return FAIL(E_POLICY,
			"nextUpdate does not follow thisUpdate within %lld s",
			(long long)want->validity_max_s);
	walk->at = walk->end - in.len;
	return OK;
}

static RESULT judge_entries(struct walk *walk)
{
	uint64_t left;
	if (!der_peek(window(walk), DER_SEQUENCE))
		return OK; /* none: the field is absent */
	TRY(take_header(walk, &left));
	if (left == 0)
		return FAIL(E_POLICY,
			"revokedCertificates is empty"); /* RFC 5280 section 5.1.2.6 */
	while (left > 0) {
		struct crl_entry entry;
		TRY(fill(walk));
		struct blob rest = window(walk);
		if (rest.len > left)
			rest.len = (size_t)left;
		size_t before = rest.len;
		TRY_IN(crl_next(&rest, &entry), "entry %llu",
			(unsigned long long)walk->out.entries);
		if (entry.revocation_date > walk->this_update)
			return FAIL(E_POLICY,
				"entry %llu: revocationDate lies after thisUpdate",
				(unsigned long long)walk->out.entries);
		if (entry.invalidity_date > entry.revocation_date)
			return FAIL(E_POLICY,
				"entry %llu: invalidityDate lies after revocationDate",
				(unsigned long long)walk->out.entries);
		walk->out.entries++;
		walk->at += before - rest.len;
		left -= before - rest.len;
	}
	return OK;
}

static RESULT judge_key_identifier(struct walk *walk, struct blob value)
{
	struct blob sequence, identifier;
	TRY(der_get(&value, DER_SEQUENCE, &sequence));
	TRY(der_end(value));
	TRY(der_get(&sequence, DER_CONTEXT(0), &identifier));
	TRY(der_end(sequence));
	if (!blob_equal(identifier, walk->expected->key_identifier))
		return FAIL(E_POLICY, "another key's");
	return OK;
}

static RESULT judge_number(struct walk *walk, struct blob value)
{
	TRY(der_get_int(&value, DER_INTEGER, &walk->out.crl_number));
	TRY(der_end(value));
	if (walk->out.crl_number < walk->expected->number_min)
		return FAIL(E_POLICY, "below one that was signed before");
	return OK;
}

static RESULT judge_any(struct walk *walk, struct blob value)
{
	struct blob element;
	(void)walk;
	TRY(der_get_element(&value, &element));
	return der_end(value);
}

/* clang-format off */
/* Extensions of PROFILES part 8; any other, a delta list's above all, is not signed. */
static const struct rule {
	const struct oid *id;
	const char *name;
	bool critical, required;
	struct err (*judge)(struct walk *walk, struct blob value);
} rules[] = {
	{ &id_authority_key_identifier,   "authorityKeyIdentifier",   false, true,  judge_key_identifier },
	{ &id_crl_number,                 "cRLNumber",                false, true,  judge_number },
	{ &id_issuing_distribution_point, "issuingDistributionPoint", true,  false, judge_any },
	{ &id_expired_certs_on_crl,       "expiredCertsOnCRL",        false, false, judge_any },
};
/* clang-format on */

static RESULT judge_extension(struct walk *walk, const struct extension *extension,
	bool seen[static COUNT(rules)])
{
	for (size_t i = 0; i < COUNT(rules); i++) {
		if (!extension_is(extension, rules[i].id))
			continue;
		if (seen[i] || extension->critical != rules[i].critical)
			return FAIL(E_POLICY, "%s: twice, or its critical flag is wrong",
				rules[i].name);
		seen[i] = true;
		TRY_IN(rules[i].judge(walk, extension->value), "%s", rules[i].name);
		return OK;
	}
	return FAIL(E_POLICY, "an extension that is not of the profile");
}

static RESULT judge_tail(struct walk *walk)
{
	bool seen[COUNT(rules)] = { false };
	TRY(fill(walk));
	if (walk->read != walk->size)
		return FAIL(E_INPUT, "crlExtensions: too long");
	struct blob in = window(walk), wrapped, list;
	TRY_IN(der_get(&in, DER_CONTEXT_OPEN(0), &wrapped), "crlExtensions");
	TRY_IN(der_end(in), "crlExtensions");
	TRY_IN(der_get(&wrapped, DER_SEQUENCE, &list), "crlExtensions");
	TRY_IN(der_end(wrapped), "crlExtensions");
	while (list.len > 0) {
		struct extension extension;
		TRY_IN(extension_next(&list, &extension), "crlExtensions");
		TRY(judge_extension(walk, &extension, seen));
	}
	for (size_t i = 0; i < COUNT(rules); i++)
		if (rules[i].required && !seen[i])
			return FAIL(E_POLICY, "%s is missing", rules[i].name);
	return OK;
}

static RESULT open_walk(struct walk *walk)
{
	struct stat about;
	if (fstat(walk->fd, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size <= 0)
		return FAIL(E_INPUT, "not a file with something in it");
	walk->size = (uint64_t)about.st_size;
	walk->room = malloc(WINDOW);
	walk->hash = EVP_MD_CTX_new();
	if (walk->room == NULL || walk->hash == NULL)
		return FAIL(E_IO, "out of memory");
	if (EVP_DigestInit_ex(walk->hash, signature_digest(walk->expected->algorithm),
		    NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "could not hash");
	return OK;
}

RESULT crl_walk(int fd, const struct crl_expected *expected, struct crl_walked *out)
{
	AUTO(walk_clear) struct walk walk = { .fd = fd, .expected = expected };
	uint64_t content;
	unsigned len;
	TRY(open_walk(&walk));
	TRY(fill(&walk));
	TRY_IN(take_header(&walk, &content), "tBSCertList");
	if (content != (walk.end - walk.at) + (walk.size - walk.read))
		return FAIL(E_INPUT, "tBSCertList: something follows");
	TRY(judge_head(&walk));
	TRY(judge_entries(&walk));
	TRY(judge_tail(&walk));
	if (EVP_DigestFinal_ex(walk.hash, walk.out.digest, &len) != 1)
		return FAIL_OSSL(E_CRYPTO, "could not hash");
	walk.out.digest_len = len;
	*out = walk.out;
	return OK;
}
