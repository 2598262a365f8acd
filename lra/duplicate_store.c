#include "lra/duplicate_store.h"

#include "common/base/table.h"

/* clang-format off */
/* What was rejected or withdrawn is nobody's any more. */
#define LIVE "a.state NOT IN ('rejected', 'withdrawn')"
/* Each likeness walks an index of its own; the person's other cases (renewals, a second certificate) are no likeness. */
#define ALIKE(why, condition) "(SELECT a.id, " why " AS why FROM application a WHERE " condition " AND a.lra = m.lra AND " LIVE \
	" AND a.entity <> m.entity ORDER BY a.id + 0 DESC LIMIT 20)" /* + 0: see queue_store.c */
#define FOUND " SELECT a.receipt_number, a.state, a.profile, a.display_name, a.entity, bit_or(f.why)::bigint" \
	" FROM mine m LEFT JOIN LATERAL (" \
	ALIKE("1", "a.person_kanji = m.kanji AND a.person_kanji <> ''") " UNION ALL " \
	ALIKE("2", "a.person_romaji = m.romaji AND a.person_romaji <> ''") " UNION ALL " \
	ALIKE("4", "lower(a.notice_mail) = lower(m.mail) AND a.notice_mail IS NOT NULL") " UNION ALL " \
	ALIKE("8", "sha256(a.subject_public_key_info) = sha256(m.spki) AND a.subject_public_key_info IS NOT NULL") \
	") f ON true LEFT JOIN application a ON a.id = f.id GROUP BY a.id" \
	" ORDER BY (bit_or(f.why) & 8) DESC, (bit_or(f.why) & 1) DESC, (bit_or(f.why) & 4) DESC, a.id DESC LIMIT 20"
static const struct db_stmt alike = { "lra_duplicates",
	"WITH mine AS (SELECT $1::text AS lra, $2::text AS entity, $3::text AS romaji, $4::text AS kanji, nullif($5, '') AS mail,"
	" nullif($6::bytea, '') AS spki)" FOUND };
static const struct db_stmt alike_of = { "lra_duplicates_of",
	"WITH mine AS (SELECT a.lra, a.entity, a.person_romaji AS romaji, a.person_kanji AS kanji, a.notice_mail AS mail,"
	" a.subject_public_key_info AS spki FROM application a WHERE a.receipt_number = $2 AND ($1 = '' OR a.lra = $1))" FOUND };
static const struct db_stmt same_key = { "lra_same_key",
	"SELECT a.receipt_number, a.lra FROM application a WHERE sha256(a.subject_public_key_info) = sha256($1::bytea) AND a.subject_public_key_info IS NOT NULL"
	" AND a.subject_digest <> $2 AND a.receipt_number <> $3 AND a.entity <> $4 AND " LIVE " ORDER BY a.id LIMIT 1" };
/* clang-format on */
static const struct db_stmt *const stmts[] = { &alike, &alike_of, &same_key };
const struct db_stmt_list lra_duplicate_stmts = { stmts, COUNT(stmts) };

RESULT duplicate_store_find(struct db *db, const struct duplicate_query *query,
	struct db_rows **out)
{
	return db_query(db, &alike,
		DB_ARGS(DB_TEXT(query->lra), DB_TEXT(query->entity),
			DB_TEXT(query->romaji), DB_TEXT(query->kanji),
			DB_TEXT(query->mail), DB_BLOB(query->spki)),
		out);
}

RESULT duplicate_store_find_of(struct db *db, const char *lra, const char *receipt,
	struct db_rows **out)
{
	return db_query(db, &alike_of, DB_ARGS(DB_TEXT(lra), DB_TEXT(receipt)), out);
}

RESULT duplicate_store_key(struct db *db, const struct duplicate_key *key,
	struct db_rows **out)
{
	return db_query(db, &same_key,
		DB_ARGS(DB_BLOB(key->spki), DB_BLOB(key->subject_digest),
			DB_TEXT(key->receipt), DB_TEXT(key->entity)),
		out);
}
