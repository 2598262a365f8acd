/*
 * form_kana: a name's reading in kana (フリガナ), the passport's spelling that follows from it, and why somebody spells it otherwise
 * (UX features 2 and 37). In an application: "kana": {"surname", "givenName"}, "romajiReason".
 */
#ifndef LRA_FORM_KANA_H
#define LRA_FORM_KANA_H

#include "common/json/json.h"
#include "lra/form.h"

/* E_INPUT: a member of another type; what is no kana goes to faults. */
RESULT form_kana_read(const struct json *object, struct form_kana *out,
	struct faults *faults);
/* Surname and given name of the certificate are the proposed ones, or there is a reason. */
void form_kana_judge(const struct form_kana *kana, const struct name *subject,
	struct faults *faults);
/* "romaji": {"surname", "givenName"}: what is proposed; nothing without kana. */
RESULT form_kana_answer(const struct form_kana *kana, struct json *object);

#endif
