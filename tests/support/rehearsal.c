#include "tests/support/rehearsal.h"

#include <sys/stat.h>
#include <unistd.h>

#include "common/base/limits.h"
#include "common/pki/cert.h"
#include "tests/support/program.h"

static void write_secret(const struct outside *outside, const char *name,
	const char *text)
{
	char path[160];
	outside_write(outside, name, blob_text(text));
	snprintf(path, sizeof path, "%s/%s", outside->folder, name);
	if (chmod(path, 0600) != 0)
		abort();
}

static void write_site(const struct rehearsal *r, const char *lint)
{
	char text[2048];
	int len = snprintf(text, sizeof text,
		"output = \"%s\";\nprofiles = \"%s\";\nbaseUrl = "
		"\"http://localhost:8080\";\n"
		"hosts = ( \"localhost\" );\nlint = \"%s\";\n"
		"token = { module = \"%s\"; pin = \"file:%s\"; soPin = "
		"\"file:%s/so-pin\"; create = true; };\n",
		r->output, r->profiles, lint == NULL ? "" : lint, SOFTHSM_MODULE, r->pin,
		r->outside.folder);
	outside_write(&r->outside, "site.cfg", blob_make(text, (size_t)len));
}

struct rehearsal rehearsal_prepare(const char *lint)
{
	struct rehearsal r = { .outside = outside_open() };
	char root[400];
	if (getcwd(root, sizeof root) == NULL)
		abort();
	snprintf(r.site, sizeof r.site, "%s/site.cfg", r.outside.folder);
	snprintf(r.pin, sizeof r.pin, "%s/pin", r.outside.folder);
	snprintf(r.output, sizeof r.output, "%s/out", r.outside.folder);
	snprintf(r.issuers, sizeof r.issuers, "%s/issuers.cfg", r.output);
	snprintf(r.profiles, sizeof r.profiles, "%s/policies/profiles", root);
	snprintf(r.plan, sizeof r.plan, "%s/policies/ceremonies/demo.cfg", root);
	softhsm_open(&r.outside);
	write_secret(&r.outside, "pin", SOFTHSM_PIN);
	write_secret(&r.outside, "so-pin", SOFTHSM_SO_PIN);
	write_site(&r, lint);
	return r;
}

int rehearsal_run(const struct rehearsal *r, const char *options, struct buf *said)
{
	char program[4096];
	if (!program_path("inkan-ceremony", program))
		return -1;
	return outside_run(&r->outside, said, "%s run %s --site %s %s", program, r->plan,
		r->site, options);
}

struct rehearsal rehearsal_held(void)
{
	AUTO(buf_clear) struct buf said = BUF(256 * KIB);
	struct rehearsal r = rehearsal_prepare(NULL);
	int code = rehearsal_run(&r, "--yes-demo", &said);
	if (code != 0) {
		fprintf(stderr, "inkan-ceremony: %d\n%s\n", code, buf_text(&said));
		abort();
	}
	return r;
}

void rehearsal_clear(struct rehearsal *r)
{
	outside_clear(&r->outside);
}

struct buf rehearsal_certificate(const struct rehearsal *r, const char *word)
{
	struct buf der = BUF(LIMIT_CERT);
	char name[128];
	snprintf(name, sizeof name, "out/%s.pem", word);
	AUTO(buf_clear) struct buf pem = outside_read(&r->outside, name);
	struct err err = cert_from_file(buf_view(&pem), &der);
	if (err_is(err))
		abort();
	return der;
}
