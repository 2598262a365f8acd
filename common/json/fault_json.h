/* fault_json: faults as JSON, the one form in which APIs, refusals and commands show them. */
#ifndef COMMON_JSON_FAULT_JSON_H
#define COMMON_JSON_FAULT_JSON_H

#include "common/base/fault.h"
#include "common/json/json.h"

/* [{"code","clause","field","detail","message_en","message_ja"}, …] */
RESULT fault_json_new(const struct faults *faults, struct json **out);
RESULT fault_json_write(const struct faults *faults,
	struct buf *out); /* its canonical text */

#endif
