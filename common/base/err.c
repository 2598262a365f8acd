#include "common/base/err.h"

#include <stdarg.h>
#include <syslog.h>

#include "common/base/text.h"

/* clang-format off */
static const struct err_kind kinds[E_CODE_COUNT] = {
	[E_NONE]      = { "ok",        200, 0, LOG_INFO,    "Done.",
	                  "完了しました。" },
	[E_INPUT]     = { "input",     400, 2, LOG_NOTICE,  "The request is not well formed. Correct it and send it again.",
	                  "入力内容に誤りがあります。修正して再度送信してください。" },
	[E_DENIED]    = { "denied",    403, 6, LOG_WARNING, "You are not permitted to do this. Ask your administrator for the role.",
	                  "この操作を行う権限がありません。管理者に確認してください。" },
	[E_POLICY]    = { "policy",    422, 1, LOG_NOTICE,  "A rule of the certificate policy forbids this. Correct what the details name.",
	                  "証明書ポリシーの規則により受け付けられません。詳細の項目を修正してください。" },
	[E_NOT_FOUND] = { "notfound",  404, 4, LOG_NOTICE,  "There is no such record. Check the number.",
	                  "該当する記録がありません。番号を確認してください。" },
	[E_CONFLICT]  = { "conflict",  409, 5, LOG_NOTICE,  "Somebody was first, or the record has changed. Read it again and decide anew.",
	                  "他の人が先に処理したか、内容が変わっています。読み直して確認してください。" },
	[E_STATE]     = { "state",     409, 5, LOG_NOTICE,  "This step is not possible in the present state.",
	                  "現在の状態ではこの操作はできません。" },
	[E_RETRY]     = { "retry",     503, 9, LOG_WARNING, "The service is briefly not available. Nothing is lost; try again.",
	                  "一時的に処理できません。データは失われていません。しばらくして再度お試しください。" },
	[E_CRYPTO]    = { "crypto",    422, 1, LOG_WARNING, "A signature or a key could not be accepted.",
	                  "署名または鍵を受け付けられません。" },
	[E_IO]        = { "io",        503, 9, LOG_ERR,     "An inner service did not answer. Nothing is lost; try again.",
	                  "内部の処理に失敗しました。データは失われていません。しばらくして再度お試しください。" },
	[E_BUG]       = { "bug",       500, 9, LOG_CRIT,    "Something is wrong on our side. Tell your administrator the reference.",
	                  "内部エラーです。参照番号を管理者に連絡してください。" },
};
/* clang-format on */

struct err err_make(enum err_code code, const char *where, const char *format, ...)
{
	struct err err = { .code = code, .where = where };
	va_list args;
	va_start(args, format);
	vsnprintf(err.text, sizeof err.text, format, args);
	va_end(args);
	text_mend(err.text); /* it may become a refusal in the registry */
	return err;
}

struct err err_in(struct err err, const char *format, ...)
{
	char before[sizeof err.text];
	char after[sizeof err.text];
	va_list args;
	va_start(args, format);
	vsnprintf(before, sizeof before, format, args);
	va_end(args);
	memcpy(after, err.text, sizeof after);
	/* A long chain loses its end, never its beginning: the outermost names are the ones to look for. */
	size_t used = strnlen(before, sizeof before - 1);
	memcpy(err.text, before, used);
	snprintf(err.text + used, sizeof err.text - used, ": %s", after);
	text_mend(err.text);
	return err;
}

const struct err_kind *err_kind(enum err_code code)
{
	return &kinds[code < E_CODE_COUNT ? code : E_BUG];
}

enum err_code err_code_by_name(const char *name)
{
	for (size_t i = 0; i < E_CODE_COUNT; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return (enum err_code)i;
	return E_CODE_COUNT;
}
