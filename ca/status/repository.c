#include "ca/status/repository.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ca/status/freshness.h"
#include "common/base/clock.h"
#include "common/base/text.h"
#include "common/pki/crl.h"

enum { FILE_NAME = 80, FINGERPRINT = 32 };

/* What stands in an issuer's file name: its name is a word of the configuration, never of a request. */
struct entry {
	const struct issuer *issuer;
	char crl_name[FILE_NAME], cer_name[FILE_NAME];
	uint8_t sha256[FINGERPRINT];
};

struct repository {
	const struct status_conf *conf;
	struct tally *tally;
	int crl_folder;
	size_t count;
	struct entry *entry;
};

static RESULT entry_fill(const struct issuer *issuer, struct entry *out)
{
	out->issuer = issuer;
	if (snprintf(out->crl_name, FILE_NAME, "%s.crl", issuer->name) >= FILE_NAME ||
		snprintf(out->cer_name, FILE_NAME, "%s.cer", issuer->name) >= FILE_NAME ||
		strchr(issuer->name, '/') != NULL || issuer->name[0] == '.')
		return FAIL(E_INPUT, "issuer %s: not a name for a file", issuer->name);
	if (EVP_Digest(issuer->certificate.data, issuer->certificate.len, out->sha256,
		    NULL, EVP_sha256(), NULL) != 1)
		return FAIL_OSSL(E_CRYPTO, "fingerprint");
	return OK;
}

RESULT repository_new(const struct status_conf *conf, const struct issuer_set *set,
	struct tally *tally, struct repository **out)
{
	char path[4096];
	AUTO(repository_free)
	struct repository *repository = calloc(1, sizeof *repository);
	if (repository == NULL)
		return FAIL(E_IO, "out of memory");
	repository->conf = conf;
	repository->tally = tally;
	repository->crl_folder = -1;
	repository->entry = calloc(issuer_set_count(set) + 1, sizeof *repository->entry);
	if (repository->entry == NULL)
		return FAIL(E_IO, "out of memory");
	for (; repository->count < issuer_set_count(set); repository->count++)
		TRY(entry_fill(issuer_set_at(set, repository->count),
			&repository->entry[repository->count]));
	if (snprintf(path, sizeof path, "%s/crl", conf->public_folder) >=
		(int)sizeof path)
		return FAIL(E_INPUT, "publicFolder: too long");
	repository->crl_folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (repository->crl_folder < 0)
		return FAIL(E_IO, "%s: %s", path, strerror(errno));
	*out = MOVE(repository);
	return OK;
}

void repository_free(struct repository *repository)
{
	if (repository == NULL)
		return;
	if (repository->crl_folder >= 0)
		close(repository->crl_folder);
	free(repository->entry);
	free(repository);
}

static void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
AUTO_DEFINE_HELD(int, fd_close)

/* A CRL as it lies in the folder now; the publisher puts another in its place by renaming. */
struct crl_file {
	int64_t this_update, next_update;
	char etag[64];
};

static RESULT crl_open(const struct repository *repository, const struct entry *entry,
	int *out_fd, struct crl_file *out)
{
	uint8_t head[CRL_HEAD];
	struct stat info;
	AUTO(fd_close)
	int fd = openat(repository->crl_folder, entry->crl_name,
		O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return FAIL(errno == ENOENT ? E_NOT_FOUND : E_IO, "%s: %s",
			entry->crl_name, strerror(errno));
	if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
		return FAIL(E_IO, "%s: not a file", entry->crl_name);
	ssize_t got = pread(fd, head, sizeof head, 0);
	if (got < 0)
		return FAIL(E_IO, "%s: %s", entry->crl_name, strerror(errno));
	TRY_IN(crl_head_times(blob_make(head, (size_t)got), &out->this_update,
		       &out->next_update),
		"%s", entry->crl_name);
	/* The same on all machines that hold this list: a list of a later moment has another thisUpdate or length. */
	snprintf(out->etag, sizeof out->etag, "\"%llx-%llx\"",
		(unsigned long long)out->this_update, (unsigned long long)info.st_size);
	*out_fd = fd;
	fd = -1;
	return OK;
}

static const struct entry *entry_by(const struct repository *repository, const char *name,
	size_t offset)
{
	for (size_t i = 0; i < repository->count; i++)
		if (strcmp((const char *)&repository->entry[i] + offset, name) == 0)
			return &repository->entry[i];
	return NULL;
}

/* R-CRL-08 */
RESULT repository_crl(struct repository *repository, const struct http_request *request,
	struct http_response *response)
{
	const struct entry *entry = entry_by(repository, request->parameter[0],
		offsetof(struct entry, crl_name));
	struct crl_file file;
	bool not_modified = false;
	AUTO(fd_close) int fd = -1;
	if (entry == NULL)
		return FAIL(E_NOT_FOUND, "no such CRL");
	TRY(crl_open(repository, entry, &fd, &file));
	struct freshness freshness = { .this_update = file.this_update,
		.next_update = file.next_update,
		.etag = file.etag,
		.max_age_s = repository->conf->max_age_s };
	tally_add(repository->tally, TALLY_CRL);
	response->media_type = "application/pkix-crl";
	TRY(freshness_set(&freshness, request, response, &not_modified));
	if (!not_modified) {
		response->file_fd = fd;
		fd = -1; /* the server closes it */
	}
	return OK;
}

RESULT repository_certificate(struct repository *repository,
	const struct http_request *request, struct http_response *response)
{
	const struct entry *entry = entry_by(repository, request->parameter[0],
		offsetof(struct entry, cer_name));
	if (entry == NULL)
		return FAIL(E_NOT_FOUND, "no such CA certificate");
	response->media_type = "application/pkix-cert";
	TRY(http_header(response, "Cache-Control", "max-age=%lld, public, no-transform",
		(long long)repository->conf->max_age_s));
	return buf_append(&response->body, entry->issuer->certificate);
}

static RESULT put_escaped(struct buf *out, const char *text)
{
	for (const char *at = text; *at != 0; at++) {
		const char *word = *at == '<'   ? "&lt;"
				   : *at == '>' ? "&gt;"
				   : *at == '&' ? "&amp;"
				   : *at == '"' ? "&quot;"
						: NULL;
		TRY(word != NULL ? buf_append_text(out, word)
				 : buf_append(out, blob_make(at, 1)));
	}
	return OK;
}

/* In groups of four, so that people can compare it with what stands on paper. */
static RESULT put_fingerprint(struct buf *out, const uint8_t sha256[static FINGERPRINT])
{
	char hex[2 * FINGERPRINT + 1];
	hex_encode(blob_make(sha256, FINGERPRINT), hex);
	for (size_t i = 0; i < 2 * FINGERPRINT; i += 4)
		TRY(buf_append_format(out, "%s%.4s", i == 0 ? "" : " ", hex + i));
	return OK;
}

static RESULT put_times(struct buf *out, const char *label, int64_t from, int64_t to)
{
	char since[CLOCK_TEXT], until[CLOCK_TEXT];
	clock_text(from, since);
	clock_text(to, until);
	return buf_append_format(out,
		"<dt>%s</dt><dd><time datetime=\"%s\">%s</time> – <time "
		"datetime=\"%s\">%s</time></dd>\n",
		label, since, since, until, until);
}

static RESULT put_crl(const struct repository *repository, const struct entry *entry,
	struct buf *out)
{
	struct crl_file file;
	AUTO(fd_close) int fd = -1;
	struct err err = crl_open(repository, entry, &fd, &file);
	TRY(buf_append_text(out, "<dt>失効リスト / CRL</dt><dd>"));
	if (err_is(err)) /* not there yet, or unreadable: said so, and the rest of the page stands */
		return buf_append_text(out,
			"まだ公開されていません / not published yet</dd>\n");
	TRY(buf_append_text(out, "<a href=\"/crl/"));
	TRY(put_escaped(out, entry->crl_name));
	TRY(buf_append_text(out, "\">/crl/"));
	TRY(put_escaped(out, entry->crl_name));
	TRY(buf_append_text(out, "</a></dd>\n"));
	return put_times(out, "失効リストの期間 / thisUpdate – nextUpdate",
		file.this_update, file.next_update);
}

static RESULT put_entry(const struct repository *repository, const struct entry *entry,
	struct buf *out)
{
	const struct cert *cert = &entry->issuer->parsed;
	AUTO(buf_clear) struct buf subject = BUF(2 * LIMIT_NAME);
	struct name name = { .count = 0 };
	char serial[SERIAL_TEXT];
	/* A subject of a form that we do not write ourselves is called by its word in the configuration. */
	if (err_is(name_parse(cert->subject, &name)))
		TRY(buf_append_text(&subject, entry->issuer->name));
	else
		TRY(name_text(&name, &subject));
	serial_text(&cert->serial_number, serial);
	TRY(buf_append_text(out, "<section>\n<h2>"));
	TRY(put_escaped(out, buf_text(&subject)));
	TRY(buf_append_text(out,
		"</h2>\n<dl>\n<dt>認証局証明書 / CA certificate</dt><dd><a href=\"/ca/"));
	TRY(put_escaped(out, entry->cer_name));
	TRY(buf_append_text(out, "\">/ca/"));
	TRY(put_escaped(out, entry->cer_name));
	TRY(buf_append_format(out,
		"</a></dd>\n<dt>シリアル番号 / "
		"serialNumber</dt><dd><code>%s</code></dd>\n",
		serial));
	TRY(put_times(out, "有効期間 / validity", cert->not_before, cert->not_after));
	TRY(buf_append_text(out, "<dt>拇印 / fingerprint (SHA-256)</dt><dd><code>"));
	TRY(put_fingerprint(out, entry->sha256));
	TRY(buf_append_text(out, "</code></dd>\n"));
	TRY(put_crl(repository, entry, out));
	return buf_append_text(out, "</dl>\n</section>\n");
}

static const char page_head[] =
	"<!DOCTYPE html>\n<html lang=\"ja\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<title>リポジトリ / Repository</title>\n<link rel=\"stylesheet\" "
	"href=\"/style.css\">\n"
	"</head>\n<body>\n<main>\n";
static const char page_words[] = "<h1>リポジトリ / Repository</h1>\n"
				 "<p>"
				 "認証局証明書と失効リストを公開しています。拇印は、別の"
				 "経路で受け取ったものと必ず見比べてください。</p>\n"
				 "<p lang=\"en\">CA certificates and revocation lists. "
				 "Compare fingerprints with those you received "
				 "by another way.</p>\n";
static const char page_end[] = "</main>\n</body>\n</html>\n";
static const char style[] =
	"body{margin:0;font-family:system-ui,sans-serif;line-height:1.6;color:#1a1a1a;"
	"background:#fff}\n"
	"main{max-width:56rem;margin:0 auto;padding:1rem}\n"
	"h1{font-size:1.6rem}h2{font-size:1.15rem;overflow-wrap:anywhere}\n"
	"section{border-top:1px solid #767676;padding:.5rem 0}\n"
	"dt{font-weight:600}dd{margin:0 0 .5rem;overflow-wrap:anywhere}\n"
	"a{color:#0b4f9e;display:inline-block;min-height:24px}\n"
	".note{border:2px solid #1a1a1a;padding:.5rem;font-weight:600}\n";

RESULT repository_page(struct repository *repository, const struct http_request *request,
	struct http_response *response)
{
	struct buf *out = &response->body;
	(void)request;
	response->media_type = "text/html; charset=utf-8";
	TRY(http_header(response, "Content-Security-Policy",
		"default-src 'none'; style-src 'self'; base-uri 'none'; form-action "
		"'none'; "
		"frame-ancestors 'none'"));
	TRY(http_header(response, "Cache-Control", "max-age=60, public"));
	TRY(buf_append_text(out, page_head));
	if (repository->conf->page_note[0] != 0) {
		TRY(buf_append_text(out, "<p class=\"note\">"));
		TRY(put_escaped(out, repository->conf->page_note));
		TRY(buf_append_text(out, "</p>\n"));
	}
	TRY(buf_append_text(out, page_words));
	for (size_t i = 0; i < repository->count; i++)
		TRY(put_entry(repository, &repository->entry[i], out));
	return buf_append_text(out, page_end);
}

RESULT repository_style(const struct http_request *request,
	struct http_response *response)
{
	(void)request;
	response->media_type = "text/css; charset=utf-8";
	TRY(http_header(response, "Cache-Control", "max-age=86400, public"));
	return buf_append_text(&response->body, style);
}
