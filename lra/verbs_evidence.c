/* verbs_evidence: sealed evidence from the command line, and its opening offline with the archive's key. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/text.h"
#include "lra/archive_key.h"
#include "lra/evidence_media.h"
#include "lra/key_file.h"
#include "lra/session.h"
#include "lra/vault.h"
#include "lra/verbs.h"

enum { PATH = 4096 };

static const char *text_of(const struct json *object, const char *name)
{
	const char *text = "";
	IGNORE(json_get_text_or(object, name, "", &text)); /* shown as nothing */
	return text;
}

/* ---- in */

static RESULT type_of(const struct command_call *call, const char *path, const char **out)
{
	const struct evidence_media *media = evidence_media_of_name(path);
	*out = command_text(call, "type");
	if (*out == NULL && media == NULL)
		return FAIL(E_INPUT, "%s: say its --type", path);
	if (*out == NULL)
		*out = media->type;
	return OK;
}

static void tell_same(const struct command_call *call, const struct json *answer)
{
	const struct json *list;
	if (err_is(json_get_array(answer, "alsoIn", &list)))
		return;
	for (size_t i = 0; i < json_count(list); i++)
		fprintf(stderr, "%s %s\n",
			command_say(call, "warning: the same file lies at",
				"警告: 同じファイルが別の申込にあります:"),
			json_as_text(json_at(list, i)));
}

/* The digest is of what lies on this machine: if the LRA finds another one, it refuses. */
static RESULT upload(struct command_call *call, struct session *session, const char *path)
{
	AUTO(buf_clear) struct buf file = BUF(EVIDENCE_LARGEST);
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(json_free) struct json *answer = NULL;
	uint8_t digest[32];
	char hex[65], target[160];
	const char *type;
	TRY(type_of(call, path, &type));
	TRY(session_read_file(path, &file));
	SHA256(file.data, file.len, digest);
	hex_encode(BLOB(digest), hex);
	snprintf(target, sizeof target, "/v1/applications/%.40s/evidence/%s",
		call->argument[0], hex);
	TRY_IN(session_send(session, "PUT", target, type, buf_view(&file), &raw, &answer),
		"%s", path);
	if (call->json)
		fputs(buf_text(&raw), stdout);
	else
		printf("%s  %s\n", text_of(answer, "sha256"), path);
	tell_same(call, answer);
	return OK;
}

RESULT verb_evidence_upload(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	TRY(session_open(call, &session));
	for (size_t i = 1; i < call->argument_count; i++)
		TRY(upload(call, &session, call->argument[i]));
	command_next(call, "inkan lra evidence list %s", call->argument[0]);
	return OK;
}

/* ---- out */

static RESULT ask_list(struct command_call *call, struct session *session,
	struct buf *raw, struct json **answer)
{
	char path[128];
	TRY(session_open(call, session));
	snprintf(path, sizeof path, "/v1/applications/%.40s/evidence", call->argument[0]);
	return session_ask(session, "GET", path, BLOB_NONE, raw, answer);
}

static bool is_sealed(const struct json *row)
{
	bool sealed = false;
	IGNORE(json_get_bool(row, "sealed", &sealed)); /* then it is not */
	return sealed;
}

RESULT verb_evidence_list(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(json_free) struct json *answer = NULL;
	const struct json *files, *row;
	TRY(ask_list(call, &session, &raw, &answer));
	if (call->json) {
		fputs(buf_text(&raw), stdout);
		return OK;
	}
	TRY(json_get_array(answer, "files", &files));
	for (size_t i = 0; (row = json_at(files, i)) != NULL; i++)
		printf("%s  %-20s %-16s %s%s\n", text_of(row, "sha256"),
			text_of(row, "kind"), text_of(row, "mediaType"),
			is_sealed(row)
				? command_say(call, "sealed", "保管済み")
				: command_say(call, "digest only", "ハッシュ値のみ"),
			text_of(row, "damagedAt")[0] == 0
				? ""
				: command_say(call, ", DAMAGED", " 破損"));
	return OK;
}

/* Names nobody chose but us; what is there already stays. */
static RESULT write_new(const char *path, struct blob bytes)
{
	if (access(path, F_OK) == 0)
		return FAIL(E_CONFLICT, "%s is there already", path);
	return file_write(path, bytes, 0600);
}

RESULT verb_evidence_get(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(EVIDENCE_LARGEST);
	uint8_t digest[32];
	char path[256], hex[65];
	const char *output = command_text(call, "output");
	if (output == NULL) {
		call->exit = COMMAND_USAGE;
		return FAIL(E_INPUT, "--output: the file to write to");
	}
	TRY(session_open(call, &session));
	snprintf(path, sizeof path, "/v1/applications/%.40s/evidence/%.64s?purpose=%.20s",
		call->argument[0], call->argument[1], command_text(call, "purpose"));
	TRY(session_ask(&session, "GET", path, BLOB_NONE, &raw, NULL));
	SHA256(raw.data, raw.len, digest);
	hex_encode(BLOB(digest), hex);
	if (strcmp(hex, call->argument[1]) != 0)
		return FAIL(E_CRYPTO, "what came has the digest %s", hex);
	return write_new(output, buf_view(&raw));
}

static RESULT fetch_one(struct command_call *call, struct session *session,
	const char *what, const char *name)
{
	AUTO(buf_clear) struct buf raw = BUF(EVIDENCE_LARGEST + MIB);
	char target[256], path[PATH];
	snprintf(target, sizeof target, "/v1/applications/%.40s/%s", call->argument[0],
		what);
	TRY(session_ask(session, "GET", target, BLOB_NONE, &raw, NULL));
	snprintf(path, sizeof path, "%.3900s/%s", call->argument[1], name);
	return write_new(path, buf_view(&raw));
}

RESULT verb_evidence_fetch(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(json_free) struct json *answer = NULL;
	const struct json *files, *row;
	char path[PATH];
	TRY(ask_list(call, &session, &raw, &answer));
	TRY(json_get_array(answer, "files", &files));
	if (mkdir(call->argument[1], 0700) != 0 && errno != EEXIST)
		return FAIL(E_IO, "%s: %s", call->argument[1], strerror(errno));
	TRY(fetch_one(call, &session, "archive-key", VAULT_ARCHIVE_KEY));
	for (size_t i = 0; (row = json_at(files, i)) != NULL; i++) {
		char what[80], name[64];
		if (!is_sealed(row))
			continue;
		snprintf(what, sizeof what, "sealed/%.64s", text_of(row, "sha256"));
		snprintf(name, sizeof name, "%.32s.sealed", text_of(row, "name"));
		TRY(fetch_one(call, &session, what, name));
	}
	snprintf(path, sizeof path, "%.3900s/evidence.json", call->argument[1]);
	TRY(write_new(path, buf_view(&raw)));
	command_next(call, "inkan lra evidence open %s --key FILE -o FOLDER",
		call->argument[1]);
	return OK;
}

/* ---- offline */

struct opening {
	struct command_call *call;
	const char *from, *to;
	char receipt[24];
	struct secret *key;
	size_t count;
};
static void opening_clear(struct opening *opening)
{
	secret_free(opening->key);
}
AUTO_DEFINE_HELD(struct opening, opening_clear)

static RESULT read_case_key(struct opening *opening)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *archive = NULL;
	AUTO(buf_clear) struct buf wrapped = BUF(ARCHIVE_KEY_MAX);
	char path[PATH];
	TRY(key_file_read(command_text(opening->call, "key"), &archive));
	snprintf(path, sizeof path, "%.3900s/" VAULT_ARCHIVE_KEY, opening->from);
	TRY(file_read(path, &wrapped));
	return archive_key_unwrap(archive, buf_view(&wrapped), opening->receipt,
		&opening->key);
}

static RESULT write_plain(void *context, struct blob bytes)
{
	const int *fd = context;
	while (bytes.len > 0) {
		ssize_t done = write(*fd, bytes.data, bytes.len);
		if (done <= 0)
			return FAIL(E_IO, "output: %s", strerror(errno));
		bytes.data += done;
		bytes.len -= (size_t)done;
	}
	return OK;
}

static RESULT open_to(struct opening *opening, int sealed, int plain,
	struct sealed_about *about, struct sealed_digests *digests)
{
	TRY(sealed_open(sealed, opening->key, write_plain, &plain, about, digests));
	if (strcmp(about->receipt, opening->receipt) != 0)
		return FAIL(E_CRYPTO, "of the case %s", about->receipt);
	return fsync(plain) == 0 ? OK : FAIL(E_IO, "output: %s", strerror(errno));
}

static RESULT tell_opened(const struct opening *opening, const char *path,
	const struct sealed_about *about, const char *hex)
{
	AUTO(json_free) struct json *object = NULL;
	AUTO(buf_clear) struct buf text = BUF(MIB);
	if (!opening->call->json) {
		printf("%s  %s\n", hex, path);
		return OK;
	}
	TRY(json_new_object(&object));
	TRY(json_set_text(object, "receiptNumber", about->receipt));
	TRY(json_set_text(object, "sha256", hex));
	TRY(json_set_text(object, "mediaType", about->media_type));
	TRY(json_set_text(object, "file", path));
	TRY(json_write(object, &text));
	printf("%s\n", buf_text(&text));
	return OK;
}

/* It gets its name when the last chunk was good: half a paper is none. */
static RESULT name_it(struct opening *opening, const char *part,
	const struct sealed_about *about, const struct sealed_digests *digests)
{
	const struct evidence_media *media = evidence_media_find(about->media_type);
	char path[PATH], hex[65];
	hex_encode(BLOB(digests->plain), hex);
	snprintf(path, sizeof path, "%.3900s/%s-%.12s%s", opening->to, about->receipt,
		hex, media == NULL ? ".bin" : media->suffix);
	if (rename(part, path) != 0)
		return FAIL(E_IO, "%s: %s", path, strerror(errno));
	opening->count++;
	return tell_opened(opening, path, about, hex);
}

static RESULT open_one(struct opening *opening, const char *name)
{
	struct sealed_about about;
	struct sealed_digests digests;
	char from[PATH], part[PATH];
	snprintf(from, sizeof from, "%.3800s/%.60s", opening->from, name);
	snprintf(part, sizeof part, "%.3800s/%.60s.part", opening->to, name);
	int sealed = open(from, O_RDONLY | O_CLOEXEC);
	int plain = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct err err =
		sealed < 0 || plain < 0
			? FAIL(E_IO, "%s: %s", sealed < 0 ? from : part, strerror(errno))
			: open_to(opening, sealed, plain, &about, &digests);
	if (!err_is(err))
		err = name_it(opening, part, &about, &digests);
	if (err_is(err) && plain >= 0)
		unlink(part);
	if (sealed >= 0)
		close(sealed);
	if (plain >= 0)
		close(plain);
	return err;
}

/* All that open are opened; that one did not is told at the end. */
static RESULT open_all(struct opening *opening, DIR *folder)
{
	struct err first = OK;
	const struct dirent *entry;
	while ((entry = readdir(folder)) != NULL) {
		if (!text_ends(entry->d_name, ".sealed"))
			continue;
		struct err err = open_one(opening, entry->d_name);
		if (err_is(err))
			fprintf(stderr, "%s: %s\n", entry->d_name, err.text);
		if (err_is(err) && !err_is(first))
			first = err;
	}
	return first;
}

RESULT verb_evidence_open(struct command_call *call)
{
	AUTO(opening_clear)
	struct opening opening = { .call = call,
		.from = call->argument[0],
		.to = command_text(call, "output") };
	if (opening.to == NULL) {
		call->exit = COMMAND_USAGE;
		return FAIL(E_INPUT, "--output: the folder to write to");
	}
	TRY(read_case_key(&opening));
	if (mkdir(opening.to, 0700) != 0 && errno != EEXIST)
		return FAIL(E_IO, "%s: %s", opening.to, strerror(errno));
	DIR *folder = opendir(opening.from);
	if (folder == NULL)
		return FAIL(E_NOT_FOUND, "%s: %s", opening.from, strerror(errno));
	struct err err = open_all(&opening, folder);
	closedir(folder);
	TRY(err);
	return opening.count > 0 ? OK : FAIL(E_NOT_FOUND, "no sealed file there");
}

/* ---- the end */

RESULT verb_evidence_due(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(json_free) struct json *answer = NULL;
	const struct json *cases, *row;
	TRY(session_open(call, &session));
	TRY(session_ask(&session, "GET", "/v1/evidence/due", BLOB_NONE, &raw, &answer));
	TRY(json_get_array(answer, "cases", &cases));
	if (json_count(cases) == 0)
		call->exit = COMMAND_NO;
	if (call->json) {
		fputs(buf_text(&raw), stdout);
		return OK;
	}
	for (size_t i = 0; (row = json_at(cases, i)) != NULL; i++)
		printf("%-14s %-11s %s  %s\n", text_of(row, "receiptNumber"),
			text_of(row, "state"), text_of(row, "keptUntil"),
			text_of(row, "proposedBy"));
	return OK;
}

static RESULT print_destruction(struct command_call *call, const struct buf *raw,
	const struct json *answer)
{
	const struct json *row;
	if (call->json) {
		fputs(buf_text(raw), stdout);
		return OK;
	}
	TRY(json_get_object(answer, "destruction", &row));
	printf("%s  %s %s  %s %s\n", call->argument[0], text_of(row, "proposedBy"),
		text_of(row, "proposedAt"), text_of(row, "approvedBy"),
		text_of(row, "approvedAt"));
	return OK;
}

RESULT verb_evidence_destroy(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(buf_clear) struct buf body = BUF(LIMIT_JSON);
	AUTO(json_free) struct json *answer = NULL;
	AUTO(json_free) struct json *reason = NULL;
	char path[128];
	TRY(session_open(call, &session));
	TRY(json_new_object(&reason));
	TRY(json_set_text(reason, "reason", command_text(call, "reason")));
	TRY(json_write(reason, &body));
	snprintf(path, sizeof path, "/v1/applications/%.40s/destruction",
		call->argument[0]);
	TRY(session_ask(&session, "POST", path, buf_view(&body), &raw, &answer));
	call->exit = COMMAND_PENDING; /* waits for the second person */
	command_next(call, "inkan lra evidence approve-destruction %s",
		call->argument[0]);
	return print_destruction(call, &raw, answer);
}

RESULT verb_evidence_approve(struct command_call *call)
{
	AUTO(session_close) struct session session = { .call = NULL };
	AUTO(buf_clear) struct buf raw = BUF(MIB);
	AUTO(json_free) struct json *answer = NULL;
	char path[128];
	TRY(session_open(call, &session));
	TRY(command_confirm(call, call->argument[0],
		"destroys the evidence of this case for ever",
		"この申込の証跡を完全に廃棄します"));
	snprintf(path, sizeof path, "/v1/applications/%.40s/destruction/approval",
		call->argument[0]);
	TRY(session_ask(&session, "POST", path, BLOB_NONE, &raw, &answer));
	return print_destruction(call, &raw, answer);
}
