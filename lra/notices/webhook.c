#include "lra/notices/webhook.h"

#include <openssl/hmac.h>

#include "common/base/limits.h"
#include "common/base/ossl.h"
#include "common/json/json.h"
#include "common/net/client.h"

enum { TIMEOUT_S = 10 };

RESULT webhook_body(const struct notice *notice, struct buf *out)
{
	AUTO(json_free) struct json *object = NULL;
	TRY(json_new_object(&object));
	TRY(json_set_int(object, "id", notice->id));
	TRY(json_set_text(object, "kind", notice->kind));
	TRY(json_set_time(object, "at", notice->at));
	TRY(json_set_text(object, "receiptNumber", notice->receipt));
	TRY(json_set_text(object, "lra", notice->lra));
	if (notice->serial_number[0] != 0)
		TRY(json_set_text(object, "serialNumber", notice->serial_number));
	if (notice->days != 0)
		TRY(json_set_int(object, "days", notice->days));
	return json_write(object, out);
}

RESULT webhook_sign(const struct secret *secret, const char *id, int64_t at,
	struct blob body, struct buf *out)
{
	AUTO(buf_clear) struct buf text = BUF(64 * KIB);
	struct blob key = secret_view(secret);
	uint8_t mac[32];
	unsigned len = sizeof mac;
	TRY(buf_append_format(&text, "%s.%lld.", id, (long long)at));
	TRY(buf_append(&text, body));
	if (HMAC(EVP_sha256(), key.data, (int)key.len, text.data, text.len, mac, &len) ==
		NULL)
		return FAIL_OSSL(E_CRYPTO, "hmac");
	TRY(buf_append_text(out, "v1,"));
	return base64_append(out, blob_make(mac, len));
}

static RESULT judge(long status, char answer[static WEBHOOK_ANSWER])
{
	snprintf(answer, WEBHOOK_ANSWER, "HTTP %ld", status);
	if (status >= 200 && status < 300)
		return OK;
	return status == 410 ? FAIL(E_POLICY, "%s", answer) : FAIL(E_RETRY, "%s", answer);
}

RESULT webhook_send(const struct notice_webhook *webhook, const struct notice *notice,
	int64_t now, char answer[static WEBHOOK_ANSWER])
{
	AUTO(client_close) struct client *client = NULL;
	AUTO(buf_clear) struct buf body = BUF(8 * KIB);
	AUTO(buf_clear) struct buf signature = BUF(256);
	AUTO(buf_clear) struct buf said = BUF(64 * KIB);
	char id[64], id_line[96], at_line[64], signature_line[160];
	const struct client_settings settings = { .base_url = webhook->url,
		.ca_file = webhook->ca[0] == 0 ? NULL : webhook->ca,
		.timeout_s = TIMEOUT_S };
	const char *const lines[] = { id_line, at_line, signature_line, NULL };
	long status = 0;
	TRY(webhook_body(notice, &body));
	snprintf(id, sizeof id, "notice-%lld", (long long)notice->id);
	TRY(webhook_sign(webhook->secret, id, now, buf_view(&body), &signature));
	snprintf(id_line, sizeof id_line, "webhook-id: %s", id);
	snprintf(at_line, sizeof at_line, "webhook-timestamp: %lld", (long long)now);
	snprintf(signature_line, sizeof signature_line, "webhook-signature: %s",
		buf_text(&signature));
	TRY(client_open(&settings, &client));
	struct err err = client_post(client, webhook->path, lines, "application/json",
		buf_view(&body), &status, &said);
	if (err_is(err)) {
		snprintf(answer, WEBHOOK_ANSWER, "%.190s", err.text);
		return err.code == E_CRYPTO ? err : FAIL(E_RETRY, "%.200s", err.text);
	}
	return judge(status, answer);
}
