#include "common/pki/oid.h"

#include "common/base/table.h"
#include "tests/check.h"
#include "tests/support/outside.h"

/* clang-format off */
static const struct { const char *name, *alias, *text; } rows[] = {
	{ "domainComponent", "id-domainComponent", "0.9.2342.19200300.100.1.25" },
	{ "userId", NULL, "0.9.2342.19200300.100.1.1" },
	{ "commonName", "id-at-commonName", "2.5.4.3" },
	{ "surname", "id-at-surname", "2.5.4.4" },
	{ "serialNumber", "id-at-serialNumber", "2.5.4.5" },
	{ "countryName", "id-at-countryName", "2.5.4.6" },
	{ "localityName", "id-at-localityName", "2.5.4.7" },
	{ "stateOrProvinceName", "id-at-stateOrProvinceName", "2.5.4.8" },
	{ "streetAddress", "id-at-streetAddress", "2.5.4.9" },
	{ "organizationName", "id-at-organizationName", "2.5.4.10" },
	{ "organizationalUnitName", "id-at-organizationalUnitName", "2.5.4.11" },
	{ "title", "id-at-title", "2.5.4.12" },
	{ "postalCode", "id-at-postalCode", "2.5.4.17" },
	{ "name", "id-at-name", "2.5.4.41" },
	{ "givenName", "id-at-givenName", "2.5.4.42" },
	{ "initials", "id-at-initials", "2.5.4.43" },
	{ "generationQualifier", "id-at-generationQualifier", "2.5.4.44" },
	{ "dnQualifier", "id-at-dnQualifier", "2.5.4.46" },
	{ "pseudonym", "id-at-pseudonym", "2.5.4.65" },
	{ "organizationIdentifier", "id-at-organizationIdentifier", "2.5.4.97" },
	{ "emailAddress", "id-emailAddress", "1.2.840.113549.1.9.1" },
	{ "id-ce-subjectDirectoryAttributes", "subjectDirectoryAttributes", "2.5.29.9" },
	{ "id-ce-subjectKeyIdentifier", "subjectKeyIdentifier", "2.5.29.14" },
	{ "id-ce-keyUsage", "keyUsage", "2.5.29.15" },
	{ "id-ce-privateKeyUsagePeriod", "privateKeyUsagePeriod", "2.5.29.16" },
	{ "id-ce-subjectAltName", "subjectAltName", "2.5.29.17" },
	{ "id-ce-issuerAltName", "issuerAltName", "2.5.29.18" },
	{ "id-ce-basicConstraints", "basicConstraints", "2.5.29.19" },
	{ "id-ce-cRLNumber", "cRLNumber", "2.5.29.20" },
	{ "id-ce-cRLReasons", "reasonCode", "2.5.29.21" },
	{ "id-ce-holdInstructionCode", "holdInstructionCode", "2.5.29.23" },
	{ "id-ce-invalidityDate", "invalidityDate", "2.5.29.24" },
	{ "id-ce-deltaCRLIndicator", "deltaCRLIndicator", "2.5.29.27" },
	{ "id-ce-issuingDistributionPoint", "issuingDistributionPoint", "2.5.29.28" },
	{ "id-ce-certificateIssuer", "certificateIssuer", "2.5.29.29" },
	{ "id-ce-nameConstraints", "nameConstraints", "2.5.29.30" },
	{ "id-ce-cRLDistributionPoints", "cRLDistributionPoints", "2.5.29.31" },
	{ "id-ce-certificatePolicies", "certificatePolicies", "2.5.29.32" },
	{ "id-ce-policyMappings", "policyMappings", "2.5.29.33" },
	{ "id-ce-authorityKeyIdentifier", "authorityKeyIdentifier", "2.5.29.35" },
	{ "id-ce-policyConstraints", "policyConstraints", "2.5.29.36" },
	{ "id-ce-extKeyUsage", "extKeyUsage", "2.5.29.37" },
	{ "id-ce-freshestCRL", "freshestCRL", "2.5.29.46" },
	{ "id-ce-inhibitAnyPolicy", "inhibitAnyPolicy", "2.5.29.54" },
	{ "id-ce-noRevAvail", "noRevAvail", "2.5.29.56" },
	{ "id-ce-expiredCertsOnCRL", "expiredCertsOnCRL", "2.5.29.60" },
	{ "id-pe-authorityInfoAccess", "authorityInfoAccess", "1.3.6.1.5.5.7.1.1" },
	{ "id-pe-qcStatements", "qcStatements", "1.3.6.1.5.5.7.1.3" },
	{ "id-pe-subjectInfoAccess", "subjectInfoAccess", "1.3.6.1.5.5.7.1.11" },
	{ "id-pe-tlsfeature", "tlsFeature", "1.3.6.1.5.5.7.1.24" },
	{ "id-smimeCapabilities", "smimeCapabilities", "1.2.840.113549.1.9.15" },
	{ "id-sct-list", "signedCertificateTimestampList", "1.3.6.1.4.1.11129.2.4.2" },
	{ "id-ct-poison", "ctPoison", "1.3.6.1.4.1.11129.2.4.3" },
	{ "id-adobe-timeStamp", "adobeTimeStamp", "1.2.840.113583.1.1.9.1" },
	{ "id-adobe-archiveRevInfo", "adobeArchiveRevInfo", "1.2.840.113583.1.1.9.2" },
	{ "id-etsi-ext-valassured-ST-certs", "validityAssuredShortTerm", "0.4.0.194121.2.1" },
	{ "anyExtendedKeyUsage", NULL, "2.5.29.37.0" },
	{ "id-kp-serverAuth", "serverAuth", "1.3.6.1.5.5.7.3.1" },
	{ "id-kp-clientAuth", "clientAuth", "1.3.6.1.5.5.7.3.2" },
	{ "id-kp-codeSigning", "codeSigning", "1.3.6.1.5.5.7.3.3" },
	{ "id-kp-emailProtection", "emailProtection", "1.3.6.1.5.5.7.3.4" },
	{ "id-kp-timeStamping", "timeStamping", "1.3.6.1.5.5.7.3.8" },
	{ "id-kp-OCSPSigning", "OCSPSigning", "1.3.6.1.5.5.7.3.9" },
	{ "id-kp-documentSigning", "documentSigning", "1.3.6.1.5.5.7.3.36" },
	{ "szOID-KP-DOCUMENT-SIGNING", "microsoftDocumentSigning", "1.3.6.1.4.1.311.10.3.12" },
	{ "szOID-KP-SMARTCARD-LOGON", "smartcardLogon", "1.3.6.1.4.1.311.20.2.2" },
	{ "anyPolicy", NULL, "2.5.29.32.0" },
	{ "id-qt-cps", "cps", "1.3.6.1.5.5.7.2.1" },
	{ "id-qt-unotice", "userNotice", "1.3.6.1.5.5.7.2.2" },
	{ "ev-guidelines", "extended-validated", "2.23.140.1.1" },
	{ "domain-validated", NULL, "2.23.140.1.2.1" },
	{ "organization-validated", NULL, "2.23.140.1.2.2" },
	{ "individual-validated", NULL, "2.23.140.1.2.3" },
	{ "smime-mailbox-validated-legacy", NULL, "2.23.140.1.5.1.1" },
	{ "smime-mailbox-validated-multipurpose", NULL, "2.23.140.1.5.1.2" },
	{ "smime-mailbox-validated-strict", NULL, "2.23.140.1.5.1.3" },
	{ "smime-organization-validated-legacy", NULL, "2.23.140.1.5.2.1" },
	{ "smime-organization-validated-multipurpose", NULL, "2.23.140.1.5.2.2" },
	{ "smime-organization-validated-strict", NULL, "2.23.140.1.5.2.3" },
	{ "smime-sponsor-validated-legacy", NULL, "2.23.140.1.5.3.1" },
	{ "smime-sponsor-validated-multipurpose", NULL, "2.23.140.1.5.3.2" },
	{ "smime-sponsor-validated-strict", NULL, "2.23.140.1.5.3.3" },
	{ "smime-individual-validated-legacy", NULL, "2.23.140.1.5.4.1" },
	{ "smime-individual-validated-multipurpose", NULL, "2.23.140.1.5.4.2" },
	{ "smime-individual-validated-strict", NULL, "2.23.140.1.5.4.3" },
	{ "etsi-ncp", "ncp", "0.4.0.2042.1.1" },
	{ "etsi-ncpplus", "ncpplus", "0.4.0.2042.1.2" },
	{ "etsi-lcp", "lcp", "0.4.0.2042.1.3" },
	{ "etsi-evcp", "evcp", "0.4.0.2042.1.4" },
	{ "etsi-dvcp", "dvcp", "0.4.0.2042.1.6" },
	{ "etsi-ovcp", "ovcp", "0.4.0.2042.1.7" },
	{ "etsi-ivcp", "ivcp", "0.4.0.2042.1.8" },
	{ "etsi-best-practices-ts-policy", "bestPracticesTsPolicy", "0.4.0.2023.1.1" },
	{ "etsi-euspv2", "euspv2", "0.4.0.19431.1.1.4" },
	{ "id-qcs-pkixQCSyntax-v1", NULL, "1.3.6.1.5.5.7.11.1" },
	{ "id-qcs-pkixQCSyntax-v2", NULL, "1.3.6.1.5.5.7.11.2" },
	{ "id-etsi-qcs-semanticsId-Natural", "semanticsIdNatural", "0.4.0.194121.1.1" },
	{ "id-etsi-qcs-semanticsId-Legal", "semanticsIdLegal", "0.4.0.194121.1.2" },
	{ "id-etsi-qcs-QcCompliance", "qcCompliance", "0.4.0.1862.1.1" },
	{ "id-etsi-qcs-QcLimitValue", "qcLimitValue", "0.4.0.1862.1.2" },
	{ "id-etsi-qcs-QcRetentionPeriod", "qcRetentionPeriod", "0.4.0.1862.1.3" },
	{ "id-etsi-qcs-QcSSCD", "qcSSCD", "0.4.0.1862.1.4" },
	{ "id-etsi-qcs-QcPDS", "qcPDS", "0.4.0.1862.1.5" },
	{ "id-etsi-qcs-QcType", "qcType", "0.4.0.1862.1.6" },
	{ "id-etsi-qcs-QcCClegislation", "qcCClegislation", "0.4.0.1862.1.7" },
	{ "id-lei", "lei", "1.3.6.1.4.1.52266.1" },
	{ "id-lei-role", "leiRole", "1.3.6.1.4.1.52266.2" },
	{ "id-ad-ocsp", "ocsp", "1.3.6.1.5.5.7.48.1" },
	{ "id-ad-caIssuers", "caIssuers", "1.3.6.1.5.5.7.48.2" },
	{ "id-ad-timeStamping", NULL, "1.3.6.1.5.5.7.48.3" },
	{ "id-ad-caRepository", "caRepository", "1.3.6.1.5.5.7.48.5" },
	{ "id-pkix-ocsp-basic", "ocspBasic", "1.3.6.1.5.5.7.48.1.1" },
	{ "id-pkix-ocsp-nonce", "ocspNonce", "1.3.6.1.5.5.7.48.1.2" },
	{ "id-pkix-ocsp-crl", "ocspCrl", "1.3.6.1.5.5.7.48.1.3" },
	{ "id-pkix-ocsp-response", "ocspResponse", "1.3.6.1.5.5.7.48.1.4" },
	{ "id-pkix-ocsp-nocheck", "ocspNoCheck", "1.3.6.1.5.5.7.48.1.5" },
	{ "id-pkix-ocsp-archive-cutoff", "archiveCutoff", "1.3.6.1.5.5.7.48.1.6" },
	{ "id-pkix-ocsp-service-locator", "serviceLocator", "1.3.6.1.5.5.7.48.1.7" },
	{ "id-pkix-ocsp-pref-sig-algs", "preferredSignatureAlgorithms", "1.3.6.1.5.5.7.48.1.8" },
	{ "id-pkix-ocsp-extended-revoke", "extendedRevoke", "1.3.6.1.5.5.7.48.1.9" },
	{ "id-on-SmtpUTF8Mailbox", "SmtpUTF8Mailbox", "1.3.6.1.5.5.7.8.9" },
	{ "id-on-hardwareModuleName", "hardwareModuleName", "1.3.6.1.5.5.7.8.4" },
	{ "szOID-NT-PRINCIPAL-NAME", "userPrincipalName", "1.3.6.1.4.1.311.20.2.3" },
	{ "rsaEncryption", NULL, "1.2.840.113549.1.1.1" },
	{ "id-mgf1", "mgf1", "1.2.840.113549.1.1.8" },
	{ "id-RSASSA-PSS", "rsassaPss", "1.2.840.113549.1.1.10" },
	{ "sha1WithRSAEncryption", NULL, "1.2.840.113549.1.1.5" },
	{ "sha256WithRSAEncryption", NULL, "1.2.840.113549.1.1.11" },
	{ "sha384WithRSAEncryption", NULL, "1.2.840.113549.1.1.12" },
	{ "sha512WithRSAEncryption", NULL, "1.2.840.113549.1.1.13" },
	{ "id-ecPublicKey", "ecPublicKey", "1.2.840.10045.2.1" },
	{ "secp256r1", "prime256v1", "1.2.840.10045.3.1.7" },
	{ "secp384r1", NULL, "1.3.132.0.34" },
	{ "secp521r1", NULL, "1.3.132.0.35" },
	{ "ecdsa-with-SHA256", NULL, "1.2.840.10045.4.3.2" },
	{ "ecdsa-with-SHA384", NULL, "1.2.840.10045.4.3.3" },
	{ "ecdsa-with-SHA512", NULL, "1.2.840.10045.4.3.4" },
	{ "id-Ed25519", "ed25519", "1.3.101.112" },
	{ "id-Ed448", "ed448", "1.3.101.113" },
	{ "id-sha1", "sha1", "1.3.14.3.2.26" },
	{ "id-sha256", "sha256", "2.16.840.1.101.3.4.2.1" },
	{ "id-sha384", "sha384", "2.16.840.1.101.3.4.2.2" },
	{ "id-sha512", "sha512", "2.16.840.1.101.3.4.2.3" },
	{ "id-data", "data", "1.2.840.113549.1.7.1" },
	{ "id-signedData", "signedData", "1.2.840.113549.1.7.2" },
	{ "id-envelopedData", "envelopedData", "1.2.840.113549.1.7.3" },
	{ "id-ct-TSTInfo", "tSTInfo", "1.2.840.113549.1.9.16.1.4" },
	{ "id-contentType", "contentType", "1.2.840.113549.1.9.3" },
	{ "id-messageDigest", "messageDigest", "1.2.840.113549.1.9.4" },
	{ "id-signingTime", "signingTime", "1.2.840.113549.1.9.5" },
	{ "id-challengePassword", "challengePassword", "1.2.840.113549.1.9.7" },
	{ "id-extensionRequest", "extensionRequest", "1.2.840.113549.1.9.14" },
	{ "id-aa-signingCertificate", "signingCertificate", "1.2.840.113549.1.9.16.2.12" },
	{ "id-aa-signingCertificateV2", "signingCertificateV2", "1.2.840.113549.1.9.16.2.47" },
	{ "id-aa-timeStampToken", "timeStampToken", "1.2.840.113549.1.9.16.2.14" },
};
/* clang-format on */

static void test_oid_names(void)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[OID_TEXT];
		struct oid parsed = { .len = 0 };
		const struct oid *oid = oid_by_name(rows[i].name);
		if (!CHECK(oid != NULL, "%s is known", rows[i].name))
			continue;
		oid_text(oid, text);
		CHECK_TEXT(text, rows[i].text, "%s", rows[i].name);
		CHECK_TEXT(oid_name(oid), rows[i].name, "%s", rows[i].text);
		CHECK(rows[i].alias == NULL || oid_by_name(rows[i].alias) == oid,
			"%s by its other name", rows[i].name);
		CHECK_OK(oid_parse(rows[i].text, &parsed), "%s", rows[i].text);
		CHECK(oid_equal(&parsed, oid), "%s", rows[i].text);
		CHECK_OK(oid_parse(rows[i].name, &parsed), "%s", rows[i].name);
		CHECK(oid_equal(&parsed, oid), "%s", rows[i].name);
	}
	CHECK(oid_by_name("") == NULL, "the empty name");
	CHECK(oid_by_name("no-such-name") == NULL, "an unknown name");
	struct oid demo;
	CHECK_OK(oid_from_text("2.999", &demo), "the example arc");
	CHECK(oid_name(&demo) == NULL, "the example arc has no name");
}

/* openssl makes the same octets out of the same text. */
static void test_oid_judged_outside(void)
{
	AUTO(outside_clear) struct outside outside = outside_open();
	AUTO(buf_clear) struct buf said = BUF(65536);
	AUTO(buf_clear) struct buf config = BUF(65536);
	CHECK_OK(buf_append_text(&config, "asn1=SEQUENCE:all\n[all]\n"), "config");
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK_OK(buf_append_format(&config, "o%zu=OID:%s\n", i, rows[i].text),
			"config");
	outside_write(&outside, "all.cnf", buf_view(&config));
	if (!CHECK_INT(outside_run(&outside, &said,
			       "openssl asn1parse -genconf all.cnf -noout -out all.der"),
		    0, "openssl: %s", buf_text(&said)))
		return;
	AUTO(buf_clear) struct buf der = outside_read(&outside, "all.der");
	struct blob in = buf_view(&der), list = BLOB_NONE;
	CHECK_OK(der_get(&in, DER_SEQUENCE, &list), "a SEQUENCE");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct oid got = { .len = 0 };
		CHECK_OK(der_get_oid(&list, &got), "%s", rows[i].text);
		CHECK(oid_equal(&got, oid_by_name(rows[i].name)),
			"%s: the octets of openssl", rows[i].name);
	}
	CHECK_INT(list.len, 0, "all of them");
}

static void test_oid_text(void)
{
	static const struct {
		const char *text, *hex;
	} good[] = {
		{ "0.0", "00" },
		{ "0.39", "27" },
		{ "1.0", "28" },
		{ "1.39", "4f" },
		{ "2.0", "50" },
		{ "2.39", "77" },
		{ "2.40", "78" },
		{ "2.47", "7f" },
		{ "2.48", "8100" },
		{ "2.999.1.1", "88370101" },
		{ "2.16303", "ff7f" },
		{ "2.16304", "818000" },
		{ "1.2.127.128", "2a7f8100" },
		{ "1.2.18446744073709551616", "2a82808080808080808000" },
		/* an UUID: 128 bits in one arc (X.667) */
		{ "2.25.340282366920938463463374607431768211455",
			"6983ffffffffffffffffffffffffffffffffff7f" },
		{ "2.25.0", "6900" },
	};
	static const char *const wrong[] = { "", "1", "1.", ".1", "1..2", "1.2.", "3.1",
		"0.40", "1.40", "01.2", "1.02", "1.2.00", "1.2 ", " 1.2", "1.2a", "-1.2",
		"1.2.-3", "+1.2", "12.1", "2.999.x",
		"1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18.19.20.21.22.23.24.25" };
	for (size_t i = 0; i < COUNT(good); i++) {
		AUTO(buf_clear) struct buf want = check_unhex(good[i].hex);
		struct oid oid = { .len = 0 };
		char text[OID_TEXT];
		CHECK_OK(oid_from_text(good[i].text, &oid), "%s", good[i].text);
		CHECK_BLOB(blob_make(oid.octet, oid.len), buf_view(&want), "%s",
			good[i].text);
		oid_text(&oid, text);
		CHECK_TEXT(text, good[i].text, "there and back");
	}
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct oid oid = { .len = 99 };
		CHECK_ERR(oid_from_text(wrong[i], &oid), E_INPUT, "\"%s\"", wrong[i]);
		CHECK_ERR(oid_parse(wrong[i], &oid), E_INPUT, "\"%s\"", wrong[i]);
		CHECK_INT(oid.len, 99, "\"%s\": out stays untouched", wrong[i]);
	}
}

/* 23 octets are the most; their text is never longer than OID_TEXT. */
static void test_oid_borders(void)
{
	static const char full[] = "2.47.127.127.127.127.127.127.127.127.127.127.127.127."
				   "127.127.127.127.127.127.127.127.127.127";
	struct oid oid = { .len = 0 };
	char text[OID_TEXT];
	CHECK_OK(oid_from_text(full, &oid), "23 octets");
	CHECK_INT(oid.len, 23, "23 octets");
	oid_text(&oid, text);
	CHECK_TEXT(text, full, "23 octets");
	char more[sizeof full + 2];
	snprintf(more, sizeof more, "%s.1", full);
	CHECK_ERR(oid_from_text(more, &oid), E_INPUT, "24 octets");
	memset(oid.octet, 0xff, sizeof oid.octet);
	oid.octet[22] = 0x7f;
	oid_text(&oid, text);
	CHECK(strlen(text) < OID_TEXT, "one arc of 161 bits: %s", text);
	struct oid back = { .len = 0 };
	CHECK_OK(oid_from_text(text, &back), "%s", text);
	CHECK(oid_equal(&oid, &back), "%s", text);
}

static const CU_TestInfo tests[] = {
	{ "names", test_oid_names },
	{ "openssl makes the same octets", test_oid_judged_outside },
	{ "dotted text", test_oid_text },
	{ "borders", test_oid_borders },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_oid = { "common/pki/oid", tests, NULL, NULL };
