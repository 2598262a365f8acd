/*
 * bench_crl: a CRL of many entries by ca/crl_file and the real inkan-signer and inkan-lint, beside SHA-256 of the same
 * bytes and one durable write of them. bench_crl BIN SIGNER.cfg LINT.cfg ISSUERS.cfg FOLDER ENTRIES
 */
#include <fcntl.h>
#include <openssl/sha.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ca/crl_file.h"
#include "ca/signer/client.h"
#include "common/base/clock.h"
#include "tests/bench/bench.h"

struct scene {
	const char *folder;
	const struct issuer *issuer;
	struct signer_pair pair;
	int64_t entries, now;
	struct crl_facts facts;
};

/* Every second one has a reason, as in the figures of others. */
static void add_entries(const struct scene *scene, struct crl_file *file)
{
	struct crl_entry entry = { .revocation_date = scene->now - 1000,
		.serial_number = { .len = 16 } };
	memset(entry.serial_number.octet, 0x5a, 16);
	for (int64_t i = 0; i < scene->entries; i++) {
		for (size_t j = 0; j < 8; j++)
			entry.serial_number.octet[15 - j] = (uint8_t)(i >> (8 * j));
		entry.reason = i % 2 == 0 ? REASON_KEY_COMPROMISE : REASON_UNSPECIFIED;
		must(crl_file_add(file, &entry));
	}
}

static void make(struct scene *scene)
{
	AUTO(crl_file_free) struct crl_file *file = NULL;
	uint8_t signature[SIGNATURE_MAX];
	size_t len;
	int fd;
	const struct crl_fields fields = { .issuer = scene->issuer->parsed.subject,
		.authority_key_identifier = scene->issuer->parsed.subject_key_identifier,
		.algorithm = scene->issuer->issuer.algorithm,
		.this_update = scene->now,
		.next_update = scene->now + 48 * HOUR,
		.crl_number = 1000 };
	must(crl_file_new(scene->folder, &file));
	add_entries(scene, file);
	must(crl_file_tbs(file, &fields, &fd));
	must(signer_sign_crl(scene->pair.publisher, scene->issuer->name, fd, signature,
		&len));
	must(crl_file_finish(file, scene->issuer, blob_make(signature, len),
		&scene->facts));
}

/* The limit: the bytes are hashed once and written once, durably. */
static void limit(const struct scene *scene)
{
	char path[4096];
	uint8_t digest[32];
	int from = open(scene->facts.path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof path, "%s/limit", scene->folder);
	int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t len = (size_t)scene->facts.size;
	uint8_t *bytes = mmap(NULL, len, PROT_READ, MAP_PRIVATE, from, 0);
	if (bytes == MAP_FAILED || to < 0)
		must(FAIL(E_IO, "could not open %s", path));
	double start = seconds();
	SHA256(bytes, len, digest);
	say("crl_hash_s", seconds() - start);
	for (size_t at = 0; at < len;) {
		ssize_t done = write(to, bytes + at, len - at);
		if (done <= 0)
			must(FAIL(E_IO, "could not write %s", path));
		at += (size_t)done;
	}
	if (fsync(to) != 0)
		must(FAIL(E_IO, "could not write %s", path));
	say("crl_hash_write_s", seconds() - start);
	munmap(bytes, len);
	close(from);
	close(to);
	unlink(path);
}

int main(int argc, char **argv)
{
	AUTO(issuer_set_free) struct issuer_set *issuers = NULL;
	struct conf_faults faults = { .count = 0 };
	struct scene scene = { .now = clock_now() };
	if (argc != 7) {
		fprintf(stderr,
			"bench_crl BIN SIGNER.cfg LINT.cfg ISSUERS.cfg FOLDER ENTRIES\n");
		return 2;
	}
	must(issuer_set_load(argv[4], &issuers, &faults));
	scene.issuer = issuer_set_find(issuers, "person");
	scene.folder = argv[5];
	scene.entries = strtol(argv[6], NULL, 10);
	if (scene.issuer == NULL || scene.entries < 1)
		return 2;
	scene.pair = bench_signer_start(argv[1], argv[2], argv[3]);
	double start = seconds();
	make(&scene);
	say("crl_s", seconds() - start);
	say("crl_size_mib", (double)scene.facts.size / (1024 * 1024));
	say("crl_peak_kib", memory_kib(getpid(), "VmHWM"));
	say("crl_peak_private_kib",
		memory_kib(getpid(), "VmHWM") - memory_kib(getpid(), "RssFile"));
	say("crl_signer_peak_kib", memory_kib(scene.pair.signer, "VmHWM"));
	limit(&scene);
	close(scene.pair.issuer);
	bench_end(scene.pair.publisher, scene.pair.signer);
	bench_end(-1, scene.pair.lint);
	return 0;
}
