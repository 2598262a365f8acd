#include "tests/bench/orders.h"

#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/pki/cms.h"

static void open_person(const char *folder, const char *id, struct bench_person *out)
{
	char word[64];
	snprintf(word, sizeof word, "%s-sign", id);
	out->id = id;
	out->key = bench_key(folder, word);
	out->certificate = bench_certificate(folder, word);
	must(signature_software_key(out->key, &out->signing));
}

void bench_world_open(const char *ceremony, const char *module, const char *pin_file,
	struct bench_world *world)
{
	char source[4096];
	AUTO(secret_free) struct secret *pin = NULL;
	snprintf(source, sizeof source, "file:%s", pin_file);
	*world = (struct bench_world){ .now = clock_now() };
	open_person(ceremony, "sato", &world->clerk);
	open_person(ceremony, "kobayashi", &world->approver);
	world->ra_certificate = bench_certificate(ceremony, "ra-orders");
	must(secret_from_source(source, &pin));
	must(token_open(module, "ra", pin, &world->token));
	must(token_find(world->token, "ra-orders", &world->ra_key));
	must(token_key_signing(world->ra_key, SIGNATURE_ECDSA_SHA256, &world->ra));
}

void bench_world_close(struct bench_world *world)
{
	EVP_PKEY_free(world->clerk.key);
	EVP_PKEY_free(world->approver.key);
	buf_clear(&world->clerk.certificate);
	buf_clear(&world->approver.certificate);
	buf_clear(&world->ra_certificate);
	token_key_free(world->ra_key);
	token_close(world->token);
}

static void decide(const struct bench_world *world, const struct bench_person *person,
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

struct order *bench_order(const struct bench_world *world, long number)
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

void bench_order_sign(const struct bench_world *world, const struct order *order,
	struct buf *document, struct buf *signature)
{
	uint8_t room[LIMIT_CMS];
	struct der_writer w = DER_WRITER(room);
	struct blob cms;
	must(order_write(order, document));
	must(cms_sign(buf_view(document), buf_view(&world->ra_certificate), world->now,
		&world->ra, &w));
	must(der_finish(&w, &cms));
	must(buf_append(signature, cms));
}
