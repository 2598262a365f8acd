#include "common/net/mail.h"

#include <curl/curl.h>

#include "common/base/text.h"

struct mail {
	CURL *curl;
	char error[CURL_ERROR_SIZE];
};

typedef struct curl_slist recipient_list;
AUTO_DEFINE(recipient_list, curl_slist_free_all)

void mail_close(struct mail *mail)
{
	if (mail == NULL)
		return;
	curl_easy_cleanup(mail->curl);
	free(mail);
}

#define SET(option, value)                                                               \
	do {                                                                             \
		CURLcode set_ = curl_easy_setopt(mail->curl, (option), (value));         \
		if (set_ != CURLE_OK)                                                    \
			return FAIL(E_BUG, #option ": %s", curl_easy_strerror(set_));    \
	} while (0)

/* Without TLS only what does not leave this machine. */
static bool is_here(const char *server)
{
	static const char *const here[] = { "smtp://127.0.0.1:", "smtp://[::1]:",
		"smtp://localhost:" };
	for (size_t i = 0; i < sizeof here / sizeof *here; i++)
		if (text_starts(server, here[i]))
			return true;
	return false;
}

static RESULT set_tls(struct mail *mail, const struct mail_settings *settings)
{
	if (settings->ca_file == NULL) {
		SET(CURLOPT_USE_SSL, (long)CURLUSESSL_NONE);
		return OK;
	}
	/* A server that takes STARTTLS away is not spoken to: there is no falling back. */
	SET(CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_CAINFO, settings->ca_file);
	SET(CURLOPT_CAPATH, NULL);
	if (settings->user == NULL)
		return OK;
	SET(CURLOPT_USERNAME, settings->user);
	SET(CURLOPT_PASSWORD, (const char *)secret_view(settings->password).data);
	return OK;
}

static RESULT set_always(struct mail *mail, const struct mail_settings *settings)
{
	long timeout = settings->timeout_s > 0 ? settings->timeout_s : 30;
	SET(CURLOPT_ERRORBUFFER, mail->error);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_TIMEOUT, timeout);
	SET(CURLOPT_CONNECTTIMEOUT, timeout);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOPROXY, "*");
	SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	SET(CURLOPT_URL, settings->server);
	return set_tls(mail, settings);
}

RESULT mail_open(const struct mail_settings *settings, struct mail **out)
{
	bool good = text_starts(settings->server, "smtp://") ||
		    text_starts(settings->server, "smtps://");
	if (!good || (settings->ca_file == NULL && !is_here(settings->server)))
		return FAIL(E_INPUT,
			"%.100s: smtp:// or smtps:// with a CA file; without one "
			"only this machine itself",
			settings->server);
	if ((settings->user == NULL) != (settings->password == NULL) ||
		(settings->user != NULL && settings->ca_file == NULL))
		return FAIL(E_INPUT, "user and password go together, and with TLS");
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return FAIL(E_IO, "the mail library did not start");
	AUTO(mail_close) struct mail *mail = calloc(1, sizeof *mail);
	if (mail == NULL || (mail->curl = curl_easy_init()) == NULL)
		return FAIL(E_IO, "out of memory");
	TRY(set_always(mail, settings));
	*out = MOVE(mail);
	return OK;
}

struct reading {
	struct blob rest;
};

static size_t on_more(char *room, size_t size, size_t count, void *context)
{
	struct reading *reading = context;
	size_t most = size * count;
	size_t part = reading->rest.len < most ? reading->rest.len : most;
	if (part > 0)
		memcpy(room, reading->rest.data, part);
	reading->rest = blob_make(reading->rest.data + part, reading->rest.len - part);
	return part;
}

/* The server's lines come as headers; the last one is kept, but no goodbye behind a refusal. */
static size_t on_answer(char *data, size_t size, size_t count, void *context)
{
	char *answer = context;
	size_t len = size * count, at = 0;
	if (answer[0] == '4' || answer[0] == '5')
		return len;
	for (size_t i = 0; i < len && at + 1 < MAIL_ANSWER; i++)
		if (data[i] >= ' ' && data[i] <= '~')
			answer[at++] = data[i];
	answer[at] = 0;
	return len;
}

static RESULT judge(const struct mail *mail, CURLcode code, char *answer)
{
	const char *words = mail->error[0] != 0 ? mail->error : curl_easy_strerror(code);
	long said = 0;
	if (code == CURLE_OK)
		return OK;
	curl_easy_getinfo(mail->curl, CURLINFO_RESPONSE_CODE, &said);
	if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
		code == CURLE_SSL_CONNECT_ERROR || code == CURLE_USE_SSL_FAILED)
		return FAIL(E_CRYPTO, "%s", words);
	/* A refusal is one only when it was said of this message: a greeting of 554, or a no to our password, is the server's own trouble. */
	bool ours = code == CURLE_SEND_ERROR || code == CURLE_WEIRD_SERVER_REPLY ||
		    code == CURLE_RECV_ERROR;
	if (said >= 500 && said <= 599 && ours)
		return FAIL(E_POLICY, "%s", words);
	if (answer[0] == 0)
		snprintf(answer, MAIL_ANSWER, "%.150s", words);
	return FAIL(E_RETRY, "%s", words);
}

RESULT mail_send(struct mail *mail, const char *from, const char *to, struct blob message,
	char answer[static MAIL_ANSWER])
{
	AUTO(curl_slist_free_all) recipient_list *list = NULL;
	struct reading reading = { message };
	answer[0] = 0;
	list = curl_slist_append(NULL, to);
	if (list == NULL)
		return FAIL(E_IO, "out of memory");
	SET(CURLOPT_MAIL_FROM, from);
	SET(CURLOPT_MAIL_RCPT, list);
	SET(CURLOPT_UPLOAD, 1L);
	SET(CURLOPT_READFUNCTION, on_more);
	SET(CURLOPT_READDATA, &reading);
	SET(CURLOPT_HEADERFUNCTION, on_answer);
	SET(CURLOPT_HEADERDATA, answer);
	SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)message.len);
	mail->error[0] = 0;
	struct err err = judge(mail, curl_easy_perform(mail->curl), answer);
	curl_easy_setopt(mail->curl, CURLOPT_MAIL_RCPT, NULL);
	curl_easy_setopt(mail->curl, CURLOPT_READDATA, NULL);
	curl_easy_setopt(mail->curl, CURLOPT_HEADERDATA, NULL);
	return err;
}
