#include "common/base/table.h"
#include "common/pki/cert.h"
#include "tests/check.h"
#include "tests/support/outside.h"
#include "tests/support/test_ca.h"

static const int64_t from = 1790000000;

static struct test_cert root, systems, server;

static struct test_request server_request(const struct test_cert *by)
{
	struct test_request request = { .profile = test_profile_server(),
		.by = by,
		.key = KEY_P256,
		.not_before = from,
		.length_s = 90 * DAY };
	CHECK_OK(name_add(&request.subject, NAME_COMMON_NAME, "ra"), "CN");
	CHECK_OK(general_names_add(&request.san, GENERAL_NAME_DNS, "ra.inkan.internal"),
		"dNSName");
	return request;
}

static void set_up(void)
{
	const struct test_request root_request = test_request_root(from);
	if (!test_cert_make(&root_request, &root))
		return;
	const struct test_request systems_request =
		test_request_ca(test_profile_systems(), &root, from);
	if (!test_cert_make(&systems_request, &systems))
		return;
	const struct test_request request = server_request(&systems);
	CHECK(test_cert_make(&request, &server), "the server");
}

static void tear_down(void)
{
	test_cert_clear(&root);
	test_cert_clear(&systems);
	test_cert_clear(&server);
}

static void test_path_good(void)
{
	const struct cert chain[] = { systems.cert, root.cert };
	CHECK_OK(cert_verify_path(&server.cert, chain, 2, from), "the first second");
	CHECK_OK(cert_verify_path(&server.cert, chain, 2, from + 90 * DAY - 1),
		"the last second");
	CHECK_OK(cert_verify_path(&systems.cert, &root.cert, 1, from),
		"a CA below its root");
	CHECK_OK(cert_verify(&server.cert, systems.key), "one signature");
	CHECK_ERR(cert_verify(&server.cert, root.key), E_CRYPTO, "another key");
}

static void test_path_refused(void)
{
	const struct cert chain[] = { systems.cert, root.cert };
	CHECK_ERR(cert_verify_path(&server.cert, chain, 0, from), E_POLICY, "no CA");
	CHECK_ERR(cert_verify_path(&server.cert, chain, 3, from), E_POLICY, "three CAs");
	CHECK_ERR(cert_verify_path(&server.cert, chain, 2, from - 1), E_POLICY,
		"a second too early");
	CHECK_ERR(cert_verify_path(&server.cert, chain, 2, from + 90 * DAY), E_POLICY,
		"a second too late");
	CHECK_ERR(cert_verify_path(&server.cert, chain, 1, from), E_POLICY,
		"the anchor is not self-signed");
	CHECK_ERR(cert_verify_path(&server.cert, &root.cert, 1, from), E_POLICY,
		"a CA is missing");
	CHECK_ERR(cert_verify_path(&server.cert, &server.cert, 1, from), E_POLICY,
		"an end entity as CA");
}

/* One member of a chain changed: the reason that is found. */
static void test_path_links(void)
{
	static const uint8_t other_name[] = { 0x30, 0x00 }, other_id[20] = { 1 };
	struct cert chain[2];
#define CHANGED(change, want, what)                                                      \
	do {                                                                             \
		struct cert cert = server.cert;                                          \
		chain[0] = systems.cert;                                                 \
		chain[1] = root.cert;                                                    \
		change;                                                                  \
		CHECK_ERR(cert_verify_path(&cert, chain, 2, from + DAY), want, what);    \
	} while (0)
	CHANGED((void)0, E_NONE, "nothing changed");
	CHANGED(cert.issuer = BLOB(other_name), E_POLICY, "issuer");
	CHANGED(chain[0].subject = BLOB(other_name), E_POLICY, "subject of the CA");
	CHANGED(cert.authority_key_identifier = BLOB(other_id), E_POLICY,
		"authorityKeyIdentifier");
	CHANGED(cert.authority_key_identifier = BLOB_NONE, E_NONE,
		"no authorityKeyIdentifier is no lie");
	CHANGED(chain[0].is_ca = false, E_POLICY, "cA");
	CHANGED(chain[1].is_ca = false, E_POLICY, "cA of the root");
	CHANGED(chain[0].key_usage = 0, E_POLICY, "no keyUsage");
	CHANGED(chain[0].key_usage = KU_CRL_SIGN, E_POLICY,
		"keyUsage without keyCertSign");
	CHANGED(chain[1].path_length = 0, E_POLICY, "pathLen 0 with a CA below");
	CHANGED(chain[1].path_length = 1, E_NONE, "pathLen 1 with a CA below");
	CHANGED(cert.is_ca = true, E_POLICY, "a CA below pathLen 0");
	CHANGED(chain[0].not_after = from, E_POLICY, "the CA is over");
	CHANGED(chain[1].not_after = from, E_POLICY, "the root is over");
	CHANGED(chain[1].not_before = from + 2 * DAY, E_POLICY,
		"the root is still to come");
	CHANGED(cert.signature = chain[0].signature, E_CRYPTO, "another signature");
	CHANGED(chain[1].signature = cert.signature, E_CRYPTO,
		"the root's own signature");
	CHANGED(cert.algorithm = SIGNATURE_ECDSA_SHA256, E_CRYPTO, "another algorithm");
	CHANGED(chain[0].subject_public_key_info = cert.subject_public_key_info, E_CRYPTO,
		"another key");
	CHANGED(chain[0].subject_public_key_info = BLOB(other_name), E_INPUT,
		"no key at all");
#undef CHANGED
}

/* RFC 5280 section 4.2.1.10. openssl says the same of each. */
static void test_path_constraints(void)
{
	static const struct {
		enum general_name_type type;
		const char *value;
		enum err_code want;
		bool openssl;
	} rows[] = {
		{ GENERAL_NAME_DNS, "inkan.internal", E_NONE, true },
		{ GENERAL_NAME_DNS, "a.b.inkan.internal", E_NONE, true },
		{ GENERAL_NAME_DNS, "localhost", E_NONE, true },
		{ GENERAL_NAME_DNS, "evilinkan.internal", E_POLICY, false },
		{ GENERAL_NAME_DNS, "internal", E_POLICY, false },
		{ GENERAL_NAME_DNS, "inkan.internal.example", E_POLICY, false },
		{ GENERAL_NAME_DNS, "www.example", E_POLICY, false },
		{ GENERAL_NAME_URI, "urn:oid:2.999:component:ra", E_NONE, true },
		/* OpenSSL takes the empty base for an empty local part and lets this pass; RFC 5280 does not. */
		{ GENERAL_NAME_RFC822, "a@mirai.example", E_POLICY, true },
	};
	const struct cert chain[] = { systems.cert, root.cert };
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(buf_clear) struct buf pem = BUF(4 * LIMIT_CERT);
	CHECK_OK(cert_to_pem(root.der, &pem), "root");
	outside_write(&outside, "root.pem", buf_view(&pem));
	pem.len = 0;
	CHECK_OK(cert_to_pem(systems.der, &pem), "CA");
	outside_write(&outside, "ca.pem", buf_view(&pem));
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(test_cert_clear) struct test_cert made = { .key = NULL };
		AUTO(buf_clear) struct buf said = BUF(4096);
		struct test_request request = server_request(&systems);
		request.profile.san[GENERAL_NAME_RFC822] =
			request.profile.san[GENERAL_NAME_URI] = PRESENCE_OPTIONAL;
		request.san.count = 0;
		CHECK_OK(general_names_add(&request.san, rows[i].type, rows[i].value),
			"%s", rows[i].value);
		if (!test_cert_make(&request, &made))
			return;
		CHECK_ERR(cert_verify_path(&made.cert, chain, 2, from + DAY),
			rows[i].want, "%s", rows[i].value);
		pem.len = 0;
		CHECK_OK(cert_to_pem(made.der, &pem), "leaf");
		outside_write(&outside, "leaf.pem", buf_view(&pem));
		int code = outside_run(&outside, &said,
			"openssl verify -attime %lld -CAfile root.pem -untrusted ca.pem "
			"leaf.pem",
			(long long)(from + DAY));
		CHECK_INT(code == 0, rows[i].openssl, "%s: openssl: %s", rows[i].value,
			buf_text(&said));
	}
}

/* Constraints of other forms are not known here, so nothing passes below them. */
static void test_path_foreign_constraints(void)
{
	static const struct {
		const char *hex, *what;
		enum err_code want;
	} rows[] = {
		{ "300aa0083006820161820162", "two names in one subtree", E_POLICY },
		{ "3007a005300382012e", "a base of one dot", E_POLICY },
		{ "3006a00430028200", "every dNSName", E_NONE },
		{ "3009a0073005"
		  "8203"
		  "612e62",
			"another domain", E_POLICY },
		{ "300ca00a3008"
		  "8706c0000201ffff",
			"iPAddress permitted", E_POLICY },
		{ "3008a1063004"
		  "82026162",
			"dNSName excluded", E_POLICY },
		{ "3007a1053003"
		  "810161",
			"one mailbox excluded", E_POLICY },
		{ "300aa1083002810030028100", "mailboxes excluded twice", E_POLICY },
		{ "3006a10430028100", "every mailbox excluded", E_NONE },
		{ "3002a200", "a third field", E_POLICY },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf value = check_unhex(rows[i].hex);
		struct cert chain[] = { systems.cert, root.cert };
		chain[0].name_constraints = buf_view(&value);
		CHECK_ERR(cert_verify_path(&server.cert, chain, 2, from + DAY),
			rows[i].want, "%s", rows[i].what);
	}
}

static const CU_TestInfo tests[] = {
	{ "good paths", test_path_good },
	{ "refused paths", test_path_refused },
	{ "links", test_path_links },
	{ "nameConstraints", test_path_constraints },
	{ "other nameConstraints", test_path_foreign_constraints },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_cert_path = { "common/pki/cert_path", tests, set_up,
	tear_down };
