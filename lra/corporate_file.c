#include "lra/corporate_file.h"

#include "common/base/clock.h"
#include "common/base/table.h"
#include "common/base/text.h"
#include "common/pki/number.h"

/* The columns in their order, by the names that the data's description gives them (リソース定義書). */
enum column {
	SEQUENCE_NUMBER,
	NUMBER,
	PROCESS,
	CORRECT,
	UPDATE_DATE,
	CHANGE_DATE,
	NAME,
	NAME_IMAGE,
	KIND,
	PREFECTURE_NAME,
	CITY_NAME,
	STREET_NUMBER,
	ADDRESS_IMAGE,
	PREFECTURE_CODE,
	CITY_CODE,
	POST_CODE,
	ADDRESS_OUTSIDE,
	ADDRESS_OUTSIDE_IMAGE,
	CLOSE_DATE,
	CLOSE_CAUSE,
	SUCCESSOR,
	CHANGE_CAUSE,
	ASSIGNMENT_DATE,
	LATEST,
	EN_NAME,
	EN_PREFECTURE_NAME,
	EN_CITY_NAME,
	EN_ADDRESS_OUTSIDE,
	FURIGANA,
	HIHYOJI,
};
static const char process_removed[] = "99";

bool corporate_number_of(const char *organization_identifier,
	char out[static CORPORATE_NUMBER])
{
	if (organization_identifier_check(organization_identifier, NULL) !=
		ORGANIZATION_IDENTIFIER_GOOD)
		return false;
	if (text_starts(organization_identifier, "VATJP-"))
		return !err_is(
			text_copy(organization_identifier + 6, out, CORPORATE_NUMBER));
	if (!text_starts(organization_identifier, "NTRJP-"))
		return false;
	/* The company's number in the commercial register is the other twelve digits. */
	for (char digit = '1'; digit <= '9'; digit++) {
		snprintf(out, CORPORATE_NUMBER, "%c%.12s", digit,
			organization_identifier + 6);
		if (corporate_number_valid(out))
			return true;
	}
	return false;
}

static RESULT check_date(const char *text, const char *name, bool required)
{
	char time[32];
	int64_t at;
	if (text[0] == 0)
		return required ? FAIL(E_INPUT, "%s: is missing", name) : OK;
	snprintf(time, sizeof time, "%.12sT00:00:00Z", text);
	TRY_IN(clock_parse(time, &at), "%s", name);
	return OK;
}

static RESULT join(const char *const *parts, size_t count, const char *between,
	const char *name, char out[static 1024])
{
	size_t len = 0;
	out[0] = 0;
	for (size_t i = 0; i < count; i++) {
		if (parts[i][0] == 0)
			continue;
		len += (size_t)snprintf(out + len, 1024 - len, "%s%s",
			len > 0 ? between : "", parts[i]);
		if (len >= 1024)
			return FAIL(E_INPUT, "%s: too long", name);
	}
	return OK;
}

static RESULT check_lengths(const struct corporate_row *row)
{
	const struct {
		const char *name, *value;
		size_t most;
	} texts[] = { { "name", row->name, 400 }, { "furigana", row->furigana, 1000 },
		{ "enName", row->en_name, 600 }, { "closeCause", row->close_cause, 8 },
		{ "successorCorporateNumber", row->successor, 13 } };
	for (size_t i = 0; i < COUNT(texts); i++)
		if (strlen(texts[i].value) > 4 * texts[i].most)
			return FAIL(E_INPUT, "%s: too long", texts[i].name);
	return row->name[0] != 0 ? OK : FAIL(E_INPUT, "name: is missing");
}

RESULT corporate_row_read(const struct csv_row *row, struct corporate_row *out)
{
	const char *const *cell = row->cell;
	if (row->count != CORPORATE_COLUMNS)
		return FAIL(E_INPUT, "%zu columns, not the %d of the published data",
			row->count, CORPORATE_COLUMNS);
	if (!corporate_number_valid(cell[NUMBER]))
		return FAIL(E_INPUT,
			"corporateNumber: not 13 digits whose first one fits");
	const char *const address[] = { cell[PREFECTURE_NAME], cell[CITY_NAME],
		cell[STREET_NUMBER], cell[ADDRESS_OUTSIDE] };
	const char *const en_address[] = { cell[EN_CITY_NAME], cell[EN_PREFECTURE_NAME],
		cell[EN_ADDRESS_OUTSIDE] };
	TRY(join(address, COUNT(address), "", "address", out->address));
	TRY(join(en_address, COUNT(en_address), ", ", "enAddress", out->en_address));
	TRY_IN(text_to_int(cell[KIND], 100, 999, &out->kind), "kind");
	TRY(check_date(cell[UPDATE_DATE], "updateDate", true));
	TRY(check_date(cell[CHANGE_DATE], "changeDate", false));
	TRY(check_date(cell[CLOSE_DATE], "closeDate", false));
	if (strcmp(cell[LATEST], "0") != 0 && strcmp(cell[LATEST], "1") != 0)
		return FAIL(E_INPUT, "latest: neither 0 nor 1");
	out->number = cell[NUMBER];
	out->name = cell[NAME];
	out->furigana = cell[FURIGANA];
	out->en_name = cell[EN_NAME];
	out->updated_on = cell[UPDATE_DATE];
	out->latest = strcmp(cell[LATEST], "1") == 0;
	out->removed = strcmp(cell[PROCESS], process_removed) == 0;
	out->closed_on = out->removed && cell[CLOSE_DATE][0] == 0 ? cell[UPDATE_DATE]
								  : cell[CLOSE_DATE];
	out->close_cause = out->removed ? process_removed : cell[CLOSE_CAUSE];
	out->successor = cell[SUCCESSOR];
	return check_lengths(out);
}
