/*
 * bench_orders: orders as COPY for psql on standard output, with the applications that they stand for.
 * bench_orders CEREMONY MODULE PIN-FILE FIRST COUNT STATE
 */
#include <openssl/sha.h>

#include "tests/bench/orders.h"

enum { BLOCK = 500 }; /* rows of one COPY */

static void put_hex(FILE *out, struct blob bytes)
{
	static const char digits[] = "0123456789abcdef";
	fputs("\t\\\\x", out);
	for (size_t i = 0; i < bytes.len; i++) {
		putc(digits[bytes.data[i] >> 4], out);
		putc(digits[bytes.data[i] & 15], out);
	}
}

/* Its application stands in a state that nobody waits for: what is measured is the CA alone. */
static void put_application(const struct order *order, long number)
{
	static const uint8_t no_digest[32] = { 0 };
	printf("%ld\t%s\tLRA-0001\tcounter\taccepted\tconfirm\tsubscriber\t1", number,
		order->content.receipt_number);
	put_hex(stdout, buf_view(&order->content_bytes));
	printf("\tP-PERSON-MP");
	put_hex(stdout, BLOB(no_digest));
	printf("\tTANAKA Taro\t%s\tcsr", order->content.entity);
	put_hex(stdout, buf_view(&order->spki));
	printf("\t%ld\tsato\tnow\tnow\n", number);
}

static void put_order(const struct bench_world *world, const char *state, FILE *out,
	const struct order *order, long number)
{
	AUTO(buf_clear) struct buf document = BUF(LIMIT_ORDER);
	AUTO(buf_clear) struct buf signature = BUF(LIMIT_CMS);
	uint8_t digest[32];
	bench_order_sign(world, order, &document, &signature);
	SHA256(document.data, document.len, digest);
	fprintf(out, "%ld\t%ld", number, number);
	put_hex(out, buf_view(&document));
	put_hex(out, buf_view(&signature));
	put_hex(out, BLOB(digest));
	fprintf(out, "\t%s\t%s\t%s\n", state,
		strcmp(state, "placed") == 0 ? "\\N" : "now",
		strcmp(state, "refused") == 0 ? "held back" : "\\N");
}

static void put_block(const struct bench_world *world, const char *state, long first,
	long count)
{
	char *orders = NULL;
	size_t len = 0;
	FILE *held = open_memstream(&orders, &len);
	if (held == NULL)
		must(FAIL(E_IO, "out of memory"));
	puts("COPY inkan.application (id, receipt_number, lra, method, state, event, "
	     "event_role, version, content, profile,"
	     " subject_digest, display_name, entity, key_origin, "
	     "subject_public_key_info, acceptance_id, entered_by,"
	     " received_at, changed_at) FROM STDIN;");
	for (long i = first; i < first + count; i++) {
		AUTO(order_free) struct order *order = bench_order(world, i);
		put_application(order, i);
		put_order(world, state, held, order, i);
	}
	puts("\\.");
	puts("COPY inkan.certificate_order (id, application_id, document, signature, "
	     "document_sha256, state, answered_at, refusal)"
	     " FROM STDIN;");
	fclose(held);
	fwrite(orders, 1, len, stdout);
	puts("\\.");
	free(orders);
}

int main(int argc, char **argv)
{
	struct bench_world world;
	if (argc != 7) {
		fprintf(stderr,
			"bench_orders CEREMONY MODULE PIN-FILE FIRST COUNT STATE\n");
		return 2;
	}
	must(secret_harden());
	bench_world_open(argv[1], argv[2], argv[3], &world);
	long first = strtol(argv[4], NULL, 10), left = strtol(argv[5], NULL, 10);
	/* Triggers and foreign keys rest: these rows begin in the middle of the story. */
	puts("BEGIN; SET LOCAL session_replication_role = replica;");
	for (; left > 0; left -= BLOCK, first += BLOCK)
		put_block(&world, argv[6], first, left < BLOCK ? left : BLOCK);
	puts("COMMIT;");
	bench_world_close(&world);
	return 0;
}
