#include "ca/ceremony/artefact.h"

#include <dirent.h>
#include <errno.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/base/table.h"
#include "common/base/text.h"

enum { ARTEFACT_MAX = 8 * 1024 * 1024, LIST_MAX = 64 * 1024 };

static RESULT make_folder(const char *path)
{
	if (mkdir(path, 0755) != 0 && errno != EEXIST)
		return FAIL(E_IO, "%s: could not be made: %s", path, strerror(errno));
	return OK;
}

RESULT artefact_folders(const struct room *room)
{
	static const char *const parts[] = { "public", "public/ca", "public/crl" };
	char path[ROOM_PATH];
	TRY(make_folder(room->site->output));
	TRY(room_path(room, "manifest.sha256", "", path));
	if (access(path, F_OK) == 0)
		return FAIL(E_CONFLICT,
			"%s: a ceremony was finished here; nothing is ever overwritten",
			room->site->output);
	for (size_t i = 0; i < COUNT(parts); i++) {
		TRY(room_path(room, parts[i], "", path));
		TRY(make_folder(path));
	}
	return OK;
}

RESULT artefact_read_certificate(const struct room *room, const struct plan_row *row,
	struct buf *out)
{
	char path[ROOM_PATH];
	AUTO(buf_clear) struct buf pem = BUF(64 * KIB);
	TRY(room_path(room, row->word, ".pem", path));
	TRY(file_read(path, &pem));
	return cert_from_file(buf_view(&pem), out);
}

RESULT artefact_certificate(struct room *room, const struct plan_row *row,
	struct blob der)
{
	char path[ROOM_PATH];
	AUTO(buf_clear) struct buf pem = BUF(64 * KIB);
	AUTO(buf_clear) struct buf chain = BUF(64 * KIB);
	const struct authority *above = room_authority(room, row->issuer);
	if (above != NULL && above->above != NULL) {
		TRY(cert_to_pem(der, &chain));
		/* The root is not sent along: who asks has it, or does not trust it. */
		for (; above->above != NULL; above = above->above)
			TRY(cert_to_pem(buf_view(&above->der), &chain));
		TRY(room_path(room, row->word, "-chain.pem", path));
		TRY(file_write(path, buf_view(&chain), 0644));
	}
	/* Last, for its presence says that the row is done. */
	TRY(cert_to_pem(der, &pem));
	TRY(room_path(room, row->word, ".pem", path));
	return file_write(path, buf_view(&pem), 0644);
}

static RESULT append_setting(struct buf *text, const char *key, const char *value,
	const char *suffix)
{
	return value[0] == 0 ? OK
			     : buf_append_format(text, "    %s = \"%s%s\";\n", key, value,
				       suffix);
}

static RESULT append_authority(const struct room *room, const struct authority *authority,
	struct buf *text)
{
	const struct plan_row *row = authority->row;
	const struct authority *above = authority->above;
	const struct plan_row *responder = authority->responder;
	char path[ROOM_PATH];
	TRY(buf_append_text(text, "  {\n"));
	TRY(append_setting(text, "name", row->word, ""));
	TRY(append_setting(text, "profile", row->profile, ""));
	TRY(append_setting(text, "certificate", row->word, ".pem"));
	TRY(append_setting(text, "root", above == NULL ? "" : above->row->word, ".pem"));
	TRY(append_setting(text, "crl_uri", authority->crl_uri, ""));
	TRY(append_setting(text, "ocsp_uri", authority->ocsp_uri, ""));
	TRY(append_setting(text, "ca_issuers_uri", authority->ca_issuers_uri, ""));
	/* R-ISS-20: the online processes do not even learn where a root's key is. */
	if (above != NULL) {
		TRY(append_setting(text, "token", row->token, ""));
		TRY(append_setting(text, "key", row->key, ""));
	}
	if (responder != NULL) {
		TRY(room_path(room, responder->word, ".pem", path));
		if (access(path, F_OK) == 0) {
			TRY(append_setting(text, "ocsp_token", responder->token, ""));
			TRY(append_setting(text, "ocsp_key", responder->key, ""));
			TRY(append_setting(text, "ocsp_certificate", responder->word,
				".pem"));
		}
	}
	return buf_append_text(text, "  }");
}

RESULT artefact_authorities(struct room *room)
{
	AUTO(buf_clear) struct buf text = BUF(64 * KIB);
	char path[ROOM_PATH], part[ROOM_PATH];
	TRY(buf_append_text(&text, "# Written by inkan-ceremony. Roots come first; their "
				   "keys stay in the offline room.\nissuers = (\n"));
	for (size_t i = 0; i < room->authority_count; i++) {
		const struct authority *authority = &room->authority[i];
		snprintf(part, sizeof part, "public/ca/%s", authority->row->word);
		TRY(room_path(room, part, ".cer", path));
		TRY(file_write(path, buf_view(&authority->der), 0644));
		TRY(append_authority(room, authority, &text));
		TRY(buf_append_text(&text, i + 1 < room->authority_count ? ",\n" : "\n"));
	}
	TRY(buf_append_text(&text, ");\n"));
	TRY(room_path(room, "issuers.cfg", "", path));
	return file_write(path, buf_view(&text), 0644);
}

RESULT artefact_read_crl(const struct room *room, const char *word, struct buf *out)
{
	char path[ROOM_PATH], part[ROOM_PATH];
	snprintf(part, sizeof part, "public/crl/%s", word);
	TRY(room_path(room, part, ".crl", path));
	return file_read(path, out);
}

RESULT artefact_crl(struct room *room, const char *word, struct blob der)
{
	char path[ROOM_PATH], part[ROOM_PATH];
	snprintf(part, sizeof part, "public/crl/%s", word);
	TRY(room_path(room, part, ".crl", path));
	return file_write(path, der, 0644);
}

RESULT artefact_fingerprints(struct room *room)
{
	AUTO(buf_clear) struct buf text = BUF(LIST_MAX);
	char path[ROOM_PATH];
	for (size_t i = 0; i < room->plan->row_count; i++) {
		AUTO(buf_clear) struct buf der = BUF(LIMIT_CERT);
		uint8_t digest[SHA256_DIGEST_LENGTH];
		TRY(artefact_read_certificate(room, &room->plan->row[i], &der));
		SHA256(der.data, der.len, digest);
		TRY(hex_append(&text, BLOB(digest)));
		TRY(buf_append_format(&text, "  %s\n", room->plan->row[i].word));
	}
	TRY(room_path(room, "fingerprints.sha256", "", path));
	return file_write(path, buf_view(&text), 0644);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_listed(const struct dirent *entry)
{
	const char *name = entry->d_name;
	return entry->d_type == DT_REG && !text_ends(name, ".key") &&
	       !text_ends(name, ".new");
}

static RESULT append_digest(const struct room *room, const char *part, struct buf *text)
{
	AUTO(buf_clear) struct buf bytes = BUF(ARTEFACT_MAX);
	uint8_t digest[SHA256_DIGEST_LENGTH];
	char path[ROOM_PATH];
	TRY(room_path(room, part, "", path));
	TRY(file_read(path, &bytes));
	SHA256(bytes.data, bytes.len, digest);
	TRY(hex_append(text, BLOB(digest)));
	return buf_append_format(text, "  %s\n", part);
}

static RESULT append_folder(const struct room *room, const char *part, struct buf *text)
{
	char path[ROOM_PATH], name[ROOM_PATH];
	struct dirent **entries = NULL;
	struct err err = OK;
	TRY(room_path(room, part, "", path));
	int count = scandir(path, &entries, is_listed, by_name);
	if (count < 0)
		return FAIL(E_IO, "%s: %s", path, strerror(errno));
	for (int i = 0; i < count; i++) {
		int len = snprintf(name, sizeof name, "%s%s", part, entries[i]->d_name);
		if (!err_is(err))
			err = len < (int)sizeof name ? append_digest(room, name, text)
						     : FAIL(E_INPUT, "a long path");
		free(entries[i]);
	}
	free(entries);
	return err;
}

RESULT artefact_manifest(struct room *room)
{
	static const char *const folders[] = { "", "public/ca/", "public/crl/" };
	AUTO(buf_clear) struct buf text = BUF(LIST_MAX);
	char path[ROOM_PATH];
	for (size_t i = 0; i < COUNT(folders); i++)
		TRY(append_folder(room, folders[i], &text));
	TRY(room_path(room, "manifest.sha256", "", path));
	return file_write(path, buf_view(&text), 0644);
}
