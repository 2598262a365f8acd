/* The whole program, as the public meets it: real sockets, keys in a token, the registry away, other programs as judges. */
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ca/status/replica.h"
#include "common/base/clock.h"
#include "common/base/table.h"
#include "common/pki/crl.h"
#include "common/token/token.h"
#include "tests/check.h"
#include "tests/support/program.h"
#include "tests/support/sample_ca.h"
#include "tests/support/softhsm.h"

enum { PERSON, SIGN, STRANGER, CAS };
static const char *const names[CAS] = { "person", "sign", "stranger" };

struct scene {
	struct outside outside;
	struct sample_ca ca[CAS];
	struct program program;
	int64_t id;
};

static void scene_clear(struct scene *scene)
{
	program_clear(&scene->program);
	for (int i = 0; i < CAS; i++)
		sample_ca_clear(&scene->ca[i]);
	outside_clear(&scene->outside);
}
AUTO_DEFINE_HELD(struct scene, scene_clear)

/* The delegated keys are born in the token; only their public halves come here, for the certificates. */
static void make_keys(struct scene *scene)
{
	AUTO(secret_free) struct secret *pin = softhsm_secret(SOFTHSM_PIN);
	AUTO(secret_free) struct secret *so_pin = softhsm_secret(SOFTHSM_SO_PIN);
	AUTO(token_close) struct token *token = NULL;
	softhsm_open(&scene->outside);
	if (!CHECK_OK(token_create(SOFTHSM_MODULE, "ocsp", so_pin, pin), "token") ||
		!CHECK_OK(token_open(SOFTHSM_MODULE, "ocsp", pin, &token), "open"))
		return;
	for (int i = PERSON; i <= SIGN; i++) {
		AUTO(token_key_free) struct token_key *key = NULL;
		AUTO(EVP_PKEY_free) EVP_PKEY *public_key = NULL;
		enum key_algorithm algorithm;
		char name[32];
		snprintf(name, sizeof name, "%s-ocsp", names[i]);
		if (!CHECK_OK(token_generate(token, name,
				      i == PERSON ? KEY_P256 : KEY_RSA_2048),
			    "generate") ||
			!CHECK_OK(token_find(token, name, &key), "find") ||
			!CHECK_OK(key_parse(token_key_get_spki(key), &algorithm,
					  &public_key),
				"spki"))
			return;
		struct sample_leaf leaf = { .name = name,
			.serial_number = { 0x50, (uint8_t)i },
			.key = public_key,
			.ocsp_signing = true,
			.not_after_s = 30 * DAY };
		sample_issue_files(&scene->outside, &scene->ca[i], &leaf);
	}
}

static void write_text(const struct scene *scene, const char *name, const char *format,
	...) __attribute__((format(printf, 3, 4)));
static void write_text(const struct scene *scene, const char *name, const char *format,
	...)
{
	char text[8192];
	va_list args;
	va_start(args, format);
	int len = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	outside_write(&scene->outside, name, blob_make(text, (size_t)len));
}

static void write_settings(struct scene *scene)
{
	const char *folder = scene->outside.folder;
	AUTO(buf_clear) struct buf said = BUF(4096);
	write_text(scene, "issuers.cfg",
		"issuers = (\n"
		"{ name = \"person\"; profile = \"P-SUB-PERSON\"; certificate = "
		"\"person.pem\"; ocsp_token = \"ocsp\";"
		" ocsp_key = \"person-ocsp\"; ocsp_certificate = \"person-ocsp.pem\"; "
		"},\n"
		"{ name = \"sign\"; profile = \"P-SUB-SIGN\"; certificate = "
		"\"sign.pem\"; ocsp_token = \"ocsp\";"
		" ocsp_key = \"sign-ocsp\"; ocsp_certificate = \"sign-ocsp.pem\"; } "
		");\n");
	write_text(scene, "status.cfg",
		"http = { listen = \"127.0.0.1:0\"; maxAge = \"30 min\"; };\n"
		"workers = 2;\nissuers = \"%s/issuers.cfg\";\n"
		"replica = { folder = \"%s/replica\"; mapSize = \"64 MiB\"; };\n"
		"database = \"host=/nonexistent user=inkan_status\";\npublicFolder = "
		"\"%s/public\";\n"
		"token = { module = \"%s\"; pin = \"file:%s/pin\"; };\nreadyFd = 9;\n"
		"page = { note = \"デモ <DEMO>\"; };\n",
		folder, folder, folder, SOFTHSM_MODULE, folder);
	write_text(scene, "pin", "%s", SOFTHSM_PIN);
	CHECK_INT(outside_run(&scene->outside, &said,
			  "chmod 600 pin; mkdir -p replica public/crl"),
		0, "folders");
}

/* In a process of its own: this one must not open the replica that the program holds, for a fork would inherit it. */
static void put_status(struct scene *scene, const char *issuer,
	const uint8_t serial[static 16], enum ocsp_status status,
	enum revocation_reason reason, int64_t synced_at)
{
	struct replica_row row = { .issuer = issuer,
		.serial_number = blob_make(serial, 16),
		.id = ++scene->id,
		.status = status,
		.reason = reason,
		.revocation_date = clock_now() - 3600 };
	struct replica_position at = { .id = scene->id, .synced_at = synced_at };
	char folder[128];
	snprintf(folder, sizeof folder, "%s/replica", scene->outside.folder);
	pid_t pid = fork();
	if (pid == 0) {
		struct replica *replica = NULL;
		struct err err = replica_open_writer(folder, 64 * MIB, &replica);
		if (!err_is(err))
			err = replica_write(replica, &row, 1, &at);
		_exit(err_is(err) ? 1 : 0);
	}
	int how = -1;
	waitpid(pid, &how, 0);
	CHECK_INT(how, 0, "the replica is filled");
}

static const uint8_t good[16] = { 0x61, [15] = 1 }, revoked[16] = { 0x61, [15] = 2 },
		     never[16] = { 0x61, [15] = 3 };
static const struct {
	const char *name;
	int ca;
	const uint8_t *serial;
} leaves[] = {
	{ "good", PERSON, good },
	{ "revoked", PERSON, revoked },
	{ "never", PERSON, never },
	{ "signer", SIGN, good },
	{ "foreign", STRANGER, good },
};

static bool scene_open(struct scene *scene)
{
	char config[128], log[128];
	const char *const argv[] = { "-c", config, NULL };
	*scene = (struct scene){ .outside = outside_open() };
	for (int i = 0; i < CAS; i++)
		scene->ca[i] = sample_ca_new(&scene->outside, names[i]);
	for (size_t i = 0; i < COUNT(leaves); i++) {
		struct sample_leaf leaf = { .name = leaves[i].name,
			.not_after_s = 10 * DAY };
		memcpy(leaf.serial_number, leaves[i].serial, 16);
		sample_issue_files(&scene->outside, &scene->ca[leaves[i].ca], &leaf);
	}
	make_keys(scene);
	write_settings(scene);
	int64_t now = clock_now();
	put_status(scene, "person", good, OCSP_GOOD, REASON_UNSPECIFIED, now);
	put_status(scene, "person", revoked, OCSP_REVOKED, REASON_KEY_COMPROMISE, now);
	put_status(scene, "sign", good, OCSP_GOOD, REASON_UNSPECIFIED, now);
	snprintf(config, sizeof config, "%s/status.cfg", scene->outside.folder);
	snprintf(log, sizeof log, "%s/log", scene->outside.folder);
	return CHECK(program_start(&scene->program, "inkan-status", argv, log),
		       "inkan-status starts (is it built?)") &&
	       CHECK(strncmp(scene->program.ready, "http ", 5) == 0, "ready: \"%s\"",
		       scene->program.ready);
}

static const char *port(const struct scene *scene)
{
	return scene->program.ready + 5;
}

/* proves R-OCSP-01 R-OCSP-02 R-OCSP-08 R-OCSP-14 */
static void check_judges(struct scene *scene)
{
	/* clang-format off */
	static const struct { const char *name, *line, *says, *not; } rows[] = {
		{ "openssl, POST, nonce",    "openssl ocsp -issuer person.pem -cert good.pem -url http://127.0.0.1:$P/ocsp -CAfile person.pem", "good.pem: good", "WARNING" },
		{ "openssl, no nonce",       "openssl ocsp -no_nonce -issuer person.pem -cert good.pem -url http://127.0.0.1:$P/ocsp -CAfile person.pem", "Response verify OK", NULL },
		{ "openssl, SHA-256",        "openssl ocsp -sha256 -issuer person.pem -cert good.pem -url http://127.0.0.1:$P/ocsp -CAfile person.pem", "good.pem: good", NULL },
		{ "openssl, revoked",        "openssl ocsp -issuer person.pem -cert revoked.pem -url http://127.0.0.1:$P/ocsp -CAfile person.pem", "Reason: keyCompromise", NULL },
		{ "openssl, never issued",   "openssl ocsp -issuer person.pem -cert never.pem -url http://127.0.0.1:$P/ocsp -CAfile person.pem", "unauthorized (6)", NULL },
		{ "openssl, a stranger's",   "openssl ocsp -issuer stranger.pem -cert foreign.pem -url http://127.0.0.1:$P/ocsp -CAfile person.pem", "unauthorized (6)", NULL },
		{ "openssl, RSA responder",  "openssl ocsp -issuer sign.pem -cert signer.pem -url http://127.0.0.1:$P/ocsp -CAfile sign.pem", "signer.pem: good", "WARNING" },
		{ "ocsptool, good",          "cat person.pem > chain.pem; ocsptool --ask=http://127.0.0.1:$P/ocsp --load-cert good.pem --load-issuer person.pem --load-trust chain.pem", "Certificate Status: good", NULL },
		{ "ocsptool, with a nonce",  "ocsptool --nonce --ask=http://127.0.0.1:$P/ocsp --load-cert good.pem --load-issuer person.pem --load-trust chain.pem", "Certificate Status: good", "failed" },
		{ "ocsptool, revoked",       "ocsptool --ask=http://127.0.0.1:$P/ocsp --load-cert revoked.pem --load-issuer person.pem --load-trust chain.pem", "Certificate Status: revoked", NULL },
		{ "GET, base64",             "openssl ocsp -no_nonce -issuer person.pem -cert good.pem -reqout q.der; curl -s -o a.der http://127.0.0.1:$P/ocsp/$(base64 -w0 q.der); openssl ocsp -issuer person.pem -cert good.pem -no_nonce -respin a.der -CAfile person.pem", "good.pem: good", NULL },
		{ "GET, escaped as NSS",     "curl -s -o a.der http://127.0.0.1:$P/ocsp/$(base64 -w0 q.der | sed 's/+/%2B/g; s#/#%2F#g; s/=/%3D/g'); openssl ocsp -issuer person.pem -cert good.pem -no_nonce -respin a.der -CAfile person.pem", "good.pem: good", NULL },
		{ "GET, escaped twice",      "curl -s -o a.der http://127.0.0.1:$P/ocsp/$(base64 -w0 q.der | sed 's/+/%252B/g; s#/#%252F#g; s/=/%253D/g'); openssl ocsp -issuer person.pem -cert good.pem -no_nonce -respin a.der -CAfile person.pem", "good.pem: good", NULL },
		{ "GET, not base64",         "curl -s -o a.der http://127.0.0.1:$P/ocsp/%21%21; openssl ocsp -respin a.der", "malformedrequest (1)", NULL },
		{ "POST, not DER",           "curl -s -o a.der -H 'Content-Type: application/ocsp-request' --data-binary xyz http://127.0.0.1:$P/ocsp; openssl ocsp -respin a.der", "malformedrequest (1)", NULL },
	};
	/* clang-format on */
	AUTO(buf_clear) struct buf said = BUF(1 << 16);
	for (size_t i = 0; i < COUNT(rows); i++) {
		outside_run(&scene->outside, &said, "P=%s; %s", port(scene),
			rows[i].line);
		CHECK(outside_said(&said, rows[i].says), "%s: %s", rows[i].name,
			buf_text(&said));
		CHECK(rows[i].not == NULL || !outside_said(&said, rows[i].not ), "%s: %s",
			rows[i].name, buf_text(&said));
	}
}

/* NSS asks by GET, escapes the base64 and adds AcceptableResponses; the address comes out of the certificate. */
static void check_nss(struct scene *scene)
{
	static const struct {
		const char *name, *leaf;
		const uint8_t *serial;
		int code;
		const char *says;
	} rows[] = {
		{ "good", "nss-1", good, 0, "Chain is good!" },
		{ "revoked", "nss-2", revoked, 1, "revoked" },
	};
	AUTO(buf_clear) struct buf said = BUF(1 << 16);
	char uri[64];
	snprintf(uri, sizeof uri, "http://127.0.0.1:%s/ocsp", port(scene));
	outside_run(&scene->outside, &said,
		"mkdir nss && certutil -N -d sql:nss --empty-password && certutil -A -d "
		"sql:nss -n person -t CT,C,C -i person.pem");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sample_leaf leaf = { .name = rows[i].leaf,
			.not_after_s = 10 * DAY,
			.ocsp_uri = uri };
		memcpy(leaf.serial_number, rows[i].serial, 16);
		sample_issue_files(&scene->outside, &scene->ca[PERSON], &leaf);
		int code = outside_run(&scene->outside, &said,
			"vfychain -d sql:nss -pp -u 0 -g leaf -m ocsp -s failIfNoInfo -a "
			"%s.pem",
			rows[i].leaf);
		CHECK_INT(code, rows[i].code, "NSS, %s: %s", rows[i].name,
			buf_text(&said));
		CHECK(outside_said(&said, rows[i].says), "NSS, %s: %s", rows[i].name,
			buf_text(&said));
	}
}

/* proves R-OCSP-09 R-OCSP-11 */
static void check_headers(struct scene *scene)
{
	/* clang-format off */
	static const struct { const char *name, *line, *says, *not; } rows[] = {
		{ "type",              "curl -si http://127.0.0.1:$P/ocsp/$(base64 -w0 q.der)", "Content-Type: application/ocsp-response", NULL },
		{ "may be kept",       "curl -si http://127.0.0.1:$P/ocsp/$(base64 -w0 q.der)", "Cache-Control: max-age=1800, public, no-transform, must-revalidate", "no-store" },
		{ "times",             "curl -si http://127.0.0.1:$P/ocsp/$(base64 -w0 q.der) | grep -ac '^Last-Modified: .* GMT\\|^Expires: .* GMT\\|^ETag: \"'", "3", NULL },
		/* Each worker signs an answer of its own: asked often at once, the one who gave the tag is met again. */
		{ "304",               "U=http://127.0.0.1:$P/ocsp/$(base64 -w0 q.der); E=$(curl -si $U | sed -n 's/^ETag: //p' | tr -d '\\r'); seq 60 | xargs -P 12 -I{} curl -si -H \"If-None-Match: $E\" $U | grep -a ^HTTP", "HTTP/1.1 304", NULL },
		{ "nonce: no-store",   "openssl ocsp -issuer person.pem -cert good.pem -nonce -reqout n.der; curl -si -H 'Content-Type: application/ocsp-request' --data-binary @n.der http://127.0.0.1:$P/ocsp", "Cache-Control: no-store", "max-age" },
		{ "error: no-store",   "curl -si http://127.0.0.1:$P/ocsp/MAMCAQE=", "Cache-Control: no-store", "max-age" },
		{ "9 KiB are refused", "head -c 9000 /dev/zero > big; curl -s -o /dev/null -w '%%{http_code}' -H 'Content-Type: application/ocsp-request' --data-binary @big http://127.0.0.1:$P/ocsp", "413", NULL },
		{ "another media type", "curl -s -o /dev/null -w '%%{http_code}' -H 'Content-Type: text/plain' --data-binary @q.der http://127.0.0.1:$P/ocsp", "415", NULL },
		{ "DELETE",            "curl -s -o /dev/null -w '%%{http_code}' -X DELETE http://127.0.0.1:$P/ocsp", "405", NULL },
	};
	/* clang-format on */
	AUTO(buf_clear) struct buf said = BUF(1 << 16);
	for (size_t i = 0; i < COUNT(rows); i++) {
		char line[1024];
		snprintf(line, sizeof line, "P=%s; %s", port(scene), rows[i].line);
		for (char *at = line; (at = strstr(at, "%%")) != NULL; at++)
			memmove(at, at + 1, strlen(at));
		outside_run(&scene->outside, &said, "%s", line);
		CHECK(outside_said(&said, rows[i].says), "%s: %s", rows[i].name,
			buf_text(&said));
		CHECK(rows[i].not == NULL || !outside_said(&said, rows[i].not ), "%s: %s",
			rows[i].name, buf_text(&said));
	}
}

static void publish_crl(struct scene *scene, int64_t next_update_s)
{
	AUTO(buf_clear) struct buf said = BUF(4096);
	write_text(scene, "ca.cnf",
		"[ca]\ndefault_ca=a\n[a]\ndatabase=index.txt\ncrlnumber=number\ndefault_"
		"md=sha256\ndefault_crl_days=1\n"
		"crl_extensions=e\n[e]\nauthorityKeyIdentifier=keyid\n");
	CHECK_INT(outside_run(&scene->outside, &said,
			  "touch index.txt; [ -e number ] || echo 01 > number; openssl "
			  "ca -config ca.cnf -gencrl -cert person.pem "
			  "-keyfile person.key -crlsec %lld | openssl crl -outform DER "
			  "-out person.new && mv person.new "
			  "public/crl/person.crl",
			  (long long)next_update_s),
		0, "openssl makes a CRL: %s", buf_text(&said));
}

/* proves R-CRL-08 */
static void check_repository(struct scene *scene)
{
	/* clang-format off */
	static const struct { const char *name, *line, *says, *not; } rows[] = {
		{ "no CRL yet",        "curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:$P/crl/sign.crl", "404", NULL },
		{ "CRL",               "curl -s -o got.crl http://127.0.0.1:$P/crl/person.crl; cmp got.crl public/crl/person.crl && echo same", "same", NULL },
		{ "CRL type",          "curl -si http://127.0.0.1:$P/crl/person.crl", "Content-Type: application/pkix-crl", "no-store" },
		{ "CRL length",        "curl -si http://127.0.0.1:$P/crl/person.crl | grep -a \"^Content-Length: $(stat -c %s public/crl/person.crl)\"", "Content-Length", NULL },
		{ "CRL max-age below nextUpdate", "curl -si http://127.0.0.1:$P/crl/person.crl | sed -n 's/^Cache-Control: max-age=\\([0-9]*\\),.*/\\1/p' | awk '$1>0 && $1<600 {print \"bounded\"}'", "bounded", NULL },
		{ "CRL 304",           "E=$(curl -si http://127.0.0.1:$P/crl/person.crl | grep -a '^ETag' | sed 's/ETag: //' | tr -d '\\r'); curl -si -H \"If-None-Match: $E\" http://127.0.0.1:$P/crl/person.crl", "304", NULL },
		{ "another name",      "curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:$P/crl/stranger.crl", "404", NULL },
		{ "a path",            "curl -s -o /dev/null -w '%{http_code}' --path-as-is http://127.0.0.1:$P/crl/..%2fcrl%2fperson.crl", "400", NULL },
		{ "CA certificate",    "curl -s http://127.0.0.1:$P/ca/person.cer | openssl x509 -inform DER | cmp - person.pem && echo same", "same", NULL },
		{ "CA certificate type", "curl -si http://127.0.0.1:$P/ca/person.cer", "Content-Type: application/pkix-cert", NULL },
		{ "health",            "curl -s http://127.0.0.1:$P/healthz", "ok", NULL },
		{ "page fingerprint",  "curl -s http://127.0.0.1:$P/ | grep -F \"$(openssl x509 -in person.pem -noout -fingerprint -sha256 | sed 's/.*=//; s/://g' | tr A-F a-f | sed 's/..../& /g; s/ $//')\"", "<code>", NULL },
		{ "page links",        "curl -s http://127.0.0.1:$P/", "href=\"/crl/person.crl\"", "<script" },
		{ "page note escaped", "curl -s http://127.0.0.1:$P/", "デモ &lt;DEMO&gt;", "<DEMO>" },
		{ "page policy",       "curl -si http://127.0.0.1:$P/", "default-src 'none'; style-src 'self'", NULL },
		{ "style",             "curl -si http://127.0.0.1:$P/style.css", "text/css", NULL },
	};
	/* clang-format on */
	AUTO(buf_clear) struct buf said = BUF(1 << 16);
	publish_crl(scene, 600);
	for (size_t i = 0; i < COUNT(rows); i++) {
		char line[1024];
		snprintf(line, sizeof line, "P=%s; %s", port(scene), rows[i].line);
		outside_run(&scene->outside, &said, "%s", line);
		CHECK(outside_said(&said, rows[i].says), "%s: %s", rows[i].name,
			buf_text(&said));
		CHECK(rows[i].not == NULL || !outside_said(&said, rows[i].not ), "%s: %s",
			rows[i].name, buf_text(&said));
	}
	/* Another list in its place is given at once. */
	publish_crl(scene, 1200);
	outside_run(&scene->outside, &said,
		"curl -s http://127.0.0.1:%s/crl/person.crl | cmp - "
		"public/crl/person.crl && echo same",
		port(scene));
	CHECK(outside_said(&said, "same"), "the new list: %s", buf_text(&said));
}

static bool asks_good(struct scene *scene, const char *leaf, const char *want)
{
	AUTO(buf_clear) struct buf said = BUF(1 << 16);
	outside_run(&scene->outside, &said,
		"timeout 10 openssl ocsp -no_nonce -issuer person.pem -cert %s.pem -url "
		"http://127.0.0.1:%s/ocsp -CAfile person.pem",
		leaf, port(scene));
	return outside_said(&said, want);
}

static bool within(struct scene *scene, const char *leaf, const char *want, int seconds)
{
	int64_t until = clock_monotonic_ms() + seconds * 1000;
	while (!asks_good(scene, leaf, want)) {
		if (clock_monotonic_ms() > until)
			return false;
		usleep(100000);
	}
	return true;
}

/* The processes below the program whose command line holds the word. */
static long child_named(struct scene *scene, const char *word)
{
	AUTO(buf_clear) struct buf said = BUF(4096);
	outside_run(&scene->outside, &said,
		"ps -o pid=,args= --ppid %ld | grep -e '--process %s' | awk '{print $1}'",
		scene->program.pid, word);
	return strtol(buf_text(&said), NULL, 10);
}

static void kill_workers(struct scene *scene)
{
	AUTO(buf_clear) struct buf said = BUF(4096);
	CHECK_INT(outside_run(&scene->outside, &said, "kill -9 $(ps -o pid= --ppid %ld)",
			  child_named(scene, "counter")),
		0, "workers are killed: %s", buf_text(&said));
}

/* proves R-OCSP-05 R-OCSP-14 */
static void check_failures(struct scene *scene)
{
	long feeder = child_named(scene, "feeder");
	if (!CHECK(feeder > 0, "the feeder is found"))
		return;
	kill((pid_t)feeder, SIGKILL);
	CHECK(asks_good(scene, "good", "good.pem: good"),
		"the feeder is dead, answers go on");
	CHECK(within(scene, "good", "good.pem: good", 3) &&
			child_named(scene, "feeder") != feeder,
		"and go on");
	kill_workers(scene);
	CHECK(within(scene, "good", "good.pem: good", 10), "killed workers are replaced");
	put_status(scene, "person", good, OCSP_REVOKED, REASON_SUPERSEDED, clock_now());
	CHECK(asks_good(scene, "good", "Reason: superseded"),
		"a revocation is seen by the next request");
	put_status(scene, "person", revoked, OCSP_REVOKED, REASON_KEY_COMPROMISE,
		clock_now() - 2 * DAY);
	kill((pid_t)scene->program.pid, SIGHUP); /* new workers have no answers kept */
	CHECK(within(scene, "revoked", "trylater (3)", 10),
		"nobody vouches for the replica: try later");
	put_status(scene, "person", revoked, OCSP_REVOKED, REASON_KEY_COMPROMISE,
		clock_now());
	CHECK(within(scene, "revoked", "Reason: keyCompromise", 10), "in step again");
}

/* A worker that has given up its powers can still open the token when it comes back. proves R-OCSP-14 */
static void check_token_returns(struct scene *scene)
{
	AUTO(buf_clear) struct buf said = BUF(4096);
	outside_run(&scene->outside, &said, "mv pin away");
	kill((pid_t)scene->program.pid, SIGHUP);
	CHECK(within(scene, "revoked", "trylater (3)", 10),
		"without its keys: try later");
	outside_run(&scene->outside, &said,
		"curl -s http://127.0.0.1:%s/crl/person.crl | cmp - "
		"public/crl/person.crl && echo same",
		port(scene));
	CHECK(outside_said(&said, "same"), "CRLs are given all the same: %s",
		buf_text(&said));
	outside_run(&scene->outside, &said, "mv away pin");
	CHECK(within(scene, "revoked", "Reason: keyCompromise", 20),
		"with its keys again");
}

static void test_serve(void)
{
	AUTO(scene_clear) struct scene scene;
	AUTO(buf_clear) struct buf said = BUF(1 << 16);
	if (!scene_open(&scene))
		return;
	CHECK(within(&scene, "good", "good.pem: good", 10), "it answers");
	check_judges(&scene);
	check_nss(&scene);
	check_headers(&scene);
	check_repository(&scene);
	check_failures(&scene);
	check_token_returns(&scene);
	CHECK_INT(program_stop(&scene.program), 0, "it ends when asked");
	outside_run(&scene.outside, &said, "cat log");
	CHECK(!outside_said(&said, SOFTHSM_PIN), "no PIN in the log");
	CHECK(!outside_said(&said, "runtime error") &&
			!outside_said(&said, "AddressSanitizer"),
		"%s", buf_text(&said));
	CHECK(!outside_said(&said, "signal 31"), "no call without the power for it: %s",
		buf_text(&said));
	CHECK(outside_said(&said, "unassigned 1"), "numbers never given are told: %s",
		buf_text(&said));
}

static void test_settings(void)
{
	/* clang-format off */
	static const struct { const char *name, *line; int code; const char *says; } rows[] = {
		{ "good",          "$B -t -c status.cfg",  0, "settings are good" },
		{ "good, by verb", "$B check -c status.cfg", 0, "settings are good" },
		{ "no file",       "$B -t -c none.cfg",    3, "none.cfg" },
		{ "unknown key",   "(cat status.cfg; echo 'colour = 1;') > bad.cfg; $B -t -c bad.cfg", 3, "bad.cfg" },
		{ "validity of ten days", "(cat status.cfg; echo 'ocsp = { validity = \"10 d\"; };') > bad.cfg; $B -t -c bad.cfg", 3, "ocsp.validity" },
		{ "a wrong word",  "(cat status.cfg; echo 'ocsp = { unassigned = \"maybe\"; };') > bad.cfg; $B -t -c bad.cfg", 3, "ocsp.unassigned" },
		{ "no -c",         "$B",                   2, "-c" },
		{ "described",     "$B -D",                0, "ocsp.validity" },
		{ "help",          "$B --help",            0, "inkan status" },
	};
	/* clang-format on */
	struct scene scene = { .outside = outside_open() };
	AUTO(buf_clear) struct buf said = BUF(1 << 16);
	char path[4096];
	for (int i = PERSON; i <= SIGN; i++)
		scene.ca[i] = sample_ca_new(&scene.outside, names[i]);
	make_keys(&scene);
	write_settings(&scene);
	bool built = CHECK(program_path("inkan-status", path), "inkan-status is built");
	for (size_t i = 0; built && i < COUNT(rows); i++) {
		int code = outside_run(&scene.outside, &said, "B=%s; %s", path,
			rows[i].line);
		CHECK_INT(code, rows[i].code, "%s: %s", rows[i].name, buf_text(&said));
		CHECK(outside_said(&said, rows[i].says), "%s: %s", rows[i].name,
			buf_text(&said));
	}
	scene_clear(&scene);
}

static const CU_TestInfo tests[] = {
	{ "settings", test_settings },
	{ "the whole program", test_serve },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_status_serve = { "ca/status/serve", tests, NULL, NULL };
