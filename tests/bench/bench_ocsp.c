/* bench_ocsp: requests read, answers written and signed, each a second, beside the bare signature that bounds them. */
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/pki/ocsp.h"

enum { RUN_MS = 1000 };

struct scene {
	EVP_PKEY *key;
	struct signing_key signer;
	uint8_t request[256], response[LIMIT_OCSP_RESPONSE], certificate[600];
	size_t request_len;
	struct ocsp_response_fields fields;
};

static void must(struct err err)
{
	if (err_is(err)) {
		fprintf(stderr, "bench_ocsp: %s\n", err.text);
		exit(1);
	}
}

static struct err null_sign(void *context, struct blob in, uint8_t *signature,
	size_t *len)
{
	(void)context;
	(void)in;
	memset(signature, 0, *len = 71);
	return OK;
}

static void read_one(struct scene *scene)
{
	struct ocsp_request request;
	must(ocsp_request_parse(blob_make(scene->request, scene->request_len), &request));
}

static void sign_one(struct scene *scene)
{
	uint8_t signature[SIGNATURE_MAX];
	size_t len;
	must(scene->signer.sign(scene->signer.context, blob_make(scene->response, 200),
		signature, &len));
}

static void write_signed(struct scene *scene)
{
	struct der_writer w = DER_WRITER(scene->response);
	must(ocsp_response_write(&scene->fields, &scene->signer, &w));
}

static void write_only(struct scene *scene)
{
	static const struct signing_key nobody = { .algorithm = SIGNATURE_ECDSA_SHA256,
		.sign = null_sign };
	struct der_writer w = DER_WRITER(scene->response);
	must(ocsp_response_write(&scene->fields, &nobody, &w));
}

static void fill(struct scene *scene)
{
	static uint8_t hash[32] = { 1, 2, 3 };
	static struct ocsp_request request;
	struct der_writer w = DER_WRITER(scene->request);
	struct ocsp_cert_id id = { .hash = OCSP_SHA1,
		.issuer_name_hash = blob_make(hash, 20),
		.issuer_key_hash = blob_make(hash, 20),
		.serial_number = { { 0x41, [15] = 1 }, 16 } };
	must(ocsp_request_write(&id, BLOB_NONE, &w));
	scene->request_len = w.len;
	must(ocsp_request_parse(blob_make(scene->request, w.len), &request));
	scene->key = EVP_EC_gen("P-256");
	must(signature_software_key(scene->key, &scene->signer));
	scene->fields =
		(struct ocsp_response_fields){ .responder_key_hash = blob_make(hash, 20),
			.responder_certificate = BLOB(scene->certificate),
			.produced_at = 1795000000,
			.this_update = 1795000000,
			.next_update = 1795086399,
			.count = 1 };
	scene->fields.single[0].cert_id = request.item[0].der;
}

static void run(const char *name, void (*one)(struct scene *), struct scene *scene)
{
	int64_t start = clock_monotonic_ms(), now = start;
	uint64_t count = 0;
	for (; now - start < RUN_MS; now = clock_monotonic_ms())
		for (int i = 0; i < 100; i++, count++)
			one(scene);
	printf("ocsp %-28s %10.0f per second\n", name,
		(double)count * 1000 / (double)(now - start));
}

int main(void)
{
	static struct scene scene;
	fill(&scene);
	run("request read", read_one, &scene);
	run("answer written, not signed", write_only, &scene);
	run("bare P-256 signature", sign_one, &scene);
	run("answer written and signed", write_signed, &scene);
	EVP_PKEY_free(scene.key);
	return 0;
}
