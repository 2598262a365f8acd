/* inkan-signer: the one process that holds the issuing keys. Descriptors: 3 linter, 4 issuer, 5 publisher. */
#include <fcntl.h>
#include <getopt.h>

#include "ca/signer/signer.h"
#include "common/base/limits.h"
#include "common/base/log.h"
#include "common/proc/proc.h"

enum { EXIT_OK = 0, EXIT_USAGE = 2, EXIT_CONFIG = 3 };
enum { FD_LINT = 3, FD_ISSUER = 4, FD_PUBLISHER = 5 };

static const char help[] =
	"inkan-signer -c signer.cfg        answer on the pipes: 3 linter, 4 issuer, 5 "
	"publisher\n"
	"inkan-signer -t -c signer.cfg     check settings, issuers, profiles, tokens and "
	"keys, then stop\n"
	"inkan-signer -D                   print all settings as a page of the manual\n"
	"\n"
	"  -v  log more    -h  this text\n"
	"\n"
	"It is started by inkan-ca, not by hand. 5 may be missing. TERM and INT stop "
	"it.\n";

struct options {
	const char *config;
	bool test, describe, help;
	int level;
};

static RESULT read_options(int argc, char **argv, struct options *out)
{
	int option;
	while ((option = getopt(argc, argv, "c:tDvh")) != -1) {
		switch (option) {
		case 'c':
			out->config = optarg;
			break;
		case 't':
			out->test = true;
			break;
		case 'D':
			out->describe = true;
			break;
		case 'v':
			out->level = 7;
			break;
		case 'h':
			out->help = true;
			break;
		default:
			return FAIL(E_INPUT, "unknown option; inkan-signer -h");
		}
	}
	if (optind < argc)
		return FAIL(E_INPUT, "%s: not understood; inkan-signer -h", argv[optind]);
	if (out->config == NULL && !out->describe && !out->help)
		return FAIL(E_INPUT, "-c FILE is missing; inkan-signer -h");
	return OK;
}

static int tell_faults(const struct conf_faults *faults, struct err err)
{
	for (size_t i = 0; i < faults->count; i++)
		fprintf(stderr, "%s\n", faults->text[i]);
	if (faults->count == 0)
		fprintf(stderr, "inkan-signer: %s\n", err.text);
	return EXIT_CONFIG;
}

static int inherited(int fd)
{
	return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 ? fd : -1;
}

/* After this the module may reach one folder, and whoever takes over this process reaches no more than that. */
static RESULT restrict_self(const struct signer_conf *conf)
{
	const char *const folders[] = { conf->token_folder, NULL };
	unsigned powers = conf->token_network ? POWER_NET_CONNECT : 0;
	if (conf->token_folder[0] == 0)
		return proc_restrict(powers, NULL, NULL);
	return proc_restrict(powers | POWER_FILE_READ | POWER_FILE_WRITE, folders,
		folders);
}

static RESULT serve(const struct signer_conf *conf, struct signer_keys *keys,
	const struct profile_set *profiles)
{
	AUTO(signer_clear) struct signer signer = { .keys = NULL };
	const struct signer_pipes pipes = { inherited(FD_LINT), inherited(FD_ISSUER),
		inherited(FD_PUBLISHER) };
	if (pipes.lint < 0 || pipes.issuer < 0)
		return FAIL(E_INPUT, "descriptors 3 (linter) and 4 (issuer) are not "
				     "open; inkan-ca starts this program");
	TRY(signer_init(&signer, keys, profiles, &pipes, conf->crl_validity_max_s));
	TRY(restrict_self(conf));
	return signer_serve(&signer);
}

static int run(const struct options *options)
{
	AUTO(signer_conf_clear) struct signer_conf conf = { .issuers = NULL };
	AUTO(issuer_set_free) struct issuer_set *issuers = NULL;
	AUTO(profile_set_free) struct profile_set *profiles = NULL;
	AUTO(signer_keys_close) struct signer_keys *keys = NULL;
	struct conf_faults faults = { .count = 0 };
	struct err err = signer_conf_load(options->config, &conf, &faults);
	if (!err_is(err))
		err = profile_set_load(conf.profiles, &profiles, &faults);
	if (!err_is(err))
		err = issuer_set_load(conf.issuers, &issuers, &faults);
	if (err_is(err))
		return tell_faults(&faults, err);
	err = proc_signals();
	if (!err_is(err))
		err = signer_keys_open(&conf, issuers, &keys);
	if (!err_is(err) && !options->test)
		err = serve(&conf, keys, profiles);
	if (!err_is(err))
		return EXIT_OK;
	log_err(NULL, "stopped", err);
	return err_kind(err.code)->exit_code;
}

static int describe(void)
{
	AUTO(buf_clear) struct buf page = BUF(64 * KIB);
	struct err err = signer_conf_describe(&page);
	if (err_is(err)) {
		fprintf(stderr, "inkan-signer: %s\n", err.text);
		return err_kind(err.code)->exit_code;
	}
	fputs(buf_text(&page), stdout);
	return EXIT_OK;
}

int main(int argc, char **argv)
{
	struct options options = { .level = 6 };
	struct err err = secret_harden();
	if (!err_is(err))
		err = read_options(argc, argv, &options);
	if (err_is(err)) {
		fprintf(stderr, "inkan-signer: %s\n", err.text);
		return err.code == E_INPUT ? EXIT_USAGE : err_kind(err.code)->exit_code;
	}
	if (options.help) {
		fputs(help, stdout);
		return EXIT_OK;
	}
	log_open("signer", options.level);
	return options.describe ? describe() : run(&options);
}
