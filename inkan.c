/* inkan: the one front command. `inkan ca …` becomes inkan-ca, found beside this very program and nowhere else. */
#include <errno.h>
#include <unistd.h>

#include "common/base/table.h"
#include "common/proc/command.h"

/* clang-format off */
static const struct office { const char *word, *en, *ja; } offices[] = {
	{ "lra",      "the counter: applications, identity checks, approvals, delivery", "窓口: 申込、本人確認、承認、配付" },
	{ "ra",       "the registration authority: verification and orders",             "登録局: 審査と発行指図" },
	{ "ca",       "the issuing authority: certificates, revocation, CRLs",           "発行局: 証明書、失効、CRL" },
	{ "status",   "the public counter: OCSP, CRLs, CA certificates",                 "公開: OCSP、CRL、認証局証明書" },
	{ "ceremony", "the offline room: root keys and their ceremonies",                "鍵生成セレモニー (オフライン)" },
	{ "signer",   "the keys' own process; started by the ca",                        "署名プロセス (ca が起動)" },
	{ "lint",     "the second reader of what is to be signed",                       "署名対象の検査" },
};
/* clang-format on */

static void print_help(bool japanese)
{
	printf("inkan: %s\n\n%s:\n  inkan ca --help\n  inkan lra --help\n\n%s:\n",
		japanese ? "証明書の発行局・登録局・窓口"
			 : "certificates from counter to CRL",
		japanese ? "例" : "Examples", japanese ? "コマンド" : "Commands");
	for (size_t i = 0; i < COUNT(offices); i++)
		printf("  inkan %-10s %s\n", offices[i].word,
			japanese ? offices[i].ja : offices[i].en);
}

static int refuse(const char *word, bool japanese)
{
	const char *words[COUNT(offices) + 1] = { NULL };
	for (size_t i = 0; i < COUNT(offices); i++)
		words[i] = offices[i].word;
	const char *near = command_nearest(word, words);
	fprintf(stderr,
		japanese ? "inkan: \"%.60s\" というコマンドはありません。"
			 : "inkan: no command \"%.60s\".",
		word);
	if (near != NULL)
		fprintf(stderr,
			japanese ? " もしかして: inkan %s" : " Did you mean: inkan %s",
			near);
	fprintf(stderr,
		japanese ? "\n  一覧: inkan --help\n" : "\n  inkan --help lists them.\n");
	return COMMAND_USAGE;
}

/* Not by PATH: the offices of one installation belong together. */
static int become(const char *word, char **argv, bool japanese)
{
	char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
	if (len <= 0)
		return COMMAND_IO;
	path[len] = 0;
	char *file = strrchr(path, '/') + 1;
	size_t room = sizeof path - (size_t)(file - path);
	int used = snprintf(file, room, "inkan-%s", word);
	if (used < 0 || (size_t)used >= room)
		return COMMAND_IO;
	argv[0] = path;
	execv(path, argv);
	int why = errno;
	fprintf(stderr,
		japanese ? "inkan: %s を起動できません: %s\n"
			 : "inkan: could not start %s: %s\n",
		path, strerror(why));
	return why == ENOENT ? COMMAND_NOTFOUND : COMMAND_IO;
}

int main(int argc, char **argv)
{
	bool japanese = command_is_japanese();
	const char *word = argc > 1 ? argv[1] : "";
	if (word[0] == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 ||
		(strcmp(word, "help") == 0 && argc == 2)) {
		print_help(japanese);
		return word[0] == 0 ? COMMAND_USAGE : COMMAND_OK;
	}
	if (strcmp(word, "--version") == 0) {
		printf("inkan %s\n", COMMAND_VERSION);
		return COMMAND_OK;
	}
	bool help = strcmp(word, "help") == 0;
	const char *chosen = help ? argv[2] : word;
	for (size_t i = 0; i < COUNT(offices); i++)
		if (strcmp(offices[i].word, chosen) == 0) {
			char *ask_help[] = { argv[0], (char[]){ "--help" }, NULL };
			return become(chosen, help ? ask_help : argv + 1, japanese);
		}
	return refuse(chosen, japanese);
}
