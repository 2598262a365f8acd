/* Passkeys at the LRA: the code, the registration, and two administrators' signatures, against the real registry. */
#include <openssl/pem.h>
#include <openssl/sha.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/table.h"
#include "common/flow/audit_store.h"
#include "common/flow/enrolment_store.h"
#include "common/pki/cms.h"
#include "lra/enrol.h"
#include "tests/check.h"
#include "tests/support/authenticator.h"
#include "tests/support/postgres.h"
#include "tests/support/rehearsal.h"

static const struct webauthn_party party = { "lra.example", "https://lra.example:8443" };
static const struct lra_conf conf = { .id = "lra",
	.passkey_rp_id = "lra.example",
	.passkey_origin = "https://lra.example:8443" };
static struct {
	struct rehearsal rehearsal;
	struct lra lra;
	int64_t now;
	bool ready;
} world;

static struct err papers(void *context, struct blob credential_id,
	struct enrolment_papers *out)
{
	(void)context;
	return enrolment_store_papers(world.lra.db, credential_id, out);
}

static void add_person(struct buf *out, const char *id, const char *lra, const char *role,
	const char *word)
{
	char hex[65] = "";
	uint8_t digest[32];
	if (word != NULL) {
		AUTO(buf_clear)
		struct buf der = rehearsal_certificate(&world.rehearsal, word);
		SHA256(der.data, der.len, digest);
		hex_encode(BLOB(digest), hex);
	}
	CHECK_OK(buf_append_format(out,
			 "%s{ id = \"%s\"; name = \"n\"; lra = \"%s\"; roles = [ \"%s\" "
			 "]; %s%s%s validFrom = \"2020-01-01T00:00:00Z\"; validUntil = "
			 "\"2099-01-01T00:00:00Z\"; }",
			 out->len > 0 ? ", " : "", id, lra, role,
			 word == NULL ? "" : "signCertificate = \"", hex,
			 word == NULL ? "" : "\";"),
		"%s", id);
}

#define OFFICE(id)                                                                       \
	"{ id = \"" id "\"; name = \"n\"; organizationName = [ \"M\" ]; profiles = [ "   \
	"\"P-PERSON-MP\" ]; validityMax = \"825 d\"; validFrom = "                       \
	"\"2020-01-01T00:00:00Z\"; validUntil = \"2099-01-01T00:00:00Z\"; }"

static void load_roster(void)
{
	AUTO(buf_clear) struct buf text = BUF(64 * 1024);
	AUTO(buf_clear) struct buf people = BUF(64 * 1024);
	struct conf_faults faults = { .count = 0 };
	add_person(&people, "sato", "LRA-1", "lraClerk", NULL);
	add_person(&people, "tanaka", "LRA-1", "lraAdmin", "tanaka-sign");
	add_person(&people, "kobayashi", "LRA-1", "lraAdmin", "kobayashi-sign");
	add_person(&people, "suzuki", "LRA-2", "lraAdmin", "suzuki-sign");
	CHECK_OK(buf_append_format(&text, "lras = ( %s, %s ); people = ( %s );",
			 OFFICE("LRA-1"), OFFICE("LRA-2"), buf_text(&people)),
		"roster");
	CHECK_OK(file_write("build/test-enrol-roster.cfg", buf_view(&text), 0644),
		"roster");
	CHECK_OK(roster_load("build/test-enrol-roster.cfg", &world.lra.roster, &faults),
		"%s", faults.text[0]);
}

static void set_up(void)
{
	static const struct db_stmt_list *const used[] = { &lra_enrol_stmts,
		&audit_store_writing, &enrolment_store_reading };
	struct db_stmt_list lists[COUNT(used)];
	struct conf_faults faults = { .count = 0 };
	for (size_t i = 0; i < COUNT(used); i++)
		lists[i] = *used[i];
	if (!world.ready) {
		world.rehearsal = rehearsal_held();
		world.now = clock_now();
		world.lra.conf = &conf;
		load_roster();
		world.ready = CHECK_OK(issuer_set_load(world.rehearsal.issuers,
					       &world.lra.issuers, &faults),
				      "issuers") &&
			      CHECK_OK(profile_set_load("policies/profiles",
					       &world.lra.profiles, &faults),
				      "profiles");
		world.lra.trust = (struct trust){ .roster = world.lra.roster,
			.issuers = world.lra.issuers,
			.profiles = world.lra.profiles,
			.papers = papers };
	}
	db_close(world.lra.db);
	world.lra.db = NULL;
	postgres_fresh();
	CHECK_OK(db_open(postgres_conninfo("inkan_lra"), lists, COUNT(lists),
			 &world.lra.db),
		"every statement fits the schema");
}

static struct faults said;
static struct lra_call call_of(const char *person)
{
	said = (struct faults){ .count = 0 };
	return (struct lra_call){ .lra = &world.lra,
		.person = person == NULL ? NULL : roster_person(world.lra.roster, person),
		.now = world.now,
		.ref = "test",
		.faults = &said };
}

static const char *first_code(void)
{
	return said.count == 0 ? "" : said.row[0].code;
}

static struct err answer(struct authenticator *device, const char *code, bool changed,
	char fingerprint[static ENROLMENT_FINGERPRINT])
{
	AUTO(answer_clear) struct answer given = ANSWER;
	struct enrol_challenge challenge;
	struct lra_call call = call_of(NULL);
	TRY(lra_enrol_begin(&call, "sato", code, &challenge));
	if (changed)
		challenge.challenge[0] ^= 1;
	authenticator_create(device, BLOB(challenge.challenge), &given);
	const struct enrol_registration registration = { "sato", code,
		buf_view(&given.client_data), buf_view(&given.attestation) };
	return lra_enrol_register(&call, &registration, fingerprint);
}

/* proves R-ACC-04: a code opens one registration, by its own challenge; wrong ones are counted, and all of it is on record */
static void test_codes(void)
{
	AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
	struct enrol_invitation first, second;
	struct enrol_challenge challenge;
	char fingerprint[ENROLMENT_FINGERPRINT];
	authenticator_make(&device, WEBAUTHN_ES256, &party);
	struct lra_call call = call_of("tanaka");
	CHECK_ERR(lra_enrol_invite(&call, "tanaka", &first), E_POLICY, "not himself");
	CHECK_ERR(lra_enrol_invite(&call, "suzuki", &first), E_POLICY, "another LRA");
	CHECK_ERR(lra_enrol_invite(&call, "nobody", &first), E_POLICY, "nobody");
	if (!CHECK_OK(lra_enrol_invite(&call, "sato", &first), "a code") ||
		!CHECK_OK(lra_enrol_invite(&call, "sato", &second), "another one"))
		return;
	call = call_of(NULL);
	CHECK_ERR(lra_enrol_begin(&call, "sato", first.code, &challenge), E_DENIED,
		"the first one was replaced");
	CHECK_TEXT(first_code(), "passkey.code", "in words");
	CHECK_ERR(answer(&device, second.code, true, fingerprint), E_DENIED,
		"another challenge's answer");
	CHECK_TEXT(first_code(), "passkey.answer", "in words");
	device.origin = "https://evil.example";
	CHECK_ERR(answer(&device, second.code, false, fingerprint), E_DENIED,
		"another site's answer");
	device.origin = party.origin;
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM credential"), "0", "nothing kept");
	CHECK_OK(answer(&device, second.code, false, fingerprint), "registered");
	CHECK_ERR(answer(&device, second.code, false, fingerprint), E_DENIED,
		"a code is used once");
	call = call_of("tanaka");
	CHECK_OK(lra_enrol_invite(&call, "sato", &first), "a second passkey");
	for (int i = 0; i < ENROL_TRIES; i++) {
		call = call_of(NULL);
		CHECK_ERR(lra_enrol_begin(&call, "sato", "00000-00000", &challenge),
			E_DENIED, "wrong");
	}
	call = call_of(NULL);
	CHECK_ERR(lra_enrol_begin(&call, "sato", first.code, &challenge), E_DENIED,
		"five wrong ones end the right one");
	CHECK_TEXT(postgres_sql("SELECT string_agg(ended_by, ' ' ORDER BY id) FROM "
				"enrolment_code"),
		"replaced used tries", "how each code ended");
	CHECK_TEXT(postgres_sql("SELECT count(*) FROM audit_event WHERE event = "
				"'loginRefused' AND result = 'refused'"),
		"10", "each refusal is on record");
}

static void sign_by_card(const char *word, int64_t at, struct decision *out)
{
	AUTO(buf_clear)
	struct buf certificate = rehearsal_certificate(&world.rehearsal, word);
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	struct signing_key signing;
	uint8_t room[LIMIT_CMS];
	struct der_writer w = DER_WRITER(room);
	struct blob signature;
	char path[512];
	snprintf(path, sizeof path, "%s/%s.key", world.rehearsal.output, word);
	FILE *file = fopen(path, "re");
	if (!CHECK(file != NULL, "%s", path))
		return;
	key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	fclose(file);
	CHECK_OK(signature_software_key(key, &signing), "%s", word);
	CHECK_OK(cms_sign(buf_view(&out->statement), buf_view(&certificate), at, &signing,
			 &w),
		"%s", word);
	CHECK_OK(der_finish(&w, &signature), "%s", word);
	snprintf(out->form, sizeof out->form, "cms");
	CHECK_OK(buf_append(&out->signature, signature), "%s", word);
}

/* shown: who asked for the statement; sent: who sends it. */
static struct err decide(const char *shown, const char *sent, enum decision_kind kind)
{
	AUTO(decision_clear) struct decision decision = DECISION;
	char word[64];
	struct lra_call call = call_of(shown);
	TRY(lra_enrol_statement(&call, 1, kind, &decision.statement));
	snprintf(word, sizeof word, "%s-sign", shown);
	sign_by_card(word, world.now, &decision);
	call = call_of(sent);
	return lra_enrol_decide(&call, 1, &decision);
}

static bool in_force(const struct authenticator *device)
{
	struct enrolment enrolment;
	return !err_is(enrolment_find(&world.lra.trust,
		blob_make(device->id, device->id_len), world.now, &enrolment));
}

/* proves R-ACC-04, R-ACC-08: two administrators of the same LRA, each once; then one ends it */
static void test_signing(void)
{
	AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
	struct enrol_invitation invitation;
	char fingerprint[ENROLMENT_FINGERPRINT];
	authenticator_make(&device, WEBAUTHN_ES256, &party);
	struct lra_call call = call_of("tanaka");
	if (!CHECK_OK(lra_enrol_invite(&call, "sato", &invitation), "a code") ||
		!CHECK_OK(answer(&device, invitation.code, false, fingerprint),
			"registered"))
		return;
	CHECK_ERR(decide("suzuki", "suzuki", DECISION_ENROL), E_NOT_FOUND,
		"another LRA's administrator");
	CHECK_ERR(decide("tanaka", "kobayashi", DECISION_ENROL), E_DENIED,
		"another's signature");
	CHECK_OK(decide("tanaka", "tanaka", DECISION_ENROL), "one");
	CHECK(!in_force(&device), "one is not enough");
	CHECK_ERR(decide("tanaka", "tanaka", DECISION_ENROL), E_CONFLICT,
		"the same one again");
	CHECK_OK(decide("kobayashi", "kobayashi", DECISION_ENROL), "two");
	CHECK(in_force(&device), "two are");
	CHECK_OK(decide("kobayashi", "kobayashi", DECISION_DISENROL), "ended by one");
	CHECK(!in_force(&device), "it counts no more");
	CHECK_TEXT(postgres_sql("SELECT string_agg(event || ' ' || actor, ', ' ORDER BY "
				"id) FROM audit_event"),
		"passkeyInvited tanaka, passkeyRegistered sato, passkeyEnrolled tanaka, "
		"passkeyEnrolled kobayashi, passkeyEnded kobayashi",
		"each deed has its row");
}

static void tear_down(void)
{
	db_close(world.lra.db);
	world.lra.db = NULL;
}

/* clang-format off */
static const CU_TestInfo tests[] = {
	{ "codes", test_codes },
	{ "signing", test_signing },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_lra_enrol = { "lra/enrol", tests, set_up, tear_down };
