#include "lra/notices/sender.h"

#include <poll.h>

#include "common/base/clock.h"
#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/net/mail.h"
#include "common/pki/cert.h"
#include "common/pki/mailbox.h"
#include "common/proc/fault_point.h"
#include "common/proc/proc.h"
#include "lra/key_file.h"
#include "lra/notices/letter.h"
#include "lra/notices/queue_store.h"
#include "lra/notices/webhook.h"

enum {
	REVOCATIONS = 500,
	BATCH = 200,
	AGAIN_MS = 1000,
	MAIL_S = 30,
	LETTER = 512 * 1024
};

struct sender {
	const struct notices_conf *conf;
	struct templates *templates;
	struct mail *mail; /* NULL: none is sent */
	struct secret *password;
	EVP_PKEY *key;
	struct buf certificate, chain;
	struct blob above;
	struct letter_sender letter;
	struct db *db;
	int64_t next_sweep, rest_until[CHANNEL_COUNT]; /* rest: the other side is away */
};

/* ---- the start */

static RESULT load_key(struct sender *sender)
{
	const struct notices_conf *conf = sender->conf;
	AUTO(buf_clear) struct buf file = BUF(64 * KIB);
	AUTO(buf_clear) struct buf above = BUF(64 * KIB);
	if (conf->mail_certificate[0] == 0)
		return OK;
	TRY(file_read(conf->mail_certificate, &file));
	TRY_IN(cert_from_file(buf_view(&file), &sender->certificate), "mail.certificate");
	TRY_IN(key_file_read(conf->mail_key, &sender->key), "mail.key");
	TRY(signature_software_key(sender->key, &sender->letter.key));
	sender->letter.certificate = buf_view(&sender->certificate);
	if (conf->mail_chain[0] == 0)
		return OK;
	TRY(file_read(conf->mail_chain, &above));
	TRY_IN(cert_from_file(buf_view(&above), &sender->chain), "mail.chain");
	sender->above = buf_view(&sender->chain);
	sender->letter.chain = &sender->above;
	sender->letter.chain_count = 1;
	return OK;
}

static const char *or_null(const char *text)
{
	return text[0] == 0 ? NULL : text;
}

static RESULT open_mail(struct sender *sender)
{
	const struct notices_conf *conf = sender->conf;
	char from[256];
	if (conf->mail_server[0] == 0)
		return OK;
	TRY_IN(mailbox_to_ascii(conf->mail_from, from, sizeof from), "mail.from");
	if (conf->mail_password[0] != 0)
		TRY_IN(secret_from_source(conf->mail_password, &sender->password),
			"mail.password");
	const struct mail_settings settings = { .server = conf->mail_server,
		.ca_file = or_null(conf->mail_ca),
		.user = or_null(conf->mail_user),
		.password = sender->password,
		.timeout_s = MAIL_S };
	return mail_open(&settings, &sender->mail);
}

static RESULT load_secrets(struct notices_conf *conf)
{
	for (size_t i = 0; i < conf->office_count; i++)
		for (size_t j = 0; j < conf->office[i].webhook_count; j++) {
			struct notice_webhook *webhook = &conf->office[i].webhook[j];
			TRY_IN(secret_from_source(webhook->secret_source,
				       &webhook->secret),
				"webhook %s: secret", webhook->name);
		}
	return OK;
}

RESULT sender_open(struct notices_conf *conf, struct sender **out,
	struct conf_faults *faults)
{
	AUTO(sender_close) struct sender *sender = calloc(1, sizeof *sender);
	if (sender == NULL)
		return FAIL(E_IO, "out of memory");
	sender->conf = conf;
	sender->certificate = BUF(LIMIT_CERT);
	sender->chain = BUF(LIMIT_CERT);
	TRY_IN(templates_load(conf->templates, &sender->templates, faults), "templates");
	sender->letter.mailbox = conf->mail_from;
	sender->letter.templates = sender->templates;
	TRY(load_key(sender));
	TRY(open_mail(sender));
	TRY(load_secrets(conf));
	*out = MOVE(sender);
	return OK;
}

void sender_close(struct sender *sender)
{
	if (sender == NULL)
		return;
	templates_free(sender->templates);
	mail_close(sender->mail);
	secret_free(sender->password);
	EVP_PKEY_free(sender->key);
	buf_clear(&sender->certificate);
	buf_clear(&sender->chain);
	db_close(sender->db);
	free(sender);
}

/* ---- recipients */

struct naming {
	const struct sender *sender;
	int64_t now;
};

/* An address that the registry took, but that is none for us, is not sent to; the case shows why. */
static RESULT add_mail(const struct naming *naming, struct db_tx *tx,
	const struct notice *notice, const char *state)
{
	const struct notice_kind *kind = notice_kind_find(notice->kind);
	if (naming->sender->mail == NULL || kind == NULL || !kind->mailed ||
		notice->mail[0] == 0)
		return OK;
	return queue_store_add(tx, notice->id, CHANNEL_MAIL, notice->mail, state,
		naming->now);
}

static RESULT name_recipients(void *context, struct db_tx *tx)
{
	const struct naming *naming = context;
	const struct notices_conf *conf = naming->sender->conf;
	struct notice notice;
	TRY(queue_store_new(tx, &notice));
	/* Nobody is told today of what was long ago, when this process was not there. */
	const char *state = notice.at + conf->oldest_s < naming->now ? "late" : "queued";
	const struct notice_office *office = notices_office(conf, notice.lra);
	TRY(add_mail(naming, tx, &notice, state));
	for (size_t i = 0; office != NULL && i < office->webhook_count; i++)
		TRY(queue_store_add(tx, notice.id, CHANNEL_WEBHOOK,
			office->webhook[i].name, state, naming->now));
	return queue_store_expanded(tx, notice.id);
}

struct sweeping {
	const struct notices_conf *conf;
	int64_t now, done;
};

static RESULT follow_revocations(void *context, struct db_tx *tx)
{
	struct sweeping *sweeping = context;
	return queue_store_revocations(tx, REVOCATIONS, &sweeping->done);
}

static RESULT remind(void *context, struct db_tx *tx)
{
	struct sweeping *sweeping = context;
	return queue_store_reminders(tx, sweeping->now, sweeping->conf->holiday_text,
		sweeping->conf->holiday_count, &sweeping->done);
}

static RESULT look_for_news(struct sender *sender, int64_t now)
{
	struct sweeping sweeping = { .conf = sender->conf, .now = now };
	struct naming naming = { sender, now };
	do
		TRY(db_run(sender->db, follow_revocations, &sweeping));
	while (sweeping.done == REVOCATIONS && !proc_stop);
	if (now >= sender->next_sweep) {
		TRY(db_run(sender->db, remind, &sweeping));
		sender->next_sweep = now + sender->conf->sweep_s;
	}
	for (int i = 0; i < BATCH && !proc_stop; i++) {
		struct err err = db_run(sender->db, name_recipients, &naming);
		if (err.code == E_NOT_FOUND)
			return OK;
		TRY(err);
	}
	return OK;
}

/* ---- sending */

struct outcome {
	const struct notice_task *task;
	const char *state;
	int64_t next_at, now;
	char answer[MAIL_ANSWER];
};

static RESULT record(void *context, struct db_tx *tx)
{
	const struct outcome *outcome = context;
	return queue_store_record(tx, outcome->task, outcome->state, outcome->next_at,
		outcome->answer, outcome->now);
}

static int64_t wait_before(const struct notices_conf *conf, int64_t tries)
{
	int64_t wait = conf->retry_first_s;
	for (int64_t i = 1; i < tries && wait < conf->retry_most_s; i++)
		wait *= 2;
	return wait < conf->retry_most_s ? wait : conf->retry_most_s;
}

static RESULT send_mail(struct sender *sender, const struct notice_office *office,
	const struct notice *notice, const struct notice_task *task, int64_t now,
	char answer[static MAIL_ANSWER])
{
	static const struct notice_office nobody = { .id = "",
		.name = "",
		.name_en = "",
		.contact = "",
		.contact_en = "",
		.page = "" };
	AUTO(buf_clear) struct buf letter = BUF(LETTER);
	char to[256];
	struct err err = mailbox_to_ascii(task->recipient, to, sizeof to);
	if (err_is(err)) {
		snprintf(answer, MAIL_ANSWER, "not a mailbox");
		return FAIL(E_POLICY, "not a mailbox");
	}
	TRY(letter_write(&sender->letter, office == NULL ? &nobody : office, notice, task,
		now, &letter));
	return mail_send(sender->mail, sender->conf->mail_from, to, buf_view(&letter),
		answer);
}

static RESULT send_webhook(const struct notice_office *office,
	const struct notice *notice, const struct notice_task *task, int64_t now,
	char answer[static MAIL_ANSWER])
{
	for (size_t i = 0; office != NULL && i < office->webhook_count; i++)
		if (strcmp(office->webhook[i].name, task->recipient) == 0)
			return webhook_send(&office->webhook[i], notice, now, answer);
	snprintf(answer, MAIL_ANSWER, "no longer in the settings");
	return FAIL(E_POLICY, "webhook %s: gone", task->recipient);
}

/* What becomes of a message whose try ended so. The other side's absence gives its channel a rest, for all would fail. */
static void conclude(struct sender *sender, enum notice_channel channel, struct err err,
	struct outcome *outcome)
{
	const struct notices_conf *conf = sender->conf;
	const struct notice_task *task = outcome->task;
	outcome->next_at = outcome->now;
	if (!err_is(err)) {
		outcome->state = "sent";
		return;
	}
	if (err.code == E_POLICY) {
		outcome->state = channel == CHANNEL_MAIL ? "bounced" : "failed";
		return;
	}
	outcome->state =
		task->queued_at + conf->give_up_s < outcome->now ? "failed" : "queued";
	outcome->next_at = outcome->now + wait_before(conf, task->tries);
	/* A server that answered is there: it said no to this message only. */
	bool answered = outcome->answer[0] >= '4' && outcome->answer[0] <= '5';
	if (channel == CHANNEL_MAIL && !answered)
		sender->rest_until[channel] = outcome->now + conf->retry_first_s;
	if (err.code != E_RETRY)
		log_err(NULL, "a notice could not be sent", err);
}

/* True when the recipient has had enough for now: the message waits, and the try does not count as one that failed. */
static RESULT had_enough(struct sender *sender, const struct notice_task *task,
	int64_t now, bool *out)
{
	int64_t count;
	TRY(queue_store_recent(sender->db, task->recipient, now - HOUR, &count));
	*out = count >= sender->conf->mail_per_hour;
	return OK;
}

static RESULT send_one(struct sender *sender, enum notice_channel channel,
	const struct notice_task *task, int64_t now)
{
	struct notice notice;
	struct outcome outcome = { .task = task, .now = now };
	bool enough = false;
	TRY(queue_store_notice(sender->db, task->notice_id, &notice));
	const struct notice_office *office = notices_office(sender->conf, notice.lra);
	if (channel == CHANNEL_MAIL)
		TRY(had_enough(sender, task, now, &enough));
	if (enough) {
		outcome.state = "queued";
		outcome.next_at = now + HOUR / 6;
		snprintf(outcome.answer, sizeof outcome.answer,
			"waits: many mails to this mailbox");
		return db_run(sender->db, record, &outcome);
	}
	struct err err =
		channel == CHANNEL_MAIL
			? send_mail(sender, office, &notice, task, now, outcome.answer)
			: send_webhook(office, &notice, task, now, outcome.answer);
	fault_point("notices.sent");
	conclude(sender, channel, err, &outcome);
	return db_run(sender->db, record, &outcome);
}

struct claiming {
	enum notice_channel channel;
	int64_t now, until;
	struct notice_task task;
};

static RESULT claim(void *context, struct db_tx *tx)
{
	struct claiming *claiming = context;
	return queue_store_claim(tx, claiming->channel, claiming->now, claiming->until,
		&claiming->task);
}

/* E_NOT_FOUND: nothing of this channel can go now. */
static RESULT send_next(struct sender *sender, enum notice_channel channel)
{
	int64_t now = clock_now();
	struct claiming claiming = { .channel = channel,
		.now = now,
		.until = now + sender->conf->lease_s };
	if (now < sender->rest_until[channel] ||
		(channel == CHANNEL_MAIL && sender->mail == NULL))
		return FAIL(E_NOT_FOUND, "resting");
	TRY(db_run(sender->db, claim, &claiming));
	return send_one(sender, channel, &claiming.task, now);
}

/* By turns, so that neither channel waits for the other's length. */
static RESULT round_once(struct sender *sender)
{
	bool woken, any = true;
	TRY(look_for_news(sender, clock_now()));
	for (int i = 0; i < BATCH && any && !proc_stop; i++) {
		any = false;
		for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
			struct err err = send_next(sender, (enum notice_channel)channel);
			if (err.code == E_NOT_FOUND)
				continue;
			TRY(err);
			any = true;
		}
	}
	return any ? OK : db_wait(sender->db, (int)sender->conf->look_s * 1000, &woken);
}

static RESULT open_patiently(struct sender *sender)
{
	for (;;) {
		struct err err = db_open(sender->conf->database, &notice_queue_stmts, 1,
			&sender->db);
		if (err.code != E_RETRY || proc_stop)
			return err;
		log_err(NULL, "waiting for the registry", err);
		poll(NULL, 0, AGAIN_MS);
	}
}

/* Each connection reads again whom it trusts; nothing else is opened any more. */
static RESULT restrict_self(const struct notices_conf *conf)
{
	const char *readable[NOTICES_OFFICES * OFFICE_WEBHOOKS + 2];
	size_t count = 0;
	if (conf->mail_ca[0] != 0)
		readable[count++] = conf->mail_ca;
	for (size_t i = 0; i < conf->office_count; i++)
		for (size_t j = 0; j < conf->office[i].webhook_count; j++)
			if (conf->office[i].webhook[j].ca[0] != 0)
				readable[count++] = conf->office[i].webhook[j].ca;
	readable[count] = NULL;
	return proc_restrict(POWER_NET_CONNECT | POWER_FILE_READ, readable, NULL);
}

RESULT sender_run(struct sender *sender)
{
	TRY(open_patiently(sender));
	TRY(restrict_self(sender->conf));
	while (!proc_stop) {
		struct err err = round_once(sender);
		if (!err_is(err))
			continue;
		log_err(NULL, "not all notices looked at; trying again", err);
		poll(NULL, 0, AGAIN_MS);
		IGNORE(db_reconnect(sender->db)); /* the next round tells */
	}
	return OK;
}
