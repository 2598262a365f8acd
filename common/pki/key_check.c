#include "common/base/limits.h"
#include "common/pki/key_parts.h"

/* clang-format off */
static const struct fault_rule
rule_encoding = { "key.encoding", "R-PKQ-01",
	"The public key is not a well-formed SubjectPublicKeyInfo. Make the request again with a current tool.",
	"公開鍵の形式（SubjectPublicKeyInfo）が正しくありません。新しいツールで申請データを作り直してください。" },
rule_algorithm = { "key.algorithm", "R-PKQ-01",
	"A key of this kind is not allowed here. Make one of an allowed kind, for example P-256.",
	"この種類の鍵は使えません。許可された種類（例: P-256）の鍵を作ってください。" },
rule_size = { "key.size", "R-PKQ-01",
	"An RSA key of this size is not allowed here. Make one of 3072 or 4096 bits.",
	"この長さのRSA鍵は使えません。3072または4096ビットの鍵を作ってください。" },
rule_exponent = { "key.exponent", "R-PKQ-02",
	"The public exponent must be odd, above 2^16 and below 2^256. Make a new key with exponent 65537.",
	"公開指数は2の16乗より大きく2の256乗より小さい奇数でなければなりません。公開指数65537で鍵を作り直してください。" },
rule_factor = { "key.factor", "R-PKQ-02",
	"The modulus can be divided by a small prime: this is no RSA key. Make a new key.",
	"公開鍵の法が小さな素数で割り切れます。RSA鍵として成り立たないため、鍵を作り直してください。" },
rule_power = { "key.power", "R-PKQ-02",
	"The modulus is a power of one number: this is no RSA key. Make a new key.",
	"公開鍵の法が累乗数です。RSA鍵として成り立たないため、鍵を作り直してください。" },
rule_fermat = { "key.fermat", "R-PKQ-03",
	"The two primes are so close that the private key can be computed. Make a new key with another tool.",
	"二つの素数が近すぎ、秘密鍵を計算できてしまいます。別のツールで鍵を作り直してください。" },
rule_roca = { "key.roca", "R-PKQ-04",
	"The key bears the fingerprint of ROCA (CVE-2017-15361): its private key can be computed. Make it outside that token.",
	"ROCA脆弱性（CVE-2017-15361）の特徴を持つ鍵で、秘密鍵を計算できるおそれがあります。別の装置で鍵を作り直してください。" },
rule_debian = { "key.debian", "R-PKQ-05",
	"The private key is publicly known (CVE-2008-0166). Make a new key on a current system.",
	"秘密鍵が公に知られています（CVE-2008-0166）。新しい環境で鍵を作り直してください。" },
rule_point = { "key.point", "R-PKQ-06",
	"The public key is not a valid uncompressed point of its curve. Make the request again with another tool.",
	"公開鍵が曲線上の正しい点（非圧縮形式）ではありません。別のツールで申請データを作り直してください。" },
rule_unchecked = { "key.unchecked", "R-PKQ-02",
	"The key could not be checked, so it is not accepted. Try again later.",
	"鍵を検査できなかったため受け付けられません。後でもう一度お試しください。" };
/* clang-format on */

/* R-PKQ-02: 2^16 < e < 2^256, odd. */
static void check_exponent(struct blob e, struct faults *faults)
{
	if (e.len > 32) {
		faults_add(faults, &rule_exponent, "publicExponent", "%zu octets", e.len);
		return;
	}
	if (e.len == 0 || (e.data[e.len - 1] & 1) == 0)
		faults_add(faults, &rule_exponent, "publicExponent", "even");
	/* Odd and of three octets or more, without leading zeros, is 65537 or more. */
	else if (e.len < 3)
		faults_add(faults, &rule_exponent, "publicExponent", "below 65537");
}

static void check_modulus(struct blob modulus, struct faults *faults)
{
	struct key_weakness weak;
	struct err err = key_find_weakness(modulus, &weak);
	if (err_is(err)) {
		faults_add(faults, &rule_unchecked, "modulus", "%s", err.text);
		return;
	}
	if (weak.small_factor != 0)
		faults_add(faults, &rule_factor, "modulus", "divisible by %lu",
			weak.small_factor);
	if (weak.power != 0)
		faults_add(faults, &rule_power, "modulus", "n = m^%lu", weak.power);
	if (weak.fermat_rounds != 0)
		faults_add(faults, &rule_fermat, "modulus",
			"factored in round %lu of 100", weak.fermat_rounds);
	if (weak.roca)
		faults_add(faults, &rule_roca, "modulus",
			"a power of 65537 modulo every prime up to 167");
}

static void check_rsa(const struct key_parts *parts, struct faults *faults)
{
	if (parts->algorithm == KEY_NONE)
		faults_add(faults, &rule_size, "modulus", "%zu bits", parts->bits);
	check_exponent(parts->exponent, faults);
	/* Beyond these the size alone refuses the key, and the arithmetic would only be work for nothing. */
	if (parts->bits >= KEY_WEAKNESS_MIN_BITS && parts->bits <= LIMIT_RSA_BITS)
		check_modulus(parts->modulus, faults);
}

static bool check_point(const struct key_parts *parts, struct faults *faults)
{
	AUTO(EVP_PKEY_free) EVP_PKEY *key = NULL;
	struct err err = key_from_point(parts, &key);
	if (err_is(err))
		faults_add(faults, &rule_point, "subjectPublicKey", "%s", err.text);
	return !err_is(err);
}

static void check_blocklist(const struct key_parts *parts,
	const struct key_blocklist *list, struct faults *faults)
{
	bool found = false;
	struct err err = key_blocklist_find(list, parts, &found);
	if (err_is(err))
		faults_add(faults, &rule_unchecked, "subjectPublicKeyInfo", "%s",
			err.text);
	else if (found)
		faults_add(faults, &rule_debian, "subjectPublicKeyInfo",
			"found in list %s", key_blocklist_version(list));
}

void key_check(struct blob spki, uint32_t allowed, const struct key_blocklist *list,
	struct faults *faults)
{
	struct key_parts parts;
	struct err err = key_split(spki, &parts);
	if (err_is(err)) {
		faults_add(faults,
			err.code == E_POLICY ? &rule_algorithm : &rule_encoding,
			"subjectPublicKeyInfo", "%s", err.text);
		return;
	}
	if (parts.algorithm != KEY_NONE && (allowed & KEY_BIT(parts.algorithm)) == 0)
		faults_add(faults, &rule_algorithm, "subjectPublicKeyInfo",
			"%s is not allowed", key_algorithm_name(parts.algorithm));
	if (parts.is_rsa)
		check_rsa(&parts, faults);
	else if (!check_point(&parts, faults))
		return;
	if (list != NULL && parts.bits > 0)
		check_blocklist(&parts, list, faults);
}
