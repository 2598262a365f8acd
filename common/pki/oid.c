#include "common/pki/oid.h"

#include "common/base/table.h"

/* clang-format off */
static const struct known {
	const char *name;  /* as its ASN.1 module spells it */
	const char *alias; /* another spelling in use, or NULL */
	struct oid oid;
} known[] = {
	/* attributes of a Name (X.520, RFC 4519, RFC 2985, ETSI EN 319 412-1) */
	{ "domainComponent", "id-domainComponent", { 10, { 0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19 } } }, /* 0.9.2342.19200300.100.1.25 */
	{ "userId", NULL, { 10, { 0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x01 } } }, /* 0.9.2342.19200300.100.1.1 */
	{ "commonName", "id-at-commonName", { 3, { 0x55, 0x04, 0x03 } } }, /* 2.5.4.3 */
	{ "surname", "id-at-surname", { 3, { 0x55, 0x04, 0x04 } } }, /* 2.5.4.4 */
	{ "serialNumber", "id-at-serialNumber", { 3, { 0x55, 0x04, 0x05 } } }, /* 2.5.4.5 */
	{ "countryName", "id-at-countryName", { 3, { 0x55, 0x04, 0x06 } } }, /* 2.5.4.6 */
	{ "localityName", "id-at-localityName", { 3, { 0x55, 0x04, 0x07 } } }, /* 2.5.4.7 */
	{ "stateOrProvinceName", "id-at-stateOrProvinceName", { 3, { 0x55, 0x04, 0x08 } } }, /* 2.5.4.8 */
	{ "streetAddress", "id-at-streetAddress", { 3, { 0x55, 0x04, 0x09 } } }, /* 2.5.4.9 */
	{ "organizationName", "id-at-organizationName", { 3, { 0x55, 0x04, 0x0a } } }, /* 2.5.4.10 */
	{ "organizationalUnitName", "id-at-organizationalUnitName", { 3, { 0x55, 0x04, 0x0b } } }, /* 2.5.4.11 */
	{ "title", "id-at-title", { 3, { 0x55, 0x04, 0x0c } } }, /* 2.5.4.12 */
	{ "postalCode", "id-at-postalCode", { 3, { 0x55, 0x04, 0x11 } } }, /* 2.5.4.17 */
	{ "name", "id-at-name", { 3, { 0x55, 0x04, 0x29 } } }, /* 2.5.4.41 */
	{ "givenName", "id-at-givenName", { 3, { 0x55, 0x04, 0x2a } } }, /* 2.5.4.42 */
	{ "initials", "id-at-initials", { 3, { 0x55, 0x04, 0x2b } } }, /* 2.5.4.43 */
	{ "generationQualifier", "id-at-generationQualifier", { 3, { 0x55, 0x04, 0x2c } } }, /* 2.5.4.44 */
	{ "dnQualifier", "id-at-dnQualifier", { 3, { 0x55, 0x04, 0x2e } } }, /* 2.5.4.46 */
	{ "pseudonym", "id-at-pseudonym", { 3, { 0x55, 0x04, 0x41 } } }, /* 2.5.4.65 */
	{ "organizationIdentifier", "id-at-organizationIdentifier", { 3, { 0x55, 0x04, 0x61 } } }, /* 2.5.4.97 */
	{ "emailAddress", "id-emailAddress", { 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01 } } }, /* 1.2.840.113549.1.9.1 */
	/* extensions (RFC 5280, RFC 6960, RFC 6962, RFC 9608, X.509, Adobe, ETSI) */
	{ "id-ce-subjectDirectoryAttributes", "subjectDirectoryAttributes", { 3, { 0x55, 0x1d, 0x09 } } }, /* 2.5.29.9 */
	{ "id-ce-subjectKeyIdentifier", "subjectKeyIdentifier", { 3, { 0x55, 0x1d, 0x0e } } }, /* 2.5.29.14 */
	{ "id-ce-keyUsage", "keyUsage", { 3, { 0x55, 0x1d, 0x0f } } }, /* 2.5.29.15 */
	{ "id-ce-privateKeyUsagePeriod", "privateKeyUsagePeriod", { 3, { 0x55, 0x1d, 0x10 } } }, /* 2.5.29.16 */
	{ "id-ce-subjectAltName", "subjectAltName", { 3, { 0x55, 0x1d, 0x11 } } }, /* 2.5.29.17 */
	{ "id-ce-issuerAltName", "issuerAltName", { 3, { 0x55, 0x1d, 0x12 } } }, /* 2.5.29.18 */
	{ "id-ce-basicConstraints", "basicConstraints", { 3, { 0x55, 0x1d, 0x13 } } }, /* 2.5.29.19 */
	{ "id-ce-cRLNumber", "cRLNumber", { 3, { 0x55, 0x1d, 0x14 } } }, /* 2.5.29.20 */
	{ "id-ce-cRLReasons", "reasonCode", { 3, { 0x55, 0x1d, 0x15 } } }, /* 2.5.29.21 */
	{ "id-ce-holdInstructionCode", "holdInstructionCode", { 3, { 0x55, 0x1d, 0x17 } } }, /* 2.5.29.23 */
	{ "id-ce-invalidityDate", "invalidityDate", { 3, { 0x55, 0x1d, 0x18 } } }, /* 2.5.29.24 */
	{ "id-ce-deltaCRLIndicator", "deltaCRLIndicator", { 3, { 0x55, 0x1d, 0x1b } } }, /* 2.5.29.27 */
	{ "id-ce-issuingDistributionPoint", "issuingDistributionPoint", { 3, { 0x55, 0x1d, 0x1c } } }, /* 2.5.29.28 */
	{ "id-ce-certificateIssuer", "certificateIssuer", { 3, { 0x55, 0x1d, 0x1d } } }, /* 2.5.29.29 */
	{ "id-ce-nameConstraints", "nameConstraints", { 3, { 0x55, 0x1d, 0x1e } } }, /* 2.5.29.30 */
	{ "id-ce-cRLDistributionPoints", "cRLDistributionPoints", { 3, { 0x55, 0x1d, 0x1f } } }, /* 2.5.29.31 */
	{ "id-ce-certificatePolicies", "certificatePolicies", { 3, { 0x55, 0x1d, 0x20 } } }, /* 2.5.29.32 */
	{ "id-ce-policyMappings", "policyMappings", { 3, { 0x55, 0x1d, 0x21 } } }, /* 2.5.29.33 */
	{ "id-ce-authorityKeyIdentifier", "authorityKeyIdentifier", { 3, { 0x55, 0x1d, 0x23 } } }, /* 2.5.29.35 */
	{ "id-ce-policyConstraints", "policyConstraints", { 3, { 0x55, 0x1d, 0x24 } } }, /* 2.5.29.36 */
	{ "id-ce-extKeyUsage", "extKeyUsage", { 3, { 0x55, 0x1d, 0x25 } } }, /* 2.5.29.37 */
	{ "id-ce-freshestCRL", "freshestCRL", { 3, { 0x55, 0x1d, 0x2e } } }, /* 2.5.29.46 */
	{ "id-ce-inhibitAnyPolicy", "inhibitAnyPolicy", { 3, { 0x55, 0x1d, 0x36 } } }, /* 2.5.29.54 */
	{ "id-ce-noRevAvail", "noRevAvail", { 3, { 0x55, 0x1d, 0x38 } } }, /* 2.5.29.56 */
	{ "id-ce-expiredCertsOnCRL", "expiredCertsOnCRL", { 3, { 0x55, 0x1d, 0x3c } } }, /* 2.5.29.60 */
	{ "id-pe-authorityInfoAccess", "authorityInfoAccess", { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x01 } } }, /* 1.3.6.1.5.5.7.1.1 */
	{ "id-pe-qcStatements", "qcStatements", { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x03 } } }, /* 1.3.6.1.5.5.7.1.3 */
	{ "id-pe-subjectInfoAccess", "subjectInfoAccess", { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x0b } } }, /* 1.3.6.1.5.5.7.1.11 */
	{ "id-pe-tlsfeature", "tlsFeature", { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01, 0x18 } } }, /* 1.3.6.1.5.5.7.1.24 */
	{ "id-smimeCapabilities", "smimeCapabilities", { 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0f } } }, /* 1.2.840.113549.1.9.15 */
	{ "id-sct-list", "signedCertificateTimestampList", { 10, { 0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x04, 0x02 } } }, /* 1.3.6.1.4.1.11129.2.4.2 */
	{ "id-ct-poison", "ctPoison", { 10, { 0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x04, 0x03 } } }, /* 1.3.6.1.4.1.11129.2.4.3 */
	{ "id-adobe-timeStamp", "adobeTimeStamp", { 10, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x2f, 0x01, 0x01, 0x09, 0x01 } } }, /* 1.2.840.113583.1.1.9.1 */
	{ "id-adobe-archiveRevInfo", "adobeArchiveRevInfo", { 10, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x2f, 0x01, 0x01, 0x09, 0x02 } } }, /* 1.2.840.113583.1.1.9.2 */
	{ "id-etsi-ext-valassured-ST-certs", "validityAssuredShortTerm", { 7, { 0x04, 0x00, 0x8b, 0xec, 0x49, 0x02, 0x01 } } }, /* 0.4.0.194121.2.1 */
	/* purposes of keys */
	{ "anyExtendedKeyUsage", NULL, { 4, { 0x55, 0x1d, 0x25, 0x00 } } }, /* 2.5.29.37.0 */
	{ "id-kp-serverAuth", "serverAuth", { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01 } } }, /* 1.3.6.1.5.5.7.3.1 */
	{ "id-kp-clientAuth", "clientAuth", { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x02 } } }, /* 1.3.6.1.5.5.7.3.2 */
	{ "id-kp-codeSigning", "codeSigning", { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x03 } } }, /* 1.3.6.1.5.5.7.3.3 */
	{ "id-kp-emailProtection", "emailProtection", { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x04 } } }, /* 1.3.6.1.5.5.7.3.4 */
	{ "id-kp-timeStamping", "timeStamping", { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x08 } } }, /* 1.3.6.1.5.5.7.3.8 */
	{ "id-kp-OCSPSigning", "OCSPSigning", { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x09 } } }, /* 1.3.6.1.5.5.7.3.9 */
	{ "id-kp-documentSigning", "documentSigning", { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x24 } } }, /* 1.3.6.1.5.5.7.3.36 */
	{ "szOID-KP-DOCUMENT-SIGNING", "microsoftDocumentSigning", { 10, { 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x0a, 0x03, 0x0c } } }, /* 1.3.6.1.4.1.311.10.3.12 */
	{ "szOID-KP-SMARTCARD-LOGON", "smartcardLogon", { 10, { 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x14, 0x02, 0x02 } } }, /* 1.3.6.1.4.1.311.20.2.2 */
	/* policies: their qualifiers, and those of RFC 5280, CA/B and ETSI */
	{ "anyPolicy", NULL, { 4, { 0x55, 0x1d, 0x20, 0x00 } } }, /* 2.5.29.32.0 */
	{ "id-qt-cps", "cps", { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x02, 0x01 } } }, /* 1.3.6.1.5.5.7.2.1 */
	{ "id-qt-unotice", "userNotice", { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x02, 0x02 } } }, /* 1.3.6.1.5.5.7.2.2 */
	{ "ev-guidelines", "extended-validated", { 5, { 0x67, 0x81, 0x0c, 0x01, 0x01 } } }, /* 2.23.140.1.1 */
	{ "domain-validated", NULL, { 6, { 0x67, 0x81, 0x0c, 0x01, 0x02, 0x01 } } }, /* 2.23.140.1.2.1 */
	{ "organization-validated", NULL, { 6, { 0x67, 0x81, 0x0c, 0x01, 0x02, 0x02 } } }, /* 2.23.140.1.2.2 */
	{ "individual-validated", NULL, { 6, { 0x67, 0x81, 0x0c, 0x01, 0x02, 0x03 } } }, /* 2.23.140.1.2.3 */
	{ "smime-mailbox-validated-legacy", NULL, { 7, { 0x67, 0x81, 0x0c, 0x01, 0x05, 0x01, 0x01 } } }, /* 2.23.140.1.5.1.1 */
	{ "smime-mailbox-validated-multipurpose", NULL, { 7, { 0x67, 0x81, 0x0c, 0x01, 0x05, 0x01, 0x02 } } }, /* 2.23.140.1.5.1.2 */
	{ "smime-mailbox-validated-strict", NULL, { 7, { 0x67, 0x81, 0x0c, 0x01, 0x05, 0x01, 0x03 } } }, /* 2.23.140.1.5.1.3 */
	{ "smime-organization-validated-legacy", NULL, { 7, { 0x67, 0x81, 0x0c, 0x01, 0x05, 0x02, 0x01 } } }, /* 2.23.140.1.5.2.1 */
	{ "smime-organization-validated-multipurpose", NULL, { 7, { 0x67, 0x81, 0x0c, 0x01, 0x05, 0x02, 0x02 } } }, /* 2.23.140.1.5.2.2 */
	{ "smime-organization-validated-strict", NULL, { 7, { 0x67, 0x81, 0x0c, 0x01, 0x05, 0x02, 0x03 } } }, /* 2.23.140.1.5.2.3 */
	{ "smime-sponsor-validated-legacy", NULL, { 7, { 0x67, 0x81, 0x0c, 0x01, 0x05, 0x03, 0x01 } } }, /* 2.23.140.1.5.3.1 */
	{ "smime-sponsor-validated-multipurpose", NULL, { 7, { 0x67, 0x81, 0x0c, 0x01, 0x05, 0x03, 0x02 } } }, /* 2.23.140.1.5.3.2 */
	{ "smime-sponsor-validated-strict", NULL, { 7, { 0x67, 0x81, 0x0c, 0x01, 0x05, 0x03, 0x03 } } }, /* 2.23.140.1.5.3.3 */
	{ "smime-individual-validated-legacy", NULL, { 7, { 0x67, 0x81, 0x0c, 0x01, 0x05, 0x04, 0x01 } } }, /* 2.23.140.1.5.4.1 */
	{ "smime-individual-validated-multipurpose", NULL, { 7, { 0x67, 0x81, 0x0c, 0x01, 0x05, 0x04, 0x02 } } }, /* 2.23.140.1.5.4.2 */
	{ "smime-individual-validated-strict", NULL, { 7, { 0x67, 0x81, 0x0c, 0x01, 0x05, 0x04, 0x03 } } }, /* 2.23.140.1.5.4.3 */
	{ "etsi-ncp", "ncp", { 6, { 0x04, 0x00, 0x8f, 0x7a, 0x01, 0x01 } } }, /* 0.4.0.2042.1.1 */
	{ "etsi-ncpplus", "ncpplus", { 6, { 0x04, 0x00, 0x8f, 0x7a, 0x01, 0x02 } } }, /* 0.4.0.2042.1.2 */
	{ "etsi-lcp", "lcp", { 6, { 0x04, 0x00, 0x8f, 0x7a, 0x01, 0x03 } } }, /* 0.4.0.2042.1.3 */
	{ "etsi-evcp", "evcp", { 6, { 0x04, 0x00, 0x8f, 0x7a, 0x01, 0x04 } } }, /* 0.4.0.2042.1.4 */
	{ "etsi-dvcp", "dvcp", { 6, { 0x04, 0x00, 0x8f, 0x7a, 0x01, 0x06 } } }, /* 0.4.0.2042.1.6 */
	{ "etsi-ovcp", "ovcp", { 6, { 0x04, 0x00, 0x8f, 0x7a, 0x01, 0x07 } } }, /* 0.4.0.2042.1.7 */
	{ "etsi-ivcp", "ivcp", { 6, { 0x04, 0x00, 0x8f, 0x7a, 0x01, 0x08 } } }, /* 0.4.0.2042.1.8 */
	{ "etsi-best-practices-ts-policy", "bestPracticesTsPolicy", { 6, { 0x04, 0x00, 0x8f, 0x67, 0x01, 0x01 } } }, /* 0.4.0.2023.1.1 */
	{ "etsi-euspv2", "euspv2", { 8, { 0x04, 0x00, 0x81, 0x97, 0x67, 0x01, 0x01, 0x04 } } }, /* 0.4.0.19431.1.1.4 */
	/* statements about certificates (ETSI EN 319 412-1 and -5, RFC 3739, LEI) */
	{ "id-qcs-pkixQCSyntax-v1", NULL, { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x0b, 0x01 } } }, /* 1.3.6.1.5.5.7.11.1 */
	{ "id-qcs-pkixQCSyntax-v2", NULL, { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x0b, 0x02 } } }, /* 1.3.6.1.5.5.7.11.2 */
	{ "id-etsi-qcs-semanticsId-Natural", "semanticsIdNatural", { 7, { 0x04, 0x00, 0x8b, 0xec, 0x49, 0x01, 0x01 } } }, /* 0.4.0.194121.1.1 */
	{ "id-etsi-qcs-semanticsId-Legal", "semanticsIdLegal", { 7, { 0x04, 0x00, 0x8b, 0xec, 0x49, 0x01, 0x02 } } }, /* 0.4.0.194121.1.2 */
	{ "id-etsi-qcs-QcCompliance", "qcCompliance", { 6, { 0x04, 0x00, 0x8e, 0x46, 0x01, 0x01 } } }, /* 0.4.0.1862.1.1 */
	{ "id-etsi-qcs-QcLimitValue", "qcLimitValue", { 6, { 0x04, 0x00, 0x8e, 0x46, 0x01, 0x02 } } }, /* 0.4.0.1862.1.2 */
	{ "id-etsi-qcs-QcRetentionPeriod", "qcRetentionPeriod", { 6, { 0x04, 0x00, 0x8e, 0x46, 0x01, 0x03 } } }, /* 0.4.0.1862.1.3 */
	{ "id-etsi-qcs-QcSSCD", "qcSSCD", { 6, { 0x04, 0x00, 0x8e, 0x46, 0x01, 0x04 } } }, /* 0.4.0.1862.1.4 */
	{ "id-etsi-qcs-QcPDS", "qcPDS", { 6, { 0x04, 0x00, 0x8e, 0x46, 0x01, 0x05 } } }, /* 0.4.0.1862.1.5 */
	{ "id-etsi-qcs-QcType", "qcType", { 6, { 0x04, 0x00, 0x8e, 0x46, 0x01, 0x06 } } }, /* 0.4.0.1862.1.6 */
	{ "id-etsi-qcs-QcCClegislation", "qcCClegislation", { 6, { 0x04, 0x00, 0x8e, 0x46, 0x01, 0x07 } } }, /* 0.4.0.1862.1.7 */
	{ "id-lei", "lei", { 9, { 0x2b, 0x06, 0x01, 0x04, 0x01, 0x83, 0x98, 0x2a, 0x01 } } }, /* 1.3.6.1.4.1.52266.1 */
	{ "id-lei-role", "leiRole", { 9, { 0x2b, 0x06, 0x01, 0x04, 0x01, 0x83, 0x98, 0x2a, 0x02 } } }, /* 1.3.6.1.4.1.52266.2 */
	/* access methods and OCSP (RFC 5280 section 4.2.2.1, RFC 6960) */
	{ "id-ad-ocsp", "ocsp", { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01 } } }, /* 1.3.6.1.5.5.7.48.1 */
	{ "id-ad-caIssuers", "caIssuers", { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x02 } } }, /* 1.3.6.1.5.5.7.48.2 */
	{ "id-ad-timeStamping", NULL, { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x03 } } }, /* 1.3.6.1.5.5.7.48.3 */
	{ "id-ad-caRepository", "caRepository", { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x05 } } }, /* 1.3.6.1.5.5.7.48.5 */
	{ "id-pkix-ocsp-basic", "ocspBasic", { 9, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01 } } }, /* 1.3.6.1.5.5.7.48.1.1 */
	{ "id-pkix-ocsp-nonce", "ocspNonce", { 9, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x02 } } }, /* 1.3.6.1.5.5.7.48.1.2 */
	{ "id-pkix-ocsp-crl", "ocspCrl", { 9, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x03 } } }, /* 1.3.6.1.5.5.7.48.1.3 */
	{ "id-pkix-ocsp-response", "ocspResponse", { 9, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x04 } } }, /* 1.3.6.1.5.5.7.48.1.4 */
	{ "id-pkix-ocsp-nocheck", "ocspNoCheck", { 9, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x05 } } }, /* 1.3.6.1.5.5.7.48.1.5 */
	{ "id-pkix-ocsp-archive-cutoff", "archiveCutoff", { 9, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x06 } } }, /* 1.3.6.1.5.5.7.48.1.6 */
	{ "id-pkix-ocsp-service-locator", "serviceLocator", { 9, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x07 } } }, /* 1.3.6.1.5.5.7.48.1.7 */
	{ "id-pkix-ocsp-pref-sig-algs", "preferredSignatureAlgorithms", { 9, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x08 } } }, /* 1.3.6.1.5.5.7.48.1.8 */
	{ "id-pkix-ocsp-extended-revoke", "extendedRevoke", { 9, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x09 } } }, /* 1.3.6.1.5.5.7.48.1.9 */
	/* otherNames (RFC 8398, RFC 4108, Microsoft) */
	{ "id-on-SmtpUTF8Mailbox", "SmtpUTF8Mailbox", { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x08, 0x09 } } }, /* 1.3.6.1.5.5.7.8.9 */
	{ "id-on-hardwareModuleName", "hardwareModuleName", { 8, { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x08, 0x04 } } }, /* 1.3.6.1.5.5.7.8.4 */
	{ "szOID-NT-PRINCIPAL-NAME", "userPrincipalName", { 10, { 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x14, 0x02, 0x03 } } }, /* 1.3.6.1.4.1.311.20.2.3 */
	/* keys, curves, digests, signatures */
	{ "rsaEncryption", NULL, { 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01 } } }, /* 1.2.840.113549.1.1.1 */
	{ "id-mgf1", "mgf1", { 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08 } } }, /* 1.2.840.113549.1.1.8 */
	{ "id-RSASSA-PSS", "rsassaPss", { 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a } } }, /* 1.2.840.113549.1.1.10 */
	{ "sha1WithRSAEncryption", NULL, { 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05 } } }, /* 1.2.840.113549.1.1.5 */
	{ "sha256WithRSAEncryption", NULL, { 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b } } }, /* 1.2.840.113549.1.1.11 */
	{ "sha384WithRSAEncryption", NULL, { 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0c } } }, /* 1.2.840.113549.1.1.12 */
	{ "sha512WithRSAEncryption", NULL, { 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0d } } }, /* 1.2.840.113549.1.1.13 */
	{ "id-ecPublicKey", "ecPublicKey", { 7, { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 } } }, /* 1.2.840.10045.2.1 */
	{ "secp256r1", "prime256v1", { 8, { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 } } }, /* 1.2.840.10045.3.1.7 */
	{ "secp384r1", NULL, { 5, { 0x2b, 0x81, 0x04, 0x00, 0x22 } } }, /* 1.3.132.0.34 */
	{ "secp521r1", NULL, { 5, { 0x2b, 0x81, 0x04, 0x00, 0x23 } } }, /* 1.3.132.0.35 */
	{ "ecdsa-with-SHA256", NULL, { 8, { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02 } } }, /* 1.2.840.10045.4.3.2 */
	{ "ecdsa-with-SHA384", NULL, { 8, { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03 } } }, /* 1.2.840.10045.4.3.3 */
	{ "ecdsa-with-SHA512", NULL, { 8, { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x04 } } }, /* 1.2.840.10045.4.3.4 */
	{ "id-Ed25519", "ed25519", { 3, { 0x2b, 0x65, 0x70 } } }, /* 1.3.101.112 */
	{ "id-Ed448", "ed448", { 3, { 0x2b, 0x65, 0x71 } } }, /* 1.3.101.113 */
	{ "id-sha1", "sha1", { 5, { 0x2b, 0x0e, 0x03, 0x02, 0x1a } } }, /* 1.3.14.3.2.26 */
	{ "id-sha256", "sha256", { 9, { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01 } } }, /* 2.16.840.1.101.3.4.2.1 */
	{ "id-sha384", "sha384", { 9, { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02 } } }, /* 2.16.840.1.101.3.4.2.2 */
	{ "id-sha512", "sha512", { 9, { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03 } } }, /* 2.16.840.1.101.3.4.2.3 */
	/* messages and their attributes (RFC 5652, RFC 5035, RFC 3161, RFC 2985) */
	{ "id-data", "data", { 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01 } } }, /* 1.2.840.113549.1.7.1 */
	{ "id-signedData", "signedData", { 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02 } } }, /* 1.2.840.113549.1.7.2 */
	{ "id-envelopedData", "envelopedData", { 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03 } } }, /* 1.2.840.113549.1.7.3 */
	{ "id-ct-TSTInfo", "tSTInfo", { 11, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04 } } }, /* 1.2.840.113549.1.9.16.1.4 */
	{ "id-contentType", "contentType", { 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03 } } }, /* 1.2.840.113549.1.9.3 */
	{ "id-messageDigest", "messageDigest", { 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04 } } }, /* 1.2.840.113549.1.9.4 */
	{ "id-signingTime", "signingTime", { 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x05 } } }, /* 1.2.840.113549.1.9.5 */
	{ "id-challengePassword", "challengePassword", { 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x07 } } }, /* 1.2.840.113549.1.9.7 */
	{ "id-extensionRequest", "extensionRequest", { 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e } } }, /* 1.2.840.113549.1.9.14 */
	{ "id-aa-signingCertificate", "signingCertificate", { 11, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0c } } }, /* 1.2.840.113549.1.9.16.2.12 */
	{ "id-aa-signingCertificateV2", "signingCertificateV2", { 11, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f } } }, /* 1.2.840.113549.1.9.16.2.47 */
	{ "id-aa-timeStampToken", "timeStampToken", { 11, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0e } } }, /* 1.2.840.113549.1.9.16.2.14 */
};
/* clang-format on */

/*
 * An arc as digits of base 128, the last one first. Arcs of UUIDs have 128 bits (X.667), so no C integer is wide enough;
 * an arc never has more digits than its OID has octets.
 */
struct arc {
	uint8_t digit[sizeof((struct oid){ 0 }).octet];
	size_t len;
};

/* arc * factor + more. E_INPUT: more digits than an OID has octets. */
static RESULT arc_grow(struct arc *arc, unsigned factor, unsigned more)
{
	for (size_t i = 0; i < arc->len; i++) {
		more += arc->digit[i] * factor;
		arc->digit[i] = more & 0x7f;
		more >>= 7;
	}
	for (; more > 0; more >>= 7) {
		if (arc->len == sizeof arc->digit)
			return FAIL(E_INPUT, "object identifier: longer than %zu octets",
				sizeof arc->digit);
		arc->digit[arc->len++] = more & 0x7f;
	}
	return OK;
}

/* Decimal digits up to a dot or the end, which `at` is moved behind. */
static RESULT arc_read(const char **at, struct arc *out)
{
	struct arc arc = { .len = 0 };
	const char *from = *at, *c = from;
	for (; *c >= '0' && *c <= '9'; c++)
		TRY(arc_grow(&arc, 10, (unsigned)(*c - '0')));
	if (c == from || (*from == '0' && c != from + 1))
		return FAIL(E_INPUT, "object identifier: an arc that is no plain number");
	if (*c != 0 && (*c != '.' || c[1] == 0))
		return FAIL(E_INPUT, "object identifier: not digits and dots");
	*at = *c == '.' ? c + 1 : c;
	*out = arc;
	return OK;
}

static RESULT oid_append(struct oid *oid, const struct arc *arc)
{
	size_t len = arc->len == 0 ? 1 : arc->len;
	if (len > sizeof oid->octet - oid->len)
		return FAIL(E_INPUT, "object identifier: longer than %zu octets",
			sizeof oid->octet);
	for (size_t i = len; i > 0; i--)
		oid->octet[oid->len++] =
			(uint8_t)(arc->digit[i - 1] | (i > 1 ? 0x80 : 0));
	return OK;
}

RESULT oid_from_text(const char *text, struct oid *out)
{
	struct oid oid = { .len = 0 };
	struct arc arc, first;
	const char *at = text;
	TRY(arc_read(&at, &first));
	unsigned top = first.len == 0 ? 0 : first.digit[0];
	if (first.len > 1 || top > 2)
		return FAIL(E_INPUT, "object identifier: the first arc is above 2");
	TRY(arc_read(&at, &arc));
	/* X.690 section 8.19.4: the first two arcs share a number; below 0 and 1 there are 40 places. */
	if (top < 2 && (arc.len > 1 || (arc.len == 1 && arc.digit[0] > 39)))
		return FAIL(E_INPUT, "object identifier: the second arc is above 39");
	TRY(arc_grow(&arc, 1, 40 * top));
	TRY(oid_append(&oid, &arc));
	while (*at != 0) {
		TRY(arc_read(&at, &arc));
		TRY(oid_append(&oid, &arc));
	}
	*out = oid;
	return OK;
}

/* Takes the arc's decimal digits off its low end and writes them at `at`; the place behind them. */
static char *arc_text(struct arc *arc, char *at)
{
	char digits[3 * sizeof arc->digit];
	size_t count = 0;
	do {
		unsigned rest = 0;
		for (size_t i = arc->len; i > 0; i--) {
			unsigned value = rest << 7 | arc->digit[i - 1];
			arc->digit[i - 1] = (uint8_t)(value / 10);
			rest = value % 10;
		}
		while (arc->len > 0 && arc->digit[arc->len - 1] == 0)
			arc->len--;
		digits[count++] = (char)('0' + rest);
	} while (arc->len > 0);
	while (count > 0)
		*at++ = digits[--count];
	return at;
}

/* Which of the trees 0, 1 and 2 the first number belongs to; what is left is the second arc. */
static char arc_take_top(struct arc *arc)
{
	unsigned top = arc->len > 1 || arc->digit[0] >= 80 ? 2 : arc->digit[0] / 40;
	unsigned less = 40 * top;
	for (size_t i = 0; i < arc->len && less > 0; i++) {
		bool borrow = arc->digit[i] < less;
		arc->digit[i] = (uint8_t)(arc->digit[i] + (borrow ? 0x80u : 0) - less);
		less = borrow ? 1 : 0;
	}
	return (char)('0' + top);
}

void oid_text(const struct oid *oid, char out[static OID_TEXT])
{
	char *at = out;
	size_t from = 0;
	for (size_t end = 0; end < oid->len; end++) {
		if ((oid->octet[end] & 0x80) != 0)
			continue;
		struct arc arc = { .len = end + 1 - from };
		for (size_t i = 0; i < arc.len; i++)
			arc.digit[i] = oid->octet[end - i] & 0x7f;
		if (from == 0)
			*at++ = arc_take_top(&arc);
		*at++ = '.';
		at = arc_text(&arc, at);
		from = end + 1;
	}
	*at = 0;
}

bool oid_equal(const struct oid *a, const struct oid *b)
{
	return a->len == b->len && memcmp(a->octet, b->octet, a->len) == 0;
}

const struct oid *oid_by_name(const char *name)
{
	for (size_t i = 0; i < COUNT(known); i++)
		if (strcmp(known[i].name, name) == 0 ||
			(known[i].alias != NULL && strcmp(known[i].alias, name) == 0))
			return &known[i].oid;
	return NULL;
}

const char *oid_name(const struct oid *oid)
{
	for (size_t i = 0; i < COUNT(known); i++)
		if (oid_equal(&known[i].oid, oid))
			return known[i].name;
	return NULL;
}

RESULT oid_parse(const char *text, struct oid *out)
{
	const struct oid *named = oid_by_name(text);
	if (named == NULL)
		return oid_from_text(text, out);
	*out = *named;
	return OK;
}
