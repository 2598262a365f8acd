#include "ca/lint/lint.h"

#include "common/base/table.h"
#include "common/pki/crl.h"
#include "tests/check.h"
#include "tests/support/lint_site.h"
#include "tests/support/mutant.h"

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

/* ---- good ones, by the writer that the publisher uses */

enum { NUMBER = 300 }; /* two octets: 012c */

struct list {
	uint8_t room[4096];
	struct blob tbs;
};

/* entries: how many; each with a reason, and one without in lists of end entities. */
static bool write_list(int which, int entries, struct list *out)
{
	static const enum revocation_reason reasons[] = { REASON_KEY_COMPROMISE,
		REASON_SUPERSEDED, REASON_CESSATION_OF_OPERATION,
		REASON_AFFILIATION_CHANGED, REASON_PRIVILEGE_WITHDRAWN,
		REASON_UNSPECIFIED };
	const struct test_cert *ca = &site->ca[which];
	uint8_t spool[1024];
	struct der_writer list = DER_WRITER(spool), w = DER_WRITER(out->room);
	struct blob entry_bytes = BLOB_NONE;
	const struct crl_fields fields = { .issuer = ca->cert.subject,
		.authority_key_identifier = ca->cert.subject_key_identifier,
		.algorithm = ca->issuer.algorithm,
		.this_update = site->now,
		.next_update = site->now + (which < SITE_PERSON ? 120 * DAY : 2 * DAY),
		.crl_number = NUMBER,
		.expired_certs_on_crl = which == SITE_SIGN ? ca->cert.not_before : 0 };
	for (int i = 0; i < entries; i++) {
		struct crl_entry entry = { .revocation_date = site->now - i,
			.reason = reasons[i] };
		CHECK_OK(serial_random(&entry.serial_number), "serial");
		crl_entry_write(&entry, &list);
	}
	CHECK_OK(der_finish(&list, &entry_bytes), "entries");
	if (!CHECK_OK(crl_write_head(&fields, entry_bytes.len, &w), "head"))
		return false;
	der_put_raw(&w, entry_bytes);
	return CHECK_OK(crl_write_tail(&fields, &w), "tail") &&
	       CHECK_OK(der_finish(&w, &out->tbs), "list");
}

static void judge(int which, struct blob tbs, struct lint_findings *findings)
{
	const struct lint_crl asked = { .issuer = lint_site_words[which] };
	findings->count = 0;
	lint_crl(site->policy, &asked, span_of(tbs), findings);
}

/* proves R-CRL-03: what the writer makes is let through, of each CA, with and without entries */
static void test_good(void)
{
	if (!ready())
		return;
	for (int which = 0; which < SITE_CAS; which++)
		for (int entries = 0; entries <= (which < SITE_PERSON ? 5 : 6);
			entries++) {
			struct list list;
			struct lint_findings findings;
			if (!write_list(which, entries, &list))
				return;
			judge(which, list.tbs, &findings);
			CHECK(findings.count == 0, "%s, %d entries: %s: %s",
				lint_site_words[which], entries,
				findings.count == 0 ? "" : findings.row[0].rule->id,
				findings.row[0].detail);
		}
}

/* The same list, signed, in the eyes of others. */
static void test_outside(void)
{
	AUTO(buf_clear) struct buf said = BUF(64 * 1024);
	AUTO(buf_clear) struct buf der = BUF(16 * 1024);
	uint8_t head_room[64], tail_room[1024], signature[SIGNATURE_MAX];
	struct der_writer head = DER_WRITER(head_room), tail = DER_WRITER(tail_room);
	struct signing_key key;
	struct blob before = BLOB_NONE, behind = BLOB_NONE;
	struct list list;
	size_t len;
	if (!ready() || !write_list(SITE_SIGN, 6, &list) ||
		!CHECK_OK(signature_software_key(site->ca[SITE_SIGN].key, &key), "key") ||
		!CHECK_OK(key.sign(key.context, list.tbs, signature, &len),
			"signature") ||
		!CHECK_OK(crl_write_frame(list.tbs.len, key.algorithm,
				  blob_make(signature, len), &head, &tail),
			"frame") ||
		!CHECK_OK(der_finish(&head, &before), "head") ||
		!CHECK_OK(der_finish(&tail, &behind), "tail") ||
		!CHECK_OK(buf_append(&der, before), "DER") ||
		!CHECK_OK(buf_append(&der, list.tbs), "DER") ||
		!CHECK_OK(buf_append(&der, behind), "DER"))
		return;
	outside_write(&site->outside, "sign.crl", buf_view(&der));
	outside_run(&site->outside, &said,
		"openssl crl -inform DER -in sign.crl -CAfile sign.pem -noout -text");
	CHECK(outside_said(&said, "verify OK") &&
			outside_said(&said, "X509v3 CRL Number") &&
			outside_said(&said, "Key Compromise"),
		"openssl: %s", buf_text(&said));
	int code = outside_run(&site->outside, &said,
		"certtool --crl-info --inder --infile sign.crl");
	CHECK_INT(code, 0, "certtool: %s", buf_text(&said));
	struct lint_findings findings = { .count = 0 };
	struct span tbs = lint_unwrap(span_of(buf_view(&der)), &findings);
	CHECK(findings.count == 0 && tbs.len == list.tbs.len,
		"a whole list is unwrapped");
}

/* ---- wrong ones */

typedef void change(struct mutant *m, const char *a, const char *b);

/* Part a becomes b. */
static void part(struct mutant *m, const char *a, const char *b)
{
	m->part[strtoul(a, NULL, 10)] = mutant_hex(m, b);
}

/* thisUpdate and nextUpdate move by seconds. */
static void shift(struct mutant *m, const char *a, const char *b)
{
	uint8_t room[64];
	struct der_writer w = DER_WRITER(room);
	struct blob in = m->part[LIST_THIS_UPDATE], out = BLOB_NONE, element = BLOB_NONE;
	int64_t from = 0, until = 0;
	CHECK_OK(der_get_time(&in, &from), "thisUpdate");
	in = m->part[LIST_NEXT_UPDATE];
	CHECK_OK(der_get_time(&in, &until), "nextUpdate");
	der_put_time(&w, from + atoll(a));
	der_put_time(&w, until + atoll(b));
	CHECK_OK(der_finish(&w, &out), "times");
	out = mutant_keep(m, out);
	CHECK_OK(der_get_element(&out, &element), "thisUpdate");
	m->part[LIST_THIS_UPDATE] = element;
	m->part[LIST_NEXT_UPDATE] = out;
}

/* One entry: its serialNumber a, and b behind its date. Dated as the list. */
static void entry(struct mutant *m, const char *a, const char *b)
{
	uint8_t room[512];
	struct der_writer w = DER_WRITER(room);
	struct blob out = BLOB_NONE;
	size_t list = der_open(&w, DER_SEQUENCE), one = der_open(&w, DER_SEQUENCE);
	der_put_raw(&w, mutant_hex(m, a));
	der_put_raw(&w, m->part[LIST_THIS_UPDATE]);
	der_put_raw(&w, mutant_hex(m, b));
	der_close(&w, one);
	der_close(&w, list);
	CHECK_OK(der_finish(&w, &out), "entry");
	m->part[LIST_ENTRIES] = mutant_keep(m, out);
}

/* One good entry, whose date is a. */
static void date(struct mutant *m, const char *a, const char *b)
{
	struct blob kept = m->part[LIST_THIS_UPDATE];
	m->part[LIST_THIS_UPDATE] = mutant_hex(m, a);
	entry(m, "02084100000000000001", "300c300a0603551d1504030a0101");
	m->part[LIST_THIS_UPDATE] = kept;
	(void)b;
}

static void value(struct mutant *m, const char *a, const char *b)
{
	mutant_extension(m, a)->value = mutant_hex(m, b);
}

static void critical(struct mutant *m, const char *a, const char *b)
{
	struct mutant_extension *extension = mutant_extension(m, a);
	extension->critical = !extension->critical;
	(void)b;
}

static void drop(struct mutant *m, const char *a, const char *b)
{
	struct mutant_extension *extension = mutant_extension(m, a);
	size_t at = (size_t)(extension - m->extension);
	m->count--;
	memmove(extension, extension + 1, (m->count - at) * sizeof *extension);
	(void)b;
}

static void swap(struct mutant *m, const char *a, const char *b)
{
	struct mutant_extension first = m->extension[0];
	m->extension[0] = m->extension[1];
	m->extension[1] = first;
	(void)a;
	(void)b;
}

static void add(struct mutant *m, const char *a, const char *b)
{
	m->extension[m->count++] = (struct mutant_extension){ .oid = mutant_hex(m, a),
		.value = mutant_hex(m, b) };
}

static void add_critical(struct mutant *m, const char *a, const char *b)
{
	add(m, a, b);
	m->extension[m->count - 1].critical = true;
}

/* issuingDistributionPoint, critical: the CA's address with a behind it; b: the address, or NULL. */
static void point(struct mutant *m, const char *a, const char *b)
{
	uint8_t room[512];
	struct der_writer w = DER_WRITER(room);
	struct blob out = BLOB_NONE;
	size_t whole = der_open(&w, DER_SEQUENCE),
	       name = der_open(&w, DER_CONTEXT_OPEN(0)),
	       full = der_open(&w, DER_CONTEXT_OPEN(0));
	der_put_text(&w, DER_CONTEXT(6),
		b == NULL ? site->ca[SITE_PERSON].issuer.crl_uri : b);
	der_close(&w, full);
	der_close(&w, name);
	der_put_raw(&w, mutant_hex(m, a));
	der_close(&w, whole);
	CHECK_OK(der_finish(&w, &out), "point");
	add_critical(m, "551d1c", "");
	m->extension[m->count - 1].value = mutant_keep(m, out);
}

#define AKI        "551d23"
#define NUMBER_OID "551d14"
#define IDP        "551d1c"
#define EXPIRED    "551d3c"
#define SERIAL     "02084100000000000001"
#define REASON(n)  "300c300a0603551d1504030a01" n
#define SUSPECTED(reason, id, date)                                                      \
	"3026300a0603551d1504030a01" reason "30180603551d" id "0411" date

/* clang-format off */
static const struct row {
	const char *name;
	int which;
	const char *rule, *also; /* rule NULL: let through */
	change *change;
	const char *a, *b;
} rows[] = {
	{ "version 1",                SITE_PERSON, "version",       "", part, "0", "020100" },
	{ "no version",               SITE_PERSON, "version",       "", part, "0", "" },
	{ "a long form of length",    SITE_PERSON, "der",           "", part, "0", "02810101" },
	{ "SHA-1",                    SITE_PERSON, "algorithm",     "", part, "1", "300906072a8648ce3d0401" },
	{ "P-256 with SHA-384",       SITE_PERSON, "algorithm",     "", part, "1", "300a06082a8648ce3d040303" },
	{ "another issuer",           SITE_PERSON, "issuer",        "", part, "2", "3000" },
	{ "thisUpdate without Z",     SITE_PERSON, "time",          "", part, "3", "170c323631303031303030303030" },
	{ "nextUpdate as GeneralizedTime", SITE_PERSON, "time",     "", part, "4", "180f32303236313030313030303030305a" },
	{ "no nextUpdate",            SITE_PERSON, "crl_times",     "", part, "4", "" },
	{ "nextUpdate is thisUpdate", SITE_PERSON, "crl_times",     "", shift, "0", "-172800" },
	{ "ten days and a second",    SITE_PERSON, "crl_times",     "", shift, "0", "691201" },
	{ "ten days",                 SITE_PERSON, NULL,            "", shift, "0", "691200" },
	{ "more than a year",         SITE_TRUST,  "crl_times",     "", shift, "0", "21254401" },
	{ "an empty list of entries", SITE_PERSON, "structure",     "", part, "5", "3000" },
	{ "a serialNumber of 0 octets", SITE_PERSON, "der",         "", entry, "0200", "" },
	{ "a negative serialNumber",  SITE_PERSON, "serial",        "", entry, "0201ff", "" },
	{ "revoked a year from now",  SITE_PERSON, "crl_entry",     "", date, "180f32303630313030313030303030305a", NULL },
	{ "a wrong revocationDate",   SITE_PERSON, "time",          "", date, "170b323631303031303030305a", NULL },
	{ "reason 0 is written",      SITE_PERSON, "crl_reason",    "", entry, SERIAL, REASON("00") },
	{ "hold",                     SITE_PERSON, "crl_reason",    "", entry, SERIAL, REASON("06") },
	{ "removeFromCRL",            SITE_PERSON, "crl_reason",    "", entry, SERIAL, REASON("08") },
	{ "keyCompromise",            SITE_PERSON, NULL,            "", entry, SERIAL, REASON("01") },
	{ "no reason",                SITE_PERSON, NULL,            "", entry, SERIAL, "" },
	{ "no reason for a CA",       SITE_TRUST,  "crl_reason",    "", entry, SERIAL, "" },
	{ "a critical reason",        SITE_PERSON, "crl_entry",     "", entry, SERIAL, "300f300d0603551d150101ff04030a0101" },
	{ "an invalidityDate",        SITE_PERSON, "crl_entry",     "", entry, SERIAL, "301a30180603551d180411180f32303236313030313030303030305a" },
	{ "since when it is suspected", SITE_PERSON, NULL,          "", entry, SERIAL, SUSPECTED("01", "18", "180f32303235313030313030303030305a") },
	{ "suspected behind the revocation", SITE_PERSON, "crl_entry", "", entry, SERIAL, SUSPECTED("01", "18", "180f32303939313030313030303030305a") },
	{ "suspected, but superseded", SITE_PERSON, "crl_entry",    "", entry, SERIAL, SUSPECTED("04", "18", "180f32303235313030313030303030305a") },
	{ "another extension behind the reason", SITE_PERSON, "crl_entry", "", entry, SERIAL, SUSPECTED("01", "17", "180f32303235313030313030303030305a") },
	{ "suspected since no time",  SITE_PERSON, "crl_entry",     "", entry, SERIAL, SUSPECTED("01", "18", "180f32303235313330313030303030305a") },
	{ "empty entry extensions",   SITE_PERSON, "crl_entry",     "", entry, SERIAL, "3000" },
	{ "AKI of another key",       SITE_PERSON, "authority_key", "", value, AKI, "3016801400112233445566778899aabbccddeeff00112233" },
	{ "no AKI",                   SITE_PERSON, "missing",       "", drop, AKI, NULL },
	{ "AKI critical",             SITE_PERSON, "critical",      "", critical, AKI, NULL },
	{ "no cRLNumber",             SITE_PERSON, "missing",       "", drop, NUMBER_OID, NULL },
	{ "a negative cRLNumber",     SITE_PERSON, "crl_number",    "", value, NUMBER_OID, "0201ff" },
	{ "a cRLNumber of 21 octets", SITE_PERSON, "crl_number",    "", value, NUMBER_OID, "02157f0000000000000000000000000000000000000000" },
	{ "cRLNumber critical",       SITE_PERSON, "critical",      "", critical, NUMBER_OID, NULL },
	{ "cRLNumber first",          SITE_PERSON, "extension_order", "", swap, NULL, NULL },
	{ "cRLNumber twice",          SITE_PERSON, "extension",     "", add, NUMBER_OID, "020101" },
	{ "a delta list",             SITE_PERSON, "extension",     "", add_critical, "551d1b", "020101" },
	{ "freshestCRL",              SITE_PERSON, "extension",     "", add, "551d2e", "3000" },
	{ "a point of its own",       SITE_PERSON, NULL,            "", point, "", NULL },
	{ "a point of its own for people", SITE_PERSON, NULL,       "", point, "8101ff", NULL },
	{ "another's address",        SITE_PERSON, "crl_point",     "", point, "", "http://pki.inkan.example/cb.crl" },
	{ "an indirect list",         SITE_PERSON, "crl_point",     "", point, "8401ff", NULL },
	{ "only some reasons",        SITE_PERSON, "crl_point",     "", point, "83020640", NULL },
	{ "people and CAs",           SITE_PERSON, "crl_point",     "", point, "8101ff8201ff", NULL },
	{ "an explicit FALSE in it",  SITE_PERSON, "crl_point",     "", point, "810100", NULL },
	{ "a point not critical",     SITE_TRUST,  "crl_point",     "", add, IDP, "30038201ff" },
	{ "only CAs, of a root",      SITE_TRUST,  NULL,            "", add_critical, IDP, "30038201ff" },
	{ "only CAs, of another CA",  SITE_PERSON, "crl_point",     "", add_critical, IDP, "30038201ff" },
	{ "kept expired ones, said wrongly", SITE_PERSON, "crl_expired", "", add, EXPIRED, "180f32303236313030313030303030305a" },
	{ "kept expired ones, another date", SITE_SIGN, "crl_expired", "", value, EXPIRED, "180f32303236313030313030303030305a" },
	{ "kept expired ones, not said", SITE_SIGN, "missing",      "", drop, EXPIRED, NULL },
};
/* clang-format on */

static void judge_row(const struct row *row, struct blob good)
{
	static struct mutant mutant;
	struct lint_findings findings;
	mutant_take_list(good, &mutant);
	row->change(&mutant, row->a, row->b);
	judge(row->which, mutant_build(&mutant), &findings);
	if (row->rule != NULL)
		CHECK(lint_found(&findings, row->rule), "%s: not caught by %s but %s",
			row->name, row->rule,
			findings.count == 0 ? "nothing" : findings.row[0].rule->id);
	for (size_t i = 0; i < findings.count; i++) {
		const char *id = findings.row[i].rule->id;
		CHECK(row->rule != NULL && (strcmp(id, row->rule) == 0 ||
						   strcmp(id, row->also) == 0),
			"%s: %s was found too: %s", row->name, id,
			findings.row[i].detail);
	}
}

/* proves R-CRL-01, R-CRL-05, R-REV-07: each wrong list is caught by the rule that it breaks */
static void test_mutants(void)
{
	struct list list;
	size_t count;
	const struct lint_rule *const *rules = lint_rules(&count);
	if (!ready())
		return;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (write_list(rows[i].which, 3, &list))
			judge_row(&rows[i], list.tbs);
	for (size_t i = 0; i < count; i++) {
		bool found = strncmp(rules[i]->id, "crl_", 4) != 0;
		for (size_t k = 0; k < COUNT(rows); k++)
			found = found || (rows[k].rule != NULL &&
						 strcmp(rows[k].rule, rules[i]->id) == 0);
		CHECK(found, "%s has no sample", rules[i]->id);
	}
}

/* A list is judged beside the one before it, and the last one has no end. */
static void test_sequence(void)
{
	static const struct {
		const char *hex;
		bool good;
	} before[] = {
		{ "012b", true },
		{ "012c", false },
		{ "012d", false },
		{ "ff", true },
		{ "010000", false },
	};
	static struct mutant mutant;
	struct list list;
	struct lint_findings findings;
	if (!ready() || !write_list(SITE_PERSON, 1, &list))
		return;
	struct span number = lint_crl_number(span_of(list.tbs));
	CHECK_BLOB(blob_make(number.at, number.len), BLOB(((uint8_t[]){ 0x01, 0x2c })),
		"its number");
	for (size_t i = 0; i < COUNT(before); i++) {
		AUTO(buf_clear) struct buf bytes = check_unhex(before[i].hex);
		const struct lint_crl asked = { .issuer = "person",
			.previous = span_of(buf_view(&bytes)) };
		findings.count = 0;
		lint_crl(site->policy, &asked, span_of(list.tbs), &findings);
		CHECK(lint_found(&findings, "crl_number") != before[i].good, "after %s",
			before[i].hex);
	}
	const struct lint_crl last = { .issuer = "person", .last = true };
	findings.count = 0;
	lint_crl(site->policy, &last, span_of(list.tbs), &findings);
	CHECK(lint_found(&findings, "crl_times"), "a last list that ends");
	mutant_take_list(list.tbs, &mutant);
	part(&mutant, "4", "180f39393939313233313233353935395a");
	struct blob without_end = mutant_build(&mutant);
	findings.count = 0;
	lint_crl(site->policy, &last, span_of(without_end), &findings);
	CHECK(findings.count == 0, "the last list has no end");
	judge(SITE_PERSON, without_end, &findings);
	CHECK(lint_found(&findings, "crl_times"), "any other has one");
	const struct lint_crl nobody = { .issuer = "nobody" };
	lint_crl(site->policy, &nobody, span_of(list.tbs), &findings);
	CHECK(lint_found(&findings, "profile"), "no such CA");
}

static const CU_TestInfo tests[] = {
	{ "good lists are let through", test_good },
	{ "good lists are good for others too", test_outside },
	{ "mutants", test_mutants },
	{ "a list beside the one before, and the last one", test_sequence },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_lint_crl = { "ca/lint/crl", tests, NULL, NULL };
