/* openapi.yaml and the table of routes say the same; so do the commands and their rules. */
#include "common/base/table.h"
#include "lra/commands.h"
#include "lra/routes.h"

#include "tests/check.h"

/* One operation of the file. */
struct operation {
	char method[8], path[128], summary[128];
};
enum { OPERATIONS = 256 };

/* The line without its indentation, which is counted; false at the end. */
static bool next_line(const char **at, size_t *indent, char *out, size_t size)
{
	if (**at == 0)
		return false;
	size_t len = strcspn(*at, "\n");
	*indent = strspn(*at, " ");
	snprintf(out, size, "%.*s", (int)(len - *indent), *at + *indent);
	*at += len + ((*at)[len] == '\n');
	return true;
}

static bool is_method(const char *line)
{
	return strcmp(line, "get:") == 0 || strcmp(line, "post:") == 0 ||
	       strcmp(line, "put:") == 0 || strcmp(line, "delete:") == 0;
}

/* By indentation alone: paths stand at two, methods at four, summaries at six, between "paths:" and "components:". */
static size_t read_operations(const char *text, struct operation *out)
{
	char line[256], path[128] = "";
	size_t count = 0, indent;
	const char *at = strstr(text, "\npaths:\n");
	if (at == NULL)
		return 0;
	at += strlen("\npaths:\n");
	while (next_line(&at, &indent, line, sizeof line) && indent > 0 &&
		count < OPERATIONS) {
		line[strcspn(line, "\n")] = 0;
		size_t len = strlen(line);
		if (indent == 2 && line[0] == '/')
			snprintf(path, sizeof path, "%.*s", (int)len - 1, line);
		if (indent == 4 && is_method(line)) {
			out[count] = (struct operation){ .method = "" };
			for (size_t i = 0; i + 1 < len; i++)
				out[count].method[i] = (char)(line[i] - 'a' + 'A');
			snprintf(out[count++].path, sizeof path, "%s", path);
		}
		if (indent == 6 && count > 0 && strncmp(line, "summary: ", 9) == 0)
			snprintf(out[count - 1].summary, sizeof out->summary, "%.120s",
				line + 9);
	}
	return count;
}

static const struct operation *find(const struct operation *operations, size_t count,
	const struct http_route *route)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(operations[i].method, route->method) == 0 &&
			strcmp(operations[i].path, route->path) == 0)
			return &operations[i];
	return NULL;
}

struct table {
	struct http_route *row;
	size_t count;
};
static void table_clear(struct table *table)
{
	free(table->row);
}
AUTO_DEFINE_HELD(struct table, table_clear)
static struct table join(void)
{
	struct table table = { .row = NULL };
	CHECK_OK(lra_routes_join(&table.row, &table.count), "the one table");
	return table;
}

static void test_openapi(void)
{
	AUTO(table_clear) struct table all = join();
	AUTO(buf_clear) struct buf text = check_file("lra/openapi.yaml");
	struct operation operations[OPERATIONS];
	size_t count = read_operations(buf_text(&text), operations);
	CHECK_INT(count, all.count, "as many operations as routes");
	for (size_t i = 0; i < all.count; i++) {
		const struct http_route *route = &all.row[i];
		const struct operation *operation = find(operations, count, route);
		if (CHECK(operation != NULL, "%s %s is described", route->method,
			    route->path))
			CHECK_TEXT(operation->summary, route->summary, "%s %s",
				route->method, route->path);
	}
}

/* R-REV-07: the interface offers the events of the table and no others. */
static void test_events(void)
{
	AUTO(buf_clear) struct buf text = check_file("lra/openapi.yaml");
	size_t count;
	const struct revocation_event *events = revocation_events(&count);
	const char *list = strstr(buf_text(&text), "    RevocationEvent:");
	const char *end = list == NULL ? NULL : strchr(list, ']');
	if (!CHECK(end != NULL, "the list of events is there"))
		return;
	size_t commas = 0;
	for (const char *at = list; at < end; at++)
		commas += *at == ',';
	CHECK_INT(commas + 1, count, "as many as in the table");
	for (size_t i = 0; i < count; i++) {
		const char *at = strstr(list, events[i].word);
		CHECK(at != NULL && at < end, "%s is offered", events[i].word);
	}
}

/* What is open to whoever is nobody yet. */
static bool is_open(const char *path)
{
	static const char *const open[] = { "/healthz", "/readyz", "/v1/session",
		"/v1/session/options", "/v1/session/step-up", "/v1/session/logout",
		"/v1/registrations", "/v1/registrations/options",
		"/v1/calendar/{token}" };
	for (size_t i = 0; i < COUNT(open); i++)
		if (strcmp(open[i], path) == 0)
			return true;
	return false;
}

static void test_roles(void)
{
	AUTO(table_clear) struct table all = join();
	for (size_t i = 0; i < all.count; i++) {
		const struct http_route *route = &all.row[i];
		if (route->roles == 0)
			CHECK(is_open(route->path), "%s %s needs a role", route->method,
				route->path);
		if (strcmp(route->method, "GET") != 0)
			CHECK((route->roles & ROLE_AUDITOR) == 0,
				"%s %s: auditors change nothing", route->method,
				route->path);
	}
}

static void test_commands(void)
{
	CHECK_OK(command_check(&lra_commands), "the table of commands");
}

/* clang-format off */
static const CU_TestInfo tests[] = {
	{ "openapi", test_openapi },
	{ "events", test_events },
	{ "roles", test_roles },
	{ "commands", test_commands },
	CU_TEST_INFO_NULL,
};
/* clang-format on */
const struct check_suite suite_lra_routes = { "lra/routes", tests, NULL, NULL };
