#include "ca/signer/crl_walk.h"

#include <sys/mman.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/pki/extension.h"
#include "tests/check.h"

/* Lists are written by common/pki/crl (judged by openssl in its own test), then bent. */

static const uint8_t issuer[] = { 0x30, 0x0d, 0x31, 0x0b, 0x30, 0x09, 0x06, 0x03, 0x55,
	0x04, 0x06, 0x13, 0x02, 'J', 'P' };
static const uint8_t other[] = { 0x30, 0x0d, 0x31, 0x0b, 0x30, 0x09, 0x06, 0x03, 0x55,
	0x04, 0x06, 0x13, 0x02, 'U', 'S' };
static const uint8_t key_id[20] = { 1, 2, 3 }, other_id[20] = { 9 };
enum { NOW = 1800000000 };

static struct crl_fields good_fields(void)
{
	return (struct crl_fields){ .issuer = BLOB(issuer),
		.authority_key_identifier = BLOB(key_id),
		.algorithm = SIGNATURE_ECDSA_SHA256,
		.this_update = NOW,
		.next_update = NOW + 2 * DAY,
		.crl_number = 7 };
}

static const struct crl_expected expected = { .issuer = { issuer, sizeof issuer },
	.key_identifier = { key_id, sizeof key_id },
	.algorithm = SIGNATURE_ECDSA_SHA256,
	.now = NOW,
	.validity_max_s = 10 * DAY,
	.number_min = 7 };

static void put(int fd, struct blob bytes)
{
	if (bytes.len > 0 && write(fd, bytes.data, bytes.len) != (ssize_t)bytes.len)
		abort();
}

static void add(struct buf *to, struct blob bytes)
{
	struct err err = buf_append(to, bytes);
	if (err_is(err))
		abort();
}

static struct buf make_entries(size_t count, int64_t date)
{
	struct buf entries = BUF(64 << 20);
	for (size_t i = 0; i < count; i++) {
		uint8_t room[128];
		struct der_writer w = DER_WRITER(room);
		struct crl_entry entry = { .revocation_date = date,
			.reason =
				i % 3 == 0 ? REASON_KEY_COMPROMISE : REASON_UNSPECIFIED };
		entry.serial_number.len = 16;
		memset(entry.serial_number.octet, 0x41, 16);
		for (size_t n = 0; n < 4; n++)
			entry.serial_number.octet[12 + n] = (uint8_t)(i >> (8 * n));
		crl_entry_write(&entry, &w);
		add(&entries, blob_make(room, w.len));
	}
	return entries;
}

/* Head, entries and tail as the publisher puts them together. */
static struct buf make_list(const struct crl_fields *fields, struct blob entries)
{
	static uint8_t head_room[8192], tail_room[2048];
	struct der_writer head = DER_WRITER(head_room), tail = DER_WRITER(tail_room);
	struct buf list = BUF(64 << 20);
	CHECK_OK(crl_write_head(fields, entries.len, &head), "head");
	CHECK_OK(crl_write_tail(fields, &tail), "tail");
	add(&list, blob_make(head.data, head.len));
	add(&list, entries);
	add(&list, blob_make(tail.data, tail.len));
	return list;
}

static struct err walk_bytes(struct blob list, const struct crl_expected *want,
	struct crl_walked *out)
{
	int fd = memfd_create("list", MFD_CLOEXEC);
	put(fd, list);
	struct err err = crl_walk(fd, want, out);
	close(fd);
	return err;
}

static void test_good(void)
{
	/* Around the edges of the window of 64 KiB, and far beyond. */
	static const size_t counts[] = { 0, 1, 2, 1300, 1301, 1650, 1651, 1652, 60000 };
	for (size_t i = 0; i < COUNT(counts); i++) {
		struct crl_fields fields = good_fields();
		if (i == 3)
			fields.expired_certs_on_crl = NOW - DAY;
		AUTO(buf_clear)
		struct buf entries = make_entries(counts[i], NOW - (int64_t)i);
		AUTO(buf_clear) struct buf list = make_list(&fields, buf_view(&entries));
		struct crl_walked walked = { .crl_number = 0 };
		uint8_t digest[EVP_MAX_MD_SIZE];
		unsigned len;
		if (!CHECK_OK(walk_bytes(buf_view(&list), &expected, &walked),
			    "%zu entries", counts[i]))
			continue;
		CHECK_INT(walked.entries, counts[i], "entries");
		CHECK_INT(walked.crl_number, 7, "cRLNumber");
		CHECK(EVP_Digest(list.data, list.len, digest, &len, EVP_sha256(), NULL) ==
				1,
			"digest");
		CHECK_BLOB(blob_make(walked.digest, walked.digest_len),
			blob_make(digest, len), "%zu entries: the hash of every byte",
			counts[i]);
	}
}

/* proves R-CA-KEY-07: a list of another issuer, key, algorithm or time gets no signature */
static void test_refuses_fields(void)
{
	struct row {
		const char *name;
		struct crl_fields fields;
		enum err_code want;
	} rows[] = {
		{ "good", good_fields(), E_NONE },
		{ "another issuer", good_fields(), E_POLICY },
		{ "another key", good_fields(), E_POLICY },
		{ "another algorithm", good_fields(), E_POLICY },
		{ "thisUpdate a minute ahead", good_fields(), E_NONE },
		{ "thisUpdate a minute and a second ahead", good_fields(), E_POLICY },
		{ "thisUpdate an hour ago", good_fields(), E_NONE },
		{ "thisUpdate an hour and a second ago", good_fields(), E_POLICY },
		{ "ten days", good_fields(), E_NONE },
		{ "ten days and a second", good_fields(), E_POLICY },
		{ "cRLNumber below one signed before", good_fields(), E_POLICY },
	};
	rows[1].fields.issuer = BLOB(other);
	rows[2].fields.authority_key_identifier = BLOB(other_id);
	rows[3].fields.algorithm = SIGNATURE_ECDSA_SHA384;
	rows[4].fields.this_update += MINUTE;
	rows[5].fields.this_update += MINUTE + 1;
	rows[6].fields.this_update -= HOUR;
	rows[7].fields.this_update -= HOUR + 1;
	rows[8].fields.next_update = NOW + 10 * DAY;
	rows[9].fields.next_update = NOW + 10 * DAY + 1;
	rows[10].fields.crl_number = 6;
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(buf_clear) struct buf entries = make_entries(3, NOW - DAY);
		AUTO(buf_clear)
		struct buf list = make_list(&rows[i].fields, buf_view(&entries));
		struct crl_walked walked;
		CHECK_ERR(walk_bytes(buf_view(&list), &expected, &walked), rows[i].want,
			"%s", rows[i].name);
	}
}

static void test_refuses_entries(void)
{
	struct crl_fields fields = good_fields();
	struct crl_walked walked;
	AUTO(buf_clear) struct buf late = make_entries(1, NOW + 1);
	AUTO(buf_clear) struct buf late_list = make_list(&fields, buf_view(&late));
	CHECK_ERR(walk_bytes(buf_view(&late_list), &expected, &walked), E_POLICY,
		"revoked after thisUpdate");
	AUTO(buf_clear) struct buf entries = make_entries(2000, NOW - DAY);
	entries.data[entries.len - 35] ^= 0x01; /* the tag of the last entry */
	AUTO(buf_clear) struct buf broken = make_list(&fields, buf_view(&entries));
	CHECK(err_is(walk_bytes(buf_view(&broken), &expected, &walked)),
		"a broken entry near the end");
}

/* Every cut and every flipped bit of the frame around the entries is either refused or changes the digest. */
static void test_bent(void)
{
	struct crl_fields fields = good_fields();
	struct crl_walked good, walked;
	AUTO(buf_clear) struct buf entries = make_entries(2, NOW - DAY);
	AUTO(buf_clear) struct buf list = make_list(&fields, buf_view(&entries));
	if (!CHECK_OK(walk_bytes(buf_view(&list), &expected, &good), "whole"))
		return;
	for (size_t len = 0; len < list.len; len++)
		CHECK(err_is(walk_bytes(blob_make(list.data, len), &expected, &walked)),
			"cut at %zu", len);
	for (size_t i = 0; i < list.len * 8; i++) {
		list.data[i / 8] ^= (uint8_t)(1u << i % 8);
		struct err err = walk_bytes(buf_view(&list), &expected, &walked);
		if (!err_is(err))
			CHECK(memcmp(walked.digest, good.digest, good.digest_len) != 0,
				"bit %zu", i);
		list.data[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	AUTO(buf_clear) struct buf longer = BUF(1 << 20);
	add(&longer, buf_view(&list));
	add(&longer, blob_text("x"));
	CHECK_ERR(walk_bytes(buf_view(&longer), &expected, &walked), E_INPUT,
		"one byte behind");
	int pipe_fd[2];
	if (pipe(pipe_fd) == 0) {
		CHECK_ERR(crl_walk(pipe_fd[0], &expected, &walked), E_INPUT,
			"not a file");
		close(pipe_fd[0]);
		close(pipe_fd[1]);
	}
}

/* A tail of our own making: extensions that the profile does not know. */
static void test_refuses_extensions(void)
{
	static const struct oid delta = { 3, { 0x55, 0x1d, 0x1b } };
	static const struct oid number = { 3, { 0x55, 0x1d, 0x14 } };
	static const struct oid aki = { 3, { 0x55, 0x1d, 0x23 } };
	static const uint8_t seven[] = { 0x02, 0x01, 0x07 };
	uint8_t aki_value[24] = { 0x30, 22, 0x80, 20 };
	memcpy(aki_value + 4, key_id, 20);
	static const struct {
		const char *name;
		bool aki, number, twice, delta, critical;
		enum err_code want;
	} rows[] = {
		{ "good", true, true, false, false, false, E_NONE },
		{ "no authorityKeyIdentifier", false, true, false, false, false,
			E_POLICY },
		{ "no cRLNumber", true, false, false, false, false, E_POLICY },
		{ "cRLNumber twice", true, true, true, false, false, E_POLICY },
		{ "a delta list", true, true, false, true, false, E_POLICY },
		{ "cRLNumber critical", true, true, false, false, true, E_POLICY },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		static uint8_t room[4096];
		struct der_writer w = DER_WRITER(room);
		struct blob list;
		struct crl_walked walked;
		size_t tbs = der_open(&w, DER_SEQUENCE);
		der_put_int(&w, DER_INTEGER, 1);
		der_put_raw(&w, signature_identifier(SIGNATURE_ECDSA_SHA256));
		der_put_raw(&w, BLOB(issuer));
		der_put_time(&w, NOW);
		der_put_time(&w, NOW + DAY);
		size_t wrapped = der_open(&w, DER_CONTEXT_OPEN(0)),
		       extensions = der_open(&w, DER_SEQUENCE);
		if (rows[i].aki)
			extension_put(&w, &aki, false, BLOB(aki_value));
		for (int n = 0; n < (rows[i].number ? 1 : 0) + (rows[i].twice ? 1 : 0);
			n++)
			extension_put(&w, &number, rows[i].critical, BLOB(seven));
		if (rows[i].delta)
			extension_put(&w, &delta, true, BLOB(seven));
		der_close(&w, extensions);
		der_close(&w, wrapped);
		der_close(&w, tbs);
		CHECK_OK(der_finish(&w, &list), "%s", rows[i].name);
		CHECK_ERR(walk_bytes(list, &expected, &walked), rows[i].want, "%s",
			rows[i].name);
	}
}

static const CU_TestInfo tests[] = {
	{ "good lists of all sizes", test_good },
	{ "refuses fields", test_refuses_fields },
	{ "refuses entries", test_refuses_entries },
	{ "refuses what is bent", test_bent },
	{ "refuses extensions", test_refuses_extensions },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_crl_walk = { "ca/signer/crl_walk", tests, NULL, NULL };
