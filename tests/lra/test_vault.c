#include "lra/vault.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "lra/archive_key.h"
#include "lra/key_file.h"
#include "tests/check.h"
#include "tests/support/outside.h"

#define RECEIPT "A26-000001-K"
#define OTHER   "A26-000002-K"
#define PDF     "%PDF-1.7 a paper that nobody else may read"

static struct outside outside;
static struct buf said = { .max = 1 << 16 };
static struct vault *vault;

static void set_up(void)
{
	char folder[80], archive[96], seal[96];
	outside = outside_open();
	CHECK_INT(outside_run(&outside, &said,
			  "openssl req -x509 -newkey rsa:3072 -nodes -keyout archive.key "
			  "-out archive.pem -days 30 -subj /CN=archive 2>/dev/null &&"
			  " chmod 600 archive.key && (umask 077; openssl rand -hex 32 "
			  ">seal; mkdir vault)"),
		0, "%s", buf_text(&said));
	snprintf(folder, sizeof folder, "%s/vault", outside.folder);
	snprintf(archive, sizeof archive, "%s/archive.pem", outside.folder);
	snprintf(seal, sizeof seal, "file:%s/seal", outside.folder);
	const struct vault_settings settings = { folder, archive, seal, 1 << 20 };
	CHECK_OK(vault_open(&settings, &vault), "open");
}

static void tear_down(void)
{
	vault_free(vault);
	vault = NULL;
	outside_clear(&outside);
	buf_clear(&said);
}

static void run(int want, const char *line)
{
	CHECK_INT(outside_run(&outside, &said, "%s", line), want, "%s: %s", line,
		buf_text(&said));
}

static bool put(const char *receipt, char name[static VAULT_NAME],
	struct sealed_digests *digests)
{
	AUTO(vault_upload_free) struct vault_upload *upload = NULL;
	return CHECK_OK(vault_upload_begin(vault, receipt, "application/pdf", &upload),
		       "begin") &&
	       CHECK_OK(vault_upload_put(upload, blob_text(PDF)), "put") &&
	       CHECK_OK(vault_upload_end(upload, name, digests), "end");
}

static struct err look(const char *receipt, const char *name,
	const struct sealed_digests *digests)
{
	char text[128] = "";
	int fd = -1;
	TRY(vault_read(vault, receipt, name, digests->plain, &fd));
	CHECK(pread(fd, text, sizeof text - 1, 0) == (ssize_t)strlen(PDF), "length");
	CHECK_TEXT(text, PDF, "the paper");
	close(fd);
	return OK;
}

/* proves R-LRA-10 R-PRV-04: sealed for the case, shown while it is open, and nowhere in the folder in plain */
static void test_look(void)
{
	char name[VAULT_NAME], second[VAULT_NAME], of_other[VAULT_NAME];
	struct sealed_digests digests, again, other;
	if (!put(RECEIPT, name, &digests) || !put(RECEIPT, second, &again) ||
		!put(OTHER, of_other, &other))
		return;
	CHECK_OK(look(RECEIPT, name, &digests), "the first");
	CHECK_OK(look(RECEIPT, second, &again), "the second, by the same key");
	CHECK_OK(vault_check(vault, RECEIPT, name, digests.sealed), "as it lies");
	run(1, "grep -rq paper vault");
	run(0, "test $(ls vault | wc -l) = 2 -a $(ls vault/" RECEIPT " | wc -l) = 4");
	run(0, "test -z \"$(find vault -perm /077)\"");
	/* A file carried into another case opens with no key of that case. */
	run(0, "cp vault/" OTHER "/*.sealed vault/" RECEIPT);
	CHECK_ERR(look(RECEIPT, of_other, &other), E_CRYPTO, "of another case");
	/* Another paper of the same case under this name is not that paper. */
	CHECK_OK(look(RECEIPT, name, &digests), "still");
	again.plain[0] ^= 1;
	CHECK_ERR(look(RECEIPT, second, &again), E_CRYPTO, "another digest");
	CHECK_ERR(look(RECEIPT, "00000000000000000000000000000000", &digests),
		E_NOT_FOUND, "no such file");
	CHECK_ERR(look("A26-000003-K", name, &digests), E_NOT_FOUND, "no such case");
	CHECK_ERR(look("../vault/" RECEIPT, name, &digests), E_INPUT, "not a path");
}

/* proves R-ARC-01: the archive's private key and openssl alone open a case; our own verb needs no LRA */
static void test_archive(void)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *archive = NULL;
	AUTO(secret_free) struct secret *key = NULL;
	AUTO(buf_clear) struct buf wrapped = BUF(ARCHIVE_KEY_MAX);
	char name[VAULT_NAME], path[128], receipt[24];
	struct sealed_digests digests;
	if (!put(RECEIPT, name, &digests))
		return;
	run(0, "openssl cms -decrypt -inform DER -in vault/" RECEIPT
	       "/key.archive -inkey archive.key | grep -qE '^inkan case key 1 " RECEIPT
	       " [0-9a-f]{64}$'");
	run(0, "openssl cms -cmsout -print -noout -inform DER -in vault/" RECEIPT
	       "/key.archive | grep -q aes-256-gcm");
	snprintf(path, sizeof path, "%s/archive.key", outside.folder);
	CHECK_OK(key_file_read(path, &archive), "its key");
	run(0, "cp vault/" RECEIPT "/key.archive wrapped");
	wrapped = outside_read(&outside, "wrapped");
	if (!CHECK_OK(archive_key_unwrap(archive, buf_view(&wrapped), receipt, &key),
		    "unwrap"))
		return;
	CHECK_TEXT(receipt, RECEIPT, "of this case");
	for (size_t i = 0; i < wrapped.len; i += 7) {
		AUTO(secret_free) struct secret *none = NULL;
		wrapped.data[i] ^= 1;
		CHECK(err_is(archive_key_unwrap(archive, buf_view(&wrapped), receipt,
			      &none)) ||
				secret_equal(key, secret_view(none)),
			"octet %zu changed gives no other key", i);
		wrapped.data[i] ^= 1;
	}
	run(0, "openssl req -x509 -newkey rsa:2048 -nodes -keyout small.key -out "
	       "small.pem -subj /CN=small 2>/dev/null");
	X509 *none = NULL;
	snprintf(path, sizeof path, "%s/small.pem", outside.folder);
	CHECK_ERR(archive_certificate_read(path, &none), E_POLICY, "2048 bits");
}

/* proves R-LRA-10: behind its end the LRA opens nothing of a case, and takes nothing more */
static void test_close(void)
{
	AUTO(vault_upload_free) struct vault_upload *upload = NULL;
	char name[VAULT_NAME];
	struct sealed_digests digests;
	if (!put(RECEIPT, name, &digests))
		return;
	CHECK_OK(vault_close_case(vault, RECEIPT), "close");
	CHECK_OK(vault_close_case(vault, RECEIPT), "again");
	CHECK_OK(vault_close_case(vault, OTHER), "one that never was");
	CHECK_ERR(look(RECEIPT, name, &digests), E_STATE, "closed");
	CHECK_ERR(vault_upload_begin(vault, RECEIPT, "image/png", &upload), E_STATE,
		"nothing more");
	CHECK_OK(vault_check(vault, RECEIPT, name, digests.sealed),
		"it is looked after all the same");
	run(0, "ls vault/" RECEIPT "/key.archive");
	run(2, "ls vault/" RECEIPT "/key.work");
	CHECK_OK(vault_destroy_case(vault, RECEIPT), "destroy");
	CHECK_OK(vault_destroy_case(vault, RECEIPT), "again");
	run(0, "test -z \"$(ls vault)\"");
}

static struct err known(void *context, const char *name, bool *out)
{
	*out = strcmp(context, name) == 0;
	return OK;
}

/* proves R-ARC-01: an upload that is cut off leaves only what is swept; what is known, young or under way stays */
static void test_sweep(void)
{
	AUTO(vault_upload_free) struct vault_upload *alive = NULL;
	char name[VAULT_NAME], lost[VAULT_NAME];
	struct sealed_digests digests, gone;
	struct vault_sweep sweep = { .known = known, .context = name };
	if (!put(RECEIPT, name, &digests) || !put(RECEIPT, lost, &gone) ||
		!CHECK_OK(vault_upload_begin(vault, RECEIPT, "image/png", &alive),
			"under way"))
		return;
	run(0, "touch vault/" RECEIPT "/0123456789abcdef0123456789abcdef.part");
	CHECK_OK(vault_sweep(vault, &sweep), "too young all");
	CHECK_INT(sweep.removed, 0, "none");
	run(0, "touch -d '1 hour ago' vault/" RECEIPT "/*");
	sweep.before = time(NULL) - 60;
	sweep.after = time(NULL) + 60;
	CHECK_OK(vault_sweep(vault, &sweep), "all looked at already");
	CHECK_INT(sweep.removed, 0, "none");
	sweep.after = time(NULL) - 7200;
	CHECK_OK(vault_sweep(vault, &sweep), "sweep");
	CHECK_INT(sweep.removed, 2, "the part of nobody and the file without a row");
	CHECK_OK(look(RECEIPT, name, &digests), "the known one stays");
	CHECK_ERR(look(RECEIPT, lost, &gone), E_NOT_FOUND, "the unknown one went");
	CHECK_OK(vault_upload_put(alive, blob_text(PDF)), "under way still");
	CHECK_OK(vault_upload_end(alive, lost, &gone), "and filed");
	CHECK_OK(look(RECEIPT, lost, &gone), "there it is");
}

/* An upload that is given up leaves nothing, before its end and, when it surely has no row, behind it. */
static void test_given_up(void)
{
	struct vault_upload *upload = NULL;
	char name[VAULT_NAME];
	struct sealed_digests digests;
	for (int i = 0; i < 2; i++) {
		if (!CHECK_OK(vault_upload_begin(vault, RECEIPT, "image/png", &upload),
			    "begin"))
			return;
		CHECK_OK(vault_upload_put(upload, blob_text(PDF)), "put");
		if (i == 1) {
			CHECK_OK(vault_upload_end(upload, name, &digests), "end");
			vault_upload_drop(upload);
		}
		vault_upload_free(upload);
		run(0, "test $(ls vault/" RECEIPT " | grep -c key) = $(ls vault/" RECEIPT
		       " | wc -l)");
	}
	AUTO(vault_upload_free) struct vault_upload *large = NULL;
	static uint8_t mebibyte[1 << 20];
	CHECK_OK(vault_upload_begin(vault, RECEIPT, "image/png", &large), "begin");
	CHECK_OK(vault_upload_put(large, BLOB(mebibyte)), "as much as may be");
	CHECK_ERR(vault_upload_put(large, blob_text("x")), E_INPUT, "and one more");
}

/* clang-format off */
static const CU_TestInfo tests[] = {
	{ "look", test_look },
	{ "archive", test_archive },
	{ "close", test_close },
	{ "sweep", test_sweep },
	{ "given up", test_given_up },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_lra_vault = { "lra/vault", tests, set_up, tear_down };
