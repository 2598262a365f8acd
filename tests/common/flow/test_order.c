/* The judge, before real certificates of the demonstration's ceremony: what each wrong order is told. */
#include "common/flow/decision_list.h"
#include "common/flow/order.h"

#include <openssl/pem.h>
#include <openssl/sha.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/table.h"
#include "common/pki/cms.h"
#include "tests/check.h"
#include "tests/support/rehearsal.h"

static struct {
	struct rehearsal rehearsal;
	struct issuer_set *issuers;
	struct profile_set *profiles;
	struct roster *roster;
	struct identity_set *identity;
	struct trust trust;
	struct order_rules rules;
	EVP_PKEY *key; /* the subscriber's */
	uint8_t spki[LIMIT_SPKI];
	struct blob spki_der;
	int64_t now;
	bool ready;
} world;

static void digest_of(const char *word, char out[static 65])
{
	AUTO(buf_clear) struct buf der = rehearsal_certificate(&world.rehearsal, word);
	uint8_t digest[32];
	SHA256(der.data, der.len, digest);
	hex_encode(BLOB(digest), out);
}

static void add_person(struct buf *out, const char *id, const char *lra, const char *role,
	const char *until, const char *comma)
{
	char word[64], auth[65], sign[65];
	snprintf(word, sizeof word, "%s-auth", id);
	digest_of(word, auth);
	snprintf(word, sizeof word, "%s-sign", id);
	digest_of(word, sign);
	CHECK_OK(
		buf_append_format(out,
			"{ id = \"%s\"; name = \"n\"; lra = \"%s\"; roles = [ %s ]; "
			"authCertificate = \"%s\"; signCertificate = \"%s\";"
			" validFrom = \"2020-01-01T00:00:00Z\"; validUntil = \"%s\"; }%s",
			id, lra, role, auth, sign, until, comma),
		"%s", id);
}

static void write_roster(void)
{
	AUTO(buf_clear) struct buf text = BUF(64 * 1024);
	char link[65], orders[65];
	digest_of("lra-link", link);
	digest_of("ra-orders", orders);
	CHECK_OK(
		buf_append_text(&text,
			"lras = ( { id = \"LRA-1\"; name = \"n\"; organizationName = [ "
			"\"Mirai Bank, Ltd.\" ]; organizationIdentifier ="
			" [ \"VATJP-1010405009403\" ]; mailDomains = [ \"mirai.example\" "
			"]; profiles = [ \"P-PERSON-MP\" ];"
			" validityMax = \"825 d\"; validFrom = \"2020-01-01T00:00:00Z\"; "
			"validUntil = \"2099-01-01T00:00:00Z\"; } );"
			"people = ( "),
		"roster");
	add_person(&text, "tanaka", "LRA-1", "\"lraClerk\"", "2021-01-01T00:00:00Z",
		","); /* his training has run out */
	add_person(&text, "sato", "LRA-1", "\"lraClerk\", \"lraApprover\"",
		"2099-01-01T00:00:00Z", ",");
	add_person(&text, "kobayashi", "LRA-1", "\"lraApprover\"", "2099-01-01T00:00:00Z",
		",");
	add_person(&text, "suzuki", "", "\"raOfficer\"", "2099-01-01T00:00:00Z", "");
	CHECK_OK(buf_append_format(&text,
			 " ); components = ( { id = \"lra-link\"; role = \"lraGateway\"; "
			 "lra = \"LRA-1\"; certificate = \"%s\"; },"
			 " { id = \"ra-orders\"; role = \"ra\"; certificate = \"%s\"; } "
			 ");",
			 link, orders),
		"roster");
	CHECK_OK(file_write("build/test-order-roster.cfg", buf_view(&text), 0644),
		"roster");
}

static void set_up(void)
{
	struct conf_faults faults = { .count = 0 };
	struct der_writer w = DER_WRITER(world.spki);
	if (world.ready)
		return; /* the ceremony serves all tests of this file */
	world.rehearsal = rehearsal_held();
	write_roster();
	world.now = clock_now();
	world.ready =
		CHECK_OK(issuer_set_load(world.rehearsal.issuers, &world.issuers,
				 &faults),
			"issuers") &&
		CHECK_OK(profile_set_load("policies/profiles", &world.profiles, &faults),
			"profiles") &&
		CHECK_OK(roster_load("build/test-order-roster.cfg", &world.roster,
				 &faults),
			"roster") &&
		CHECK_OK(identity_set_load("policies/identity", &world.identity, &faults),
			"identity rules") &&
		CHECK_OK(key_generate(KEY_P256, &world.key), "key") &&
		CHECK_OK(key_write(world.key, &w), "key") &&
		CHECK_OK(der_finish(&w, &world.spki_der), "key");
	world.trust = (struct trust){ .roster = world.roster,
		.issuers = world.issuers,
		.profiles = world.profiles };
	world.rules =
		(struct order_rules){ .trust = &world.trust, .profiles = world.profiles };
}

static RESULT load_key(const char *word, EVP_PKEY **out)
{
	char path[512];
	snprintf(path, sizeof path, "%s/%s.key", world.rehearsal.output, word);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return FAIL(E_NOT_FOUND, "%s", path);
	*out = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	fclose(file);
	return *out == NULL ? FAIL_OSSL(E_INPUT, "%s", path) : OK;
}

/* Signs what stands in out->statement, with whose certificate. */
static RESULT sign(const char *word, int64_t at, struct decision *out)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	AUTO(buf_clear)
	struct buf certificate = rehearsal_certificate(&world.rehearsal, word);
	struct signing_key signing;
	uint8_t room[LIMIT_CMS];
	struct der_writer w = DER_WRITER(room);
	struct blob signature;
	TRY(load_key(word, &key));
	TRY(signature_software_key(key, &signing));
	TRY(cms_sign(buf_view(&out->statement), buf_view(&certificate), at, &signing,
		&w));
	TRY(der_finish(&w, &signature));
	snprintf(out->form, sizeof out->form, "cms");
	return buf_append(&out->signature, signature);
}

/* One decision: who says it, with whose certificate it is signed, over which content and evidence. */
static RESULT decide(enum decision_kind kind, const char *person, const char *word,
	struct blob content, struct blob evidence, int64_t at, const uint8_t *rules,
	struct decision *out)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	statement.kind = kind;
	statement.at = at;
	snprintf(statement.person, sizeof statement.person, "%s", person);
	statement.has_identity_rules = rules != NULL;
	if (rules != NULL)
		memcpy(statement.identity_rules, rules, sizeof statement.identity_rules);
	TRY(buf_append(&statement.content, content));
	TRY(buf_append(&statement.evidence, evidence));
	TRY(statement_write(&statement, "test", &out->statement));
	return sign(word, at, out);
}

static RESULT fill_content(struct content *content, bool handover)
{
	*content = (struct content){ .version = 1,
		.profile_version = 1,
		.validity_s = 730 * 86400,
		.key_origin = handover ? KEY_ORIGIN_HANDOVER : KEY_ORIGIN_CSR,
		.has_key = !handover };
	snprintf(content->receipt_number, sizeof content->receipt_number, "A26-000001-0");
	snprintf(content->lra, sizeof content->lra, "LRA-1");
	snprintf(content->profile, sizeof content->profile, "P-PERSON-MP");
	snprintf(content->entity, sizeof content->entity, "LRA-1:100234");
	TRY(name_add(&content->subject, NAME_COUNTRY, "JP"));
	TRY(name_add(&content->subject, NAME_ORGANIZATION, "Mirai Bank, Ltd."));
	TRY(name_add(&content->subject, NAME_ORGANIZATION_IDENTIFIER,
		"VATJP-1010405009403"));
	TRY(name_add(&content->subject, NAME_SURNAME, "TAKAHASHI"));
	TRY(name_add(&content->subject, NAME_GIVEN_NAME, "Ichiro"));
	TRY(name_add(&content->subject, NAME_COMMON_NAME, "Ichiro TAKAHASHI"));
	TRY(general_names_add(&content->subject_alt_name, GENERAL_NAME_RFC822,
		"i@mirai.example"));
	return handover ? OK : key_digest(world.spki_der, content->key_digest);
}

static void add_paper(struct evidence_list *list, const char *kind, const char *method,
	const char *issued_on, const char *valid_until, const char *proves)
{
	struct evidence *item = &list->item[list->count++];
	char words[128], *rest = words;
	snprintf(item->kind, sizeof item->kind, "%s", kind);
	snprintf(item->method, sizeof item->method, "%s", method);
	snprintf(item->issued_on, sizeof item->issued_on, "%s", issued_on);
	snprintf(item->valid_until, sizeof item->valid_until, "%s", valid_until);
	snprintf(words, sizeof words, "%s", proves);
	for (char *word; (word = strsep(&rest, " ")) != NULL;)
		CHECK_OK(evidence_add_claim(item, word), "%s", word);
}

/* As policies/identity wants them of a person in an organisation. */
static void add_good_papers(struct evidence_list *list, int64_t issued_at)
{
	char issued_on[CLOCK_TEXT];
	clock_text(issued_at, issued_on);
	issued_on[10] = 0;
	add_paper(list, "driverLicence", "chip", "", "2099-12-31",
		"surname givenName commonName");
	add_paper(list, "corporateRegister", "register", issued_on, "",
		"organizationName organizationIdentifier");
	add_paper(list, "mailControl", "mail", issued_on, "", "rfc822Name");
}

/* What each test changes. */
struct wish {
	bool handover, no_evidence, same_person, no_approval, tamper_statement,
		tamper_content, foreign_key, lapsed_clerk, officer, wrong_name,
		auth_certificate, old, future, no_binding, binding_by_ra, own_case,
		doubled, no_rules, other_rules, good_papers, old_paper;
	const char *organization; /* instead of the LRA's */
};

static RESULT make_order(const struct wish *wish, struct order **out)
{
	AUTO(order_free) struct order *order = NULL;
	TRY(order_new(&order));
	int64_t at = wish->old      ? world.now - 91 * 86400
		     : wish->future ? world.now + 3600
				    : world.now;
	TRY(fill_content(&order->content, wish->handover));
	if (wish->own_case)
		snprintf(order->content.entity, sizeof order->content.entity,
			"LRA-1:sato");
	if (wish->organization != NULL)
		snprintf(order->content.subject.attribute[1].value,
			sizeof order->content.subject.attribute[1].value, "%s",
			wish->organization);
	TRY(content_write(&order->content, &order->content_bytes));
	order->evidence.count = 1;
	snprintf(order->evidence.item[0].kind, sizeof order->evidence.item[0].kind,
		"driverLicence");
	snprintf(order->evidence.item[0].method, sizeof order->evidence.item[0].method,
		"original");
	order->evidence.item[0].proves_subject =
		wish->no_evidence ? 1u << NAME_ORGANIZATION : (1u << NAME_TYPE_COUNT) - 1;
	order->evidence.item[0].proves_san = 1u << GENERAL_NAME_RFC822;
	if (wish->good_papers) {
		order->evidence = (struct evidence_list){ .count = 0 };
		add_good_papers(&order->evidence,
			wish->old_paper ? world.now - 100 * 86400 : world.now);
	}
	TRY(evidence_write(&order->evidence, &order->evidence_bytes));
	struct blob content = buf_view(&order->content_bytes),
		    evidence = buf_view(&order->evidence_bytes);
	const char *clerk = wish->lapsed_clerk ? "tanaka"
			    : wish->officer    ? "suzuki"
					       : "sato";
	char word[64];
	snprintf(word, sizeof word, "%s-%s", wish->wrong_name ? "kobayashi" : clerk,
		wish->auth_certificate ? "auth" : "sign");
	const struct identity_rules *next;
	uint8_t rules[32];
	memcpy(rules, identity_set_at(world.identity, at, &next)->sha256, sizeof rules);
	rules[0] ^= wish->other_rules;
	TRY(decide(DECISION_IDENTIFY, clerk, word, content, evidence, at,
		wish->no_rules ? NULL : rules,
		&order->decision[order->decision_count++]));
	const char *second = wish->same_person ? "sato" : "kobayashi";
	snprintf(word, sizeof word, "%s-sign", second);
	if (!wish->no_approval)
		TRY(decide(DECISION_APPROVE, second, word, content, evidence, at, NULL,
			&order->decision[order->decision_count++]));
	TRY(buf_append(&order->spki, world.spki_der));
	if (wish->foreign_key) {
		AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
		uint8_t room[LIMIT_SPKI];
		struct der_writer w = DER_WRITER(room);
		struct blob spki;
		TRY(key_generate(KEY_P256, &key));
		TRY(key_write(key, &w));
		TRY(der_finish(&w, &spki));
		order->spki.len = 0;
		TRY(buf_append(&order->spki, spki));
	}
	if (wish->handover && !wish->no_binding) {
		AUTO(buf_clear) struct buf bound = BUF(LIMIT_STATEMENT);
		uint8_t digest[32];
		TRY(key_digest(world.spki_der, digest));
		TRY(statement_key_content(order->content.receipt_number, 1, digest,
			&bound));
		TRY(decide(DECISION_BIND_KEY,
			wish->binding_by_ra ? "kobayashi" : "lra-link",
			wish->binding_by_ra ? "kobayashi-sign" : "lra-link",
			buf_view(&bound), blob_text("[]"), world.now, NULL,
			&order->decision[order->decision_count++]));
	}
	if (wish->tamper_statement)
		order->decision[0].statement.data[order->decision[0].statement.len / 2] ^=
			1;
	if (wish->tamper_content) { /* somebody else's name, after both have signed */
		snprintf(order->content.subject.attribute[3].value,
			sizeof order->content.subject.attribute[3].value, "TANAKA");
		order->content_bytes.len = 0;
		TRY(content_write(&order->content, &order->content_bytes));
	}
	*out = MOVE(order);
	return OK;
}

static bool told(const struct faults *faults, const char *code)
{
	for (size_t i = 0; i < faults->count; i++)
		if (strcmp(faults->row[i].code, code) == 0)
			return true;
	return false;
}

/* proves R-ACC-08, R-LRA-02, R-LRA-04, R-LRA-05: one row for each thing that an order may lack */
static void test_judge(void)
{
	static const struct {
		const char *what;
		struct wish wish;
		const char *code;
	} rows[] = {
		{ "a good order", { .handover = false }, NULL },
		{ "a good hand-over", { .handover = true }, NULL },
		{ "nothing proves the names", { .no_evidence = true },
			"evidence.missing" },
		{ "one person for both", { .same_person = true }, "decision.samePerson" },
		{ "no second person", { .no_approval = true }, "decision.missing" },
		{ "one bit of the statement", { .tamper_statement = true },
			"decision.signature" },
		{ "another name than was signed", { .tamper_content = true },
			"decision.content" },
		{ "another key than was signed", { .foreign_key = true }, "key.differs" },
		{ "another key under a hand-over",
			{ .handover = true, .foreign_key = true }, "key.unbound" },
		{ "a hand-over that nobody bound",
			{ .handover = true, .no_binding = true }, "key.unbound" },
		{ "a hand-over bound by a person",
			{ .handover = true, .binding_by_ra = true }, "key.unbound" },
		{ "a clerk whose training has lapsed", { .lapsed_clerk = true },
			"decision.role" },
		{ "an officer of the RA as clerk", { .officer = true }, "decision.role" },
		{ "signed by another than it says", { .wrong_name = true },
			"decision.signature" },
		{ "signed with a login certificate", { .auth_certificate = true },
			"decision.signature" },
		{ "decisions 91 days old", { .old = true }, "decision.signature" },
		{ "decisions from the future", { .future = true }, "decision.signature" },
		{ "the clerk's own case", { .own_case = true }, "decision.ownCase" },
		{ "another organisation", { .organization = "Mirai Bank, Ltd" },
			"scope.organization" },
	};
	if (!world.ready)
		return;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(order_free) struct order *order = NULL;
		struct faults faults = { .count = 0 };
		if (!CHECK_OK(make_order(&rows[i].wish, &order), "%s", rows[i].what))
			continue;
		order_judge(&world.rules, order, world.now, &faults);
		if (rows[i].code == NULL)
			CHECK(faults.count == 0, "%s: %s: %s", rows[i].what,
				faults.row[0].code, faults.row[0].detail);
		else
			CHECK(told(&faults, rows[i].code),
				"%s: %s is not among %zu faults, the first: %s",
				rows[i].what, rows[i].code, faults.count,
				faults.count > 0 ? faults.row[0].code : "none");
	}
}

/* proves R-IDV-12: RA and CA judge the papers again, by the rules of the day that the clerk's statement names */
static void test_identity_rules(void)
{
	static const struct {
		const char *what;
		struct wish wish;
		const char *code;
	} rows[] = {
		{ "papers by the rules", { .good_papers = true }, NULL },
		{ "a licence that proves everything", { .no_rules = false },
			"identity.attribute" },
		{ "the statement names no rules",
			{ .good_papers = true, .no_rules = true }, "identity.rules" },
		{ "the statement names other rules",
			{ .good_papers = true, .other_rules = true }, "identity.rules" },
		{ "a paper of 100 days", { .good_papers = true, .old_paper = true },
			"identity.age" },
	};
	if (!world.ready)
		return;
	struct order_rules rules = world.rules;
	rules.identity = world.identity;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(order_free) struct order *order = NULL;
		struct faults faults = { .count = 0 };
		if (!CHECK_OK(make_order(&rows[i].wish, &order), "%s", rows[i].what))
			continue;
		order_judge(&rules, order, world.now, &faults);
		if (rows[i].code == NULL)
			CHECK(faults.count == 0, "%s: %s: %s", rows[i].what,
				faults.row[0].code, faults.row[0].detail);
		else
			CHECK(told(&faults, rows[i].code), "%s: no %s, but %s",
				rows[i].what, rows[i].code,
				faults.count > 0 ? faults.row[0].code : "none");
	}
}

static void test_order_text(void)
{
	AUTO(order_free) struct order *order = NULL;
	AUTO(order_free) struct order *back = NULL;
	AUTO(buf_clear) struct buf text = BUF(LIMIT_ORDER);
	AUTO(buf_clear) struct buf again = BUF(LIMIT_ORDER);
	if (!world.ready ||
		!CHECK_OK(make_order(&(struct wish){ .handover = true }, &order),
			"order"))
		return;
	order->placed_at = world.now;
	CHECK_OK(order_write(order, &text), "written");
	if (!CHECK_OK(order_parse(buf_view(&text), &back), "read"))
		return;
	CHECK_OK(order_write(back, &again), "written again");
	CHECK_BLOB(buf_view(&again), buf_view(&text), "the same bytes");
	for (size_t cut = 0; cut < text.len; cut += 97) {
		AUTO(order_free) struct order *none = NULL;
		CHECK_ERR(order_parse(blob_make(text.data, cut), &none), E_INPUT,
			"cut at %zu", cut);
	}
	/* One space more means the same to a JSON reader, and is another document to a signature. */
	AUTO(buf_clear) struct buf spaced = BUF(LIMIT_ORDER);
	AUTO(order_free) struct order *none = NULL;
	CHECK_OK(buf_append_text(&spaced, "{ "), "spaced");
	CHECK_OK(buf_append(&spaced, blob_make(text.data + 1, text.len - 1)), "spaced");
	CHECK_ERR(order_parse(buf_view(&spaced), &none), E_INPUT, "not canonical");
}

/* proves R-ACC-08: only the RA's own signing certificate makes an order */
static void test_component(void)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	AUTO(buf_clear) struct buf certificate = { .max = 0 };
	struct signing_key signing;
	uint8_t room[LIMIT_CMS];
	struct der_writer w = DER_WRITER(room);
	struct blob signature;
	const struct roster_component *who = NULL;
	if (!world.ready)
		return;
	certificate = rehearsal_certificate(&world.rehearsal, "lra-link");
	if (!CHECK_OK(load_key("lra-link", &key), "key") ||
		!CHECK_OK(signature_software_key(key, &signing), "key"))
		return;
	CHECK_OK(cms_sign(blob_text("order"), buf_view(&certificate), world.now, &signing,
			 &w),
		"sign");
	CHECK_OK(der_finish(&w, &signature), "sign");
	CHECK_ERR(decision_verify_component(&world.trust, blob_text("order"), signature,
			  ROLE_RA, world.now, &who),
		E_DENIED, "the LRA's gateway is not the RA");
	CHECK_OK(decision_verify_component(&world.trust, blob_text("order"), signature,
			 ROLE_LRA_GATEWAY, world.now, &who),
		"but itself");
	CHECK_ERR(decision_verify_component(&world.trust, blob_text("ordex"), signature,
			  ROLE_LRA_GATEWAY, world.now, &who),
		E_CRYPTO, "other bytes");
	CHECK_ERR(decision_verify_component(&world.trust, blob_text("order"), signature,
			  ROLE_LRA_GATEWAY, world.now + 400 * 86400, &who),
		E_DENIED, "after the certificate's end");
}

/* ---- lists: many decisions by one signature */

enum { LISTED = 3 };

/* What is wrong with a member of a list. */
struct list_wish {
	bool other_index, other_path, other_statement, other_person, other_kind,
		inner_list, grave, other_signer, changed_list, late;
};

static RESULT write_leaf(const struct list_wish *wish, int number, struct buf *out)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	statement.kind = wish->other_kind ? DECISION_IDENTIFY : DECISION_APPROVE;
	statement.at = world.now;
	snprintf(statement.person, sizeof statement.person, "%s",
		wish->other_person ? "kobayashi" : "sato");
	TRY(buf_append_format(&statement.content, "{\"application\":\"%d\"}", number));
	TRY(buf_append_text(&statement.evidence, "[]"));
	return statement_write(&statement, "test", out);
}

/* Three statements, one list, and the second of them as a decision of its own. */
static RESULT make_member(const struct list_wish *wish, struct decision *out)
{
	static const struct list_wish nothing = { .late = false };
	AUTO(decision_clear) struct decision list = DECISION;
	AUTO(merkle_free) struct merkle *merkle = NULL;
	uint8_t leaves[LISTED * MERKLE_HASH];
	struct merkle_path path;
	struct decision_list head = { .kind = wish->grave ? DECISION_REVOKE
							  : DECISION_APPROVE,
		.person = "sato",
		.at = world.now,
		.count = LISTED };
	for (int i = 0; i < LISTED; i++) {
		AUTO(buf_clear) struct buf leaf = BUF(LIMIT_STATEMENT);
		TRY(write_leaf(wish, i, &leaf));
		TRY(merkle_leaf(buf_view(&leaf), leaves + i * MERKLE_HASH));
		if (i == 1)
			TRY(buf_append(&out->statement, buf_view(&leaf)));
	}
	if (wish->other_statement) {
		buf_clear(&out->statement);
		out->statement = BUF(LIMIT_STATEMENT);
		TRY(write_leaf(&nothing, 7, &out->statement));
	}
	TRY(merkle_new(leaves, LISTED, &merkle));
	memcpy(head.root, merkle_root(merkle), MERKLE_HASH);
	TRY(decision_list_begin(&head));
	TRY(decision_list_write(&head, "test", &list.statement));
	TRY(sign(wish->other_signer ? "kobayashi-sign" : "sato-sign", world.now, &list));
	if (wish->changed_list) {
		head.count++;
		list.statement.len = 0;
		TRY(decision_list_write(&head, "test", &list.statement));
	}
	if (wish->inner_list)
		snprintf(list.form, sizeof list.form, "list");
	merkle_prove(merkle, 1, &path);
	path.hash[0][3] ^= wish->other_path;
	return decision_list_member(&list, wish->other_index ? 2 : 1, &path, out);
}

/* proves R-LRA-04: by one signature the statements that it was made over, and no others */
static void test_list(void)
{
	static const struct {
		const char *what;
		struct list_wish wish;
		enum err_code code;
	} rows[] = {
		{ "a member of a list", { .late = false }, E_NONE },
		{ "said to be another one", { .other_index = true }, E_CRYPTO },
		{ "one bit of the path", { .other_path = true }, E_CRYPTO },
		{ "a statement that is not in it", { .other_statement = true },
			E_CRYPTO },
		{ "somebody else's statement in it", { .other_person = true }, E_CRYPTO },
		{ "another kind of statement in it", { .other_kind = true }, E_CRYPTO },
		{ "a list of lists", { .inner_list = true }, E_INPUT },
		{ "a list of revocations", { .grave = true }, E_INPUT },
		{ "signed by another than it says", { .other_signer = true }, E_DENIED },
		{ "one more in the list than was signed", { .changed_list = true },
			E_CRYPTO },
		{ "a list too old to count", { .late = true }, E_DENIED },
	};
	if (!world.ready)
		return;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(decision_clear) struct decision decision = DECISION;
		AUTO(statement_clear) struct statement statement = STATEMENT;
		struct decision_signer signer;
		if (!CHECK_OK(make_member(&rows[i].wish, &decision), "%s", rows[i].what))
			continue;
		CHECK_ERR(decision_verify(&world.trust, &decision,
				  world.now + (rows[i].wish.late ? 91 * 86400 : 0),
				  &statement, &signer),
			rows[i].code, "%s", rows[i].what);
	}
}

static const CU_TestInfo tests[] = {
	{ "one signature over many decisions", test_list },
	{ "the judge names what an order lacks", test_judge },
	{ "papers by the rules of their day", test_identity_rules },
	{ "one order, one text", test_order_text },
	{ "only the RA makes orders", test_component },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_order = { "common/flow/order", tests, set_up, NULL };
