#include "lra/notices/conf.h"

#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"

/* clang-format off */
#define AT(member) offsetof(struct notices_conf, member)
static const struct conf_item items[] = {
	{ "database", CONF_TEXT, AT(database), .required = true,
	  .help = "libpq connection, role inkan_notices." },
	{ "templates", CONF_TEXT, AT(templates), .required = true,
	  .help = "Folder of the texts: ja/KIND.txt and en/KIND.txt." },
	{ "holidays", CONF_TEXT, AT(holidays_file), .required = true,
	  .help = "File of the days on which nobody is reminded." },
	{ "mail.server", CONF_TEXT, AT(mail_server), .fallback_text = "",
	  .help = "smtps://relay.example:465, or smtp://relay.example:587 with STARTTLS. Without it no mail is sent." },
	{ "mail.ca", CONF_TEXT, AT(mail_ca), .fallback_text = "",
	  .help = "PEM file of the CAs that the server's certificate leads to; only a relay on this machine needs none." },
	{ "mail.user", CONF_TEXT, AT(mail_user), .fallback_text = "", .help = "User at the server." },
	{ "mail.password", CONF_TEXT, AT(mail_password), .fallback_text = "",
	  .help = "Where his password comes from: fd:N, credential:NAME or file:PATH." },
	{ "mail.from", CONF_TEXT, AT(mail_from), .fallback_text = "", .help = "Mailbox of the sender, as in its certificate." },
	{ "mail.certificate", CONF_TEXT, AT(mail_certificate), .fallback_text = "",
	  .help = "PEM file of the sender's certificate (P-SEAL-SMIME); without it mails are not signed." },
	{ "mail.chain", CONF_TEXT, AT(mail_chain), .fallback_text = "", .help = "PEM file of the CA above it, which readers may not have." },
	{ "mail.key", CONF_TEXT, AT(mail_key), .fallback_text = "", .help = "PEM file of its private key; only its owner may read it." },
	{ "mail.perHour", CONF_INT, AT(mail_per_hour), .min = 1, .max = 1000, .fallback = 20,
	  .help = "So many mails an hour to one mailbox; others wait." },
	{ "look", CONF_SECONDS, AT(look_s), .min = 1, .max = HOUR, .fallback = 2, .help = "How often the queue is looked at." },
	{ "sweep", CONF_SECONDS, AT(sweep_s), .min = 1, .max = DAY, .fallback = 15 * MINUTE, .help = "How often reminders are looked for." },
	{ "lease", CONF_SECONDS, AT(lease_s), .min = 2, .max = HOUR, .fallback = 2 * MINUTE,
	  .help = "When a sending that was cut off is done again." },
	{ "retry.first", CONF_SECONDS, AT(retry_first_s), .min = 1, .max = HOUR, .fallback = MINUTE,
	  .help = "Wait before the second try; doubled at each one." },
	{ "retry.most", CONF_SECONDS, AT(retry_most_s), .min = 1, .max = DAY, .fallback = 6 * HOUR, .help = "The longest wait between two tries." },
	{ "retry.giveUp", CONF_SECONDS, AT(give_up_s), .min = 1, .max = 30 * DAY, .fallback = 3 * DAY,
	  .help = "A message that did not go for so long has failed." },
	{ "oldest", CONF_SECONDS, AT(oldest_s), .min = HOUR, .max = 366 * DAY, .fallback = 14 * DAY,
	  .help = "What happened longer ago is not told any more." },
};
struct text_item { const char *key; size_t offset; bool required; };
static const struct text_item of_office[] = {
	{ "id",        offsetof(struct notice_office, id),         true  },
	{ "name",      offsetof(struct notice_office, name),       true  },
	{ "nameEn",    offsetof(struct notice_office, name_en),    false },
	{ "contact",   offsetof(struct notice_office, contact),    false },
	{ "contactEn", offsetof(struct notice_office, contact_en), false },
	{ "page",      offsetof(struct notice_office, page),       false },
};
static const struct text_item of_webhook[] = {
	{ "name",      offsetof(struct notice_webhook, name),          true  },
	{ "url",       offsetof(struct notice_webhook, url),           true  },
	{ "ca",        offsetof(struct notice_webhook, ca),            false },
	{ "secret",    offsetof(struct notice_webhook, secret_source), true  },
};
/* clang-format on */

static void read_text(const struct conf_node *group, const char *key, bool required,
	char **out, struct conf_faults *faults)
{
	const struct conf_node *node = conf_get(group, key);
	const char *text = node == NULL ? "" : conf_as_text(node);
	if (text == NULL || (required && text[0] == 0))
		conf_fault(faults, node == NULL ? group : node, "%s: a text is needed",
			key);
	*out = strdup(text == NULL ? "" : text);
}

static bool is_named(const char *key, const struct text_item *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(table[i].key, key) == 0)
			return true;
	return false;
}

/* Texts of a group into a struct of char *; keys that no row names, but `also`, are faults. */
static void read_texts(const struct conf_node *group, const struct text_item *table,
	size_t count, const char *also, void *out, struct conf_faults *faults)
{
	for (size_t i = 0; i < count; i++)
		read_text(group, table[i].key, table[i].required,
			(char **)(void *)((char *)out + table[i].offset), faults);
	for (size_t i = 0; i < conf_count(group); i++) {
		const char *key = conf_key(conf_at(group, i));
		if (strcmp(key, also) != 0 && !is_named(key, table, count))
			conf_fault(faults, conf_at(group, i), "no such setting");
	}
}

/* "https://host:port/path" → what curl is opened with, and the path. */
static void split_url(struct notice_webhook *webhook, const struct conf_node *node,
	struct conf_faults *faults)
{
	char *host = strstr(webhook->url, "://");
	char *path = host == NULL ? NULL : strchr(host + 3, '/');
	bool here = text_starts(webhook->url, "http://127.0.0.1:") ||
		    text_starts(webhook->url, "http://localhost:");
	webhook->path = strdup(path == NULL ? "/" : path);
	if (path != NULL)
		*path = 0;
	if (host == NULL || (webhook->ca[0] == 0 && !here) ||
		(webhook->ca[0] != 0 && !text_starts(webhook->url, "https://")))
		conf_fault(faults, node,
			"url: https:// with a ca; plain http:// to this machine only");
}

static void read_webhooks(const struct conf_node *list, struct notice_office *office,
	struct conf_faults *faults)
{
	for (size_t i = 0; i < conf_count(list); i++) {
		const struct conf_node *node = conf_at(list, i);
		if (office->webhook_count == OFFICE_WEBHOOKS) {
			conf_fault(faults, node, "more than %d webhooks",
				OFFICE_WEBHOOKS);
			return;
		}
		struct notice_webhook *webhook =
			&office->webhook[office->webhook_count++];
		read_texts(node, of_webhook, COUNT(of_webhook), "", webhook, faults);
		split_url(webhook, node, faults);
	}
}

static void read_offices(const struct conf_node *list, struct notices_conf *out,
	struct conf_faults *faults)
{
	for (size_t i = 0; i < conf_count(list); i++) {
		const struct conf_node *node = conf_at(list, i);
		if (out->office_count == NOTICES_OFFICES) {
			conf_fault(faults, node, "more than %d LRAs", NOTICES_OFFICES);
			return;
		}
		struct notice_office *office = &out->office[out->office_count++];
		read_texts(node, of_office, COUNT(of_office), "webhooks", office, faults);
		if (conf_get(node, "webhooks") != NULL)
			read_webhooks(conf_get(node, "webhooks"), office, faults);
	}
}

static RESULT read_holidays(struct notices_conf *out, struct conf_faults *faults)
{
	AUTO(conf_free) struct conf *conf = NULL;
	TRY(conf_load(out->holidays_file, 64 * KIB, &conf));
	const struct conf_node *list = conf_get(conf_root(conf), "holidays");
	if (list == NULL)
		conf_fault(faults, conf_root(conf), "holidays: missing");
	for (size_t i = 0; list != NULL && i < conf_count(list); i++) {
		const struct conf_node *node = conf_at(list, i);
		const char *text = conf_as_text(node);
		char moment[32];
		int64_t time;
		snprintf(moment, sizeof moment, "%.10sT00:00:00Z",
			text == NULL ? "" : text);
		if (text == NULL || strlen(text) != 10 ||
			err_is(clock_parse(moment, &time)) ||
			out->holiday_count == NOTICES_HOLIDAYS) {
			conf_fault(faults, node, "not a day, 2026-11-23, or too many");
			continue;
		}
		char *room = out->holiday[out->holiday_count];
		snprintf(room, sizeof out->holiday[0], "%s", text);
		out->holiday_text[out->holiday_count++] = blob_text(room);
	}
	return OK;
}

static void check_mail(const struct notices_conf *out, const struct conf *conf,
	struct conf_faults *faults)
{
	if (out->mail_server[0] != 0 && out->mail_from[0] == 0)
		conf_fault(faults, conf_root(conf), "mail.from: whose mails are these?");
	if ((out->mail_certificate[0] == 0) != (out->mail_key[0] == 0))
		conf_fault(faults, conf_root(conf),
			"mail.certificate and mail.key go together");
	if ((out->mail_user[0] == 0) != (out->mail_password[0] == 0))
		conf_fault(faults, conf_root(conf),
			"mail.user and mail.password go together");
}

RESULT notices_conf_load(const char *path, struct notices_conf **out,
	struct conf_faults *faults)
{
	AUTO(conf_free) struct conf *conf = NULL;
	AUTO(notices_conf_free) struct notices_conf *made = calloc(1, sizeof *made);
	if (made == NULL)
		return FAIL(E_IO, "out of memory");
	TRY(conf_load(path, 256 * KIB, &conf));
	conf_read(conf, items, COUNT(items), "lras", made, faults);
	const struct conf_node *lras = conf_get(conf_root(conf), "lras");
	if (lras != NULL)
		read_offices(lras, made, faults);
	TRY(conf_result(faults));
	check_mail(made, conf, faults);
	TRY_IN(read_holidays(made, faults), "holidays");
	TRY(conf_result(faults));
	*out = MOVE(made);
	return OK;
}

static void office_clear(struct notice_office *office)
{
	for (size_t i = 0; i < COUNT(of_office); i++)
		free(*(char **)(void *)((char *)office + of_office[i].offset));
	for (size_t i = 0; i < office->webhook_count; i++) {
		struct notice_webhook *webhook = &office->webhook[i];
		for (size_t j = 0; j < COUNT(of_webhook); j++)
			free(*(char **)(void *)((char *)webhook + of_webhook[j].offset));
		free(webhook->path);
		secret_free(webhook->secret);
	}
}

void notices_conf_free(struct notices_conf *conf)
{
	if (conf == NULL)
		return;
	conf_clear(items, COUNT(items), conf);
	for (size_t i = 0; i < conf->office_count; i++)
		office_clear(&conf->office[i]);
	free(conf);
}

RESULT notices_conf_describe(struct buf *out)
{
	TRY(conf_describe(items, COUNT(items), out));
	return buf_append_text(out,
		"lras                 list: id, name, nameEn, contact, contactEn, page "
		"of each "
		"LRA, and\n                     webhooks: name, url, ca, secret of each "
		"program that is told.\n");
}

const struct notice_office *notices_office(const struct notices_conf *conf,
	const char *lra)
{
	for (size_t i = 0; i < conf->office_count; i++)
		if (strcmp(conf->office[i].id, lra) == 0)
			return &conf->office[i];
	return NULL;
}
