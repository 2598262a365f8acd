/* inkan-ceremony: makes root and issuing keys in their tokens, offline, before witnesses; links neither network nor database. */
#include <getopt.h>
#include <unistd.h>

#include "ca/ceremony/steps.h"
#include "common/base/file.h"
#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/base/table.h"
#include "common/proc/proc.h"

enum { EXIT_OK = 0, EXIT_USAGE = 2, EXIT_CONFIG = 3 };
enum { TRANSCRIPT_MAX = 8 * 1024 * 1024 };

static const char help[] =
	"inkan-ceremony run PLAN.cfg --site SITE.cfg     hold a ceremony, or go on with "
	"an interrupted one\n"
	"inkan-ceremony check PLAN.cfg --site SITE.cfg   read plan, site and profiles, "
	"show what would be made\n"
	"inkan-ceremony verify TRANSCRIPT.jsonl          check the chain of a "
	"transcript\n"
	"inkan-ceremony describe                         the site's settings as a page "
	"of the manual\n"
	"\n"
	"  -s, --site FILE    modules, sources of PINs, folders, addresses\n"
	"  -j, --json         print the transcript's lines instead of words\n"
	"      --yes-demo     a rehearsal: nobody is asked; every line of the transcript "
	"says 予行 / DEMO\n"
	"  -h, --help         this text\n"
	"\n"
	"Each step is confirmed at the terminal by two different people of the plan. "
	"Exit codes: 0 done, 2 usage,\n"
	"3 plan, site or profile, 5 exists already, 6 not confirmed, 9 file or token.\n";

struct options {
	const char *verb, *file, *site;
	bool json, demo, help;
};

enum { OPTION_DEMO = 256 };
static const struct option long_options[] = {
	{ "site", required_argument, NULL, 's' },
	{ "json", no_argument, NULL, 'j' },
	{ "yes-demo", no_argument, NULL, OPTION_DEMO },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static RESULT take_option(int option, struct options *out)
{
	switch (option) {
	case 's':
		out->site = optarg;
		return OK;
	case 'j':
		out->json = true;
		return OK;
	case OPTION_DEMO:
		out->demo = true;
		return OK;
	case 'h':
		out->help = true;
		return OK;
	}
	return FAIL(E_INPUT, "unknown option; inkan-ceremony --help");
}

static RESULT read_options(int argc, char **argv, struct options *out)
{
	int option;
	while ((option = getopt_long(argc, argv, "s:jh", long_options, NULL)) != -1)
		TRY(take_option(option, out));
	if (out->help)
		return OK;
	if (optind == argc)
		return FAIL(E_INPUT, "a verb is missing; inkan-ceremony --help");
	out->verb = argv[optind++];
	if (optind < argc)
		out->file = argv[optind++];
	return optind == argc ? OK
			      : FAIL(E_INPUT, "%s: not understood; inkan-ceremony --help",
					argv[optind]);
}

static int tell(struct err err, const struct conf_faults *faults)
{
	for (size_t i = 0; i < faults->count && i < COUNT(faults->text); i++)
		fprintf(stderr, "%s\n", faults->text[i]);
	if (faults->count == 0)
		fprintf(stderr, "inkan-ceremony: %s: %s\n", err_kind(err.code)->name,
			err.text);
	return faults->count > 0 ? EXIT_CONFIG : err_kind(err.code)->exit_code;
}

/* inkan-lint stands beside us unless the site says where. */
static RESULT find_linter(const struct site *site, char out[static ROOM_PATH])
{
	static const char name[] = "inkan-lint";
	if (site->lint_program[0] != 0)
		return snprintf(out, ROOM_PATH, "%s", site->lint_program) < ROOM_PATH
			       ? OK
			       : FAIL(E_INPUT, "lint: the path is too long");
	ssize_t len = readlink("/proc/self/exe", out, ROOM_PATH - sizeof name);
	if (len <= 0 || len >= ROOM_PATH - (ssize_t)sizeof name)
		return FAIL(E_IO,
			"lint: our own path could not be read; the site may say it");
	out[len] = 0;
	char *slash = strrchr(out, '/');
	memcpy(slash == NULL ? out : slash + 1, name, sizeof name);
	return OK;
}

static RESULT hold(const struct options *options, const struct plan *plan,
	const struct site *site)
{
	char linter[ROOM_PATH];
	TRY(find_linter(site, linter));
	TRY(proc_restrict(POWER_FILE_READ | POWER_FILE_WRITE | POWER_FORK, NULL, NULL));
	const struct ceremony_order order = { .plan = plan,
		.site = site,
		.linter = linter,
		.echo = options->json ? stdout : NULL,
		.plain = options->json ? NULL : stdout,
		.demo = options->demo };
	return ceremony_run(&order);
}

static void show(const struct plan *plan)
{
	printf("%s: %s\n", plan->name, plan->title);
	for (size_t i = 0; i < plan->row_count; i++) {
		const struct plan_row *row = &plan->row[i];
		printf("  %-20s %-14s %-8s issuer %-10s key in %s%s\n", row->word,
			row->profile, key_algorithm_name(row->algorithm),
			row->issuer[0] == 0 ? "itself" : row->issuer,
			row->token[0] == 0 ? "a file" : "token ", row->token);
	}
}

static RESULT check(const struct plan *plan, const struct site *site,
	struct conf_faults *faults)
{
	AUTO(room_clear) struct room room = { .plan = plan, .site = site };
	const struct profile *profile;
	TRY(profile_set_load(site->profiles, &room.profiles, faults));
	for (size_t i = 0; i < plan->row_count; i++)
		TRY(room_profile(&room, &plan->row[i], &profile));
	show(plan);
	return OK;
}

static int with_plan(const struct options *options)
{
	AUTO(plan_free) struct plan *plan = NULL;
	AUTO(site_clear) struct site site = { .output = NULL };
	struct conf_faults faults = { .count = 0 };
	if (options->file == NULL || options->site == NULL) {
		fprintf(stderr,
			"inkan-ceremony: PLAN.cfg and --site SITE.cfg are needed\n");
		return EXIT_USAGE;
	}
	struct err err = plan_load(options->file, &plan, &faults);
	if (!err_is(err))
		err = site_load(options->site, &site, &faults);
	if (!err_is(err))
		err = proc_signals();
	if (!err_is(err))
		err = strcmp(options->verb, "check") == 0 ? check(plan, &site, &faults)
							  : hold(options, plan, &site);
	return err_is(err) ? tell(err, &faults) : EXIT_OK;
}

static int verify(const struct options *options)
{
	AUTO(buf_clear) struct buf file = BUF(TRANSCRIPT_MAX);
	const struct conf_faults none = { .count = 0 };
	uint8_t digest[32];
	char hex[65];
	int64_t count;
	struct err err = options->file == NULL ? FAIL(E_INPUT, "a transcript is needed")
					       : file_read(options->file, &file);
	if (!err_is(err))
		err = transcript_check(buf_view(&file), &count, digest);
	if (err_is(err))
		return tell(err, &none);
	hex_encode(BLOB(digest), hex);
	printf("%lld lines, unbroken; last SHA-256 %s\n", (long long)count, hex);
	return EXIT_OK;
}

static int describe(void)
{
	AUTO(buf_clear) struct buf page = BUF(64 * KIB);
	const struct conf_faults none = { .count = 0 };
	struct err err = site_describe(&page);
	if (err_is(err))
		return tell(err, &none);
	fputs(buf_text(&page), stdout);
	return EXIT_OK;
}

static int run(const struct options *options)
{
	if (strcmp(options->verb, "run") == 0 || strcmp(options->verb, "check") == 0)
		return with_plan(options);
	if (strcmp(options->verb, "verify") == 0)
		return verify(options);
	if (strcmp(options->verb, "describe") == 0)
		return describe();
	fprintf(stderr, "inkan-ceremony: %s: no such verb; inkan-ceremony --help\n",
		options->verb);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	struct options options = { .verb = NULL };
	struct err err = secret_harden();
	if (!err_is(err))
		err = read_options(argc, argv, &options);
	if (err_is(err)) {
		fprintf(stderr, "inkan-ceremony: %s\n", err.text);
		return EXIT_USAGE;
	}
	if (options.help) {
		fputs(help, stdout);
		return EXIT_OK;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	log_open("ceremony", 4);
	return run(&options);
}
