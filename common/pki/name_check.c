#include "common/base/table.h"
#include "common/base/text.h"
#include "common/pki/character.h"
#include "common/pki/mailbox.h"
#include "common/pki/name.h"
#include "common/pki/number.h"

/* clang-format off */
static const struct fault_rule order = { "name.order", "R-ISS-09",
	"The attributes do not stand in their fixed order. Put them in the order of the profile.",
	"項目の順序が定められた順序と違います。プロファイルの順序に並べてください。" };
static const struct fault_rule repeated = { "name.repeated", "PROFILES G5",
	"This attribute may stand only once. Remove the second one.",
	"この項目は一度しか使えません。二つ目を削除してください。" };
static const struct fault_rule empty = { "name.empty", "R-ISS-11",
	"The value is empty. Enter it, or remove the attribute.",
	"値が空です。値を入力するか、この項目を削除してください。" };
static const struct fault_rule not_utf8 = { "name.utf8", "R-ISS-11",
	"The text is not valid UTF-8. Enter it again.",
	"文字コードが正しくありません（UTF-8ではありません）。入力し直してください。" };
static const struct fault_rule length = { "name.length", "R-ISS-09",
	"The value is too long. It is never cut: agree on a documented abbreviation.",
	"文字数が上限を超えています。自動で切り詰めることはありません。定められた略称を使ってください。" };
static const struct fault_rule edge = { "name.space", "R-ISS-11",
	"The value starts or ends with a space. Remove it.",
	"先頭または末尾に空白があります。削除してください。" };
static const struct fault_rule control = { "name.control", "R-ISS-11",
	"The value holds a control character. Enter it again without pasting.",
	"制御文字が含まれています。貼り付けずに入力し直してください。" };
static const struct fault_rule invisible = { "name.invisible", "R-ISS-11",
	"The value holds a character that cannot be seen or that turns the direction of writing. Enter it again without pasting.",
	"見えない文字や文字の向きを変える文字が含まれています。貼り付けずに入力し直してください。" };
static const struct fault_rule private_use = { "name.private", "R-ISS-11",
	"The value holds a private or unassigned character (gaiji), which others would see differently. Use a standard character.",
	"外字または未割当の文字が含まれています。他の環境では正しく表示されません。標準の文字を使ってください。" };
static const struct fault_rule nfc = { "name.nfc", "R-ISS-11",
	"The value is not in Unicode Normalization Form C. Save it again through the form, which repairs it.",
	"Unicode正規化形式C（NFC）ではありません。画面から保存し直すと自動で整えられます。" };
static const struct fault_rule placeholder = { "name.placeholder", "R-ISS-11",
	"The value says nothing (a placeholder). Enter the real value, or remove the attribute.",
	"意味のない値（仮の値）です。正しい値を入力するか、この項目を削除してください。" };
static const struct fault_rule printable = { "name.printable", "R-ISS-09",
	"Only letters A to Z, digits, spaces and ' ( ) + , - . / : = ? are possible here.",
	"この項目には英数字、空白、' ( ) + , - . / : = ? だけが使えます。" };
static const struct fault_rule country = { "name.country", "PROFILES part 2",
	"This is no country code of ISO 3166-1 in two capital letters, such as JP.",
	"ISO 3166-1の国コード（大文字2文字、例: JP）ではありません。" };
static const struct fault_rule state = { "name.state", "PROFILES part 2",
	"stateOrProvinceName may stand only beside countryName. Add the country.",
	"都道府県は国コードと一緒にだけ使えます。国コードを追加してください。" };
static const struct fault_rule mail = { "name.mail", "R-ISS-13",
	"This is no e-mail address with an ASCII local part and a lower-case domain in A-labels.",
	"メールアドレスの形式が正しくありません（ローカル部はASCII、ドメインは小文字のAラベル）。" };
static const struct fault_rule domain = { "name.domain", "RFC 4519 section 2.4",
	"This is not one label of a domain name in lower case.",
	"ドメイン名のラベル（小文字）一つの形式ではありません。" };
static const struct fault_rule identifier = { "name.organizationIdentifier", "R-IDV-05",
	"The identifier has none of the known forms: NTRJP-12 digits, VATJP-13 digits, LEIXG-20 characters, GOVJP or GOVJP+nn.",
	"組織識別子の形式が正しくありません（NTRJP-12桁、VATJP-13桁、LEIXG-20文字、GOVJP、GOVJP+nn）。" };
static const struct fault_rule identifier_digit = { "name.organizationIdentifier.digit", "R-IDV-01",
	"The check digit of the number, or its prefecture, is wrong. Compare it with the register.",
	"番号の検査用数字または都道府県番号が正しくありません。登記情報と照合してください。" };
static const struct fault_rule identifier_country = { "name.organizationIdentifier.country", "R-IDV-05",
	"The identifier's country is not the one of countryName.",
	"組織識別子の国が国コードと一致しません。" };
static const struct fault_rule pseudonym = { "name.pseudonym", "R-ISS-11",
	"A pseudonym excludes surname and givenName. Use one or the other.",
	"仮名は姓・名と同時に使えません。どちらか一方にしてください。" };
static const struct fault_rule given_alone = { "name.single", "R-ISS-11",
	"Who has a single name uses surname for it, not givenName.",
	"名前が一つだけの人は、名ではなく姓の項目に入れてください。" };
static const struct fault_rule script = { "name.script", "PROFILES part 2",
	"surname, givenName and commonName must use the same script. Put the other script into the directoryName of the SAN.",
	"姓・名・コモンネームは同じ文字種にしてください。もう一方の文字種はSANのdirectoryNameに入れます。" };
static const struct fault_rule individual = { "name.individualNumber", "R-IDV-13",
	"This may be an Individual Number (My Number), which must never be kept. Use an identifier that the CA assigns.",
	"個人番号（マイナンバー）の可能性があります。記録は禁止されています。認証局が付与する識別子を使ってください。" };

/* What people type when a field must not be empty. Those that are also somebody's name are let through for people. */
static const struct { const char *text; bool may_be_a_name; } placeholders[] = {
	{ "n/a", false },            { "na", true },            { "n.a.", false },
	{ "none", true },            { "null", true },          { "nil", true },
	{ "unknown", false },        { "undefined", false },    { "unspecified", false },
	{ "not applicable", false }, { "not available", false }, { "tbd", false },
	{ "tba", false },            { "todo", true },          { "xxx", false },
	{ "xx", false },             { "dummy", true },         { "test", true },
	{ "sample", true },          { "default", false },      { "empty", false },
	{ "blank", true },           { "some-state", false },   { "default city", false },
	{ "default company ltd", false },                       { "internet widgits pty ltd", false },
	{ "不明", false },           { "未定", false },         { "未登録", false },
	{ "未設定", false },         { "未入力", false },       { "未記入", false },
	{ "なし", false },           { "無し", false },         { "無", true },
	{ "ナシ", false },           { "無記名", false },       { "匿名", false },
	{ "該当なし", false },       { "該当無し", false },     { "該当せず", false },
	{ "同上", false },           { "空欄", false },         { "空白", false },
	{ "ダミー", false },         { "テスト", false },       { "サンプル", false },
	{ "氏名", false },           { "名前", false },         { "名無し", false },
	{ "ー", false },             { "〇", false },           { "〇〇", false },
	{ "記入例", false },         { "ああああ", false },     { "あああ", false },
};

/* ISO 3166-1 alpha-2, officially assigned. */
static const char countries[] =
	"AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
	"CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
	"FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
	"JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
	"MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
	"PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
	"TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW ";
/* clang-format on */

/* ---- characters */

static const struct fault_rule *const trouble_rules[] = {
	[CHARACTER_FINE] = NULL,
	[CHARACTER_CONTROL] = &control,
	[CHARACTER_INVISIBLE] = &invisible,
	[CHARACTER_PRIVATE] = &private_use,
};

/* Each kind of trouble is told once, at its first place. */
static void check_characters(const char *field, struct blob value, struct faults *faults)
{
	bool told[COUNT(trouble_rules)] = { false };
	size_t at = 0, place = 0;
	int32_t before = -1;
	while (at < value.len) {
		int32_t point = text_next(value, &at);
		enum character_trouble trouble = character_judge(point, before);
		place++;
		if (trouble != CHARACTER_FINE && !told[trouble])
			faults_add(faults, trouble_rules[trouble], field,
				"U+%04X at character %zu", (unsigned)point, place);
		told[trouble] = true;
		before = point;
	}
}

static void check_edges(const char *field, struct blob value, struct faults *faults)
{
	size_t at = 0;
	int32_t first = text_next(value, &at), last = first;
	while (at < value.len)
		last = text_next(value, &at);
	if (character_is_space(first))
		faults_add(faults, &edge, field, "at the start");
	else if (character_is_space(last))
		faults_add(faults, &edge, field, "at the end");
}

static bool holds_no_letter(struct blob value)
{
	size_t at = 0;
	while (at < value.len)
		if (character_is_letter_or_digit(text_next(value, &at)))
			return false;
	return true;
}

static bool same_word(const char *a, const char *b)
{
	for (; *a != 0 && *b != 0; a++, b++) {
		char lower = (char)(*a >= 'A' && *a <= 'Z' ? *a + ('a' - 'A') : *a);
		if (lower != *b)
			return false;
	}
	return *a == *b;
}

/* Fields of people and of codes: NA is Namibia. */
static bool may_be_named_so(const char *field)
{
	static const enum name_type types[] = { NAME_SURNAME, NAME_GIVEN_NAME,
		NAME_PSEUDONYM, NAME_COMMON_NAME, NAME_COUNTRY, NAME_DOMAIN_COMPONENT };
	for (size_t i = 0; i < COUNT(types); i++)
		if (strcmp(name_kind(types[i])->name, field) == 0)
			return true;
	return false;
}

static bool is_placeholder(const char *field, const char *value)
{
	for (size_t i = 0; i < COUNT(placeholders); i++)
		if (same_word(value, placeholders[i].text))
			return !(placeholders[i].may_be_a_name && may_be_named_so(field));
	return holds_no_letter(blob_text(value));
}

/* R-ISS-11, R-ISS-09 */
void name_check_value(const char *field, const char *value, size_t max_chars,
	struct faults *faults)
{
	struct blob bytes = blob_text(value);
	if (bytes.len == 0) {
		faults_add(faults, &empty, field, "nothing there");
		return;
	}
	if (!text_is_utf8(bytes)) {
		faults_add(faults, &not_utf8, field, "not UTF-8");
		return;
	}
	size_t chars = text_length(bytes);
	if (chars > max_chars)
		faults_add(faults, &length, field, "%zu of %zu characters", chars,
			max_chars);
	check_edges(field, bytes, faults);
	check_characters(field, bytes, faults);
	if (!character_is_nfc(value))
		faults_add(faults, &nfc, field, "not in Form C");
	if (is_placeholder(field, value))
		faults_add(faults, &placeholder, field, "\"%.60s\"", value);
}

/* ---- one attribute */

static bool is_country(const char *value)
{
	if (strlen(value) != 2)
		return false;
	for (size_t i = 0; i + 2 < sizeof countries; i += 3)
		if (memcmp(countries + i, value, 2) == 0)
			return true;
	return false;
}

static void check_identifier(const struct name *name, const char *value,
	struct faults *faults)
{
	static const char field[] = "organizationIdentifier";
	switch (organization_identifier_check(value, name_get(name, NAME_COUNTRY))) {
	case ORGANIZATION_IDENTIFIER_GOOD:
		break;
	case ORGANIZATION_IDENTIFIER_SYNTAX:
		faults_add(faults, &identifier, field, "\"%.60s\"", value);
		break;
	case ORGANIZATION_IDENTIFIER_NUMBER:
		faults_add(faults, &identifier_digit, field, "\"%.60s\"", value);
		break;
	case ORGANIZATION_IDENTIFIER_COUNTRY:
		faults_add(faults, &identifier_country, field, "\"%.60s\"", value);
		break;
	}
}

static void check_attribute(const struct name *name,
	const struct name_attribute *attribute, struct faults *faults)
{
	const struct name_kind *kind = name_kind(attribute->type);
	const char *value = attribute->value;
	size_t before = faults->count;
	name_check_value(kind->name, value, kind->max_chars, faults);
	if (faults->count > before)
		return; /* what is no text at all need not be judged as a number */
	if (kind->printable_only && !character_are_printable(blob_text(value)))
		faults_add(faults, &printable, kind->name, "\"%.60s\"", value);
	if (attribute->type == NAME_COUNTRY && !is_country(value))
		faults_add(faults, &country, kind->name, "\"%.60s\"", value);
	if (attribute->type == NAME_EMAIL && mailbox_kind(value) != MAILBOX_ASCII)
		faults_add(faults, &mail, kind->name, "\"%.60s\"", value);
	if (attribute->type == NAME_DOMAIN_COMPONENT &&
		(strchr(value, '.') != NULL || !domain_valid(value, 1)))
		faults_add(faults, &domain, kind->name, "\"%.60s\"", value);
	if (attribute->type == NAME_ORGANIZATION_IDENTIFIER)
		check_identifier(name, value, faults);
	/* R-IDV-13: the number itself never stands in the fault's words. */
	if (attribute->type == NAME_SERIAL_NUMBER &&
		individual_number_in_text(blob_text(value)))
		faults_add(faults, &individual, kind->name,
			"twelve digits whose check digit fits");
}

/* ---- attributes beside each other */

static void check_order(const struct name *name, struct faults *faults)
{
	unsigned seen = 0;
	for (size_t i = 0; i < name->count; i++) {
		enum name_type type = name->attribute[i].type;
		const char *field = name_kind(type)->name;
		bool again = (seen & 1u << type) != 0;
		if (again && type != NAME_DOMAIN_COMPONENT && type != NAME_STREET)
			faults_add(faults, &repeated, field, "stands again at place %zu",
				i + 1);
		if (i > 0 && type < name->attribute[i - 1].type)
			faults_add(faults, &order, field, "stands behind %s",
				name_kind(name->attribute[i - 1].type)->name);
		seen |= 1u << type;
	}
}

static unsigned scripts_of(const char *value)
{
	struct blob bytes = blob_text(value);
	unsigned found = 0;
	size_t at = 0;
	int32_t point;
	while ((point = text_next(bytes, &at)) >= 0)
		found |= (unsigned)character_script(point);
	return found;
}

/* A mailbox as commonName is in no script, and without surname and givenName there is nothing to agree with. */
static void check_scripts(const struct name *name, struct faults *faults)
{
	static const enum name_type types[] = { NAME_SURNAME, NAME_GIVEN_NAME,
		NAME_COMMON_NAME };
	unsigned all = 0;
	if (name_get(name, NAME_SURNAME) == NULL &&
		name_get(name, NAME_GIVEN_NAME) == NULL)
		return;
	for (size_t i = 0; i < COUNT(types); i++) {
		const char *value = name_get(name, types[i]);
		if (value == NULL || strchr(value, '@') != NULL)
			continue;
		all |= scripts_of(value);
		if ((all & (all - 1)) == 0)
			continue;
		faults_add(faults, &script, name_kind(types[i])->name,
			"another script than before");
		return;
	}
}

static void check_together(const struct name *name, struct faults *faults)
{
	const char *surname = name_get(name, NAME_SURNAME);
	const char *given = name_get(name, NAME_GIVEN_NAME);
	if (name_get(name, NAME_PSEUDONYM) != NULL && (surname != NULL || given != NULL))
		faults_add(faults, &pseudonym, "pseudonym", "beside %s",
			surname != NULL ? "surname" : "givenName");
	if (given != NULL && surname == NULL)
		faults_add(faults, &given_alone, "givenName", "without surname");
	if (name_get(name, NAME_STATE) != NULL && name_get(name, NAME_COUNTRY) == NULL)
		faults_add(faults, &state, "stateOrProvinceName", "without countryName");
	check_scripts(name, faults);
}

void name_check(const struct name *name, struct faults *faults)
{
	for (size_t i = 0; i < name->count; i++)
		check_attribute(name, &name->attribute[i], faults);
	check_order(name, faults);
	check_together(name, faults);
}
