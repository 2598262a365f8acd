#include "tests/support/serve.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/fault.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/proc/proc.h"
#include "tests/check.h"

static char folder[] = "/tmp/inkan-net-XXXXXX";
static char certificate[8192], key[8192], anchors[8192];

const char *serve_folder(void)
{
	return folder;
}

int serve_shell(char *out, size_t size, const char *format, ...)
{
	char line[2048];
	size_t len = 0;
	va_list args;
	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	FILE *shell = popen(line, "r");
	if (shell == NULL)
		return -1;
	while (len + 1 < size) {
		size_t got = fread(out + len, 1, size - 1 - len, shell);
		if (got == 0)
			break;
		len += got;
	}
	out[len] = 0;
	int status = pclose(shell);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool serve_make_certificates(void)
{
	static const char script[] =
		"cd %s && exec 2>log && k() { openssl ecparam -name prime256v1 -genkey "
		"-noout -out $1.key; } &&"
		"ca() { k $1 && openssl req -x509 -new -key $1.key -subj /CN=$1 -days 30 "
		"-out $1.pem; } &&"
		"cert() { k $1 && openssl req -new -key $1.key -subj /CN=$1 -out $1.csr "
		"&& printf \"$4\" >$1.ext &&"
		" openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial "
		"-days $3 -extfile $1.ext -out $1.pem; } &&"
		"ca ca && ca other &&"
		"cert server ca 30 "
		"'subjectAltName=IP:127.0.0.1,DNS:localhost\\nextendedKeyUsage="
		"serverAuth\\n' &&"
		"cert clerk ca 30 'extendedKeyUsage=clientAuth\\n' && cert officer ca 30 "
		"'extendedKeyUsage=clientAuth\\n' &&"
		"cert stranger ca 30 'extendedKeyUsage=clientAuth\\n' &&"
		"cert mail ca 30 'extendedKeyUsage=emailProtection\\n' && cert old ca -1 "
		"'extendedKeyUsage=clientAuth\\n' &&"
		"cert foreign other 30 'extendedKeyUsage=clientAuth\\n' && head -c "
		"300000 /dev/urandom >large.bin";
	static const struct {
		const char *name;
		char *text;
	} files[] = { { "server.pem", certificate }, { "server.key", key },
		{ "ca.pem", anchors } };
	char out[256], path[96];
	if (!CHECK(mkdtemp(folder) != NULL, "temporary folder") ||
		!CHECK_INT(serve_shell(out, sizeof out, script, folder), 0,
			"certificates in %s", folder))
		return false;
	for (size_t i = 0; i < COUNT(files); i++) {
		snprintf(path, sizeof path, "%s/%s", folder, files[i].name);
		AUTO(buf_clear) struct buf text = check_file(path);
		snprintf(files[i].text, sizeof certificate, "%s", buf_text(&text));
	}
	return true;
}

void serve_drop_certificates(void)
{
	char out[64];
	serve_shell(out, sizeof out, "rm -rf %s", folder);
	memcpy(strrchr(folder, '-') + 1, "XXXXXX", 7);
}

static struct err say(void *context, const struct http_request *request,
	struct http_response *response)
{
	(void)context;
	return buf_append_format(&response->body,
		"{\"ref\":\"%s\",\"id\":\"%s\",\"role\":%u,\"caller\":\"%s\",\"len\":%zu,"
		"\"path\":\"%s\",\"query\":\"%s\","
		"\"language\":\"%s\",\"cert\":%zu,\"cookie\":\"%s\",\"pid\":%d}",
		request->ref, request->parameter[0] == NULL ? "" : request->parameter[0],
		request->role, request->who, request->body.len, request->path,
		request->query, request->language, request->client_certificate.len,
		http_request_header(request, "Cookie") == NULL
			? ""
			: http_request_header(request, "Cookie"),
		(int)getpid());
}

static struct err echo(void *context, const struct http_request *request,
	struct http_response *response)
{
	(void)context;
	response->media_type = "application/octet-stream";
	return buf_append(&response->body, request->body);
}

/* /fail/{code}: that error, with words that must not come out, behind a body that was begun. */
static struct err fail(void *context, const struct http_request *request,
	struct http_response *response)
{
	(void)context;
	TRY(buf_append_text(&response->body, "begun"));
	TRY(http_header(response, "X-Begun", "yes"));
	if (strcmp(request->parameter[0], "faults") == 0) {
		static const struct fault_rule rule = { "name.length", "R-ISS-09",
			"Too long.", "長すぎます。" };
		struct faults faults = { .count = 0 };
		faults_add(&faults, &rule, "organizationName", "65 of 64 \"characters\"");
		response->status = 422;
		response->body.len = 0;
		return http_faults_body(E_POLICY, &faults, request->ref, &response->body);
	}
	return FAIL(err_code_by_name(request->parameter[0]), "inner words");
}

static struct err file(void *context, const struct http_request *request,
	struct http_response *response)
{
	char path[96];
	(void)context;
	snprintf(path, sizeof path, "%s/large.bin", folder);
	response->media_type = "application/pkix-crl";
	response->file_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (response->file_fd < 0)
		return FAIL(E_NOT_FOUND, "no file");
	TRY(http_header(response, "Cache-Control", "max-age=%d", 60));
	return http_header(response, "ETag", "\"%s\"",
		request->if_none_match == NULL ? "one" : "two");
}

static struct err large(void *context, const struct http_request *request,
	struct http_response *response)
{
	(void)context;
	(void)request;
	TRY(buf_reserve(&response->body, 1 << 20));
	memset(response->body.data, 'x', 1 << 20);
	response->body.len = 1 << 20;
	return OK;
}

/* Of so many parts of 100000 octets; 999: of two, and then it fails. Each end is counted. */
struct parts {
	int64_t left;
	bool fails;
};
static int ended;

static struct err next_part(void *context, struct buf *part)
{
	struct parts *parts = context;
	if (parts->left == 0)
		return parts->fails ? FAIL(E_IO, "no more") : OK;
	parts->left--;
	TRY(buf_reserve(part, 100000));
	memset(part->data, 'p', 100000);
	part->len = 100000;
	return OK;
}

static void end_parts(void *context)
{
	free(context);
	ended++;
}

static struct err in_parts(void *context, const struct http_request *request,
	struct http_response *response)
{
	struct parts *parts = calloc(1, sizeof *parts);
	(void)context;
	if (parts == NULL)
		return FAIL(E_IO, "out of memory");
	response->next = next_part;
	response->end = end_parts;
	response->context = parts;
	TRY(text_to_int(request->parameter[0], 0, 999, &parts->left));
	parts->fails = parts->left == 999;
	if (parts->fails)
		parts->left = 2;
	return http_header(response, "X-Ended", "%d", ended);
}

static struct err header(void *context, const struct http_request *request,
	struct http_response *response)
{
	(void)context;
	return http_header(response, "X-Split", "a\r\n%s", request->ref);
}

/* What goes into the sink: how much, in how many parts; 'X' at the begin of a part is refused. */
struct sink {
	size_t bytes, parts;
};

static struct err sink_put(void *context, struct blob bytes)
{
	struct sink *sink = context;
	sink->bytes += bytes.len;
	sink->parts++;
	return bytes.data[0] == 'X' ? FAIL(E_POLICY, "an X") : OK;
}

static struct err sunk(void *context, const struct http_request *request,
	struct http_response *response)
{
	const struct sink *sink = request->sink;
	(void)context;
	return buf_append_format(&response->body, "sunk %zu, whole %s, held %zu\n",
		sink == NULL ? 0 : sink->bytes,
		sink != NULL && sink->parts > 1 ? "no" : "yes", request->body.len);
}

static struct err open_sink(void *context, const struct http_request *request,
	struct http_sink *out)
{
	(void)context;
	if (request->route->handler != sunk)
		return OK;
	if (request->query[0] != 0)
		return FAIL(E_DENIED, "not with a query");
	*out = (struct http_sink){ .context = calloc(1, sizeof(struct sink)),
		.put = sink_put,
		.free = free };
	return OK;
}

/* clang-format off */
static const struct http_route routes[] = {
	{ "GET",  "/open",        0,                      MEDIA_NONE, 0,     say,  "open to all" },
	{ "GET",  "/items/{id}",  0,                      MEDIA_NONE, 0,     say,  "one" },
	{ "POST", "/echo",        0,                      MEDIA_ANY,  1000,  echo, "gives back" },
	{ "POST", "/sink",        0,                      MEDIA_ANY,  1000000, sunk, "counts" },
	{ "POST", "/json",        0,                      MEDIA_JSON, 1000,  echo, "JSON" },
	{ "POST", "/ocsp",        0,                      MEDIA_OCSP_REQUEST, 1000, echo, "OCSP" },
	{ "POST", "/bytes",       0,                      MEDIA_BYTES, 1000, echo, "bytes" },
	{ "POST", "/none",        0,                      MEDIA_NONE, 1000,  echo, "no body" },
	{ "GET",  "/lra",         SERVE_LRA,              MEDIA_NONE, 0,     say,  "clerks" },
	{ "GET",  "/ra",          SERVE_RA,               MEDIA_NONE, 0,     say,  "officers" },
	{ "GET",  "/both",        SERVE_LRA | SERVE_RA,   MEDIA_NONE, 0,     say,  "both" },
	{ "POST", "/lra",         SERVE_LRA,              MEDIA_JSON, 10,    echo, "clerks" },
	{ "GET",  "/fail/{code}", 0,                      MEDIA_NONE, 0,     fail, "fails" },
	{ "GET",  "/file",        0,                      MEDIA_NONE, 0,     file, "a file" },
	{ "GET",  "/large",       0,                      MEDIA_NONE, 0,     large, "a megabyte" },
	{ "GET",  "/parts/{count}", 0,                    MEDIA_NONE, 0,     in_parts, "a body in parts" },
	{ "GET",  "/header",      0,                      MEDIA_NONE, 0,     header, "a wrong header" },
};
/* clang-format on */

static struct err know(void *context, struct http_request *request)
{
	static const struct {
		const char *name;
		unsigned role;
	} people[] = { { "clerk", SERVE_LRA }, { "officer", SERVE_RA } };
	(void)context;
	if (request->client_certificate.len == 0)
		return OK;
	/* The subject's common name is the last thing of its length in these certificates; enough for a test. */
	for (size_t i = 0; i < COUNT(people); i++)
		if (memmem(request->client_certificate.data,
			    request->client_certificate.len, people[i].name,
			    strlen(people[i].name)) != NULL) {
			request->role = people[i].role;
			return text_copy(people[i].name, request->who,
				sizeof request->who);
		}
	return FAIL(E_DENIED, "nobody we know");
}

static void run_worker(struct http_server *server)
{
	struct err err = proc_signals();
	if (!err_is(err))
		err = proc_restrict(POWER_NET_SERVE | POWER_FILE_READ, NULL, NULL);
	if (!err_is(err))
		err = http_serve(server, &proc_stop, NULL, NULL);
	http_close(server);
	if (err_is(err))
		fprintf(stderr, "%s\n", err.text);
	exit(err_is(err) ? 1 : 0); /* not _exit: the leak checker looks */
}

bool serve_start(struct serve *serve, size_t workers, bool tls,
	void (*change)(struct http_settings *settings))
{
	AUTO(http_close) struct http_server *server = NULL;
	struct http_settings settings = {
		.listen = "127.0.0.1:0",
		.certificate_pem = tls ? certificate : NULL,
		.key_pem = tls ? key : NULL,
		.client_ca_pem = tls ? anchors : NULL,
		.routes = routes,
		.route_count = COUNT(routes),
		.authenticate = know,
		.sink = open_sink,
		.timeout_s = 5,
		.max_connections = 1200,
		.max_response = 1 << 20,
	};
	memset(serve, 0, sizeof *serve);
	if (change != NULL)
		change(&settings);
	if (!CHECK_OK(http_listen(&settings, &server), "listening"))
		return false;
	serve->port = http_port(server);
	fflush(stdout);
	for (; serve->count < workers; serve->count++) {
		serve->children[serve->count] = fork();
		if (serve->children[serve->count] == 0)
			run_worker(server);
	}
	return true;
}

bool serve_stop(struct serve *serve)
{
	bool good = true;
	for (size_t i = 0; i < serve->count; i++) {
		int status = 1;
		kill(serve->children[i], SIGTERM);
		waitpid(serve->children[i], &status, 0);
		good = good && status == 0;
	}
	return good;
}

int serve_connect(const struct serve *serve)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons(serve->port) };
	struct timeval five = { 5, 0 };
	int on = 1;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &five, sizeof five);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &five, sizeof five);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

int serve_talk(const struct serve *serve, const void *bytes, size_t len, char *answer,
	size_t size)
{
	int fd = serve_connect(serve), status = 0;
	size_t got = 0;
	answer[0] = 0;
	if (fd < 0)
		return -1;
	ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
	(void)sent; /* the server may have ended it in the middle, which is what some tests want */
	for (ssize_t part;
		got + 1 < size && (part = recv(fd, answer + got, size - 1 - got, 0)) > 0;)
		got += (size_t)part;
	answer[got] = 0;
	close(fd);
	if (sscanf(answer, "HTTP/1.%*d %d", &status) != 1)
		return 0;
	return status;
}
