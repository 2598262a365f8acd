/* confirm: two different people of the plan say yes at the terminal (R-ISS-20, R-CA-KEY-05). */
#ifndef CA_CEREMONY_CONFIRM_H
#define CA_CEREMONY_CONFIRM_H

#include "ca/ceremony/room.h"

/*
 * Shows what comes next and waits for both. In a rehearsal nobody is asked, and the transcript says so. E_STATE: no
 * terminal. E_DENIED: somebody said no, or did not name two people who are present.
 */
RESULT confirm_two(struct room *room, const char *ja, const char *en);

#endif
