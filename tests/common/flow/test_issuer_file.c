#include "common/flow/issuer_file.h"

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "tests/check.h"
#include "tests/support/outside.h"
#include "tests/support/test_ca.h"

/* A root, a CA below it with its responder, and another root. */
struct scene {
	struct outside outside;
	struct test_cert root, ca, responder, stranger;
};

static void scene_clear(struct scene *scene)
{
	test_cert_clear(&scene->root);
	test_cert_clear(&scene->ca);
	test_cert_clear(&scene->responder);
	test_cert_clear(&scene->stranger);
	outside_clear(&scene->outside);
}
AUTO_DEFINE_HELD(struct scene, scene_clear)

static bool put_pem(const struct scene *scene, const char *name,
	const struct test_cert *cert)
{
	AUTO(buf_clear) struct buf pem = BUF(64 * KIB);
	if (!CHECK_OK(cert_to_pem(cert->der, &pem), "%s", name))
		return false;
	outside_write(&scene->outside, name, buf_view(&pem));
	return true;
}

static bool scene_make(struct scene *scene)
{
	int64_t now = clock_now() - HOUR;
	scene->outside = outside_open();
	struct test_request root = test_request_root(now);
	struct test_request ca = test_request_ca(test_profile_sub(), &scene->root, now);
	struct test_request responder =
		test_request_ca(test_profile_ocsp(), &scene->ca, now);
	outside_write(&scene->outside, "text.pem", blob_text("no certificate\n"));
	return test_cert_make(&root, &scene->root) && test_cert_make(&ca, &scene->ca) &&
	       test_cert_make(&responder, &scene->responder) &&
	       test_cert_make(&root, &scene->stranger) &&
	       put_pem(scene, "root.pem", &scene->root) &&
	       put_pem(scene, "ca.pem", &scene->ca) &&
	       put_pem(scene, "ocsp.pem", &scene->responder) &&
	       put_pem(scene, "stranger.pem", &scene->stranger);
}

static struct err load(const struct scene *scene, const char *text,
	struct issuer_set **out, struct conf_faults *faults)
{
	char path[128];
	outside_write(&scene->outside, "issuers.cfg", blob_text(text));
	snprintf(path, sizeof path, "%s/issuers.cfg", scene->outside.folder);
	*faults = (struct conf_faults){ .count = 0 };
	return issuer_set_load(path, out, faults);
}

#define ROOT "{ name = \"trust\"; profile = \"P-ROOT\"; certificate = \"root.pem\"; }"
#define PERSON                                                                           \
	"{ name = \"person\"; profile = \"P-SUB-PERSON\"; certificate = \"ca.pem\"; "    \
	"root = \"root.pem\"; "                                                          \
	"crl_uri = \"http://pki.inkan.example/person.crl\"; ocsp_uri = "                 \
	"\"http://ocsp.inkan.example/\"; "                                               \
	"ca_issuers_uri = \"http://pki.inkan.example/person.cer\"; token = "             \
	"\"issuing\"; key = \"person\"; "                                                \
	"ocsp_token = \"status\"; ocsp_key = \"ocsp-person\"; ocsp_certificate = "       \
	"\"ocsp.pem\"; }"

static void test_values(void)
{
	AUTO(scene_clear) struct scene scene = { .outside = { .folder = "" } };
	AUTO(issuer_set_free) struct issuer_set *set = NULL;
	struct conf_faults faults;
	if (!scene_make(&scene) ||
		!CHECK_OK(load(&scene, "issuers = ( " ROOT ", " PERSON " );", &set,
				  &faults),
			"loaded"))
		return;
	CHECK_INT(issuer_set_count(set), 2, "two");
	const struct issuer *root = issuer_set_find(set, "trust"),
			    *person = issuer_set_find(set, "person");
	if (!CHECK(root != NULL && person != NULL && root == issuer_set_at(set, 0),
		    "by word and place"))
		return;
	CHECK(issuer_set_at(set, 2) == NULL && issuer_set_find(set, "nobody") == NULL,
		"no others");
	CHECK_BLOB(person->certificate, scene.ca.der, "its certificate");
	CHECK_BLOB(person->root, scene.root.der, "its root");
	CHECK_BLOB(person->ocsp_certificate, scene.responder.der, "its responder");
	CHECK_BLOB(person->issuer.subject, scene.ca.cert.subject,
		"subject for the certificates below");
	CHECK_BLOB(person->issuer.key_identifier, scene.ca.cert.subject_key_identifier,
		"key identifier");
	CHECK_INT(person->issuer.algorithm, SIGNATURE_ECDSA_SHA384,
		"P-384 signs with SHA-384");
	CHECK_INT(person->issuer.not_after, scene.ca.cert.not_after, "its end");
	CHECK_TEXT(person->issuer.crl_uri, "http://pki.inkan.example/person.crl", "CRL");
	CHECK_TEXT(person->issuer.ocsp_uri, "http://ocsp.inkan.example/", "OCSP");
	CHECK_TEXT(person->issuer.ca_issuers_uri, "http://pki.inkan.example/person.cer",
		"caIssuers");
	CHECK_TEXT(person->token, "issuing", "token");
	CHECK_TEXT(person->ocsp_key, "ocsp-person", "the responder's key");
	CHECK(root->issuer.ocsp_uri == NULL && root->root.len == 0 && root->key[0] == 0,
		"an offline root has none");
}

/* Which CA issues a profile; a responder's "*" names none: whoever asks has to say which. */
static void test_for_profile(void)
{
	AUTO(scene_clear) struct scene scene = { .outside = { .folder = "" } };
	AUTO(issuer_set_free) struct issuer_set *set = NULL;
	struct conf_faults faults;
	if (!scene_make(&scene) ||
		!CHECK_OK(load(&scene, "issuers = ( " ROOT ", " PERSON " );", &set,
				  &faults),
			"loaded"))
		return;
	struct profile person = test_profile_person(), sign = test_profile_sign(),
		       sub = test_profile_sub();
	struct profile root = test_profile_root(), ocsp = test_profile_ocsp();
	CHECK(issuer_set_for_profile(set, &person) == issuer_set_find(set, "person"),
		"a person's");
	CHECK(issuer_set_for_profile(set, &sub) == issuer_set_find(set, "trust"),
		"a CA's");
	CHECK(issuer_set_for_profile(set, &sign) == NULL, "a CA that is not here");
	CHECK(issuer_set_for_profile(set, &root) == NULL, "a root's");
	CHECK(issuer_set_for_profile(set, &ocsp) == NULL, "any CA's");
}

static void test_faults(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "issuers = ( );", "1 to 64" },
		{ "other = 1;", "issuers" },
		{ "issuers = ( " ROOT " ); more = 1;", "issuers" },
		{ "issuers = ( { name = \"x\"; profile = \"P-ROOT\"; } );",
			"certificate: is missing" },
		{ "issuers = ( { name = \"x\"; certificate = \"root.pem\"; } );",
			"profile: is missing" },
		{ "issuers = ( { profile = \"P-ROOT\"; certificate = \"root.pem\"; } );",
			"name: is missing" },
		{ "issuers = ( { name = \"x\"; profile = \"P-ROOT\"; certificate = "
		  "\"root.pem\"; crl = \"\"; } );",
			"crl: no such setting" },
		{ "issuers = ( { name = 1; profile = \"P-ROOT\"; certificate = "
		  "\"root.pem\"; } );",
			"name: not a text" },
		{ "issuers = ( { name = \"x\"; profile = \"P-ROOT\"; certificate = "
		  "\"none.pem\"; } );",
			"none.pem" },
		{ "issuers = ( { name = \"x\"; profile = \"P-ROOT\"; certificate = "
		  "\"text.pem\"; } );",
			"text.pem" },
		{ "issuers = ( { name = \"x\"; profile = \"P-OCSP\"; certificate = "
		  "\"ocsp.pem\"; } );",
			"not a certificate of a CA" },
		{ "issuers = ( " ROOT ", " ROOT " );", "trust stands twice" },
		{ "issuers = ( { name = \"x\"; profile = \"P-SUB-PERSON\"; certificate = "
		  "\"ca.pem\"; root = \"stranger.pem\"; } );",
			"root" },
		{ "issuers = ( { name = \"x\"; profile = \"P-SUB-PERSON\"; certificate = "
		  "\"ca.pem\"; ocsp_certificate = \"root.pem\"; } );",
			"ocsp_certificate" },
	};
	AUTO(scene_clear) struct scene scene = { .outside = { .folder = "" } };
	if (!scene_make(&scene))
		return;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(issuer_set_free) struct issuer_set *set = NULL;
		struct conf_faults faults;
		struct err err = load(&scene, rows[i].text, &set, &faults);
		CHECK_ERR(err, E_INPUT, "row %zu", i);
		CHECK(set == NULL && strstr(err.text, rows[i].want) != NULL,
			"row %zu: %s", i, err.text);
	}
	AUTO(issuer_set_free) struct issuer_set *set = NULL;
	struct conf_faults faults = { .count = 0 };
	CHECK_ERR(issuer_set_load("none/issuers.cfg", &set, &faults), E_INPUT, "no file");
}

static const CU_TestInfo tests[] = {
	{ "values arrive where they belong", test_values },
	{ "the CA of a profile", test_for_profile },
	{ "faults are named", test_faults },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_issuer_file = { "common/flow/issuer_file", tests, NULL,
	NULL };
