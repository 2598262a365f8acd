/* Passkeys: whose they are, who may say so, and what their decisions are worth. */
#include "common/flow/enrolment.h"

#include <openssl/pem.h>
#include <openssl/sha.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/table.h"
#include "common/pki/cms.h"
#include "tests/check.h"
#include "tests/support/authenticator.h"
#include "tests/support/rehearsal.h"

enum { DAY_S = 86400 };

/* The registry's rows, as whoever holds it may put them. */
struct row {
	struct blob credential_id;
	struct decision paper;
};
static struct {
	struct rehearsal rehearsal;
	struct issuer_set *issuers;
	struct profile_set *profiles;
	struct roster *roster;
	struct trust trust;
	int64_t now;
	struct row row[32];
	size_t rows;
	enum err_code asking; /* what the registry answers with */
	bool revoked;         /* what it says of every certificate */
	bool ready;
} world;

static const struct webauthn_party party = { "lra.example", "https://lra.example:8443" };

static struct err papers(void *context, struct blob credential_id,
	struct enrolment_papers *out)
{
	(void)context;
	if (world.asking != E_NONE)
		return FAIL(world.asking, "the registry is away");
	for (size_t i = 0; i < world.rows; i++)
		if (blob_equal(world.row[i].credential_id, credential_id))
			TRY(enrolment_papers_add(out, world.row[i].paper.form,
				buf_view(&world.row[i].paper.statement),
				buf_view(&world.row[i].paper.signature)));
	return OK;
}

static struct err revoked(void *context, const char *issuer, const struct serial *serial,
	bool *out)
{
	(void)context, (void)issuer, (void)serial;
	*out = world.revoked;
	return OK;
}

static void digest_of(const char *word, char out[static 65])
{
	AUTO(buf_clear) struct buf der = rehearsal_certificate(&world.rehearsal, word);
	uint8_t digest[32];
	SHA256(der.data, der.len, digest);
	hex_encode(BLOB(digest), out);
}

#define LRA(id)                                                                          \
	"{ id = \"" id "\"; name = \"n\"; organizationName = [ \"M\" ]; profiles = [ "   \
	"\"P-PERSON-MP\" ]; validityMax = \"825 d\"; validFrom = "                       \
	"\"2020-01-01T00:00:00Z\"; validUntil = \"2099-01-01T00:00:00Z\"; }"

/* certificate: word of the ceremony, or NULL; past: it is one of before. */
static void add_person(struct buf *out, const char *id, const char *lra, const char *role,
	const char *certificate, bool past, const char *until)
{
	char digest[65] = "", setting[160] = "";
	if (certificate != NULL) {
		digest_of(certificate, digest);
		snprintf(setting, sizeof setting,
			past ? "pastSignCertificates = [ \"%s\" ];"
			     : "signCertificate = \"%s\";",
			digest);
	}
	CHECK_OK(buf_append_format(out,
			 "%s{ id = \"%s\"; name = \"n\"; lra = \"%s\"; roles = [ \"%s\" "
			 "]; %s validFrom = \"2020-01-01T00:00:00Z\"; validUntil = "
			 "\"%s\"; }",
			 out->len > 0 ? ", " : "", id, lra, role, setting, until),
		"%s", id);
}

/* tanaka, kobayashi: the LRA's administrators by card; abe: by passkey; suzuki: another LRA's. kobayashi's row is the tests'. */
static void load_roster(bool kobayashi_past, const char *kobayashi_until)
{
	AUTO(buf_clear) struct buf text = BUF(64 * 1024);
	AUTO(buf_clear) struct buf people = BUF(64 * 1024);
	AUTO(roster_free) struct roster *roster = NULL;
	struct conf_faults faults = { .count = 0 };
	const char *ever = "2099-01-01T00:00:00Z";
	add_person(&people, "sato", "LRA-1", "lraClerk", NULL, false, ever);
	add_person(&people, "mori", "LRA-1", "lraApprover", NULL, false, ever);
	add_person(&people, "tanaka", "LRA-1", "lraAdmin", "tanaka-sign", false, ever);
	add_person(&people, "abe", "LRA-1", "lraAdmin", NULL, false, ever);
	add_person(&people, "suzuki", "LRA-2", "lraAdmin", "suzuki-sign", false, ever);
	add_person(&people, "ito", "LRA-1", "lraClerk", "sato-sign", false, ever);
	if (kobayashi_until != NULL)
		add_person(&people, "kobayashi", "LRA-1", "lraAdmin", "kobayashi-sign",
			kobayashi_past, kobayashi_until);
	CHECK_OK(buf_append_format(&text, "lras = ( %s, %s ); people = ( %s );",
			 LRA("LRA-1"), LRA("LRA-2"), buf_text(&people)),
		"roster");
	CHECK_OK(file_write("build/test-enrolment-roster.cfg", buf_view(&text), 0644),
		"roster");
	if (!CHECK_OK(roster_load("build/test-enrolment-roster.cfg", &roster, &faults),
		    "%s", faults.text[0]))
		return;
	roster_free(world.roster);
	world.roster = MOVE(roster);
	world.trust.roster = world.roster;
}

static void set_up(void)
{
	struct conf_faults faults = { .count = 0 };
	if (!world.ready) {
		world.rehearsal = rehearsal_held();
		/* The certificates are of today, and what is tested has a past. */
		world.now = clock_now() + 60 * DAY_S;
		world.ready = CHECK_OK(issuer_set_load(world.rehearsal.issuers,
					       &world.issuers, &faults),
				      "issuers") &&
			      CHECK_OK(profile_set_load("policies/profiles",
					       &world.profiles, &faults),
				      "profiles");
	}
	world.trust = (struct trust){ .issuers = world.issuers,
		.profiles = world.profiles,
		.revoked = revoked,
		.papers = papers };
	world.asking = E_NONE;
	world.revoked = false;
	load_roster(false, "2099-01-01T00:00:00Z");
}

static void tear_down(void)
{
	for (size_t i = 0; i < world.rows; i++)
		decision_clear(&world.row[i].paper);
	world.rows = 0;
}

/* ---- signing */

static void write_statement(enum decision_kind kind, const char *person,
	struct blob content, int64_t at, struct decision *out)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	statement.kind = kind;
	statement.at = at;
	snprintf(statement.person, sizeof statement.person, "%s", person);
	CHECK_OK(buf_append(&statement.content, content), "content");
	CHECK_OK(statement_write(&statement, "test", &out->statement), "statement");
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

static void sign_by_passkey(struct authenticator *device, struct decision *out)
{
	AUTO(answer_clear) struct answer answer = ANSWER;
	uint8_t challenge[32];
	CHECK_OK(decision_challenge(buf_view(&out->statement), challenge), "challenge");
	authenticator_get(device, BLOB(challenge), &answer);
	snprintf(out->form, sizeof out->form, "passkey");
	CHECK_OK(decision_write_passkey(blob_make(device->id, device->id_len),
			 buf_view(&answer.client_data),
			 buf_view(&answer.authenticator_data),
			 buf_view(&answer.signature), &out->signature),
		"passkey");
}

/* ---- papers */

static struct enrolment make_enrolment(struct authenticator *device, const char *person,
	int64_t valid_from)
{
	AUTO(answer_clear) struct answer answer = ANSWER;
	static const uint8_t challenge[32];
	struct enrolment out = { .valid_from = valid_from };
	authenticator_make(device, WEBAUTHN_ES256, &party);
	authenticator_create(device, BLOB(challenge), &answer);
	CHECK_OK(webauthn_register(&party, BLOB(challenge), buf_view(&answer.client_data),
			 buf_view(&answer.attestation), &out.credential),
		"%s", person);
	out.credential.sign_count = 0;
	snprintf(out.person, sizeof out.person, "%s", person);
	snprintf(out.rp_id, sizeof out.rp_id, "%s", party.rp_id);
	snprintf(out.origin, sizeof out.origin, "%s", party.origin);
	return out;
}

/* Into the registry, under the device's credential. */
static void put(const struct authenticator *device, struct decision *paper)
{
	if (!CHECK(world.rows < COUNT(world.row), "room for rows"))
		return;
	world.row[world.rows++] =
		(struct row){ blob_make(device->id, device->id_len), *paper };
	*paper = DECISION;
}

/* who: whose card; an empty word: nobody signs. */
static void put_card(const struct authenticator *device, enum decision_kind kind,
	const struct enrolment *enrolment, const char *who, const char *word, int64_t at)
{
	AUTO(decision_clear) struct decision paper = DECISION;
	AUTO(buf_clear) struct buf content = BUF(LIMIT_STATEMENT);
	if (kind == DECISION_DISENROL)
		CHECK_OK(enrolment_write_end(webauthn_credential_id(
						     &enrolment->credential),
				 enrolment->person, &content),
			"content");
	else
		CHECK_OK(enrolment_write(enrolment, &content), "content");
	write_statement(kind, who, buf_view(&content), at, &paper);
	sign_by_card(word, at, &paper);
	put(device, &paper);
}

/* A passkey that both administrators have approved, ten days ago. */
static struct enrolment enrol(struct authenticator *device, const char *person)
{
	int64_t then = world.now - 10 * DAY_S;
	struct enrolment enrolment = make_enrolment(device, person, then);
	put_card(device, DECISION_ENROL, &enrolment, "tanaka", "tanaka-sign", then + 60);
	put_card(device, DECISION_ENROL, &enrolment, "kobayashi", "kobayashi-sign",
		then + 120);
	return enrolment;
}

/* A decision about anything, by this device. */
static struct err decide(struct authenticator *device, const char *person, int64_t now,
	struct decision_signer *signer)
{
	AUTO(decision_clear) struct decision decision = DECISION;
	AUTO(statement_clear) struct statement statement = STATEMENT;
	write_statement(DECISION_APPROVE, person, blob_text("{\"a\":1}"), now, &decision);
	sign_by_passkey(device, &decision);
	return decision_verify(&world.trust, &decision, now, &statement, signer);
}

/* ---- tests */

/* proves R-LRA-04 */
static void test_decision(void)
{
	AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
	struct decision_signer signer = { .person = NULL };
	uint8_t digest[32];
	if (!world.ready)
		return;
	enrol(&device, "sato");
	device.count = 41;
	if (!CHECK_OK(decide(&device, "sato", world.now, &signer), "by passkey"))
		return;
	CHECK(signer.person == roster_person(world.roster, "sato"), "it is sato");
	CHECK(signer.by_passkey && signer.issuer == NULL && signer.component == NULL,
		"and no certificate");
	SHA256(device.id, device.id_len, digest);
	CHECK_BLOB(BLOB(signer.credential_digest), BLOB(digest), "which passkey");
	CHECK_INT(signer.sign_count, 42, "its counter");
	CHECK_ERR(decide(&device, "mori", world.now, &signer), E_DENIED,
		"in another person's name");
	CHECK_ERR(decide(&device, "sato", world.now - 11 * DAY_S, &signer), E_DENIED,
		"before it was enrolled");
	world.trust.papers = NULL;
	CHECK_ERR(decide(&device, "sato", world.now, &signer), E_DENIED,
		"where passkeys are not taken");
}

/* proves R-LRA-04: a signature is good for one statement, from one place, by a person who was verified */
static void test_wrong_assertions(void)
{
	static const struct {
		const char *name;
		const char *rp_id, *origin, *type;
		uint8_t flags;
		enum err_code want;
	} rows[] = {
		{ "a good one", NULL, NULL, NULL, 0, E_NONE },
		{ "another site", "evil.example", NULL, NULL, 0, E_DENIED },
		{ "another origin", NULL, "https://evil.example", NULL, 0, E_DENIED },
		{ "another port", NULL, "https://lra.example", NULL, 0, E_DENIED },
		{ "a registration", NULL, NULL, "webauthn.create", 0, E_DENIED },
		{ "no user verification", NULL, NULL, NULL, 0x01, E_DENIED },
		{ "no user presence", NULL, NULL, NULL, 0x04, E_DENIED },
	};
	AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
	struct decision_signer signer;
	if (!world.ready)
		return;
	enrol(&device, "sato");
	for (size_t i = 0; i < COUNT(rows); i++) {
		device.rp_id = rows[i].rp_id != NULL ? rows[i].rp_id : party.rp_id;
		device.origin = rows[i].origin != NULL ? rows[i].origin : party.origin;
		device.type = rows[i].type;
		device.flags = rows[i].flags;
		CHECK_ERR(decide(&device, "sato", world.now, &signer), rows[i].want, "%s",
			rows[i].name);
	}
}

static struct err verify(const struct decision *decision)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	struct decision_signer signer;
	return decision_verify(&world.trust, decision, world.now, &statement, &signer);
}

static void test_moved_signature(void)
{
	AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
	AUTO(authenticator_clear) struct authenticator other = { .key = NULL };
	AUTO(decision_clear) struct decision first = DECISION;
	AUTO(decision_clear) struct decision second = DECISION;
	AUTO(decision_clear) struct decision foreign = DECISION;
	if (!world.ready)
		return;
	enrol(&device, "sato");
	enrol(&other, "mori");
	write_statement(DECISION_APPROVE, "sato", blob_text("{\"a\":1}"), world.now,
		&first);
	sign_by_passkey(&device, &first);
	CHECK_OK(verify(&first), "as it was signed");
	CHECK_OK(verify(&first), "again: that it is not used twice is the registry's");
	write_statement(DECISION_APPROVE, "sato", blob_text("{\"a\":1}"), world.now,
		&second);
	snprintf(second.form, sizeof second.form, "passkey");
	CHECK_OK(buf_append(&second.signature, buf_view(&first.signature)), "moved");
	CHECK_ERR(verify(&second), E_DENIED,
		"an assertion over another statement, like it but for its nonce");
	second.signature.len = 0;
	CHECK_OK(buf_append_text(&second.signature, "{}"), "empty");
	CHECK_ERR(verify(&second), E_INPUT, "no members");
	/* The other's device, under the name of this one. */
	memcpy(other.id, device.id, other.id_len);
	write_statement(DECISION_APPROVE, "sato", blob_text("{\"a\":1}"), world.now,
		&foreign);
	sign_by_passkey(&other, &foreign);
	CHECK_ERR(verify(&foreign), E_CRYPTO, "another key");
	/* JSON has other ways to say the same; a signature document has one. */
	CHECK_OK(buf_append_text(&first.signature, " "), "one space");
	CHECK_ERR(verify(&first), E_INPUT, "not canonical");
	first.signature.len--;
	CHECK_OK(verify(&first), "without it");
	for (size_t cut = 0; cut < first.signature.len; cut += 13) {
		struct buf whole = first.signature;
		first.signature.len = cut;
		CHECK_ERR(verify(&first), E_INPUT, "cut at %zu", cut);
		first.signature = whole;
	}
}

/* Who says it, with which card. */
struct vote {
	const char *who, *word;
	int days_ago;
	enum { SAME, OTHER, END } says;
};

/* proves R-ACC-08, R-ACC-02: rows in the registry enrol nobody, signatures of two administrators do */
static void test_who_enrols(void)
{
	/* clang-format off */
	static const struct { const char *name, *person; struct vote vote[3]; bool good; } rows[] = {
		{ "both administrators",      "sato", { { "tanaka", "tanaka-sign", 5, SAME }, { "kobayashi", "kobayashi-sign", 4, SAME } }, true },
		{ "nobody",                   "sato", { { .who = NULL } }, false },
		{ "one of them",              "sato", { { "tanaka", "tanaka-sign", 5, SAME } }, false },
		{ "one of them, twice",       "sato", { { "tanaka", "tanaka-sign", 5, SAME }, { "tanaka", "tanaka-sign", 4, SAME } }, false },
		{ "one in the other's name",  "sato", { { "tanaka", "tanaka-sign", 5, SAME }, { "kobayashi", "tanaka-sign", 4, SAME } }, false },
		{ "about different keys",     "sato", { { "tanaka", "tanaka-sign", 5, SAME }, { "kobayashi", "kobayashi-sign", 4, OTHER } }, false },
		{ "another LRA's",            "sato", { { "tanaka", "tanaka-sign", 5, SAME }, { "suzuki", "suzuki-sign", 4, SAME } }, false },
		{ "a clerk",                  "sato", { { "tanaka", "tanaka-sign", 5, SAME }, { "ito", "sato-sign", 4, SAME } }, false },
		{ "with a login certificate", "sato", { { "tanaka", "tanaka-sign", 5, SAME }, { "kobayashi", "kobayashi-auth", 4, SAME } }, false },
		{ "about himself",            "tanaka", { { "tanaka", "tanaka-sign", 5, SAME }, { "kobayashi", "kobayashi-sign", 4, SAME } }, false },
		{ "nobody of the roster",     "eve", { { "tanaka", "tanaka-sign", 5, SAME }, { "kobayashi", "kobayashi-sign", 4, SAME } }, false },
		{ "of the roster's other LRA", "suzuki", { { "tanaka", "tanaka-sign", 5, SAME }, { "kobayashi", "kobayashi-sign", 4, SAME } }, false },
		{ "the second tomorrow",      "sato", { { "tanaka", "tanaka-sign", 5, SAME }, { "kobayashi", "kobayashi-sign", -1, SAME } }, false },
		{ "ended by one of them",     "sato", { { "tanaka", "tanaka-sign", 5, SAME }, { "kobayashi", "kobayashi-sign", 4, SAME }, { "tanaka", "tanaka-sign", 1, END } }, false },
		{ "ended by another LRA's",   "sato", { { "tanaka", "tanaka-sign", 5, SAME }, { "kobayashi", "kobayashi-sign", 4, SAME }, { "suzuki", "suzuki-sign", 1, END } }, true },
		{ "ended by a clerk",         "sato", { { "tanaka", "tanaka-sign", 5, SAME }, { "kobayashi", "kobayashi-sign", 4, SAME }, { "ito", "sato-sign", 1, END } }, true },
		{ "ended before it began",    "sato", { { "tanaka", "tanaka-sign", 5, END }, { "tanaka", "tanaka-sign", 4, SAME }, { "kobayashi", "kobayashi-sign", 4, SAME } }, false },
	};
	/* clang-format on */
	if (!world.ready)
		return;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
		struct decision_signer signer;
		struct enrolment enrolment =
			make_enrolment(&device, rows[i].person, world.now - 9 * DAY_S);
		for (size_t j = 0; j < 3 && rows[i].vote[j].who != NULL; j++) {
			const struct vote *vote = &rows[i].vote[j];
			struct enrolment said = enrolment;
			if (vote->says == OTHER)
				said.valid_from++;
			put_card(&device,
				vote->says == END ? DECISION_DISENROL : DECISION_ENROL,
				&said, vote->who, vote->word,
				world.now - (int64_t)vote->days_ago * DAY_S);
		}
		struct err err = decide(&device, enrolment.person, world.now, &signer);
		CHECK(rows[i].good == !err_is(err), "%s: %s", rows[i].name, err.text);
		CHECK(rows[i].good || err.code == E_DENIED, "%s: %s", rows[i].name,
			err.text);
		tear_down();
	}
}

/* proves R-ACC-05: a passkey ends with its removal, with its person, with an administrator who is struck off */
static void test_ends(void)
{
	AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
	AUTO(decision_clear) struct decision before = DECISION;
	struct decision_signer signer;
	if (!world.ready)
		return;
	struct enrolment enrolment = enrol(&device, "sato");
	write_statement(DECISION_APPROVE, "sato", blob_text("{}"), world.now - 60,
		&before);
	sign_by_passkey(&device, &before);
	CHECK_OK(verify(&before), "while it is in force");
	put_card(&device, DECISION_DISENROL, &enrolment, "kobayashi", "kobayashi-sign",
		world.now - 30);
	CHECK_ERR(verify(&before), E_DENIED, "no new process takes what it signed");
	CHECK_ERR(decide(&device, "sato", world.now, &signer), E_DENIED,
		"nor anything newer");
}

static void test_own_end(void)
{
	AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
	AUTO(authenticator_clear) struct authenticator spare = { .key = NULL };
	AUTO(decision_clear) struct decision end = DECISION;
	AUTO(buf_clear) struct buf content = BUF(LIMIT_STATEMENT);
	struct decision_signer signer;
	if (!world.ready)
		return;
	enrol(&device, "sato");
	enrol(&spare, "sato");
	CHECK_OK(enrolment_write_end(blob_make(device.id, device.id_len), "sato",
			 &content),
		"content");
	write_statement(DECISION_DISENROL, "sato", buf_view(&content), world.now, &end);
	sign_by_passkey(&spare, &end);
	put(&device, &end);
	CHECK_ERR(decide(&device, "sato", world.now, &signer), E_DENIED,
		"ended by the person, with the other one");
	CHECK_OK(decide(&spare, "sato", world.now, &signer), "which goes on");
}

/* The roster speaks of administrators who left, and of the certificates they signed with. */
static void test_roster_changes(void)
{
	AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
	struct decision_signer signer;
	char left[CLOCK_TEXT], earlier[CLOCK_TEXT];
	if (!world.ready)
		return;
	enrol(&device, "sato");
	clock_text(world.now - 3 * DAY_S, left);
	clock_text(world.now - 20 * DAY_S, earlier);
	load_roster(true, "2099-01-01T00:00:00Z");
	world.revoked = true;
	CHECK_ERR(decide(&device, "sato", world.now, &signer), E_DENIED,
		"tanaka's certificate is revoked and the roster says nothing");
	world.revoked = false;
	CHECK_OK(decide(&device, "sato", world.now, &signer),
		"a card that was replaced: what it signed stands");
	load_roster(false, left);
	CHECK_OK(decide(&device, "sato", world.now, &signer),
		"an administrator who left after he approved");
	load_roster(false, earlier);
	CHECK_ERR(decide(&device, "sato", world.now, &signer), E_DENIED,
		"one who was none any more when he approved");
	load_roster(false, NULL);
	CHECK_ERR(decide(&device, "sato", world.now, &signer), E_DENIED,
		"one who was struck off");
}

/* abe is an administrator by passkey, which two others enrolled; he enrols in turn. */
static void test_by_passkey(void)
{
	AUTO(authenticator_clear) struct authenticator abe = { .key = NULL };
	AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
	AUTO(decision_clear) struct decision paper = DECISION;
	AUTO(buf_clear) struct buf content = BUF(LIMIT_STATEMENT);
	struct decision_signer signer;
	if (!world.ready)
		return;
	struct enrolment own = enrol(&abe, "abe");
	struct enrolment enrolment =
		make_enrolment(&device, "sato", world.now - 5 * DAY_S);
	put_card(&device, DECISION_ENROL, &enrolment, "tanaka", "tanaka-sign",
		world.now - 4 * DAY_S);
	CHECK_ERR(decide(&device, "sato", world.now, &signer), E_DENIED, "one so far");
	CHECK_OK(enrolment_write(&enrolment, &content), "content");
	write_statement(DECISION_ENROL, "abe", buf_view(&content), world.now - 3 * DAY_S,
		&paper);
	sign_by_passkey(&abe, &paper);
	put(&device, &paper);
	CHECK_OK(decide(&device, "sato", world.now, &signer), "the other by passkey");
	put_card(&abe, DECISION_DISENROL, &own, "tanaka", "tanaka-sign",
		world.now - 2 * DAY_S);
	CHECK_OK(decide(&device, "sato", world.now, &signer),
		"abe's passkey ended later: what it signed stands");
	put_card(&abe, DECISION_DISENROL, &own, "tanaka", "tanaka-sign",
		world.now - 4 * DAY_S);
	CHECK_ERR(decide(&device, "sato", world.now, &signer), E_DENIED,
		"it ended before");
}

/* A circle of passkeys that vouch for one another comes to an end. */
static void test_circle(void)
{
	AUTO(authenticator_clear) struct authenticator abe = { .key = NULL };
	AUTO(decision_clear) struct decision paper = DECISION;
	AUTO(buf_clear) struct buf content = BUF(LIMIT_STATEMENT);
	struct decision_signer signer;
	if (!world.ready)
		return;
	struct enrolment own = make_enrolment(&abe, "abe", world.now - 5 * DAY_S);
	CHECK_OK(enrolment_write(&own, &content), "content");
	write_statement(DECISION_ENROL, "abe", buf_view(&content), world.now - DAY_S,
		&paper);
	sign_by_passkey(&abe, &paper);
	put(&abe, &paper);
	put_card(&abe, DECISION_ENROL, &own, "tanaka", "tanaka-sign", world.now - DAY_S);
	CHECK_ERR(decide(&abe, "abe", world.now, &signer), E_DENIED,
		"who vouches for himself");
}

static void test_registry_away(void)
{
	AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
	struct decision_signer signer;
	if (!world.ready)
		return;
	enrol(&device, "sato");
	world.asking = E_RETRY;
	CHECK_ERR(decide(&device, "sato", world.now, &signer), E_RETRY,
		"nobody is refused for it");
}

static void test_contents(void)
{
	/* clang-format off */
	static const struct { const char *name, *from, *to; } rows[] = {
		{ "another algorithm",  "\"ES256\"",       "\"RS256\"" },
		{ "an origin elsewhere", "https://lra.example", "https://arl.example" },
		{ "a plain origin",     "https://lra.example:8443\"", "http://lra.example:84430\"" },
		{ "no key",             "\"publicKey\":\"", "\"publicKex\":\"" },
		{ "a key of no kind",   "\"publicKey\":\"M", "\"publicKey\":\"N" },
		{ "a time of no kind",  "Z\"}",            "z\"}" },
		{ "synced as a text",   "\"synced\":false", "\"synced\":\"fal\"" },
		{ "a short aaguid",     "\"aaguid\":\"7",  "\"aaguid\" :\"" },
	};
	/* clang-format on */
	AUTO(authenticator_clear) struct authenticator device = { .key = NULL };
	AUTO(buf_clear) struct buf content = BUF(LIMIT_STATEMENT);
	AUTO(buf_clear) struct buf again = BUF(LIMIT_STATEMENT);
	struct enrolment enrolment = make_enrolment(&device, "sato", 1800000000), back;
	char one[ENROLMENT_FINGERPRINT], other[ENROLMENT_FINGERPRINT];
	CHECK_OK(enrolment_write(&enrolment, &content), "written");
	CHECK_OK(enrolment_parse(buf_view(&content), &back), "read");
	CHECK_OK(enrolment_write(&back, &again), "written again");
	CHECK_BLOB(buf_view(&again), buf_view(&content), "the same");
	CHECK_OK(enrolment_fingerprint(&enrolment, one), "fingerprint");
	CHECK_INT(strlen(one), ENROLMENT_FINGERPRINT - 1, "%s", one);
	enrolment.person[0] = 'k';
	CHECK_OK(enrolment_fingerprint(&enrolment, other), "fingerprint");
	CHECK(strcmp(one, other) != 0, "it tells people apart");
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf wrong = BUF(LIMIT_STATEMENT);
		CHECK_OK(buf_append(&wrong, buf_view(&content)), "copy");
		uint8_t *at =
			memmem(wrong.data, wrong.len, rows[i].from, strlen(rows[i].from));
		if (!CHECK(at != NULL && strlen(rows[i].from) == strlen(rows[i].to),
			    "%s: nothing to replace", rows[i].name))
			continue;
		memcpy(at, rows[i].to, strlen(rows[i].to));
		CHECK_ERR(enrolment_parse(buf_view(&wrong), &back), E_INPUT, "%s",
			rows[i].name);
	}
}

static const CU_TestInfo tests[] = {
	{ "a decision by passkey", test_decision },
	{ "wrong assertions", test_wrong_assertions },
	{ "a signature moved", test_moved_signature },
	{ "who enrols", test_who_enrols },
	{ "removed", test_ends },
	{ "ended by the person", test_own_end },
	{ "the roster changes", test_roster_changes },
	{ "enrolled by passkey", test_by_passkey },
	{ "in a circle", test_circle },
	{ "the registry away", test_registry_away },
	{ "contents", test_contents },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_enrolment = { "common/flow/enrolment", tests, set_up,
	tear_down };
