/* Parameters: everything binary, so that no text form of a value can be mistaken. */
#include <arpa/inet.h>
#include <endian.h>

#include "common/db/db_inner.h"

enum { VALUE_MOST = 64 * 1024 * 1024, OID_INT8 = 20, OID_TEXT = 25, OID_BYTEA = 17 };

static RESULT put_int32(struct buf *out, int64_t number)
{
	uint32_t wire = htonl((uint32_t)number);
	return buf_append(out, blob_make(&wire, sizeof wire));
}

/* PostgreSQL's binary array: dimensions, has-null, element type, length, lower bound, then length and bytes of each. */
static RESULT write_array(const struct db_value *value, struct buf *out)
{
	int64_t type = value->type == DB_TYPE_INT_ARRAY    ? OID_INT8
		       : value->type == DB_TYPE_TEXT_ARRAY ? OID_TEXT
							   : OID_BYTEA;
	TRY(put_int32(out, value->count == 0 ? 0 : 1));
	TRY(put_int32(out, 1));
	TRY(put_int32(out, type));
	if (value->count == 0)
		return OK;
	TRY(put_int32(out, (int64_t)value->count));
	TRY(put_int32(out, 1));
	for (size_t i = 0; i < value->count; i++) {
		if (value->type == DB_TYPE_INT_ARRAY) {
			uint64_t wire = htobe64((uint64_t)value->numbers[i]);
			TRY(put_int32(out, sizeof wire));
			TRY(buf_append(out, blob_make(&wire, sizeof wire)));
		} else if (value->blobs[i].data == NULL) {
			TRY(put_int32(out, -1));
		} else {
			TRY(put_int32(out, (int64_t)value->blobs[i].len));
			TRY(buf_append(out, value->blobs[i]));
		}
	}
	return OK;
}

static RESULT write_value(const struct db_value *value, struct db_parameters *p, size_t i)
{
	static const char yes[] = "\1", no[] = "\0";
	p->format[i] = 1;
	p->array[i] = BUF(VALUE_MOST);
	switch (value->type) {
	case DB_TYPE_NULL:
		p->value[i] = NULL;
		return OK;
	case DB_TYPE_INT:
		p->number[i] = (int64_t)htobe64((uint64_t)value->number);
		p->value[i] = (const char *)&p->number[i];
		p->length[i] = sizeof p->number[i];
		return OK;
	case DB_TYPE_BOOL:
		p->value[i] = value->number != 0 ? yes : no;
		p->length[i] = 1;
		return OK;
	case DB_TYPE_TEXT:
	case DB_TYPE_BLOB:
		if (value->type == DB_TYPE_TEXT && value->bytes.len > 0 &&
			memchr(value->bytes.data, 0, value->bytes.len) != NULL)
			return FAIL(E_INPUT, "a NUL in a text");
		if (value->bytes.len > VALUE_MOST)
			return FAIL(E_INPUT, "longer than %d bytes", VALUE_MOST);
		p->value[i] = (const char *)value->bytes.data;
		p->length[i] = (int)value->bytes.len;
		return OK;
	case DB_TYPE_INT_ARRAY:
	case DB_TYPE_TEXT_ARRAY:
	case DB_TYPE_BLOB_ARRAY:
		TRY(write_array(value, &p->array[i]));
		p->value[i] = (const char *)p->array[i].data;
		p->length[i] = (int)p->array[i].len;
		return OK;
	}
	return FAIL(E_BUG, "parameter type %d", (int)value->type);
}

RESULT db_parameters_init(const struct db_stmt *stmt, struct db_args args,
	struct db_parameters *p)
{
	if (args.count > DB_ARGS_MOST)
		return FAIL(E_BUG, "%s: %zu parameters", stmt->name, args.count);
	for (p->count = 0; p->count < args.count; p->count++)
		TRY_IN(write_value(&args.value[p->count], p, p->count), "%s: $%zu",
			stmt->name, p->count + 1);
	return OK;
}

void db_parameters_clear(struct db_parameters *p)
{
	for (size_t i = 0; i < p->count; i++)
		buf_clear(&p->array[i]);
}
