/* letters: what subscribers wrote on their own pages (inkan-subscriber), opened by the keeper. */
#ifndef LRA_LETTERS_H
#define LRA_LETTERS_H

#include "lra/lra.h"

/*
 * Opens what waits: a receipt becomes the step of receipt.c, at the time when it was written; a revocation becomes a request
 * that the gateway signs, because TLS and a pass phrase leave no signature. What cannot be done is answered with why; while
 * the registry is away letters wait. done: how many were opened.
 */
RESULT lra_open_letters(struct lra_call *call, size_t *done);

#endif
