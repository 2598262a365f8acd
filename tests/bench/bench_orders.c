/*
 * bench_orders: real orders as the RA would have placed them, as COPY for psql on standard output: a key each, a content,
 * the decisions of two clerks over it, the RA's signature out of its token.
 * bench_orders CEREMONY MODULE PIN-FILE FIRST COUNT STATE
 */
#include <openssl/sha.h>

#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/flow/order.h"
#include "common/pki/cms.h"
#include "common/token/token.h"
#include "tests/bench/bench.h"

enum { BLOCK = 500 }; /* rows of one COPY */

struct person {
	const char *id;
	EVP_PKEY *key;
	struct signing_key signing;
	struct buf certificate;
};

struct world {
	struct person clerk, approver;
	struct buf ra_certificate;
	struct token *token;
	struct token_key *ra_key;
	struct signing_key ra;
	int64_t now;
	const char *state;
};

static void open_person(const char *folder, const char *id, struct person *out)
{
	char word[64];
	snprintf(word, sizeof word, "%s-sign", id);
	out->id = id;
	out->key = bench_key(folder, word);
	out->certificate = bench_certificate(folder, word);
	must(signature_software_key(out->key, &out->signing));
}

static void open_world(char **argv, struct world *world)
{
	char source[4096];
	AUTO(secret_free) struct secret *pin = NULL;
	snprintf(source, sizeof source, "file:%s", argv[3]);
	*world = (struct world){ .now = clock_now(), .state = argv[6] };
	open_person(argv[1], "sato", &world->clerk);
	open_person(argv[1], "kobayashi", &world->approver);
	world->ra_certificate = bench_certificate(argv[1], "ra-orders");
	must(secret_from_source(source, &pin));
	must(token_open(argv[2], "ra", pin, &world->token));
	must(token_find(world->token, "ra-orders", &world->ra_key));
	must(token_key_signing(world->ra_key, SIGNATURE_ECDSA_SHA256, &world->ra));
}

static void close_world(struct world *world)
{
	EVP_PKEY_free(world->clerk.key);
	EVP_PKEY_free(world->approver.key);
	buf_clear(&world->clerk.certificate);
	buf_clear(&world->approver.certificate);
	buf_clear(&world->ra_certificate);
	token_key_free(world->ra_key);
	token_close(world->token);
}

static void decide(const struct world *world, const struct person *person,
	enum decision_kind kind, struct order *order)
{
	AUTO(statement_clear) struct statement statement = STATEMENT;
	struct decision *decision = &order->decision[order->decision_count++];
	uint8_t room[LIMIT_CMS];
	struct der_writer w = DER_WRITER(room);
	struct blob signature;
	statement.kind = kind;
	statement.at = world->now;
	must(text_copy(person->id, statement.person, sizeof statement.person));
	must(text_copy("cms", decision->form, sizeof decision->form));
	must(buf_append(&statement.content, buf_view(&order->content_bytes)));
	must(buf_append(&statement.evidence, buf_view(&order->evidence_bytes)));
	must(statement_write(&statement, "みらい銀行 田中太郎の証明書",
		&decision->statement));
	must(cms_sign(buf_view(&decision->statement), buf_view(&person->certificate),
		world->now, &person->signing, &w));
	must(der_finish(&w, &signature));
	must(buf_append(&decision->signature, signature));
}

static void fill_content(long number, struct content *content)
{
	char mail[64], serial[24];
	*content = (struct content){ .version = 1,
		.profile_version = 1,
		.validity_s = 730 * DAY,
		.key_origin = KEY_ORIGIN_CSR,
		.has_key = true };
	snprintf(content->receipt_number, sizeof content->receipt_number, "A26-%08ld-X",
		number);
	must(text_copy("LRA-0001", content->lra, sizeof content->lra));
	must(text_copy("P-PERSON-MP", content->profile, sizeof content->profile));
	snprintf(content->entity, sizeof content->entity, "LRA-0001:B%08ld", number);
	snprintf(serial, sizeof serial, "B%08ld", number);
	snprintf(mail, sizeof mail, "b%08ld@mirai.example", number);
	must(name_add(&content->subject, NAME_COUNTRY, "JP"));
	must(name_add(&content->subject, NAME_ORGANIZATION, "Mirai Bank, Ltd."));
	must(name_add(&content->subject, NAME_ORGANIZATION_IDENTIFIER,
		"VATJP-1010405009403"));
	must(name_add(&content->subject, NAME_SURNAME, "TANAKA"));
	must(name_add(&content->subject, NAME_GIVEN_NAME, "Taro"));
	must(name_add(&content->subject, NAME_SERIAL_NUMBER, serial));
	must(name_add(&content->subject, NAME_COMMON_NAME, "TANAKA Taro"));
	must(general_names_add(&content->subject_alt_name, GENERAL_NAME_RFC822, mail));
}

static struct order *make_order(const struct world *world, long number)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	struct order *order = NULL;
	uint8_t room[LIMIT_SPKI];
	struct der_writer w = DER_WRITER(room);
	struct blob spki;
	must(order_new(&order));
	order->placed_at = world->now;
	must(key_generate(KEY_P256, &key));
	must(key_write(key, &w));
	must(der_finish(&w, &spki));
	must(buf_append(&order->spki, spki));
	fill_content(number, &order->content);
	must(key_digest(spki, order->content.key_digest));
	must(content_write(&order->content, &order->content_bytes));
	struct evidence *evidence = &order->evidence.item[order->evidence.count++];
	must(text_copy("driverLicence", evidence->kind, sizeof evidence->kind));
	must(text_copy("original", evidence->method, sizeof evidence->method));
	evidence->proves_subject = (1u << NAME_TYPE_COUNT) - 1;
	evidence->proves_san = 1u << GENERAL_NAME_RFC822;
	must(evidence_write(&order->evidence, &order->evidence_bytes));
	decide(world, &world->clerk, DECISION_IDENTIFY, order);
	decide(world, &world->approver, DECISION_APPROVE, order);
	return order;
}

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

static void put_order(const struct world *world, FILE *out, const struct order *order,
	long number)
{
	AUTO(buf_clear) struct buf document = BUF(LIMIT_ORDER);
	uint8_t room[LIMIT_CMS], digest[32];
	struct der_writer w = DER_WRITER(room);
	struct blob signature;
	must(order_write(order, &document));
	must(cms_sign(buf_view(&document), buf_view(&world->ra_certificate), world->now,
		&world->ra, &w));
	must(der_finish(&w, &signature));
	SHA256(document.data, document.len, digest);
	fprintf(out, "%ld\t%ld", number, number);
	put_hex(out, buf_view(&document));
	put_hex(out, signature);
	put_hex(out, BLOB(digest));
	fprintf(out, "\t%s\t%s\t%s\n", world->state,
		strcmp(world->state, "placed") == 0 ? "\\N" : "now",
		strcmp(world->state, "refused") == 0 ? "held back" : "\\N");
}

static void put_block(const struct world *world, long first, long count)
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
		AUTO(order_free) struct order *order = make_order(world, i);
		put_application(order, i);
		put_order(world, held, order, i);
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
	struct world world;
	if (argc != 7) {
		fprintf(stderr,
			"bench_orders CEREMONY MODULE PIN-FILE FIRST COUNT STATE\n");
		return 2;
	}
	must(secret_harden());
	open_world(argv, &world);
	long first = strtol(argv[4], NULL, 10), left = strtol(argv[5], NULL, 10);
	/* Triggers and foreign keys rest: these rows begin in the middle of the story. */
	puts("BEGIN; SET LOCAL session_replication_role = replica;");
	for (; left > 0; left -= BLOCK, first += BLOCK)
		put_block(&world, first, left < BLOCK ? left : BLOCK);
	puts("COMMIT;");
	close_world(&world);
	return 0;
}
