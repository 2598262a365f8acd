/* log: for operators; lossy; one line of key=value on stderr, escaped. Never a secret, never a whole application. */
#ifndef COMMON_BASE_LOG_H
#define COMMON_BASE_LOG_H

#include "common/base/err.h"

/* Whom a line is about: the request's reference, which the peer was told too, and the peer. Members may be NULL. */
struct log_subject {
	const char *ref;
	const char *peer;
};

/* The word at the start of each line, for example "lra"; borrowed for ever. level: syslog(3), lines above are dropped. */
void log_open(const char *program, int level);

/* log_notice(&subject, "order accepted", "serialNumber", hex, NULL): pairs of key and text, ended by NULL. */
void log_line(int level, const struct log_subject *subject, const char *what, ...)
	__attribute__((sentinel));
#define log_debug(subject, ...)   log_line(7, subject, __VA_ARGS__, NULL)
#define log_info(subject, ...)    log_line(6, subject, __VA_ARGS__, NULL)
#define log_notice(subject, ...)  log_line(5, subject, __VA_ARGS__, NULL)
#define log_warning(subject, ...) log_line(4, subject, __VA_ARGS__, NULL)
#define log_error(subject, ...)   log_line(3, subject, __VA_ARGS__, NULL)

/* An error at the level its code asks for, with its place. */
void log_err(const struct log_subject *subject, const char *what, struct err err);

#endif
