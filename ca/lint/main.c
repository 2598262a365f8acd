/* inkan-lint: the second reader as a process. Descriptor 3: whoever is about to sign. See `inkan lint --help`. */
#include <fcntl.h>

#include "ca/lint/lint.h"
#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/base/secret.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/json/json.h"
#include "common/proc/command.h"
#include "common/proc/proc.h"

enum { FD_ASKER = 3 };

struct lint_conf {
	char *profiles, *issuers;
};
/* clang-format off */
static const struct conf_item items[] = {
	{ "profiles", CONF_TEXT, offsetof(struct lint_conf, profiles), .required = true,
	  .help = "Folder of the certificate profiles." },
	{ "issuers", CONF_TEXT, offsetof(struct lint_conf, issuers), .fallback_text = "",
	  .help = "issuers.cfg of the ceremony; empty: only roots can be judged." },
};
/* clang-format on */

static void lint_conf_clear(struct lint_conf *conf)
{
	conf_clear(items, COUNT(items), conf);
}
AUTO_DEFINE_HELD(struct lint_conf, lint_conf_clear)

static RESULT load(struct command_call *call, struct lint_policy **out)
{
	AUTO(lint_conf_clear) struct lint_conf settings = { .profiles = NULL };
	AUTO(conf_free) struct conf *conf = NULL;
	struct conf_faults faults = { .count = 0 };
	struct err err = conf_load(command_text(call, "config"), 64 * KIB, &conf);
	if (!err_is(err)) {
		conf_read(conf, items, COUNT(items), NULL, &settings, &faults);
		err = conf_result(&faults);
	}
	if (!err_is(err))
		err = lint_policy_load(
			settings.profiles, settings.issuers[0] == 0 ? NULL : settings.issuers, out, &faults);
	for (size_t i = 0; i < faults.count; i++)
		fprintf(stderr, "%s\n", faults.text[i]);
	if (err_is(err))
		call->exit = COMMAND_CONFIG;
	return err;
}

/* ---- as a process */

/* One item: profile NUL version NUL issuer NUL TBSCertificate. */
static RESULT judge_item(const struct lint_policy *policy, struct blob item, struct lint_findings *findings)
{
	const char *word[3];
	int64_t version;
	for (size_t i = 0; i < COUNT(word); i++) {
		const uint8_t *end = item.len == 0 ? NULL : memchr(item.data, 0, item.len);
		if (end == NULL)
			return FAIL(E_INPUT, "an item without its words");
		word[i] = (const char *)item.data;
		item = blob_make(end + 1, item.len - (size_t)(end + 1 - item.data));
	}
	TRY_IN(text_to_int(word[1], 1, 1 << 30, &version), "version");
	lint_certificate(policy, word[0], version, word[2], (struct span){ item.data, item.len }, findings);
	return OK;
}

static RESULT put_length(struct buf *out, size_t at, size_t len)
{
	for (size_t i = 0; i < 4; i++)
		out->data[at + i] = (uint8_t)(len >> (24 - 8 * i));
	return OK;
}

static RESULT answer_item(const struct lint_findings *findings, struct buf *out)
{
	static const uint8_t room[4];
	size_t at = out->len;
	TRY(buf_append(out, BLOB(room)));
	TRY(buf_append_text(out, findings->count == 0 ? "ok" : "no"));
	for (size_t i = 0; i < findings->count; i++)
		TRY(buf_append_format(out, "\n%s: %s: %s", findings->row[i].rule->id,
			findings->row[i].rule->words, findings->row[i].detail));
	return put_length(out, at, out->len - at - 4);
}

static RESULT answer_frame(const struct lint_policy *policy, struct blob frame, struct buf *out)
{
	out->len = 0;
	while (frame.len > 0) {
		struct lint_findings findings = { .count = 0 };
		size_t len = 0;
		if (frame.len < 4)
			return FAIL(E_INPUT, "a frame that is cut off");
		for (size_t i = 0; i < 4; i++)
			len = len << 8 | frame.data[i];
		if (len > frame.len - 4)
			return FAIL(E_INPUT, "an item that is cut off");
		TRY(judge_item(policy, blob_make(frame.data + 4, len), &findings));
		TRY(answer_item(&findings, out));
		frame = blob_make(frame.data + 4 + len, frame.len - 4 - len);
	}
	return OK;
}

static RESULT serve(const struct lint_policy *policy)
{
	AUTO(buf_clear) struct buf question = BUF(LIMIT_FRAME);
	AUTO(buf_clear) struct buf answer = BUF(LIMIT_FRAME);
	if (fcntl(FD_ASKER, F_SETFD, FD_CLOEXEC) != 0)
		return FAIL(E_INPUT, "descriptor 3 is not open; inkan-ca starts this program");
	TRY(proc_restrict(0, NULL, NULL));
	while (!proc_stop) {
		question.len = 0;
		struct err err = frame_receive(FD_ASKER, &question, NULL);
		if (err.code == E_STATE)
			return OK; /* whoever asked is gone, and so are we */
		TRY(err);
		TRY(answer_frame(policy, buf_view(&question), &answer));
		TRY(frame_send(FD_ASKER, buf_view(&answer)));
	}
	return OK;
}

static RESULT run_serve(struct command_call *call)
{
	AUTO(lint_policy_free) struct lint_policy *policy = NULL;
	TRY(load(call, &policy));
	TRY(proc_signals());
	log_open("lint", 6);
	struct err err = serve(policy);
	if (err_is(err))
		log_err(NULL, "ended", err);
	return err;
}

/* ---- for people */

/* PEM or DER, a Certificate or a TBSCertificate: the TBSCertificate in it. */
static RESULT read_tbs(const char *path, struct buf *room, struct span *out)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----", end[] = "-----END CERTIFICATE-----";
	AUTO(buf_clear) struct buf file = BUF(64 * KIB);
	AUTO(buf_clear) struct buf lines = BUF(64 * KIB);
	struct node whole, first;
	TRY(file_read(path, &file));
	const char *from = strstr(buf_text(&file), begin);
	const char *to = from == NULL ? NULL : strstr(from, end);
	for (const char *at = to == NULL ? NULL : from + sizeof begin - 1; at != NULL && at < to; at++)
		if (*at != '\n' && *at != '\r')
			TRY(buf_append(&lines, blob_make(at, 1)));
	if (to != NULL)
		TRY(base64_decode(buf_view(&lines), room));
	else
		TRY(buf_append(room, buf_view(&file)));
	struct span in = { room->data, room->len };
	*out = in;
	/* A Certificate begins with its TBSCertificate, a TBSCertificate with its version. */
	if (walk_take_tag(&in, 0x30, &whole) && walk_take_tag(&whole.content, 0x30, &first))
		*out = first.whole;
	return OK;
}

static RESULT print_json(const struct lint_findings *findings)
{
	AUTO(json_free) struct json *array = NULL;
	AUTO(buf_clear) struct buf text = BUF(64 * KIB);
	TRY(json_new_array(&array));
	for (size_t i = 0; i < findings->count; i++) {
		AUTO(json_free) struct json *row = NULL;
		TRY(json_new_object(&row));
		TRY(json_set_text(row, "rule", findings->row[i].rule->id));
		TRY(json_set_text(row, "clause", findings->row[i].rule->clause));
		TRY(json_set_text(row, "words", findings->row[i].rule->words));
		TRY(json_set_text(row, "detail", findings->row[i].detail));
		TRY(json_append(array, MOVE(row)));
	}
	TRY(json_write_pretty(array, &text));
	puts(buf_text(&text));
	return OK;
}

static RESULT run_check(struct command_call *call)
{
	AUTO(lint_policy_free) struct lint_policy *policy = NULL;
	AUTO(buf_clear) struct buf room = BUF(64 * KIB);
	struct lint_findings findings = { .count = 0 };
	struct span tbs;
	const char *issuer = command_text(call, "issuer");
	TRY(load(call, &policy));
	TRY(read_tbs(call->argument[0], &room, &tbs));
	lint_certificate(policy, command_text(call, "profile"), command_int(call, "profile-version"),
		issuer == NULL ? "" : issuer, tbs, &findings);
	call->exit = findings.count == 0 ? COMMAND_OK : COMMAND_NO;
	if (call->json)
		return print_json(&findings);
	if (findings.count == 0)
		puts(command_say(call, "Nothing found.", "指摘はありません。"));
	for (size_t i = 0; i < findings.count; i++)
		printf("%s: %s: %s (%s)\n", findings.row[i].rule->id, findings.row[i].rule->words,
			findings.row[i].detail, findings.row[i].rule->clause);
	return OK;
}

/* clang-format off */
static const struct command_option common_options[] = {
	{ .name = "config", .letter = 'c', .type = OPTION_TEXT, .value = "FILE", .required = true,
	  .summary = "the settings file: profiles, issuers", .summary_ja = "設定ファイル (profiles, issuers)" },
	{ .name = NULL },
};
static const struct command_option check_options[] = {
	{ .name = "config", .letter = 'c', .type = OPTION_TEXT, .value = "FILE", .required = true,
	  .summary = "the settings file: profiles, issuers", .summary_ja = "設定ファイル (profiles, issuers)" },
	{ .name = "profile", .type = OPTION_TEXT, .value = "NAME", .required = true,
	  .summary = "the profile that it should follow", .summary_ja = "適用するプロファイル" },
	{ .name = "profile-version", .type = OPTION_INT, .value = "N", .min = 1, .max = 1 << 30, .fallback = "1",
	  .summary = "its version", .summary_ja = "プロファイルの版" },
	{ .name = "issuer", .type = OPTION_TEXT, .value = "WORD",
	  .summary = "the CA's word in issuers.cfg; not for roots", .summary_ja = "発行者 (issuers.cfgの名前)" },
	{ .name = NULL },
};
static const char *const serve_examples[] = { "inkan lint -c lint.cfg", NULL };
static const char *const check_examples[] = {
	"inkan lint check -c lint.cfg --profile P-PERSON-MP --issuer person subscriber.pem", NULL };

static const struct command commands[] = {
	{ "", "", 0, 0, "Judges what comes on descriptor 3, before it is signed; inkan-ca starts it so",
	  "署名前の証明書を検査 (inkan-caが起動)", common_options, serve_examples, run_serve, false },
	{ "check", "FILE", 1, 1, "Judges one certificate and prints what it finds",
	  "証明書を検査し指摘を表示", check_options, check_examples, run_check, false },
};
/* clang-format on */

static const struct command_set lint_commands = { .program = "inkan lint",
	.summary = "The second reader: judges certificates by their bytes",
	.summary_ja = "第二の検査器: 証明書をバイト列から検査",
	.commands = commands,
	.command_count = COUNT(commands) };

int main(int argc, char **argv)
{
	struct err err = secret_harden();
	if (err_is(err)) {
		fprintf(stderr, "inkan-lint: %s\n", err.text);
		return err_kind(err.code)->exit_code;
	}
	return command_main(&lint_commands, argc, argv, NULL);
}
