/* banned: calls that have a safer way here; using one does not compile. Included by err.h, so everywhere. */
#ifndef COMMON_BASE_BANNED_H
#define COMMON_BASE_BANNED_H

/* The headers that declare them come first, so that only our own uses are poisoned. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat sprintf vsprintf strtok gets gmtime localtime ctime     \
	asctime atoi atol

#endif
