#include "common/base/ossl.h"

#include <openssl/err.h>
#include <stdarg.h>

struct err ossl_make(enum err_code code, const char *where, const char *format, ...)
{
	char words[160], reason[256] = "";
	va_list args;
	va_start(args, format);
	vsnprintf(words, sizeof words, format, args);
	va_end(args);
	unsigned long first = ERR_get_error();
	if (first != 0) {
		const char *text = ERR_reason_error_string(first);
		snprintf(reason, sizeof reason, " (%s)", text == NULL ? "unknown" : text);
	}
	ERR_clear_error();
	return err_make(code, where, "%s%.70s", words, reason);
}
