/* steps: the order of a ceremony (R-CA-KEY-03): tokens, roots, issuing CAs, all others, the roots' CRLs, the records. */
#ifndef CA_CEREMONY_STEPS_H
#define CA_CEREMONY_STEPS_H

#include "ca/ceremony/room.h"

/* What main.c was asked for. */
struct ceremony_order {
	const struct plan *plan;
	const struct site *site;
	const char *linter; /* path of inkan-lint */
	FILE *echo;         /* where the transcript's lines are shown too, or NULL */
	FILE *plain;        /* where they are told to people, or NULL */
	bool demo;
};

/*
 * The whole of it, from the start or from where an interrupted run of the same plan and site stopped. E_CONFLICT: finished
 * before, or tokens or keys exist that no interrupted run of this ceremony can have made.
 */
RESULT ceremony_run(const struct ceremony_order *order);

#endif
