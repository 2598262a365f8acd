#include "common/pki/cert.h"

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/base/table.h"
#include "common/pki/oid.h"
#include "tests/check.h"
#include "tests/support/outside.h"
#include "tests/support/test_ca.h"

/* Root, subordinate and end entity, made once a test. */
static struct test_cert root, sub, leaf;

static int64_t start(void)
{
	return clock_now() - HOUR;
}

static void set_up(void)
{
	const struct test_request root_request = test_request_root(start());
	if (!test_cert_make(&root_request, &root))
		return;
	const struct test_request sub_request =
		test_request_ca(test_profile_sub(), &root, start());
	if (!test_cert_make(&sub_request, &sub))
		return;
	const struct test_request leaf_request = test_request_person(&sub, start());
	CHECK(test_cert_make(&leaf_request, &leaf), "the end entity");
}

static void tear_down(void)
{
	test_cert_clear(&root);
	test_cert_clear(&sub);
	test_cert_clear(&leaf);
}

static void save(const struct outside *outside, const char *name,
	const struct test_cert *cert)
{
	AUTO(buf_clear) struct buf pem = BUF(LIMIT_CERT);
	CHECK_OK(cert_to_pem(cert->der, &pem), "%s", name);
	outside_write(outside, name, buf_view(&pem));
}

static void says(const struct outside *outside, const char *line,
	const char *const *words)
{
	AUTO(buf_clear) struct buf said = BUF(65536);
	CHECK_INT(outside_run(outside, &said, "%s", line), 0, "%s: %s", line,
		buf_text(&said));
	for (; *words != NULL; words++)
		CHECK(outside_said(&said, *words), "\"%s\" in: %s", *words,
			buf_text(&said));
}
#define SAYS(line, ...) says(&outside, line, (const char *const[]){ __VA_ARGS__, NULL })

/* proves R-ISS-10 R-ISS-14: another program verifies the chain, for the purposes and no others. */
static void test_chain_judged_by_openssl(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(buf_clear) struct buf said = BUF(8192);
	save(&outside, "root.pem", &root);
	save(&outside, "sub.pem", &sub);
	save(&outside, "leaf.pem", &leaf);
	SAYS("openssl verify -x509_strict -check_ss_sig -CAfile root.pem root.pem",
		"root.pem: OK");
	SAYS("openssl verify -x509_strict -CAfile root.pem sub.pem", "sub.pem: OK");
	SAYS("openssl verify -x509_strict -purpose smimesign -policy_check "
	     "-explicit_policy -policy 2.999.1.1.1 "
	     "-CAfile root.pem -untrusted sub.pem leaf.pem",
		"leaf.pem: OK");
	SAYS("openssl verify -x509_strict -purpose sslclient -CAfile root.pem -untrusted "
	     "sub.pem leaf.pem",
		"leaf.pem: OK");
	CHECK(outside_run(&outside, &said,
		      "openssl verify -purpose sslserver -CAfile root.pem -untrusted "
		      "sub.pem leaf.pem") != 0,
		"no server");
	CHECK(outside_run(&outside, &said,
		      "openssl verify -purpose timestampsign -CAfile root.pem -untrusted "
		      "sub.pem leaf.pem") != 0,
		"no time stamps");
	CHECK(outside_run(&outside, &said, "openssl verify -CAfile root.pem leaf.pem") !=
			0,
		"not below the root itself");
}

static void test_root_text(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	save(&outside, "root.pem", &root);
	SAYS("openssl x509 -in root.pem -noout -text -certopt ext_dump",
		"Version: 3 (0x2)", "ecdsa-with-SHA384",
		"Issuer: C = JP, O = \"Inkan & Co., Ltd.\", CN = Inkan CA P-ROOT",
		"Subject: C = JP, O = \"Inkan & Co., Ltd.\", CN = Inkan CA P-ROOT",
		"X509v3 Basic Constraints: critical", "CA:TRUE",
		"X509v3 Key Usage: critical\n                Certificate Sign, CRL "
		"Sign\n");
	AUTO(buf_clear) struct buf said = BUF(16384);
	CHECK_INT(outside_run(&outside, &said, "openssl x509 -in root.pem -noout -text"),
		0, "text");
	static const char *const none[] = { "pathlen", "Extended Key Usage", "Policies",
		"CRL Distribution", "Authority Information", "DirName", "serial:" };
	for (size_t i = 0; i < COUNT(none); i++)
		CHECK(!outside_said(&said, none[i]), "a root without %s", none[i]);
	SAYS("openssl x509 -in root.pem -noout -text | grep -A1 -E 'Subject "
	     "Key|Authority Key' | grep : | sort -u | wc -l",
		"3");
}

static void test_sub_text(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	save(&outside, "sub.pem", &sub);
	SAYS("openssl x509 -in sub.pem -noout -text",
		"X509v3 Basic Constraints: critical\n                CA:TRUE, "
		"pathlen:0\n",
		"X509v3 Key Usage: critical\n                Certificate Sign, CRL "
		"Sign\n",
		"X509v3 Extended Key Usage: \n                E-mail Protection, TLS Web "
		"Client Authentication\n",
		"Policy: 2.23.140.1.5.3.2\n                Policy: 2.999.1.1.1\n",
		"URI:http://pki.inkan.example/ca.crl",
		"CA Issuers - URI:http://pki.inkan.example/ca.cer");
	AUTO(buf_clear) struct buf said = BUF(16384);
	CHECK_INT(outside_run(&outside, &said, "openssl x509 -in sub.pem -noout -text"),
		0, "text");
	CHECK(!outside_said(&said, "OCSP"), "a sub CA without OCSP");
}

static void test_leaf_text(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	save(&outside, "leaf.pem", &leaf);
	SAYS("openssl x509 -in leaf.pem -noout -text -nameopt utf8,sep_comma_plus_space",
		"organizationIdentifier=NTRJP-010405009403", "SN=Tanaka, GN=Taro",
		"X509v3 Key Usage: critical\n                Digital Signature\n",
		"X509v3 Extended Key Usage: \n                E-mail Protection, TLS Web "
		"Client Authentication\n",
		"Policy: 2.23.140.1.5.3.2\n                Policy: 2.999.1.1.1\n",
		"email:tanaka@mirai.example, DirName:",
		"OCSP - URI:http://ocsp.inkan.example/",
		"CA Issuers - URI:http://pki.inkan.example/ca.cer",
		"URI:http://pki.inkan.example/ca.crl");
	AUTO(buf_clear) struct buf said = BUF(16384);
	CHECK_INT(outside_run(&outside, &said, "openssl x509 -in leaf.pem -noout -text"),
		0, "text");
	static const char *const none[] = { "Basic Constraints", "Name Constraints",
		"Non Repudiation", "Key Encipherment", "CPS:" };
	for (size_t i = 0; i < COUNT(none); i++)
		CHECK(!outside_said(&said, none[i]), "a person without %s", none[i]);
	/* GnuTLS reads the same. */
	SAYS("certtool -i --infile leaf.pem", "Version: 3",
		"RFC822Name: tanaka@mirai.example", "Digital signature.",
		"Email protection.", "TLS WWW Client.", "2.999.1.1.1",
		"Access Location URI: http://ocsp.inkan.example/",
		"Signature Algorithm: ECDSA-SHA384");
	/* NSS, too; it prints nothing for the policies' names but reads all. */
	SAYS("mkdir nss && certutil -N -d nss --empty-password && certutil -A -d nss -n "
	     "leaf -t ,, -i leaf.pem && "
	     "certutil -L -d nss -n leaf",
		"Digital Signature", "E-Mail Protection Certificate",
		"tanaka@mirai.example");
}

/* Every other form of certificate: what stands in it and what does not. */
static void test_other_profiles(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(test_cert_clear) struct test_cert systems = { .key = NULL };
	AUTO(test_cert_clear) struct test_cert made = { .key = NULL };
	struct test_request request =
		test_request_ca(test_profile_systems(), &root, start());
	if (!test_cert_make(&request, &systems))
		return;
	save(&outside, "root.pem", &root);
	save(&outside, "systems.pem", &systems);
	SAYS("openssl x509 -in systems.pem -noout -text",
		"X509v3 Name Constraints: critical\n                Permitted:\n         "
		"         DNS:localhost\n"
		"                  DNS:inkan.internal\n                Excluded:\n       "
		"           email:");
	SAYS("certtool -i --infile systems.pem", "Name Constraints (critical)",
		"inkan.internal");

	request = (struct test_request){ .profile = test_profile_server(),
		.by = &systems,
		.key = KEY_RSA_3072,
		.not_before = start(),
		.length_s = 90 * DAY };
	CHECK_OK(name_add(&request.subject, NAME_COMMON_NAME, "ra"), "CN");
	CHECK_OK(general_names_add(&request.san, GENERAL_NAME_DNS, "ra.inkan.internal"),
		"dNSName");
	CHECK_OK(general_names_add(&request.san, GENERAL_NAME_URI,
			 "urn:oid:2.999:component:ra"),
		"URI");
	if (!test_cert_make(&request, &made))
		return;
	save(&outside, "server.pem", &made);
	SAYS("openssl verify -x509_strict -purpose sslserver -verify_hostname "
	     "ra.inkan.internal -CAfile root.pem -untrusted "
	     "systems.pem server.pem",
		"server.pem: OK");
	SAYS("openssl x509 -in server.pem -noout -text",
		"DNS:ra.inkan.internal, URI:urn:oid:2.999:component:ra",
		"TLS Web Server Authentication", "Public-Key: (3072 bit)");
	test_cert_clear(&made);

	request = (struct test_request){ .profile = test_profile_ocsp(),
		.by = &sub,
		.key = KEY_P256,
		.not_before = start(),
		.length_s = 30 * DAY,
		.subject = root.profile.is_ca ? test_request_root(start()).subject
					      : (struct name){ 0 } };
	if (!test_cert_make(&request, &made))
		return;
	save(&outside, "ocsp.pem", &made);
	SAYS("openssl x509 -in ocsp.pem -noout -text", "OCSP Signing", "OCSP No Check");
	CHECK(made.cert.ocsp_nocheck, "nocheck is read");
	static const uint8_t nocheck[] = { 0x06, 0x09, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07,
		0x30, 0x01, 0x05, 0x04, 0x02, 0x05, 0x00 };
	CHECK(memmem(made.der.data, made.der.len, nocheck, sizeof nocheck) != NULL,
		"appendix B: 0500, not critical");
	test_cert_clear(&made);

	request = test_request_person(&sub, start());
	request.profile = test_profile_sign();
	request.san.count = 1;
	request.san.item[0] = (struct general_name){ .type = GENERAL_NAME_DIRECTORY };
	if (!test_cert_make(&request, &made))
		return;
	save(&outside, "sign.pem", &made);
	SAYS("openssl x509 -in sign.pem -noout -text",
		"X509v3 Key Usage: critical\n                Non Repudiation\n",
		"Policy: 2.999.1.2.1\n                  CPS: http://inkan.example/cps",
		"1.3.6.1.5.5.7.3.36");
	SAYS("certtool -i --infile sign.pem", "URI: http://inkan.example/cps");
	test_cert_clear(&made);

	request = test_request_person(&sub, start());
	request.profile = test_profile_stamp();
	request.san.count = 0;
	if (!test_cert_make(&request, &made))
		return;
	save(&outside, "stamp.pem", &made);
	SAYS("openssl x509 -in stamp.pem -noout -text",
		"X509v3 Extended Key Usage: critical\n                Time Stamping\n");
}

/* G18: AKI, SKI, KU, CP, SAN, BC, EKU, CDP, AIA, others; each at most once. */
static void test_extension_order(void)
{
	static const char *const order[] = { "2.5.29.35", "2.5.29.14", "2.5.29.15",
		"2.5.29.32", "2.5.29.17", "2.5.29.19", "2.5.29.37", "2.5.29.31",
		"1.3.6.1.5.5.7.1.1", "2.5.29.30", "1.3.6.1.5.5.7.48.1.5" };
	const struct test_cert *const certs[] = { &root, &sub, &leaf };
	for (size_t i = 0; i < COUNT(certs); i++) {
		const uint8_t *at = certs[i]->der.data;
		X509 *x509 = d2i_X509(NULL, &at, (long)certs[i]->der.len);
		size_t place = 0;
		if (!CHECK(x509 != NULL, "OpenSSL reads it"))
			return;
		for (int k = 0; k < X509_get_ext_count(x509); k++) {
			char text[64];
			OBJ_obj2txt(text, sizeof text,
				X509_EXTENSION_get_object(X509_get_ext(x509, k)), 1);
			while (place < COUNT(order) && strcmp(order[place], text) != 0)
				place++;
			CHECK(place < COUNT(order), "%s stands in its place", text);
		}
		X509_free(x509);
	}
}

/* What is read is what was written, and what OpenSSL reads. */
static void test_parse_fields(void)
{
	const struct cert *cert = &leaf.cert;
	char serial[SERIAL_TEXT];
	CHECK_BLOB(cert->issuer, sub.cert.subject,
		"R-ISS-10: issuer is the CA's subject byte for byte");
	CHECK_BLOB(cert->subject, leaf.subject_view, "subject");
	CHECK_BLOB(cert->subject_public_key_info, leaf.spki_view, "subjectPublicKeyInfo");
	CHECK_BLOB(cert->subject_alt_name, leaf.san_view, "subjectAltName");
	CHECK_BLOB(cert->authority_key_identifier, sub.cert.subject_key_identifier,
		"AKI");
	CHECK_INT(cert->subject_key_identifier.len, 20, "SKI");
	CHECK_INT(cert->key_usage, KU_DIGITAL_SIGNATURE, "keyUsage");
	CHECK_INT(cert->is_ca, false, "cA");
	CHECK_INT(cert->path_length, -1, "pathLen");
	CHECK_INT(cert->eku_count, 2, "purposes");
	CHECK(cert_has_eku(cert, oid_by_name("emailProtection")) &&
			cert_has_eku(cert, oid_by_name("clientAuth")) &&
			!cert_has_eku(cert, oid_by_name("serverAuth")),
		"purposes");
	CHECK_TEXT(cert->crl_uri, "http://pki.inkan.example/ca.crl", "CDP");
	CHECK_TEXT(cert->ocsp_uri, "http://ocsp.inkan.example/", "AIA");
	CHECK_TEXT(cert->ca_issuers_uri, "http://pki.inkan.example/ca.cer", "AIA");
	CHECK_INT(cert->not_after - cert->not_before, 730 * DAY - 1,
		"R-ISS-07: inclusive seconds");
	CHECK_INT(sub.cert.is_ca, true, "sub CA");
	CHECK_INT(sub.cert.path_length, 0, "sub CA");
	CHECK_INT(root.cert.path_length, -1, "root");
	CHECK_INT(cert->serial_number.len, 16, "R-ISS-01");
	serial_text(&cert->serial_number, serial);
	AUTO(outside_clear) struct outside outside = outside_open();
	save(&outside, "leaf.pem", &leaf);
	AUTO(buf_clear) struct buf said = BUF(1024);
	CHECK_INT(outside_run(&outside, &said,
			  "openssl x509 -in leaf.pem -noout -serial | tr A-F a-f"),
		0, "serial");
	CHECK(outside_said(&said, serial), "%s in %s", serial, buf_text(&said));
}

/* proves R-ISS-07: 2049-12-31T23:59:59Z is a UTCTime, a second later a GeneralizedTime. */
static void test_2050(void)
{
	static const struct {
		const char *not_after, *octets;
	} rows[] = {
		{ "2049-12-31T23:59:59Z", "\x17\x0d"
					  "491231235959Z" },
		{ "2050-01-01T00:00:00Z", "\x18\x0f"
					  "20500101000000Z" },
	};
	AUTO(outside_clear) struct outside outside = outside_open();
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(test_cert_clear) struct test_cert made = { .key = NULL };
		int64_t not_after = 0;
		char back[CLOCK_TEXT];
		CHECK_OK(clock_parse(rows[i].not_after, &not_after), "%s",
			rows[i].not_after);
		struct test_request request = test_request_root(start());
		request.length_s = not_after - request.not_before + 1;
		request.profile.validity_max_s = 9999LL * DAY;
		if (!test_cert_make(&request, &made))
			return;
		CHECK(memmem(made.der.data, made.der.len, rows[i].octets,
			      strlen(rows[i].octets)) != NULL,
			"%s", rows[i].not_after);
		clock_text(made.cert.not_after, back);
		CHECK_TEXT(back, rows[i].not_after, "there and back");
		save(&outside, "c.pem", &made);
		AUTO(buf_clear) struct buf said = BUF(1024);
		CHECK_INT(outside_run(&outside, &said,
				  "openssl x509 -in c.pem -noout -enddate -dateopt "
				  "iso_8601"),
			0, "%s", buf_text(&said));
		char want[32];
		snprintf(want, sizeof want, "notAfter=%.10s %.8s", rows[i].not_after,
			rows[i].not_after + 11);
		CHECK(outside_said(&said, want), "%s in %s", want, buf_text(&said));
	}
}

/* REQUIREMENTS appendix B: identifiers of subject keys, as our writers give them. */
static void test_spki_identifiers(void)
{
	static const struct {
		enum key_algorithm key;
		const char *hex;
	} rows[] = {
		{ KEY_P256, "301306072a8648ce3d020106082a8648ce3d030107" },
		{ KEY_P384, "301006072a8648ce3d020106052b81040022" },
		{ KEY_RSA_3072, "300d06092a864886f70d0101010500" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(test_cert_clear) struct test_cert made = { .key = NULL };
		AUTO(buf_clear) struct buf want = check_unhex(rows[i].hex);
		struct test_request request = test_request_person(&sub, start());
		struct blob in, content = BLOB_NONE;
		request.key = rows[i].key;
		if (!test_cert_make(&request, &made))
			return;
		in = made.cert.subject_public_key_info;
		CHECK_OK(der_get(&in, DER_SEQUENCE, &content), "spki");
		CHECK_BLOB(blob_make(content.data, want.len), buf_view(&want), "%s",
			key_algorithm_name(rows[i].key));
		/* R-ISS-14: keyEncipherment comes with RSA alone. */
		CHECK_INT(made.cert.key_usage,
			i == 2 ? KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT
			       : KU_DIGITAL_SIGNATURE,
			"%s", key_algorithm_name(rows[i].key));
	}
}

/* ---- what is not written */

struct change {
	struct test_cert *cert;
	struct cert_fields fields;
	struct cert_issuer issuer;
};

/* clang-format off */
static void end_before_start(struct change *c) { c->fields.not_after = c->fields.not_before - 1; }
static void beyond_issuer(struct change *c) { c->issuer.not_after = c->fields.not_after - 1; }
static void at_issuer(struct change *c) { c->issuer.not_after = c->fields.not_after; }
static void before_issuer(struct change *c) { c->issuer.not_before = c->fields.not_before + 1; }
static void at_maximum(struct change *c) { c->fields.not_after = c->fields.not_before + 825 * DAY - 1; }
static void above_maximum(struct change *c) { c->fields.not_after = c->fields.not_before + 825 * DAY; }
static void no_serial(struct change *c) { c->fields.serial_number.len = 0; }
static void no_subject(struct change *c) { c->fields.subject = BLOB_NONE; }
static void no_issuer_name(struct change *c) { c->issuer.subject = BLOB_NONE; }
static void no_identifier(struct change *c) { c->issuer.key_identifier = BLOB_NONE; }
static void no_algorithm(struct change *c) { c->issuer.algorithm = SIGNATURE_NONE; }
static void no_san(struct change *c) { c->fields.subject_alt_name = BLOB_NONE; }
static void no_crl(struct change *c) { c->issuer.crl_uri = NULL; }
static void crl_by_https(struct change *c) { c->issuer.crl_uri = "https://pki.inkan.example/ca.crl"; }
static void crl_by_ldap(struct change *c) { c->issuer.crl_uri = "ldap://pki.inkan.example/"; }
static void no_ocsp(struct change *c) { c->issuer.ocsp_uri = NULL; }
static void no_ca_issuers(struct change *c) { c->issuer.ca_issuers_uri = "ftp://x/"; }
static void no_usage(struct change *c) { c->cert->profile.key_usage_ec = 0; }
static void san_forbidden(struct change *c)
{
	memset(c->cert->profile.san, 0, sizeof c->cert->profile.san);
}
static void foreign_root(struct change *c) { c->cert->profile.issuer[0] = 0; }
static void foreign_key(struct change *c)
{
	static const uint8_t ed25519[] = { 0x30, 0x05, 0x30, 0x03, 0x06, 0x01, 0x2b };
	c->fields.subject_public_key_info = BLOB(ed25519);
}
/* clang-format on */

/* proves R-ISS-07 R-ISS-18 */
static void test_write_refuses(void)
{
	/* clang-format off */
	static const struct { void (*change)(struct change *); const char *what; enum err_code want; } rows[] = {
		{ end_before_start, "notAfter before notBefore",       E_POLICY },
		{ beyond_issuer,    "a second beyond the issuer",      E_POLICY },
		{ at_issuer,        "as long as the issuer",           E_NONE },
		{ before_issuer,    "a second before the issuer",      E_POLICY },
		{ at_maximum,       "exactly 825 d",                   E_NONE },
		{ above_maximum,    "825 d and a second",              E_POLICY },
		{ no_serial,        "no serialNumber",                 E_POLICY },
		{ no_subject,       "no subject",                      E_POLICY },
		{ no_issuer_name,   "no issuer",                       E_POLICY },
		{ no_identifier,    "no key identifier of the issuer", E_POLICY },
		{ no_algorithm,     "no signature algorithm",          E_POLICY },
		{ no_san,           "no SAN though required",          E_POLICY },
		{ san_forbidden,    "SAN though forbidden",            E_POLICY },
		{ no_crl,           "no CRL address",                  E_POLICY },
		{ crl_by_https,     "CRL by https",                    E_POLICY },
		{ crl_by_ldap,      "CRL by ldap",                     E_POLICY },
		{ no_ocsp,          "no OCSP address",                 E_POLICY },
		{ no_ca_issuers,    "caIssuers by ftp",                E_POLICY },
		{ no_usage,         "no usage for the key's kind",     E_POLICY },
		{ foreign_root,     "a root with another issuer",      E_POLICY },
		{ foreign_key,      "a key outside the table",         E_POLICY },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct test_request request = test_request_person(&sub, start());
		struct test_cert copy = leaf;
		struct change change = { .cert = &copy, .issuer = sub.issuer };
		uint8_t room[4096];
		struct der_writer w = DER_WRITER(room);
		change.fields = test_cert_fields(&request, &copy);
		change.fields.issuer = &change.issuer;
		rows[i].change(&change);
		CHECK_ERR(cert_write_tbs(&change.fields, &w), rows[i].want, "%s",
			rows[i].what);
	}
}

static void test_write_room(void)
{
	struct test_request request = test_request_person(&sub, start());
	struct cert_fields fields = test_cert_fields(&request, &leaf);
	uint8_t room[4096];
	struct der_writer w = DER_WRITER(room);
	CHECK_OK(cert_write_tbs(&fields, &w), "enough room");
	size_t len = w.len;
	for (size_t max = 0; max < len; max += max < len - 3 ? 7 : 1) {
		struct der_writer small = { .data = room, .max = max };
		CHECK_ERR(cert_write_tbs(&fields, &small), E_INPUT, "%zu of %zu", max,
			len);
	}
	uint8_t again[4096];
	struct der_writer exact = { .data = again, .max = len };
	CHECK_OK(cert_write_tbs(&fields, &exact), "exactly enough");
	w = DER_WRITER(room);
	CHECK_OK(cert_write_tbs(&fields, &w), "again");
	CHECK_BLOB(blob_make(again, exact.len), blob_make(room, w.len),
		"the same input, the same bytes");
}

static RESULT sign_nothing(void *context, struct blob tbs, uint8_t *signature,
	size_t *len)
{
	CHECK(context == NULL && tbs.len > 0 && signature != NULL && len != NULL,
		"asked to sign");
	return FAIL(E_CRYPTO, "the token is gone");
}

static void test_signed_refuses(void)
{
	struct signing_key key = { .algorithm = SIGNATURE_ECDSA_SHA384,
		.sign = sign_nothing };
	uint8_t room[4096];
	struct der_writer w = DER_WRITER(room);
	CHECK_ERR(cert_write_signed(leaf.cert.tbs, &key, &w), E_CRYPTO,
		"the key does not sign");
	CHECK_INT(w.len, 0, "nothing written");
	key.algorithm = SIGNATURE_ECDSA_SHA256;
	CHECK_ERR(cert_write_signed(leaf.cert.tbs, &key, &w), E_POLICY,
		"G4: another algorithm inside");
	CHECK_ERR(cert_write_signed(leaf.der, &key, &w), E_INPUT, "not a TBSCertificate");
	CHECK_ERR(cert_write_signed(BLOB_NONE, &key, &w), E_INPUT, "nothing");
}

/* ---- what is not read */

static void test_parse_truncated(void)
{
	for (size_t len = 0; len < leaf.der.len; len++) {
		struct cert cert = { .path_length = 99 };
		uint8_t *part = malloc(len + 1);
		if (!CHECK(part != NULL, "memory"))
			return;
		memcpy(part, leaf.der.data, len);
		CHECK_ERR(cert_parse(blob_make(part, len), &cert), E_INPUT, "%zu of %zu",
			len, leaf.der.len);
		CHECK_INT(cert.path_length, 99, "%zu: out stays untouched", len);
		free(part);
	}
	uint8_t more[4096];
	struct cert cert;
	memcpy(more, leaf.der.data, leaf.der.len);
	more[leaf.der.len] = 0;
	CHECK_ERR(cert_parse(blob_make(more, leaf.der.len + 1), &cert), E_INPUT,
		"a byte behind the end");
}

/* One byte other than it was, in a block of its own: never a step outside; what still reads does not verify. */
static void test_parse_flipped(void)
{
	uint8_t *copy = malloc(leaf.der.len);
	size_t read = 0;
	if (!CHECK(copy != NULL, "memory"))
		return;
	for (size_t i = 0; i < leaf.der.len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			struct cert cert;
			struct general_names san;
			struct name name;
			memcpy(copy, leaf.der.data, leaf.der.len);
			copy[i] ^= (uint8_t)(1u << bit);
			if (err_is(cert_parse(blob_make(copy, leaf.der.len), &cert)))
				continue;
			IGNORE(name_parse(cert.subject,
				&name)); /* only for the sanitizers */
			IGNORE(general_names_parse(cert.subject_alt_name, &san));
			read++;
			if (bit == 0)
				CHECK(err_is(cert_verify(&cert, sub.key)),
					"byte %zu: the signature tells", i);
		}
	CHECK(read > 0 && read < 8 * leaf.der.len, "%zu of %zu still read", read,
		8 * leaf.der.len);
	free(copy);
}

/* A certificate put together from parts, so that each of them can be wrong. */
struct parts {
	const char *version, *serial, *algorithm, *outer, *validity, *unique, *extensions;
};

static const struct parts good_parts = {
	.version = "a003020102",
	.serial = "020101",
	.algorithm = "300a06082a8648ce3d040302",
	.outer = "300a06082a8648ce3d040302",
	.validity = "301e170d3236303130313030303030305a170d3237303130313030303030305a",
	.unique = "",
	.extensions = "",
};

static void put_hex(struct der_writer *w, const char *hex)
{
	AUTO(buf_clear) struct buf bytes = check_unhex(hex);
	der_put_raw(w, buf_view(&bytes));
}

static void build(const struct parts *parts, struct der_writer *w)
{
	size_t whole = der_open(w, DER_SEQUENCE), tbs = der_open(w, DER_SEQUENCE);
	put_hex(w, parts->version);
	put_hex(w, parts->serial);
	put_hex(w, parts->algorithm);
	put_hex(w, "300d310b3009060355040613024a50");
	put_hex(w, parts->validity);
	put_hex(w, "300d310b3009060355040613024a50");
	der_put_raw(w, leaf.spki_view);
	put_hex(w, parts->unique);
	if (parts->extensions[0] != 0) {
		size_t outer = der_open(w, DER_CONTEXT_OPEN(3)),
		       list = der_open(w, DER_SEQUENCE);
		put_hex(w, parts->extensions);
		der_close(w, list);
		der_close(w, outer);
	}
	der_close(w, tbs);
	put_hex(w, parts->outer);
	put_hex(w, "030100");
	der_close(w, whole);
}

/* words: of the reason, so that a row does not fail for another one. */
static void parts_give(const struct parts *parts, enum err_code want, const char *what,
	const char *words)
{
	uint8_t room[2048];
	struct der_writer w = DER_WRITER(room);
	struct cert cert;
	build(parts, &w);
	CHECK(!w.full, "%s fits", what);
	struct err err = cert_parse(blob_make(room, w.len), &cert);
	CHECK_ERR(err, want, "%s", what);
	CHECK(strstr(err.text, words) != NULL, "%s: \"%s\" in \"%s\"", what, words,
		err.text);
}

static void test_parse_refuses(void)
{
	struct parts parts = good_parts;
	parts_give(&parts, E_NONE, "the good one", "");
	/* clang-format off */
	static const struct { const char *member, *hex, *what, *words; } rows[] = {
		{ "version",    "",                             "version 1",                "version: tag" },
		{ "version",    "a003020101",                   "version 2",                "version: not 3" },
		{ "version",    "a003020103",                   "version 4",                "version: not 3" },
		{ "version",    "a003020100",                   "version 1, written",       "version: not 3" },
		{ "serial",     "020100",                       "serial 0",                 "serialNumber: zero" },
		{ "serial",     "0201ff",                       "a negative serial",        "serialNumber: negative" },
		{ "serial",     "021501ffffffffffffffffffffffffffffffffffffffff", "21 octets", "serialNumber: 21 octets" },
		{ "serial",     "02020001",                     "not minimal",              "serialNumber: needless" },
		{ "algorithm",  "300a06082a8648ce3d040303",     "SHA-384 inside only",      "differs inside and outside" },
		{ "outer",      "300d06092a864886f70d0101050500", "SHA-1 outside only",     "differs inside and outside" },
		{ "both",       "300d06092a864886f70d0101050500", "sha1WithRSAEncryption",  "not one of the table" },
		{ "both",       "300b06092a864886f70d01010b",   "RSA without NULL",         "not one of the table" },
		{ "both",       "300c06082a8648ce3d0403020500", "ECDSA with NULL",          "not one of the table" },
		{ "validity",   "301e170d3236303130313030303030305a170d3237303130313030303030305b", "no Z", "notAfter: a time" },
		{ "validity",   "3020170d3236303130313030303030305a180f32303237303130313030303030305a", "GeneralizedTime of 2027",
			"has to be a UTCTime" },
		{ "validity",   "300f170d3236303130313030303030305a", "no notAfter",        "notAfter: tag 17 expected" },
		{ "unique",     "810100",                       "issuerUniqueID",           "extensions: tag a3 expected" },
		{ "unique",     "820100",                       "subjectUniqueID",          "extensions: tag a3 expected" },
		{ "unique",     "a3023000",                     "no extension in it",       "extensions: written though empty" },
		{ "unique",     "a300",                         "nothing in it",            "extensions: tag 30 expected" },
		{ "unique",     "a30b300930070603" "2a03040400" "0500", "bytes behind them", "2 bytes too many" },
		{ "extensions", "300a06032a03040101ff0400",     "unknown and critical",     "unknown critical extension" },
		{ "extensions", "300a06032a03040101000400",     "critical FALSE",           "critical: FALSE is written" },
		{ "extensions", "300706032a03040400300706032a03040400", "twice the same",   "one stands twice" },
		{ "extensions", "300d0603551d13040630030101ff00", "a byte behind",          "basicConstraints: 1 bytes too many" },
		{ "extensions", "300c0603551d1304053003010100", "30030101 00",              "cA: FALSE is written" },
		{ "extensions", "300c0603551d1304053003020100", "pathLen without cA",       "pathLenConstraint: without cA" },
		{ "extensions", "300f0603551d13040830060101ff0201ff", "a negative pathLen", "a negative INTEGER" },
		{ "extensions", "300a0603551d0f0403030100",     "keyUsage without bits",    "keyUsage: no bit" },
		{ "extensions", "300c0603551d0f04050302078000", "keyUsage, a byte behind",  "keyUsage: 1 bytes too many" },
		{ "extensions", "300c0603551d0f04050303050080", "keyUsage not minimal",     "keyUsage: named bits" },
		{ "extensions", "300c0603551d0f04050303060040", "keyUsage bit 9",           "keyUsage: no bit, or one without" },
		{ "extensions", "30090603551d2504023000",       "no purpose",               "extKeyUsage: empty" },
		{ "extensions", "30090603551d1104023000",       "an empty SAN",             "subjectAltName: empty" },
		{ "extensions", "30090603551d0e04020400",       "an empty SKI",             "subjectKeyIdentifier: empty" },
		{ "extensions", "30090603551d2004023000",       "no policy",                "certificatePolicies: empty" },
		{ "extensions", "30090603551d1f04023000",       "no distribution point",    "cRLDistributionPoints: empty" },
		{ "extensions", "30090603551d1e04023000",       "no constraint",            "nameConstraints: empty" },
		{ "extensions", "300e06082b0601050507010104023000", "no access",            "authorityInfoAccess: empty" },
		{ "extensions", "301006092b06010505073001050403050000", "nocheck, a byte behind", "ocsp-nocheck: 1 bytes too many" },
		{ "extensions", "300d06092b06010505073001050400", "nocheck without NULL",   "ocsp-nocheck: tag 05 expected" },
		{ "extensions", "30240603551d25041d301b06012a06012b06012c06012d06012e06012f060130060131060132", "nine purposes",
			"more than 8 purposes" },
	};
	/* clang-format on */
	for (size_t i = 0; i < COUNT(rows); i++) {
		parts = good_parts;
		if (strcmp(rows[i].member, "version") == 0)
			parts.version = rows[i].hex;
		else if (strcmp(rows[i].member, "serial") == 0)
			parts.serial = rows[i].hex;
		else if (strcmp(rows[i].member, "algorithm") == 0)
			parts.algorithm = rows[i].hex;
		else if (strcmp(rows[i].member, "outer") == 0)
			parts.outer = rows[i].hex;
		else if (strcmp(rows[i].member, "both") == 0)
			parts.algorithm = parts.outer = rows[i].hex;
		else if (strcmp(rows[i].member, "validity") == 0)
			parts.validity = rows[i].hex;
		else if (strcmp(rows[i].member, "unique") == 0)
			parts.unique = rows[i].hex;
		else
			parts.extensions = rows[i].hex;
		parts_give(&parts, E_INPUT, rows[i].what, rows[i].words);
	}
	/* The same extensions, right: appendix B's basicConstraints of an end entity, and an unknown one that is not critical. */
	static const char *const good[] = { "300c0603551d130101ff04023000",
		"30090603551d1304023000", "300706032a03040400",
		"30120603551d130101ff040830060101ff020100", "300b0603551d0f040403020780",
		"300f06092b060105050730010504020500" };
	for (size_t i = 0; i < COUNT(good); i++) {
		parts = good_parts;
		parts.extensions = good[i];
		parts_give(&parts, E_NONE, good[i], "");
	}
}

/* CA certificates as openssl and certtool make them by default are read; so is what other CAs add. */
static void test_parse_foreign(void)
{
	static const struct {
		const char *line, *what;
		bool is_ca;
		int64_t path_length;
	} rows[] = {
		{ "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
		  "-keyout k -subj /CN=a -days 9 -out c.pem",
			"openssl's default", true, -1 },
		{ "openssl req -x509 -newkey rsa:3072 -nodes -keyout k -subj /C=JP/CN=a "
		  "-days 9000 -sha384 -out c.pem "
		  "-addext basicConstraints=critical,CA:TRUE,pathlen:3 -addext "
		  "keyUsage=critical,keyCertSign,cRLSign "
		  "-addext nsComment=hello -addext "
		  "subjectAltName=IP:192.0.2.1,DNS:a.example,otherName:1.2.3\\;UTF8:x "
		  "-addext crlDistributionPoints=URI:ldap://x/y,URI:http://a.example/c "
		  "-addext "
		  "authorityInfoAccess=OCSP\\;URI:https://a.example/,OCSP\\;URI:http://"
		  "a.example/o "
		  "-addext certificatePolicies=1.2.3.4,2.999 -addext "
		  "extendedKeyUsage=clientAuth,1.2.3.4",
			"with ordinary extensions", true, 3 },
		{ "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -sha384 "
		  "-nodes -keyout k -subj /CN=a -out c.pem "
		  "-addext authorityKeyIdentifier=keyid:always,issuer:always -addext "
		  "basicConstraints=CA:FALSE",
			"an AKI with issuer and serial", false, -1 },
		{ "printf 'cn = a\\nca\\ncert_signing_key\\nexpiration_days = 9\\n' > t "
		  "&& certtool --generate-privkey --key-type ecdsa "
		  "--curve secp256r1 --outfile k && certtool --generate-self-signed "
		  "--load-privkey k --template t --outfile c.pem",
			"certtool's", true, -1 },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(outside_clear) struct outside outside = outside_open();
		AUTO(buf_clear) struct buf said = BUF(8192);
		if (!CHECK_INT(outside_run(&outside, &said, "%s", rows[i].line), 0,
			    "%s: %s", rows[i].what, buf_text(&said)))
			continue;
		AUTO(buf_clear) struct buf pem = outside_read(&outside, "c.pem");
		AUTO(buf_clear) struct buf der = BUF(LIMIT_CERT);
		AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
		enum key_algorithm algorithm;
		struct cert cert;
		CHECK_OK(cert_from_file(buf_view(&pem), &der), "%s", rows[i].what);
		if (!CHECK_OK(cert_parse(buf_view(&der), &cert), "%s", rows[i].what))
			continue;
		CHECK_INT(cert.is_ca, rows[i].is_ca, "%s", rows[i].what);
		CHECK_INT(cert.path_length, rows[i].path_length, "%s", rows[i].what);
		CHECK_OK(key_parse(cert.subject_public_key_info, &algorithm, &key), "%s",
			rows[i].what);
		CHECK_OK(cert_verify(&cert, key), "%s: its own signature", rows[i].what);
		if (i == 1) {
			CHECK_TEXT(cert.crl_uri, "http://a.example/c",
				"the first http one");
			CHECK_TEXT(cert.ocsp_uri, "http://a.example/o",
				"the first http one");
		}
	}
}

static void test_files(void)
{
	AUTO(buf_clear) struct buf pem = BUF(LIMIT_CERT);
	AUTO(buf_clear) struct buf der = BUF(LIMIT_CERT);
	AUTO(buf_clear) struct buf two = BUF(2 * LIMIT_CERT);
	AUTO(buf_clear) struct buf small = BUF(64);
	CHECK_OK(cert_to_pem(leaf.der, &pem), "to PEM");
	CHECK_OK(cert_from_file(buf_view(&pem), &der), "from PEM");
	CHECK_BLOB(buf_view(&der), leaf.der, "there and back");
	der.len = 0;
	CHECK_OK(cert_from_file(leaf.der, &der), "from DER");
	CHECK_BLOB(buf_view(&der), leaf.der, "from DER");
	CHECK_OK(buf_append_text(&two, "subject=Taro\r\n"), "words before");
	CHECK_OK(cert_to_pem(leaf.der, &two), "first");
	CHECK_OK(cert_to_pem(sub.der, &two), "second");
	der.len = 0;
	CHECK_OK(cert_from_file(buf_view(&two), &der), "two in a file");
	CHECK_BLOB(buf_view(&der), leaf.der, "the first one");
	static const char *const wrong[] = { "", "hello",
		"-----BEGIN CERTIFICATE-----\nMAA=\n",
		"-----BEGIN X-----\nMAA=\n-----END X-----\n",
		"-----BEGIN CERTIFICATE-----\nM\n-----END CERTIFICATE-----\n", "0",
		"-----END CERTIFICATE-----" };
	for (size_t i = 0; i < COUNT(wrong); i++)
		CHECK_ERR(cert_from_file(blob_text(wrong[i]), &der), E_INPUT, "\"%s\"",
			wrong[i]);
	CHECK_ERR(cert_from_file(buf_view(&pem), &small), E_INPUT, "no room");
	CHECK_ERR(cert_from_file(blob_make(leaf.der.data, leaf.der.len - 1), &der),
		E_INPUT, "DER cut off");
	/* openssl reads the PEM: lines of 64. */
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(buf_clear) struct buf said = BUF(8192);
	outside_write(&outside, "c.pem", buf_view(&pem));
	CHECK_INT(outside_run(&outside, &said, "openssl x509 -in c.pem | cmp - c.pem"), 0,
		"as openssl writes it: %s", buf_text(&said));
}

/* Random parts of a request: whatever the names, openssl and our reader agree on the bytes. */
static void test_random_names(void)
{
	static const char *const words[] = { "Mirai", "葛󠄀城", "A&B", "x, y",
		"O'Neill", "𠮷野", "é", "\"q\"" };
	for (size_t round = 0; round < 40; round++) {
		AUTO(test_cert_clear) struct test_cert made = { .key = NULL };
		struct test_request request = test_request_person(&sub, start());
		struct name back;
		uint8_t dice[8];
		CHECK_OK(random_bytes(dice, sizeof dice), "random");
		for (size_t i = 1; i < 6; i++)
			if (i != 2)
				snprintf(request.subject.attribute[i].value,
					sizeof request.subject.attribute[i].value,
					"%s %s", words[dice[i] % COUNT(words)],
					words[dice[i] / 16 % COUNT(words)]);
		if (!test_cert_make(&request, &made))
			return;
		CHECK_OK(name_parse(made.cert.subject, &back), "round %zu", round);
		for (size_t i = 0; i < request.subject.count; i++)
			CHECK_TEXT(back.attribute[i].value,
				request.subject.attribute[i].value, "round %zu", round);
		const uint8_t *at = made.der.data;
		unsigned char *again = NULL;
		X509 *x509 = d2i_X509(NULL, &at, (long)made.der.len);
		if (!CHECK(x509 != NULL, "OpenSSL reads round %zu", round))
			return;
		X509_NAME *subject = X509_get_subject_name(x509);
		int len = i2d_X509_NAME(subject, &again);
		CHECK_BLOB(blob_make(again, (size_t)len), made.cert.subject,
			"the same Name");
		CHECK_INT(X509_verify(x509, sub.key), 1, "the signature");
		OPENSSL_free(again);
		X509_free(x509);
	}
}

static const CU_TestInfo tests[] = {
	{ "openssl verifies the chain", test_chain_judged_by_openssl },
	{ "a root, read by openssl", test_root_text },
	{ "a subordinate CA, read by openssl", test_sub_text },
	{ "a person, read by openssl, GnuTLS and NSS", test_leaf_text },
	{ "the other profiles", test_other_profiles },
	{ "order of extensions", test_extension_order },
	{ "what is read", test_parse_fields },
	{ "the year 2050", test_2050 },
	{ "subject keys", test_spki_identifiers },
	{ "not written", test_write_refuses },
	{ "the room", test_write_room },
	{ "not signed", test_signed_refuses },
	{ "cut off anywhere", test_parse_truncated },
	{ "a bit wrong anywhere", test_parse_flipped },
	{ "not read", test_parse_refuses },
	{ "other CAs' certificates", test_parse_foreign },
	{ "files", test_files },
	{ "random names", test_random_names },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_cert = { "common/pki/cert", tests, set_up, tear_down };
