#include "ca/lint/lint.h"

#include "common/base/table.h"
#include "tests/check.h"
#include "tests/support/lint_site.h"
#include "tests/support/mutant.h"

/* One hierarchy for the whole suite: making it costs more than all that is judged by it. */
static struct lint_site *site;

__attribute__((destructor)) static void end(void)
{
	lint_site_free(site);
}

static bool ready(void)
{
	if (site == NULL)
		site = lint_site_new();
	return CHECK(site != NULL, "a hierarchy to test with");
}

static struct span span_of(struct blob blob)
{
	return (struct span){ blob.data, blob.len };
}

static void judge(const struct lint_sample *sample, struct blob tbs,
	struct lint_findings *findings)
{
	findings->count = 0;
	lint_certificate(site->policy, sample->profile, 1, sample->issuer, span_of(tbs),
		findings);
}

/* ---- good ones */

static void check_good(const char *profile, enum key_algorithm key)
{
	AUTO(lint_sample_clear) struct lint_sample sample = { .profile = NULL };
	struct lint_findings findings;
	if (!lint_site_sample(site, profile, key, &sample))
		return;
	judge(&sample, sample.tbs, &findings);
	CHECK(findings.count == 0, "%s with %s: %s: %s", profile, key_algorithm_name(key),
		findings.count == 0 ? "" : findings.row[0].rule->id,
		findings.row[0].detail);
}

/* proves R-ISS-02: what the writer makes of each profile, with each kind of key, is let through */
static void test_good(void)
{
	static const enum key_algorithm keys[] = { KEY_P256, KEY_P384, KEY_RSA_3072 };
	if (!ready())
		return;
	for (size_t i = 0; lint_site_profiles[i] != NULL; i++) {
		const struct profile *profile =
			profile_set_find(site->profiles, lint_site_profiles[i], 0);
		if (!CHECK(profile != NULL, "%s", lint_site_profiles[i]))
			return;
		for (size_t k = 0; k < COUNT(keys); k++)
			if ((profile->key_algorithms & KEY_BIT(keys[k])) != 0)
				check_good(profile->name, keys[k]);
	}
}

/* What other programs say of the same certificates: they chain, and hold what was meant. */
static void ask_outside(const char *profile, const char *root, const char *says)
{
	AUTO(lint_sample_clear) struct lint_sample sample = { .profile = NULL };
	AUTO(buf_clear) struct buf pem = BUF(64 * 1024);
	AUTO(buf_clear) struct buf said = BUF(256 * 1024);
	if (!lint_site_sample(site, profile, KEY_P256, &sample) ||
		!CHECK_OK(cert_to_pem(sample.cert.der, &pem), "PEM"))
		return;
	outside_write(&site->outside, "leaf.pem", buf_view(&pem));
	const char *above = sample.issuer, *others = "";
	if (strcmp(above, root) != 0)
		others = strcmp(root, "trust") == 0 ? "trust.pem" : "operations.pem";
	int code = outside_run(&site->outside, &said,
		"openssl verify -x509_strict -CAfile %s.pem -untrusted %s.pem "
		"leaf.pem",
		root, above);
	CHECK_INT(code, 0, "%s: openssl verifies the chain: %s", profile,
		buf_text(&said));
	outside_run(&site->outside, &said, "openssl x509 -in leaf.pem -noout -text");
	CHECK(outside_said(&said, says), "%s: openssl reads \"%s\": %s", profile, says,
		buf_text(&said));
	code = outside_run(&site->outside, &said,
		"cat leaf.pem %s.pem %s > chain.pem && certtool --verify-chain "
		"--infile chain.pem",
		above, others);
	CHECK_INT(code, 0, "%s: certtool verifies the chain: %s", profile,
		buf_text(&said));
}

static void test_outside(void)
{
	static const struct {
		const char *profile, *root, *says;
	} rows[] = {
		{ "P-PERSON-MP", "trust", "E-mail Protection" },
		{ "P-PERSON-SIGN", "trust", "Non Repudiation" },
		{ "P-CLERK-AUTH", "operations", "TLS Web Client Authentication" },
		{ "P-CLERK-SIGN", "operations", "2.999.3.1" },
		{ "P-INT-TLS-S", "operations", "DNS:ra.inkan.internal" },
		{ "P-INT-TLS-C", "operations", "URI:urn:2.999:component:status" },
		{ "P-INT-SIGN", "operations", "2.999.3.2" },
		{ "P-OCSP", "trust", "OCSP No Check" },
		{ "P-SUB-SYSTEMS", "operations", "DNS:inkan.internal" },
	};
	if (!ready())
		return;
	for (size_t i = 0; i < COUNT(rows); i++)
		ask_outside(rows[i].profile, rows[i].root, rows[i].says);
}

/* ---- ways of making one wrong; a, b: as the row says, hex unless told otherwise */

typedef void change(struct mutant *m, const char *a, const char *b);

static void version(struct mutant *m, const char *a, const char *b)
{
	m->part[PART_VERSION] = mutant_hex(m, a);
	(void)b;
}

static void serial(struct mutant *m, const char *a, const char *b)
{
	m->part[PART_SERIAL] = mutant_hex(m, a);
	(void)b;
}

static void algorithm(struct mutant *m, const char *a, const char *b)
{
	m->part[PART_ALGORITHM] = mutant_hex(m, a);
	(void)b;
}

static void unique(struct mutant *m, const char *a, const char *b)
{
	m->part[PART_UNIQUE] = mutant_hex(m, a);
	(void)b;
}

static void tail(struct mutant *m, const char *a, const char *b)
{
	m->tail = mutant_hex(m, a);
	(void)b;
}

/* In the CA's name a becomes b. */
static void issuer(struct mutant *m, const char *a, const char *b)
{
	AUTO(buf_clear) struct buf from = check_unhex(a);
	AUTO(buf_clear) struct buf to = check_unhex(b);
	m->part[PART_ISSUER] =
		mutant_swap(m, m->part[PART_ISSUER], buf_view(&from), buf_view(&to));
}

/* a: a name in mutant_name()'s words. */
static void subject(struct mutant *m, const char *a, const char *b)
{
	m->part[PART_SUBJECT] = mutant_name(m, a);
	(void)b;
}

static void empty_subject(struct mutant *m, const char *a, const char *b)
{
	m->part[PART_SUBJECT] = mutant_hex(m, "3000");
	(void)a;
	(void)b;
}

static void subject_of_issuer(struct mutant *m, const char *a, const char *b)
{
	m->part[PART_SUBJECT] = m->part[PART_ISSUER];
	(void)a;
	(void)b;
}

/* a, b: seconds by which notBefore and notAfter move. */
static void shift(struct mutant *m, const char *a, const char *b)
{
	uint8_t room[64];
	struct der_writer w = DER_WRITER(room);
	struct blob in = m->part[PART_VALIDITY], both, out = BLOB_NONE;
	int64_t before = 0, after = 0;
	CHECK_OK(der_get(&in, DER_SEQUENCE, &both), "validity");
	CHECK_OK(der_get_time(&both, &before), "notBefore");
	CHECK_OK(der_get_time(&both, &after), "notAfter");
	size_t mark = der_open(&w, DER_SEQUENCE);
	der_put_time(&w, before + atoll(a));
	der_put_time(&w, after + atoll(b));
	der_close(&w, mark);
	CHECK_OK(der_finish(&w, &out), "validity");
	m->part[PART_VALIDITY] = mutant_keep(m, out);
}

/* notBefore: a the tag in hex, b the characters. */
static void not_before(struct mutant *m, const char *a, const char *b)
{
	uint8_t room[64];
	struct der_writer w = DER_WRITER(room);
	struct blob in = m->part[PART_VALIDITY], both, first, out = BLOB_NONE;
	CHECK_OK(der_get(&in, DER_SEQUENCE, &both), "validity");
	CHECK_OK(der_get_element(&both, &first), "notBefore");
	size_t mark = der_open(&w, DER_SEQUENCE);
	der_put_text(&w, (uint8_t)strtoul(a, NULL, 16), b);
	der_put_raw(&w, both);
	der_close(&w, mark);
	CHECK_OK(der_finish(&w, &out), "validity");
	m->part[PART_VALIDITY] = mutant_keep(m, out);
}

/* The last octet of the key's algorithm, its curve. */
static void curve(struct mutant *m, const char *a, const char *b)
{
	struct blob copy = mutant_keep(m, m->part[PART_KEY]), in = copy, whole,
		    algorithm_element;
	CHECK_OK(der_get(&in, DER_SEQUENCE, &whole), "key");
	CHECK_OK(der_get_element(&whole, &algorithm_element), "algorithm");
	m->room[(size_t)(whole.data - m->room) - 1] ^= 0x40;
	m->part[PART_KEY] = copy;
	(void)a;
	(void)b;
}

/* The first octet of the point becomes a. */
static void point(struct mutant *m, const char *a, const char *b)
{
	struct blob copy = mutant_keep(m, m->part[PART_KEY]), in = copy, whole, bits;
	CHECK_OK(der_get(&in, DER_SEQUENCE, &whole), "key");
	CHECK_OK(der_get_element(&whole, &bits), "algorithm");
	CHECK_OK(der_get_bits(&whole, &bits), "point");
	m->room[bits.data - m->room] = (uint8_t)strtoul(a, NULL, 16);
	m->part[PART_KEY] = copy;
	(void)b;
}

/* The value of extension a becomes b. */
static void value(struct mutant *m, const char *a, const char *b)
{
	mutant_extension(m, a)->value = mutant_hex(m, b);
}

/* The other criticality for extension a. */
static void critical(struct mutant *m, const char *a, const char *b)
{
	struct mutant_extension *extension = mutant_extension(m, a);
	extension->critical = !extension->critical;
	(void)b;
}

/* Extension a, whole, in bytes b. */
static void raw(struct mutant *m, const char *a, const char *b)
{
	mutant_extension(m, a)->raw = mutant_hex(m, b);
}

static void drop(struct mutant *m, const char *a, const char *b)
{
	struct mutant_extension *extension = mutant_extension(m, a);
	size_t at = (size_t)(extension - m->extension);
	m->count--;
	memmove(extension, extension + 1, (m->count - at) * sizeof *extension);
	(void)b;
}

static void last(struct mutant *m, const char *a, const char *b)
{
	struct mutant_extension extension = *mutant_extension(m, a);
	drop(m, a, b);
	m->extension[m->count++] = extension;
}

static void twice(struct mutant *m, const char *a, const char *b)
{
	struct mutant_extension *extension = mutant_extension(m, a);
	size_t at = (size_t)(extension - m->extension);
	memmove(extension + 1, extension, (m->count - at) * sizeof *extension);
	m->count++;
	(void)b;
}

/* Extension a with value b, not critical, behind the others. */
static void add(struct mutant *m, const char *a, const char *b)
{
	m->extension[m->count++] = (struct mutant_extension){ .oid = mutant_hex(m, a),
		.value = mutant_hex(m, b) };
}

/* In the value of extension a: "from>to" in b, in characters. */
static void text(struct mutant *m, const char *a, const char *b)
{
	struct mutant_extension *extension = mutant_extension(m, a);
	size_t from = strcspn(b, ">");
	extension->value = mutant_swap(m, extension->value, blob_make(b, from),
		blob_text(b + from + 1));
}

#define SAN "551d11"

static void put_san(struct mutant *m, const char *kind, struct blob bytes,
	struct der_writer *w)
{
	static const struct oid smtp_utf8 = { 8,
		{ 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x08, 0x09 } };
	static const struct {
		char kind;
		uint8_t tag;
	} tags[] = { { 'm', DER_CONTEXT(1) }, { 'd', DER_CONTEXT(2) },
		{ 'u', DER_CONTEXT(6) }, { 'i', DER_CONTEXT(7) } };
	for (size_t i = 0; i < COUNT(tags); i++)
		if (tags[i].kind == *kind)
			der_put(w, tags[i].tag, bytes);
	if (*kind != '8' && *kind != 'n')
		return;
	size_t whole =
		der_open(w, *kind == '8' ? DER_CONTEXT_OPEN(0) : DER_CONTEXT_OPEN(4));
	if (*kind == '8') {
		der_put_oid(w, &smtp_utf8);
		size_t inner = der_open(w, DER_CONTEXT_OPEN(0));
		der_put(w, DER_UTF8_STRING, bytes);
		der_close(w, inner);
	} else {
		char name[256];
		snprintf(name, sizeof name, "%.*s", (int)bytes.len,
			(const char *)bytes.data);
		der_put_raw(w, mutant_name(m, name));
	}
	der_close(w, whole);
}

/* subjectAltName: a "m:mail;8:mail beyond ASCII;d:dns;u:uri;i:address;n:name". */
static void names(struct mutant *m, const char *a, const char *b)
{
	uint8_t room[2048];
	struct der_writer w = DER_WRITER(room);
	struct blob out = BLOB_NONE;
	size_t list = der_open(&w, DER_SEQUENCE);
	while (*a != 0) {
		size_t len = strcspn(a, ";");
		put_san(m, a, blob_make(a + 2, len - 2), &w);
		a += len + (a[len] == ';');
	}
	der_close(&w, list);
	CHECK_OK(der_finish(&w, &out), "subjectAltName");
	mutant_extension(m, SAN)->value = mutant_keep(m, out);
	(void)b;
}

/* A key of RSA: a bits, b the exponent in hex; the identifier follows the key. */
static void rsa(struct mutant *m, const char *a, const char *b)
{
	uint8_t room[1024], modulus[512], identifier[20];
	size_t octets = strtoul(a, NULL, 10) / 8;
	struct der_writer w = DER_WRITER(room);
	struct blob out = BLOB_NONE;
	memset(modulus, 0xd5, octets);
	size_t whole = der_open(&w, DER_SEQUENCE);
	der_put_raw(&w, mutant_hex(m, "300d06092a864886f70d0101010500"));
	size_t bits = der_open(&w, DER_BIT_STRING);
	der_put_raw(&w, mutant_hex(m, "00"));
	size_t key = der_open(&w, DER_SEQUENCE);
	der_put_unsigned(&w, blob_make(modulus, octets));
	der_put_unsigned(&w, mutant_hex(m, b));
	der_close(&w, key);
	der_close(&w, bits);
	der_close(&w, whole);
	CHECK_OK(der_finish(&w, &out), "key");
	m->part[PART_KEY] = mutant_keep(m, out);
	CHECK_OK(key_identifier(m->part[PART_KEY], identifier), "identifier");
	memcpy(room, (uint8_t[]){ 0x04, 0x14 }, 2);
	memcpy(room + 2, identifier, sizeof identifier);
	mutant_extension(m, "551d0e")->value = mutant_keep(m, blob_make(room, 22));
}

/* A good one of that kind, to show that rsa() itself breaks nothing. */
#define AKI     "551d23"
#define SKI     "551d0e"
#define KU      "551d0f"
#define CP      "551d20"
#define BC      "551d13"
#define EKU     "551d25"
#define CDP     "551d1f"
#define AIA     "2b06010505070101"
#define NC      "551d1e"
#define NOCHECK "2b0601050507300105"
#define QC      "2b06010505070103"
#define BEYOND  "1000000000"
/* A DistributionPoint for http://a/b, with its length. */
#define POINT(length) "30" length "a00ea00c860a687474703a2f2f612f62"
#define KP            "06082b060105050703"

struct row {
	const char *name, *profile; /* NULL: of each */
	const char *rule;
	const char *also; /* other rules that may be named, a letter's width apart */
	change *change;
	const char *a, *b;
};

#define MP  "P-PERSON-MP"
#define WHO "C=JP|O=Mirai Bank|ID=VATJP-8999900000001|"
#define KEN "SN=Tanaka|GN=Ken|CN=Ken Tanaka"
#define CAB "3009060767810c010503"
#define OWN "300706058837010101"

/* clang-format off */
static const struct row everywhere[] = { /* each breaks each profile in the same way */
	{ "serialNumber 0",                NULL, "serial",        "", serial, "020100", NULL },
	{ "serialNumber negative",         NULL, "serial",        "", serial, "0210c0000000000000000000000000000001", NULL },
	{ "serialNumber of 21 octets",     NULL, "serial",        "", serial, "02157f0000000000000000000000000000000000000001", NULL },
	{ "serialNumber of 7 octets",      NULL, "serial",        "", serial, "020740000000000001", NULL },
	{ "serialNumber with a zero ahead", NULL, "der",          "", serial, "02110040000000000000000000000000000001", NULL },
	{ "serialNumber as OCTET STRING",  NULL, "structure",     "", serial, "041040000000000000000000000000000001", NULL },
	{ "version 2",                     NULL, "version",       "", version, "a003020101", NULL },
	{ "no version",                    NULL, "version",       "", version, "", NULL },
	{ "a length in a longer form",     NULL, "der",           "", version, "a08103020102", NULL },
	{ "an indefinite length",          NULL, "der",           "", version, "a0800201020000", NULL },
	{ "an issuerUniqueID",             NULL, "version",       "", unique, "81020041", NULL },
	{ "bytes behind the extensions",   NULL, "structure",     "", tail, "0500", NULL },
	{ "SHA-1",                         NULL, "algorithm",     "", algorithm, "300906072a8648ce3d0401", NULL },
	{ "ECDSA with a NULL parameter",   NULL, "algorithm",     "", algorithm, "300c06082a8648ce3d0403020500", NULL },
	{ "RSA-PSS",                       NULL, "algorithm",     "", algorithm, "300b06092a864886f70d01010a", NULL },
	{ "issuer in another string type", NULL, "issuer",        "", issuer, "13024a50", "0c024a50" },
	{ "notBefore without seconds",     NULL, "time",          "", not_before, "17", "2610010000Z" },
	{ "GeneralizedTime before 2050",   NULL, "time",          "", not_before, "18", "20261001000000Z" },
	{ "a fraction of a second",        NULL, "time",          "", not_before, "18", "20261001000000.5Z" },
	{ "local time",                    NULL, "time",          "", not_before, "17", "261001000000+0900" },
	{ "the 30th of February",          NULL, "time",          "", not_before, "17", "260230000000Z" },
	{ "the 29th of February of 2027",  NULL, "time",          "", not_before, "17", "270229000000Z" },
	{ "a 61st second",                 NULL, "time",          "", not_before, "17", "261001000060Z" },
	{ "notAfter before notBefore",     NULL, "validity",      "beyond_issuer", shift, BEYOND, "0" },
	{ "a life of 40 years",            NULL, "validity",      "beyond_issuer", shift, "0", BEYOND },
	{ "no subject",                    NULL, "structure",     "subject pseudonym issuer", empty_subject, NULL, NULL },
	{ "an attribute nobody knows",     NULL, "attribute",     "subject pseudonym issuer", subject, "C=JP|INITIALS=KT", NULL },
	{ "two attributes in one RDN",     NULL, "rdn",           "subject pseudonym issuer", subject, "C=JP~O=Mirai", NULL },
	{ "a hybrid point",                NULL, "key",           "key_identifier authority_key algorithm", point, "06", NULL },
	{ "a compressed point, or half of it", NULL, "key",       "key_identifier authority_key algorithm", point, "02", NULL },
	{ "another curve",                 NULL, "key",           "algorithm", curve, NULL, NULL },
	{ "AKI with issuer and serial",    NULL, "authority_key", "", value, AKI, "300b8001418201" "008203010203" },
	{ "AKI of another key",            NULL, "authority_key", "", value, AKI, "3016801400112233445566778899aabbccddeeff00112233" },
	{ "AKI missing",                   NULL, "missing",       "", drop, AKI, NULL },
	{ "AKI critical",                  NULL, "critical",      "", critical, AKI, NULL },
	{ "SKI of another key",            NULL, "key_identifier", "", value, SKI, "041400112233445566778899aabbccddeeff00112233" },
	{ "keyUsage missing",              NULL, "missing",       "", drop, KU, NULL },
	{ "keyUsage not critical",         NULL, "critical",      "", critical, KU, NULL },
	{ "keyUsage twice",                NULL, "extension",     "", twice, KU, NULL },
	{ "keyUsage at the end",           NULL, "extension_order", "", last, KU, NULL },
	{ "keyUsage with all bits",        NULL, "key_usage",     "purpose_mix", value, KU, "030307ff80" },
	{ "keyUsage with dataEncipherment", NULL, "key_usage",    "", value, KU, "03020410" },
	{ "keyUsage with set padding",     NULL, "der",           "", value, KU, "03020781" },
	{ "keyUsage with a byte too many", NULL, "key_usage",     "", value, KU, "0303008000" },
	{ "bytes behind an extension's value", NULL, "key_usage", "", value, KU, "030207800500" },
	{ "TRUE as 01",                    NULL, "der",           "", raw, KU, "300e0603551d0f010101040403020780" },
	{ "an explicit FALSE",             NULL, "der",           "", raw, SKI, "30200603551d0e01010004160414" "00112233445566778899aabbccddeeff00112233" },
	{ "an extension without a value",  NULL, "structure",     "", raw, SKI, "30050603551d0e" },
	{ "an unknown extension",          NULL, "extension",     "", add, "2a0304", "0500" },
	{ "policyConstraints",             NULL, "extension",     "", add, "551d24", "3003800100" },
	{ "inhibitAnyPolicy",              NULL, "extension",     "", add, "551d36", "020100" },
	{ "noRevAvail",                    NULL, "extension",     "", add, "551d38", "0500" },
	{ "freshestCRL",                   NULL, "extension",     "", add, "551d2e", "3000" },
	{ "QcCompliance",                  NULL, "qualified",     "extension", add, QC, "300a30080606" "04008e460101" },
	{ "QcSSCD",                        NULL, "qualified",     "extension", add, QC, "300a30080606" "04008e460104" },
	{ "an extension's value is no DER", NULL, "der",          "", value, SKI, "0414" },
};

static const struct row rows[] = {
	/* names */
	{ "O twice",                  MP, "attribute",       "", subject, "C=JP|O=Mirai|O=Mirai Bank|ID=VATJP-8999900000001|" KEN, NULL },
	{ "CN before O",              MP, "attribute_order", "", subject, "C=JP|CN=Ken Tanaka|O=Mirai|ID=VATJP-8999900000001|SN=Tanaka|GN=Ken", NULL },
	{ "O as UTF8String needlessly", MP, "string_type",   "", subject, "C=JP|O#0c=Mirai|ID=VATJP-8999900000001|" KEN, NULL },
	{ "O as BMPString",           MP, "string_type",     "characters", subject, "C=JP|O#1e=Mi|ID=VATJP-8999900000001|" KEN, NULL },
	{ "O as T61String",           MP, "string_type",     "", subject, "C=JP|O#14=Mirai|ID=VATJP-8999900000001|" KEN, NULL },
	{ "kanji as PrintableString", MP, "string_type",     "", subject, "C=JP|O#13=未来|ID=VATJP-8999900000001|" KEN, NULL },
	{ "C as UTF8String",          MP, "string_type",     "", subject, "C#0c=JP|O=Mirai|ID=VATJP-8999900000001|" KEN, NULL },
	{ "65 characters of O",       MP, "length",          "", subject, "C=JP|O=x{65}|ID=VATJP-8999900000001|" KEN, NULL },
	{ "65 kanji of O",            MP, "length",          "", subject, "C=JP|O=銀{65}|ID=VATJP-8999900000001|" KEN, NULL },
	{ "an empty O",               MP, "length",          "", subject, "C=JP|O=|ID=VATJP-8999900000001|" KEN, NULL },
	{ "O is not available",       MP, "placeholder",     "", subject, "C=JP|O=N/A|ID=VATJP-8999900000001|" KEN, NULL },
	{ "O is 不明",                MP, "placeholder",     "", subject, "C=JP|O=不明|ID=VATJP-8999900000001|" KEN, NULL },
	{ "O is a hyphen",            MP, "placeholder",     "", subject, "C=JP|O=-|ID=VATJP-8999900000001|" KEN, NULL },
	{ "a control character",      MP, "characters",      "", subject, "C=JP|O=Mi\trai|ID=VATJP-8999900000001|" KEN, NULL },
	{ "a C1 control",             MP, "characters",      "", subject, "C=JP|O=Mi\xc2\x85rai|ID=VATJP-8999900000001|" KEN, NULL },
	{ "right-to-left override",   MP, "characters",      "", subject, "C=JP|O=Mi\xe2\x80\xaerai|ID=VATJP-8999900000001|" KEN, NULL },
	{ "a zero-width space",       MP, "characters",      "", subject, "C=JP|O=Mi\xe2\x80\x8brai|ID=VATJP-8999900000001|" KEN, NULL },
	{ "a private character",      MP, "characters",      "", subject, "C=JP|O=Mi\xee\x80\x80|ID=VATJP-8999900000001|" KEN, NULL },
	{ "a selector behind a letter", MP, "characters",    "", subject, "C=JP|O=Mi\xef\xb8\x80|ID=VATJP-8999900000001|" KEN, NULL },
	{ "not UTF-8",                MP, "characters",      "", subject, "C=JP|O=Mi\xff|ID=VATJP-8999900000001|" KEN, NULL },
	{ "an overlong form",         MP, "characters",      "", subject, "C=JP|O=Mi\xc1\x81|ID=VATJP-8999900000001|" KEN, NULL },
	{ "decomposed kana (NFD)",    MP, "characters",      "", subject, "C=JP|O=カ\xe3\x82\x99|ID=VATJP-8999900000001|" KEN, NULL },
	{ "a compatibility kanji",    MP, "characters",      "", subject, "C=JP|O=神\xef\xa8\x99|ID=VATJP-8999900000001|" KEN, NULL },
	{ "a space at the start",     MP, "characters",      "", subject, "C=JP|O= Mirai|ID=VATJP-8999900000001|" KEN, NULL },
	{ "a wide space at the end",  MP, "characters",      "", subject, "C=JP|O=未来\xe3\x80\x80|ID=VATJP-8999900000001|" KEN, NULL },
	{ "no such country",          MP, "country",         "organization_id", subject, "C=XX|O=Mirai|ID=VATJP-8999900000001|" KEN, NULL },
	{ "a country in small letters", MP, "country",       "organization_id", subject, "C=jp|O=Mirai|ID=VATJP-8999900000001|" KEN, NULL },
	{ "a wrong check digit",      MP, "organization_id", "", subject, "C=JP|O=Mirai|ID=VATJP-8999900000002|" KEN, NULL },
	{ "13 digits of NTR",         MP, "organization_id", "", subject, "C=JP|O=Mirai|ID=NTRJP-8999900000001|" KEN, NULL },
	{ "a LEI with a wrong digit", MP, "organization_id", "", subject, "C=JP|O=Mirai|ID=LEIXG-5493001KJTIIGC8Y1R13|" KEN, NULL },
	{ "prefecture 48",            MP, "organization_id", "", subject, "C=JP|O=Mirai|ID=GOVJP+48|" KEN, NULL },
	{ "no scheme",                MP, "organization_id", "", subject, "C=JP|O=Mirai|ID=8999900000001|" KEN, NULL },
	{ "another country's scheme", MP, "organization_id", "", subject, "C=US|O=Mirai|ID=VATJP-8999900000001|" KEN, NULL },
	{ "no organizationIdentifier", MP, "subject",        "", subject, "C=JP|O=Mirai|" KEN, NULL },
	{ "no country",               MP, "subject",         "", subject, "O=Mirai|ID=VATJP-8999900000001|" KEN, NULL },
	{ "ST without C",             MP, "subject",         "", subject, "ST=Tokyo|O=Mirai|ID=VATJP-8999900000001|" KEN, NULL },
	{ "an OU",                    MP, "subject",         "", subject, WHO "SN=Tanaka|GN=Ken|OU=Sales|CN=Ken Tanaka", NULL },
	{ "pseudonym beside a name",  MP, "pseudonym",       "", subject, WHO "SN=Tanaka|P=Kenny|CN=Ken Tanaka", NULL },
	{ "neither name nor pseudonym", MP, "pseudonym",     "", subject, WHO "CN=Ken Tanaka", NULL },
	{ "givenName alone",          MP, "pseudonym",       "", subject, WHO "GN=Ken|CN=Ken", NULL },
	{ "two writings",             MP, "script",          "", subject, WHO "SN=田中|GN=健|CN=Ken Tanaka", NULL },
	{ "an Individual Number",     MP, "individual",      "", subject, WHO "SN=Tanaka|GN=Ken|S=1234 5678 9018|CN=Ken Tanaka", NULL },
	{ "the CA's own name",        MP, "self_issued",     "subject pseudonym", subject_of_issuer, NULL, NULL },
	/* mail */
	{ "a mailbox as CN only",     MP, "mailbox",         "", subject, WHO "SN=Tanaka|GN=Ken|CN=ken@mirai.example", NULL },
	{ "emailAddress, not in SAN", MP, "mailbox",         "subject", subject, WHO KEN "|E=ken@mirai.example", NULL },
	{ "a mailbox in directoryName only", MP, "mailbox",  "", names, "m:tanaka@mirai.example;n:E=ken@mirai.example", NULL },
	{ "SmtpUTF8 with ASCII",      MP, "mailbox",         "", names, "8:tanaka@mirai.example", NULL },
	{ "rfc822Name beyond ASCII",  MP, "mailbox",         "", names, "m:田中@mirai.example", NULL },
	{ "a domain in capitals",     MP, "mailbox",         "", names, "m:tanaka@Mirai.example", NULL },
	{ "a domain in Unicode",      MP, "mailbox",         "", names, "8:田中@例え.jp", NULL },
	{ "a domain of one label",    MP, "mailbox",         "", names, "m:tanaka@mirai", NULL },
	{ "a space in a mailbox",     MP, "mailbox",         "", names, "m:ken tanaka@mirai.example", NULL },
	{ "two dots in a mailbox",    MP, "mailbox",         "", names, "m:ken..tanaka@mirai.example", NULL },
	{ "no @",                     MP, "mailbox",         "", names, "m:mirai.example", NULL },
	{ "mail in NFD",              MP, "mailbox",         "characters", names, "8:カ\xe3\x82\x99@mirai.example", NULL },
	{ "a mailbox twice",          MP, "san",             "", names, "m:tanaka@mirai.example;m:tanaka@mirai.example", NULL },
	{ "no mailbox at all",        MP, "san",             "", names, "n:CN=Ken Tanaka", NULL },
	{ "dNSName for a person",     MP, "san",             "", names, "m:tanaka@mirai.example;d:mirai.example", NULL },
	{ "an IP address",            MP, "san",             "", names, "m:tanaka@mirai.example;i:abcd", NULL },
	{ "two directoryNames",       MP, "san",             "", names, "m:tanaka@mirai.example;n:CN=Ken Tanaka;n:CN=Taro Tanaka", NULL },
	{ "a wrong directoryName",    MP, "attribute_order", "", names, "m:tanaka@mirai.example;n:CN=Ken Tanaka|C=JP", NULL },
	{ "an empty subjectAltName",  MP, "san",             "", value, SAN, "3000" },
	{ "a Microsoft UPN",          MP, "san",             "", value, SAN, "3018a016060a2b060104018237140203a0080c06" "6b656e406d69" },
	{ "no subjectAltName",        MP, "missing",         "", drop, SAN, NULL },
	{ "subjectAltName critical",  MP, "critical",        "", critical, SAN, NULL },
	/* usage, purposes, policies */
	{ "keyEncipherment on EC",    MP, "key_usage",       "", value, KU, "030205a0" },
	{ "nonRepudiation with clientAuth", MP, "purpose_mix", "key_usage", value, KU, "030206c0" },
	{ "anyExtendedKeyUsage",      MP, "purpose_mix",     "purpose", value, EKU, "30060604551d2500" },
	{ "serverAuth beside emailProtection", MP, "purpose_mix", "purpose", value, EKU, "3014" KP "01" KP "04" },
	{ "codeSigning more",         MP, "purpose",         "", value, EKU, "301e" KP "04" KP "02" KP "03" },
	{ "emailProtection alone",    MP, "purpose",         "", value, EKU, "300a" KP "04" },
	{ "purposes in another order", MP, "purpose",        "", value, EKU, "3014" KP "02" KP "04" },
	{ "extKeyUsage critical",     MP, "critical",        "", critical, EKU, NULL },
	{ "two reserved policies",    MP, "reserved_policy", "policies", value, CP, "301f" CAB "02" CAB "03" OWN },
	{ "a legacy policy",          MP, "reserved_policy", "policies", value, CP, "3014" CAB "01" OWN },
	{ "the reserved one last",    MP, "reserved_policy", "policies", value, CP, "3014" OWN CAB "02" },
	{ "no reserved policy",       MP, "policies",        "", value, CP, "3009" OWN },
	{ "another CP's policy",      MP, "policies",        "", value, CP, "3014" CAB "02" "300706058837010102" },
	{ "a userNotice",             MP, "policies",        "", value, CP, "3024" CAB "02" "3017" "06058837010101" "300e300c06082b060105050702023000" },
	{ "anyPolicy",                MP, "policies",        "", value, CP, "300830060604551d2000" },
	/* addresses */
	{ "CRL by https",             MP, "distribution",    "", text, CDP, "http:/>https:" },
	{ "CRL of somebody else",     MP, "distribution",    "", text, CDP, "ca.crl>cb.crl" },
	{ "two distribution points",  MP, "distribution",    "", value, CDP, "3024" POINT("10") POINT("10") },
	{ "reasons in a point",       MP, "distribution",    "", value, CDP, "3016" POINT("14") "81020780" },
	{ "a cRLIssuer in a point",   MP, "distribution",    "", value, CDP, "3017" POINT("15") "a203820161" },
	{ "OCSP by https",            MP, "access",          "", text, AIA, "http://ocsp>https:/ocsp" },
	{ "caIssuers first",          MP, "access",          "", text, AIA, "\x07\x30\x01>\x07\x30\x02" },
	{ "no AIA",                   MP, "missing",         "", drop, AIA, NULL },
	{ "no CDP",                   MP, "missing",         "", drop, CDP, NULL },
	{ "CDP critical",             MP, "critical",        "", critical, CDP, NULL },
	{ "basicConstraints cA FALSE", MP, "der",            "", add, BC, "3003010100" },
	{ "basicConstraints empty",   MP, "extension",       "extension_order critical", add, BC, "3000" },
	{ "nameConstraints for a person", MP, "extension",   "critical", add, NC, "3000" },
	{ "nocheck for a person",     MP, "extension",       "", add, NOCHECK, "0500" },
	/* times, to the second */
	{ "one second too long",      "P-CLERK-AUTH", "validity", "", shift, "0", "2764801" },
	{ "one second too long",      "P-OCSP", "validity",    "", shift, "0", "5184001" },
	{ "one second too long",      "P-PERSON-SIGN", "validity", "", shift, "0", "94694401" },
	{ "one second too long",      "P-INT-TLS-S", "validity", "", shift, "0", "26524801" },
	{ "one second too long",      "P-INT-TLS-C", "validity", "", shift, "0", "26524801" },
	{ "one second too long",      "P-INT-SIGN", "validity", "", shift, "0", "26524801" },
	{ "one second too long",      "P-CLERK-SIGN", "validity", "", shift, "0", "2764801" },
	{ "one second too long",      MP, "validity",        "", shift, "0", "8208001" },
	{ "one second too long",      "P-ROOT", "validity",    "", shift, "0", "157852801" },
	{ "one second too short",     "P-ROOT", "validity",    "", shift, "378691201", "0" },
	{ "begins before its CA",     MP, "beyond_issuer",   "", shift, "-3601", "-3601" },
	{ "a CA that outlives its root", "P-SUB-PERSON", "beyond_issuer", "validity", shift, "0", "400000000" },
	/* keys of RSA; profiles with one keyUsage for both kinds */
	{ "RSA-2048",                 "P-CLERK-AUTH", "key", "", rsa, "2048", "010001" },
	{ "RSA-4096 for a clerk",     "P-CLERK-AUTH", "key", "", rsa, "4096", "010001" },
	{ "RSA of 3064 bits",         "P-CLERK-AUTH", "key", "", rsa, "3064", "010001" },
	{ "exponent 3",               "P-CLERK-AUTH", "key", "", rsa, "3072", "03" },
	{ "exponent 65536",           "P-CLERK-AUTH", "key", "", rsa, "3072", "010000" },
	{ "exponent of 33 octets",    "P-CLERK-AUTH", "key", "", rsa, "3072", "010000000000000000000000000000000000000000000000000000000000000001" },
	/* commitment */
	{ "digitalSignature beside commitment", "P-PERSON-SIGN", "key_usage", "", value, KU, "030206c0" },
	{ "clientAuth with commitment", "P-PERSON-SIGN", "purpose_mix", "purpose", value, EKU, "3014" KP "24" KP "02" },
	{ "emailProtection with commitment", "P-PERSON-SIGN", "purpose_mix", "purpose", value, EKU, "3014" KP "24" KP "04" },
	{ "another CPS",              "P-PERSON-SIGN", "policies", "", text, CP, "/cps>/cpt" },
	{ "no serialNumber",          "P-PERSON-SIGN", "subject", "", subject, WHO KEN, NULL },
	{ "emailProtection for a clerk's signature", "P-CLERK-SIGN", "purpose", "purpose_mix", value, EKU, "300a" KP "04" },
	{ "digitalSignature alone",   "P-CLERK-SIGN", "key_usage", "", value, KU, "03020780" },
	{ "a SAN for a clerk's signature", "P-CLERK-SIGN", "extension", "extension_order", add, SAN, "300387016d" },
	{ "a pseudonymous clerk",     "P-CLERK-SIGN", "subject", "", subject, WHO "P=Kenny|S=1|CN=Kenny", NULL },
	{ "serverAuth for a clerk",   "P-CLERK-AUTH", "purpose", "", value, EKU, "300a" KP "01" },
	{ "a URI for a clerk",        "P-CLERK-AUTH", "san", "", names, "u:urn:2.999:x", NULL },
	/* components */
	{ "a name outside the zone",  "P-INT-TLS-S", "outside", "", names, "d:ra.inkan.example;u:urn:2.999:component:ra", NULL },
	{ "a name that only ends alike", "P-INT-TLS-S", "outside", "", names, "d:evil-inkan.internal;u:urn:2.999:component:ra", NULL },
	{ "a wildcard",               "P-INT-TLS-S", "san_form", "", names, "d:*.inkan.internal;u:urn:2.999:component:ra", NULL },
	{ "an underscore",            "P-INT-TLS-S", "san_form", "", names, "d:r_a.inkan.internal;u:urn:2.999:component:ra", NULL },
	{ "a dot at the end",         "P-INT-TLS-S", "san_form", "outside", names, "d:ra.inkan.internal.;u:urn:2.999:component:ra", NULL },
	{ "a name in capitals",       "P-INT-TLS-S", "san_form", "", names, "d:RA.inkan.internal;u:urn:2.999:component:ra", NULL },
	{ "a name without a zone",    "P-INT-TLS-S", "san", "", names, "u:urn:2.999:component:ra", NULL },
	{ "clientAuth for a server",  "P-INT-TLS-S", "purpose", "", value, EKU, "3014" KP "01" KP "02" },
	{ "a URI with a space",       "P-INT-TLS-C", "san_form", "", names, "u:urn:2.999:component: ra", NULL },
	{ "a URI without a scheme",   "P-INT-TLS-C", "san_form", "", names, "u:2.999:component:ra", NULL },
	{ "a mailbox for a component", "P-INT-TLS-C", "san", "outside", names, "u:urn:2.999:x;m:ra@mirai.example", NULL },
	{ "serverAuth for a client",  "P-INT-TLS-C", "purpose", "", value, EKU, "300a" KP "01" },
	{ "clientAuth for a signer",  "P-INT-SIGN", "purpose", "", value, EKU, "300a" KP "02" },
	{ "an O for a component",     "P-INT-SIGN", "subject", "", subject, "O=Mirai|CN=ra-orders", NULL },
	/* responders */
	{ "no nocheck",               "P-OCSP", "missing",     "", drop, NOCHECK, NULL },
	{ "nocheck with a value",     "P-OCSP", "nocheck",     "", value, NOCHECK, "0400" },
	{ "clientAuth beside OCSPSigning", "P-OCSP", "purpose_mix", "purpose", value, EKU, "3014" KP "09" KP "02" },
	{ "a CDP in a responder",     "P-OCSP", "extension",   "extension_order", add, CDP, "3000" },
	{ "an AIA in a responder",    "P-OCSP", "extension",   "extension_order", add, AIA, "3000" },
	{ "policies in a responder",  "P-OCSP", "extension",   "extension_order", add, CP, "3009" OWN },
	/* CAs */
	{ "a root with a pathLen",    "P-ROOT", "basic",       "", value, BC, "30060101ff020100" },
	{ "a root that is no CA",     "P-ROOT", "basic",       "", value, BC, "3000" },
	{ "cA FALSE",                 "P-ROOT", "der",         "", value, BC, "3003010100" },
	{ "a root with a purpose",    "P-ROOT", "extension",   "", add, EKU, "300a" KP "02" },
	{ "a root with an OU",        "P-ROOT", "subject",     "issuer", subject, "C=JP|O=Inkan|OU=CA|CN=Root", NULL },
	{ "a root that signs too",    "P-ROOT", "key_usage",   "", value, KU, "03020186" },
	{ "basicConstraints not critical", "P-SUB-SIGN", "critical", "", critical, BC, NULL },
	{ "no pathLen",               "P-SUB-SIGN", "basic",   "", value, BC, "30030101ff" },
	{ "pathLen 1",                "P-SUB-PERSON", "basic", "", value, BC, "30060101ff020101" },
	{ "anyExtendedKeyUsage in a CA", "P-SUB-PERSON", "purpose_mix", "purpose", value, EKU, "30060604551d2500" },
	{ "OCSPSigning in a CA",      "P-SUB-STAFF", "purpose_mix", "purpose", value, EKU, "300a" KP "09" },
	{ "serverAuth in the people's CA", "P-SUB-PERSON", "purpose_mix", "purpose", value, EKU, "3014" KP "04" KP "01" },
	{ "no nameConstraints",       "P-SUB-SYSTEMS", "missing", "", drop, NC, NULL },
	{ "nameConstraints not critical", "P-SUB-SYSTEMS", "critical", "", critical, NC, NULL },
	{ "another zone",             "P-SUB-SYSTEMS", "constraints", "", text, NC, "inkan.internal>inkan.external" },
	{ "mailboxes not excluded",   "P-SUB-SYSTEMS", "constraints", "", value, NC, "301fa01d300b82096c6f63616c686f7374300e820c696e6b616e2e696e7465726e" },
	{ "an OCSP address of a root", "P-SUB-STAFF", "access", "", value, AIA, "3000" },
	/* let through: the borders from inside */
	{ "64 kanji of O",            MP, NULL, "", subject, "C=JP|O=銀{64}|ID=VATJP-8999900000001|" KEN, NULL },
	{ "Na, of all names",         MP, NULL, "", subject, "C=NA|O=Mirai|ID=LEIXG-5493001KJTIIGC8Y1R12|SN=Na|GN=Null|CN=Null Na", NULL },
	{ "a wide space inside",      MP, NULL, "", subject, "C=JP|O=未来\xe3\x80\x80銀行|ID=VATJP-8999900000001|" KEN, NULL },
	{ "a pseudonym alone",        MP, NULL, "", subject, WHO "P=Kenny|CN=Kenny", NULL },
	{ "twelve digits that do not fit", MP, NULL, "", subject, WHO "SN=Tanaka|GN=Ken|S=1234 5678 9019|CN=Ken Tanaka", NULL },
	{ "a mailbox as CN",          MP, NULL, "", subject, WHO "SN=Tanaka|GN=Ken|CN=tanaka@mirai.example", NULL },
	{ "a mailbox beyond ASCII alone", MP, NULL, "", names, "8:田中@mirai.example", NULL },
	{ "the longest life",         MP, NULL, "", shift, "0", "8208000" },
	{ "the longest life",         "P-ROOT", NULL, "", shift, "0", "157852800" },
	{ "the shortest life",        "P-ROOT", NULL, "", shift, "378691200", "0" },
	{ "the longest life",         "P-CLERK-SIGN", NULL, "", shift, "0", "2764800" },
	{ "as early as its CA",       MP, NULL, "", shift, "-3000", "-3000" },
	{ "RSA-3072",                 "P-CLERK-AUTH", NULL, "", rsa, "3072", "010001" },
	{ "the largest exponent",     "P-CLERK-AUTH", NULL, "", rsa, "3072", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" },
	{ "the zone itself",          "P-INT-TLS-S", NULL, "", names, "d:inkan.internal;u:urn:2.999:component:ra", NULL },
};
/* clang-format on */

/* ---- each is caught by its rule, and by no other that the row does not name */

static bool names_word(const char *words, const char *word)
{
	size_t len = strlen(word);
	for (const char *at = words; (at = strstr(at, word)) != NULL; at += len)
		if ((at == words || at[-1] == ' ') && (at[len] == 0 || at[len] == ' '))
			return true;
	return false;
}

static void judge_row(const struct row *row, const struct lint_sample *sample)
{
	static struct mutant mutant;
	struct lint_findings findings;
	mutant_take(sample->tbs, &mutant);
	row->change(&mutant, row->a, row->b);
	struct blob tbs = mutant_build(&mutant);
	CHECK(!blob_equal(tbs, sample->tbs), "%s, %s: changed nothing", sample->profile,
		row->name);
	judge(sample, tbs, &findings);
	if (row->rule != NULL)
		CHECK(lint_found(&findings, row->rule), "%s, %s: not caught by %s but %s",
			sample->profile, row->name, row->rule,
			findings.count == 0 ? "nothing" : findings.row[0].rule->id);
	for (size_t i = 0; i < findings.count; i++) {
		const char *id = findings.row[i].rule->id;
		bool meant = (row->rule != NULL && strcmp(id, row->rule) == 0) ||
			     names_word(row->also, id);
		CHECK(meant, "%s, %s: %s was found too: %s", sample->profile, row->name,
			id, findings.row[i].detail);
	}
}

static bool breaks(const struct row *row, const char *rule)
{
	return row->rule != NULL && strcmp(row->rule, rule) == 0;
}

/* No rule without a sample that breaks it; those of lists have theirs in test_crl.c. */
static void test_every_rule(void)
{
	size_t count, bad = 0;
	const struct lint_rule *const *rules = lint_rules(&count);
	for (size_t i = 0; i < count; i++) {
		const char *id = rules[i]->id;
		bool found = strncmp(id, "crl_", 4) == 0 || strcmp(id, "profile") == 0;
		for (size_t k = 0; k < COUNT(rows); k++)
			found = found || breaks(&rows[k], id);
		for (size_t k = 0; k < COUNT(everywhere); k++)
			found = found || breaks(&everywhere[k], id);
		CHECK(found, "%s has no sample", id);
	}
	for (size_t k = 0; k < COUNT(rows); k++)
		bad += rows[k].rule != NULL;
	CHECK(bad + COUNT(everywhere) > 60, "R-ISS-02 asks for more than 60 mutants");
	for (size_t p = 0; lint_site_profiles[p] != NULL; p++) {
		size_t own = 0;
		for (size_t k = 0; k < COUNT(rows); k++)
			own += rows[k].rule != NULL &&
			       strcmp(rows[k].profile, lint_site_profiles[p]) == 0;
		CHECK(own >= 2, "%s has %zu bad samples of its own",
			lint_site_profiles[p], own);
	}
}

/* proves R-ISS-02: a corpus of mutants of every profile, each caught by the rule that it breaks */
static void test_mutants(void)
{
	if (!ready())
		return;
	for (size_t i = 0; lint_site_profiles[i] != NULL; i++) {
		AUTO(lint_sample_clear) struct lint_sample sample = { .profile = NULL };
		bool root = strcmp(lint_site_profiles[i], "P-ROOT") == 0;
		if (!lint_site_sample(site, lint_site_profiles[i],
			    root ? KEY_P384 : KEY_P256, &sample))
			continue;
		for (size_t k = 0; k < COUNT(rows); k++)
			if (strcmp(rows[k].profile, sample.profile) == 0)
				judge_row(&rows[k], &sample);
	}
}

/* PROFILES: each profile is shipped with five bad samples at least; here are ten times as many. */
static void test_mutants_everywhere(void)
{
	if (!ready())
		return;
	for (size_t i = 0; lint_site_profiles[i] != NULL; i++) {
		AUTO(lint_sample_clear) struct lint_sample sample = { .profile = NULL };
		if (!lint_site_sample(site, lint_site_profiles[i],
			    strcmp(lint_site_profiles[i], "P-ROOT") == 0 ? KEY_P384
									 : KEY_P256,
			    &sample))
			continue;
		for (size_t k = 0; k < COUNT(everywhere); k++)
			judge_row(&everywhere[k], &sample);
	}
}

/* proves R-ISS-05, R-ISS-20: name, version and issuer of the profile are asked for by name */
static void test_profile(void)
{
	static const struct {
		const char *profile, *issuer;
		int64_t version;
	} wrong[] = { { MP, "person", 2 }, { "P-NONE", "person", 1 }, { MP, "sign", 1 },
		{ MP, "trust", 1 }, { MP, "", 1 }, { MP, "nobody", 1 },
		{ "", "person", 1 } };
	AUTO(lint_sample_clear) struct lint_sample sample = { .profile = NULL };
	struct lint_findings findings = { .count = 0 };
	if (!ready() || !lint_site_sample(site, MP, KEY_P256, &sample))
		return;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		findings.count = 0;
		lint_certificate(site->policy, wrong[i].profile, wrong[i].version,
			wrong[i].issuer, span_of(sample.tbs), &findings);
		CHECK(findings.count == 1 && lint_found(&findings, "profile"), "row %zu",
			i);
	}
	findings.count = 0;
	lint_certificate(site->policy, MP, 0, "person", span_of(sample.tbs), &findings);
	CHECK(findings.count == 0, "version 0 is the newest");
	/* The same bytes under another profile of the same CA are not its either. */
	lint_certificate(site->policy, "P-OCSP", 1, "person", span_of(sample.tbs),
		&findings);
	CHECK(lint_found(&findings, "subject") && lint_found(&findings, "purpose"),
		"another profile");
}

/* proves R-ISS-03: every single bit of the TBS counts but those that are free: nothing else comes through unseen */
static void test_bits(void)
{
	AUTO(lint_sample_clear) struct lint_sample sample = { .profile = NULL };
	uint8_t copy[4096];
	size_t unseen = 0;
	if (!ready() || !lint_site_sample(site, "P-INT-TLS-S", KEY_P256, &sample) ||
		!CHECK(sample.tbs.len <= sizeof copy, "room"))
		return;
	for (size_t bit = 0; bit < sample.tbs.len * 8; bit++) {
		struct lint_findings findings = { .count = 0 };
		memcpy(copy, sample.tbs.data, sample.tbs.len);
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
		judge(&sample, blob_make(copy, sample.tbs.len), &findings);
		unseen += findings.count == 0;
	}
	/* Free are 126 bits of serialNumber, some of the times and of three short texts. */
	CHECK(unseen >= 120 && unseen < 420, "%zu of %zu bits may be turned", unseen,
		sample.tbs.len * 8);
	for (size_t len = 0; len < sample.tbs.len; len++) {
		struct lint_findings findings;
		memcpy(copy, sample.tbs.data, len);
		judge(&sample, blob_make(copy, len), &findings);
		CHECK(findings.count > 0, "cut off at %zu", len);
	}
}

/* G4: what stands outside the TBS is judged when it is there. */
static void test_unwrap(void)
{
	AUTO(lint_sample_clear) struct lint_sample sample = { .profile = NULL };
	struct lint_findings findings = { .count = 0 };
	uint8_t copy[4096];
	if (!ready() || !lint_site_sample(site, MP, KEY_P256, &sample))
		return;
	struct blob der = sample.cert.der, tbs = sample.tbs;
	CHECK(lint_unwrap(span_of(der), &findings).at == tbs.data && findings.count == 0,
		"a Certificate");
	CHECK(lint_unwrap(span_of(tbs), &findings).at == tbs.data && findings.count == 0,
		"a TBSCertificate");
	memcpy(copy, der.data, der.len);
	size_t outer = (size_t)(tbs.data - der.data) +
		       tbs.len; /* SEQUENCE of 12 octets, the last of them the hash */
	copy[outer + 11] = 0x03;
	lint_unwrap(span_of(blob_make(copy, der.len)), &findings);
	CHECK(findings.count == 1 && lint_found(&findings, "algorithm"),
		"another algorithm outside");
	findings.count = 0;
	copy[der.len] = 0;
	lint_unwrap(span_of(blob_make(copy, der.len + 1)), &findings);
	CHECK(lint_found(&findings, "structure"), "a byte behind the certificate");
}

static const CU_TestInfo tests[] = {
	{ "good certificates are let through", test_good },
	{ "good certificates are good for others too", test_outside },
	{ "mutants of one profile", test_mutants },
	{ "mutants of every profile", test_mutants_everywhere },
	{ "every rule has a sample that breaks it", test_every_rule },
	{ "profile, version and issuer are asked for by name", test_profile },
	{ "every bit counts", test_bits },
	{ "a whole certificate is unwrapped", test_unwrap },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_lint = { "ca/lint/lint", tests, NULL, NULL };
