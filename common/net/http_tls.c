#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <time.h>

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/net/http_parts.h"

/*
 * R-NET-02: TLS 1.3, 1.2 at least. Key exchange with forward secrecy, AEAD only, no SHA-1 signatures; the server's order
 * counts. Renegotiation is refused by the HTTP library: it takes a second handshake for an error of the connection.
 */
const char http_tls_priorities[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+"
				   "ECDHE-ECDSA:+ECDHE-RSA:-MAC-ALL:+AEAD:"
				   "-CIPHER-ALL:+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-"
				   "GCM:-SIGN-RSA-SHA1:-SIGN-ECDSA-SHA1:"
				   "-SIGN-DSA-SHA1:%SERVER_PRECEDENCE";

static time_t now(time_t *out)
{
	time_t at = (time_t)clock_now();
	if (out != NULL)
		*out = at;
	return at;
}

/* Told at the start, not at the first connection. */
RESULT http_tls_check(const struct http_settings *settings)
{
	gnutls_certificate_credentials_t credentials = NULL;
	gnutls_datum_t certificate = {
		(unsigned char *)(uintptr_t)settings->certificate_pem,
		(unsigned)strlen(settings->certificate_pem)
	};
	gnutls_datum_t key = { (unsigned char *)(uintptr_t)settings->key_pem,
		(unsigned)strlen(settings->key_pem) };
	/* So that certificates are judged by the same clock as everything else. */
	gnutls_global_set_time_function(now);
	if (gnutls_certificate_allocate_credentials(&credentials) != 0)
		return FAIL(E_IO, "out of memory");
	int done = gnutls_certificate_set_x509_key_mem(credentials, &certificate, &key,
		GNUTLS_X509_FMT_PEM);
	struct err err = OK;
	if (done < 0)
		err = FAIL(E_CRYPTO, "TLS certificate or key: %s", gnutls_strerror(done));
	if (done >= 0 && settings->client_ca_pem != NULL) {
		gnutls_datum_t anchors = {
			(unsigned char *)(uintptr_t)settings->client_ca_pem,
			(unsigned)strlen(settings->client_ca_pem)
		};
		int count = gnutls_certificate_set_x509_trust_mem(credentials, &anchors,
			GNUTLS_X509_FMT_PEM);
		if (count <= 0)
			err = FAIL(E_CRYPTO, "TLS anchors for clients: %s",
				count == 0 ? "none" : gnutls_strerror(count));
	}
	gnutls_certificate_free_credentials(credentials);
	return err;
}

/*
 * No certificate is fine, the rows say who needs one; one that does not chain to our anchors, is out of date or not for
 * clients is not (RFC 5280 section 6, section 4.2.1.12). alert: what the peer is to be told.
 */
static bool judge(gnutls_session_t session, gnutls_alert_description_t *alert)
{
	unsigned count = 0, status = 0;
	char purpose[] = GNUTLS_KP_TLS_WWW_CLIENT;
	gnutls_typed_vdata_st data[] = {
		{ .type = GNUTLS_DT_KEY_PURPOSE_OID, .data = (unsigned char *)purpose },
	};
	*alert = GNUTLS_A_BAD_CERTIFICATE;
	if (gnutls_certificate_get_peers(session, &count) == NULL || count == 0)
		return true;
	if (gnutls_certificate_type_get(session) != GNUTLS_CRT_X509 ||
		gnutls_certificate_verify_peers(session, data, COUNT(data), &status) != 0)
		return false;
	if ((status & GNUTLS_CERT_SIGNER_NOT_FOUND) != 0)
		*alert = GNUTLS_A_UNKNOWN_CA;
	else if ((status & GNUTLS_CERT_EXPIRED) != 0)
		*alert = GNUTLS_A_CERTIFICATE_EXPIRED;
	return status == 0;
}

static int judge_in_handshake(gnutls_session_t session)
{
	gnutls_alert_description_t alert;
	if (judge(session, &alert))
		return 0;
	/* The HTTP library only hangs up; without this the peer would not learn why. */
	gnutls_alert_send(session, GNUTLS_AL_FATAL, alert);
	return GNUTLS_E_CERTIFICATE_ERROR;
}

static gnutls_session_t session_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	return info == NULL ? NULL : (gnutls_session_t)info->tls_session;
}

void http_tls_watch(struct MHD_Connection *connection, bool wanted)
{
	gnutls_session_t session = session_of(connection);
	if (session != NULL && wanted)
		gnutls_session_set_verify_function(session, judge_in_handshake);
}

RESULT http_tls_certificate(struct MHD_Connection *connection, struct buf *out)
{
	unsigned count = 0;
	gnutls_alert_description_t alert;
	gnutls_session_t session = session_of(connection);
	const gnutls_datum_t *chain =
		session == NULL ? NULL : gnutls_certificate_get_peers(session, &count);
	if (chain == NULL || count == 0)
		return OK;
	/* The verdict of the handshake, asked again: a session that was not judged has no certificate. */
	if (!judge(session, &alert))
		return FAIL(E_DENIED, "client certificate: not proved");
	return buf_append(out, blob_make(chain[0].data, chain[0].size));
}
