#include "common/flow/audit.h"

#include "common/base/ossl.h"
#include "common/base/table.h"

/* clang-format off */
static const struct { const char *name, *clause; } events[AUDIT_EVENT_COUNT] = {
	[AUDIT_APPLICATION_RECEIVED]   = { "applicationReceived",   "4.1" },
	[AUDIT_APPLICATION_AMENDED]    = { "applicationAmended",    "4.1" },
	[AUDIT_EVIDENCE_ADDED]         = { "evidenceAdded",         "3.2" },
	[AUDIT_IDENTITY_PROVED]        = { "identityProved",        "3.2" },
	[AUDIT_APPLICATION_APPROVED]   = { "applicationApproved",   "4.2" },
	[AUDIT_APPLICATION_SENT_BACK]  = { "applicationSentBack",   "4.2" },
	[AUDIT_APPLICATION_REJECTED]   = { "applicationRejected",   "4.2" },
	[AUDIT_APPLICATION_WITHDRAWN]  = { "applicationWithdrawn",  "4.1" },
	[AUDIT_APPLICATION_VERIFIED]   = { "applicationVerified",   "4.2" },
	[AUDIT_APPLICATION_REFUSED]    = { "applicationRefused",    "4.2" },
	[AUDIT_KEY_BOUND]              = { "keyBound",              "6.1" },
	[AUDIT_KEY_LOST]               = { "keyLost",               "6.1" },
	[AUDIT_ORDER_PLACED]           = { "orderPlaced",           "4.3" },
	[AUDIT_ORDER_ACCEPTED]         = { "orderAccepted",         "4.3" },
	[AUDIT_ORDER_REFUSED]          = { "orderRefused",          "4.3" },
	[AUDIT_ORDER_ANSWERED]         = { "orderAnswered",         "4.3" },
	[AUDIT_CERTIFICATE_ISSUED]     = { "certificateIssued",     "4.3" },
	[AUDIT_CERTIFICATE_REGISTERED] = { "certificateRegistered", "6.1" },
	[AUDIT_CERTIFICATE_DELIVERED]  = { "certificateDelivered",  "4.3" },
	[AUDIT_PIN_SHOWN]              = { "pinShown",              "6.4" },
	[AUDIT_CERTIFICATE_ACCEPTED]   = { "certificateAccepted",   "4.4" },
	[AUDIT_REVOCATION_ASKED]       = { "revocationAsked",       "4.9" },
	[AUDIT_REVOCATION_REFUSED]     = { "revocationRefused",     "4.9" },
	[AUDIT_CERTIFICATE_REVOKED]    = { "certificateRevoked",    "4.9" },
	[AUDIT_CRL_PUBLISHED]          = { "crlPublished",          "4.9" },
	[AUDIT_EVIDENCE_SEALED]        = { "evidenceSealed",        "3.2" },
	[AUDIT_EVIDENCE_SHOWN]         = { "evidenceShown",         "5.5" },
	[AUDIT_EVIDENCE_FETCHED]       = { "evidenceFetched",       "5.5" },
	[AUDIT_EVIDENCE_CLOSED]        = { "evidenceClosed",        "5.5" },
	[AUDIT_EVIDENCE_DAMAGED]       = { "evidenceDamaged",       "5.5" },
	[AUDIT_DESTRUCTION_PROPOSED]   = { "destructionProposed",   "5.5" },
	[AUDIT_DESTRUCTION_APPROVED]   = { "destructionApproved",   "5.5" },
	[AUDIT_EVIDENCE_DESTROYED]     = { "evidenceDestroyed",     "5.5" },
	[AUDIT_APPLICATION_TAKEN]      = { "applicationTaken",      "4.2" },
	[AUDIT_NOTICE_ASKED_AGAIN]     = { "noticeAskedAgain",      "4.9" },
	[AUDIT_CALENDAR_OPENED]        = { "calendarOpened",        "5.2" },
	[AUDIT_CALENDAR_CLOSED]        = { "calendarClosed",        "5.2" },
	[AUDIT_ACCESS_REFUSED]         = { "accessRefused",         "5.2" },
	[AUDIT_APPLICATION_SHOWN]      = { "applicationShown",      "9.4" },
	[AUDIT_LEDGER_EXPORTED]        = { "ledgerExported",        "5.5" },
	[AUDIT_TRAIL_EXPORTED]         = { "trailExported",         "5.4" },
	[AUDIT_DAEMON_STARTED]         = { "daemonStarted",         "5.4" },
	[AUDIT_AGREEMENT_PUBLISHED]    = { "agreementPublished",    "9.6" },
	[AUDIT_SESSION_OPENED]         = { "sessionOpened",         "5.2" },
	[AUDIT_SESSION_VERIFIED]       = { "sessionVerified",       "5.2" },
	[AUDIT_SESSION_ENDED]          = { "sessionEnded",          "5.2" },
	[AUDIT_LOGIN_REFUSED]          = { "loginRefused",          "5.2" },
	[AUDIT_PASSKEY_INVITED]        = { "passkeyInvited",        "5.2" },
	[AUDIT_PASSKEY_REGISTERED]     = { "passkeyRegistered",     "5.2" },
	[AUDIT_PASSKEY_ENROLLED]       = { "passkeyEnrolled",       "5.2" },
	[AUDIT_PASSKEY_ENDED]          = { "passkeyEnded",          "5.2" },
	[AUDIT_DISTRIBUTION_ASKED]     = { "distributionAsked",     "4.3" },
	[AUDIT_DISTRIBUTION_CANCELLED] = { "distributionCancelled", "4.3" },
	[AUDIT_DISTRIBUTION_FETCHED]   = { "distributionFetched",   "4.3" },
	[AUDIT_DISTRIBUTION_ERASED]    = { "distributionErased",    "6.2" },
	[AUDIT_IMPORT_READ]            = { "importRead",            "4.1" },
	[AUDIT_IMPORT_STARTED]         = { "importStarted",         "4.1" },
	[AUDIT_IMPORT_ENDED]           = { "importEnded",           "4.1" },
	[AUDIT_CORPORATE_REGISTER_LOADED]     = { "corporateRegisterLoaded",     "3.2" },
	[AUDIT_CORPORATE_DIFFERENCE_ACCEPTED] = { "corporateDifferenceAccepted", "3.2" },
	[AUDIT_APPLICATION_HELD]       = { "applicationHeld",       "4.2" },
	[AUDIT_APPLICATION_RESUMED]    = { "applicationResumed",    "4.2" },
	[AUDIT_APPLICATION_COPIED]     = { "applicationCopied",     "4.1" },
	[AUDIT_APPLICATION_LAPSED]     = { "applicationLapsed",     "4.9" },
	[AUDIT_PHRASE_SET]             = { "revocationPhraseSet",   "4.9" },
	[AUDIT_FILE_FETCHED]           = { "fileFetched",           "6.2" },
	[AUDIT_FILE_DESTROYED]         = { "fileDestroyed",         "6.2" },
};
/* clang-format on */

const char *audit_event_name(enum audit_event_kind kind)
{
	return events[kind].name;
}

const char *audit_event_clause(enum audit_event_kind kind)
{
	return events[kind].clause;
}

static RESULT put_field(EVP_MD_CTX *hash, const char *text)
{
	size_t len = strlen(text);
	const uint8_t length[4] = { (uint8_t)(len >> 24), (uint8_t)(len >> 16),
		(uint8_t)(len >> 8), (uint8_t)len };
	if (EVP_DigestUpdate(hash, length, sizeof length) != 1 ||
		EVP_DigestUpdate(hash, text, len) != 1)
		return FAIL_OSSL(E_CRYPTO, "digest");
	return OK;
}

RESULT audit_event_digest(const struct audit_event *event, uint8_t out[static 32])
{
	AUTO(EVP_MD_CTX_free) EVP_MD_CTX *hash = EVP_MD_CTX_new();
	char time[24];
	snprintf(time, sizeof time, "%lld", (long long)event->at);
	const char *const fields[] = { event->name, time, event->actor, event->role,
		event->origin, event->object, event->refused ? "refused" : "done",
		event->detail };
	if (hash == NULL || EVP_DigestInit_ex(hash, EVP_sha256(), NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "digest");
	for (size_t i = 0; i < COUNT(fields); i++)
		TRY(put_field(hash, fields[i]));
	if (EVP_DigestFinal_ex(hash, out, NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "digest");
	return OK;
}

RESULT audit_link_digest(const uint8_t previous[static 32], int64_t sequence,
	struct blob event_digests, uint8_t out[static 32])
{
	AUTO(EVP_MD_CTX_free) EVP_MD_CTX *hash = EVP_MD_CTX_new();
	uint8_t number[8];
	for (int i = 0; i < 8; i++)
		number[i] = (uint8_t)((uint64_t)sequence >> (56 - 8 * i));
	if (hash == NULL || EVP_DigestInit_ex(hash, EVP_sha256(), NULL) != 1 ||
		EVP_DigestUpdate(hash, previous, 32) != 1 ||
		EVP_DigestUpdate(hash, number, sizeof number) != 1 ||
		EVP_DigestUpdate(hash, event_digests.data, event_digests.len) != 1 ||
		EVP_DigestFinal_ex(hash, out, NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "digest");
	return OK;
}
