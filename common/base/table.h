/* table: what comes in rows. */
#ifndef COMMON_BASE_TABLE_H
#define COMMON_BASE_TABLE_H

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
