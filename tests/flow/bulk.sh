#!/bin/bash
# Story: many applications out of one file (features 13, 14; R-LRA-06, R-LRA-07). The same people in each encoding; what is wrong is
# told by row and column, mended in place, and never a personal number kept; the whole is signed; the same file twice changes
# nothing; the keeper is killed in the middle and each row is entered once. proves R-LRA-06 R-LRA-07 R-IDV-13
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash
story_begin bulk
import() { inkan lra import "$@" -c "$home/conf/sato.cfg"; }
common=$work/common.json
jq -n --arg a "$agreement" '{ profile: "P-PERSON-MP", key: { origin: "handover" },
	subject: { countryName: "JP", stateOrProvinceName: "Tokyo", organizationName: "Mirai Bank, Ltd.", organizationIdentifier: "VATJP-1010405009403" },
	directoryName: { organizationName: "株式会社みらい銀行" },
	acceptance: { agreement: $a, means: "paper", recordKeeping: true, correctness: true, keyObligations: true, publication: false } }' >"$common"
# people FIRST COUNT SEPARATOR: half-width kana, full-width letters and digits as people type them
people() {
	printf '社員NO%s氏名%sローマ字姓%sローマ字名%sメール%s備考\r\n' "$3" "$3" "$3" "$3" "$3"
	awk -v first="$1" -v count="$2" -v s="$3" 'BEGIN { for (i = first; i < first + count; i++)
		printf "%d%s髙橋　一郎%d%sＴＡＫＡＨＡＳＨＩ%sIchiro%sp%d@mirai.example%s\r\n", i, s, i, s, s, s, i, s }'
}
id_of() { jq -r .id; }

# ---- feature 13: any encoding, one preview

subjects=
for kind in utf-8 bom cp932 utf-16; do
	for separator in , $'\t'; do
		file=$work/$kind.$([ "$separator" = , ] && echo csv || echo tsv)
		people 300001 500 "$separator" >"$work/plain"
		case $kind in
		utf-8) cp "$work/plain" "$file" ;;
		bom) { printf '\xef\xbb\xbf'; cat "$work/plain"; } >"$file" ;;
		cp932) iconv -t CP932 "$work/plain" >"$file" ;;
		utf-16) { printf '\xff\xfe'; iconv -t UTF-16LE "$work/plain"; } >"$file" ;;
		esac
		id=$(import "$file" --common "$common" --json | id_of)
		equal "13: 500 people in $kind by ${file##*.}: all are good" 500 "$(import show "$id" --json | jq .counts.good)"
		preview=$(sql "SELECT md5(string_agg(subject, E'\n' ORDER BY number)) FROM import_row WHERE import_id = $id")
		[ -z "$subjects" ] && subjects=$preview
		equal "13: and the same preview" "$subjects" "$preview"
	done
done
equal "13: width was repaired, and it is told" "ＴＡＫＡＨＡＳＨＩ TAKAHASHI" \
	"$(import rows 1 --limit 1 --json | jq -r '.rows[0].normalised[] | select(.field == "surname") | .from + " " + .to')"
count=$(sql "SELECT count(*) FROM import WHERE state <> 'cancelled'")
again=$(import "$work/cp932.csv" --json)
equal "13: the same file again is the same import" "$count" "$(sql "SELECT count(*) FROM import WHERE state <> 'cancelled'")"
equal "13: nothing was entered by looking" 0 "$(sql "SELECT count(*) FROM application")"

# ---- what is wrong, mended in place

cat >"$work/bad.csv" <<'ROWS'
社員NO,氏名,ローマ字姓,ローマ字名,メール,備考
310001,田中 太郎,TANAKA,Taro,t.tanaka@mirai.example,
310002,佐藤 花子,SATO,Hanako,"h.sato@mirai,example",
310003,鈴木 五郎,SUZUKI,Goro,g.suzuki@mirai.example,123456789018
310004,山田 一,YAMADA,Hajime,h.yamada@mirai.example,
310004,山田 一,YAMADA,Hajime,h2.yamada@mirai.example,
310006,,,,nobody@mirai.example,
ROWS
id=$(import "$work/bad.csv" --common "$common" --json | id_of)
row_state() { import rows "$id" --after $(($1 - 1)) --limit 1 --json | jq -r '.rows[0].state'; }
equal "13: a comma in a domain is a fault of its column" "faulty 4" \
	"$(import rows "$id" --after 2 --limit 1 --json | jq -r '.rows[0] | .state + " " + (.faults[0].column | tostring)')"
equal "R-LRA-07: one person twice: both rows are marked" "duplicate duplicate" "$(row_state 5) $(row_state 6)"
equal "a personal number is refused" faulty "$(row_state 4)"
check "R-IDV-13: and stands nowhere" bash -c "! tools/postgres dump '$INKAN_HOME' | grep -q 123456789018 && ! grep -rq 123456789018 '$home/log'"
refused "all or nothing: not with faults" 'import.notAllGood' import start "$id" --all --yes
import mend "$id" 3 5 h.sato@mirai.example >/dev/null 2>&1; equal "13: mended, and judged anew" good "$(row_state 3)"
import mend "$id" 4 6 "" >/dev/null 2>&1; equal "the cell is cleared" good "$(row_state 4)"
import keep "$id" 5 >/dev/null 2>&1; import keep "$id" 6 >/dev/null 2>&1
equal "kept on purpose" "good good" "$(row_state 5) $(row_state 6)"
check "13: the faults as a table, with a mark for spreadsheets" bash -c "'$home/bin/inkan' lra import faults $id -c '$home/conf/sato.cfg' | head -c 3 | xxd -p | grep -q efbbbf"
refused "an approver starts nothing" '403|denied' inkan lra import start "$id" --yes -c "$home/conf/kobayashi.cfg"
check "the good rows are signed and entered" bash -c "'$home/bin/inkan' lra import start $id --yes -c '$home/conf/sato.cfg' >/dev/null 2>&1; [ \$? = 1 ]"
equal "five of six" 5 "$(sql "SELECT count(*) FROM application")"
equal "R-LRA-06: the signature is archived" t "$(sql "SELECT signature IS NOT NULL AND statement IS NOT NULL FROM import WHERE id = $id")"
equal "what was entered is not kept twice" 0 "$(sql "SELECT count(*) FROM import_row WHERE import_id = $id AND state = 'made' AND cells <> '[]'")"
equal "14: who joined against living certificates" 6 "$(import changes "$id" --json | jq '.joiners | length')"

# ---- hostile files: refused in words, and nothing is left

refuse_file() { # WHAT PATTERN FILE
	refused "$1" "$2" import "$3"
}
printf 'PK\x03\x04xl/workbook' >"$work/h.xlsx"; refuse_file "a workbook" 'XLSX' "$work/h.xlsx"
printf '%%PDF-1.7' >"$work/h.pdf"; refuse_file "a PDF" 'PDF' "$work/h.pdf"
head -c 100000 /dev/zero | gzip >"$work/h.gz"; refuse_file "a bomb, compressed" 'compressed' "$work/h.gz"
{ printf ',%.0s' $(seq 10000); echo x; } >"$work/h.csv"; refuse_file "10,001 columns" '256 columns' "$work/h.csv"
{ echo 'a,b'; printf '"'; head -c 200000 /dev/zero | tr '\0' x; } >"$work/h2.csv"; refuse_file "a quote that never ends" 'line 2: a quote' "$work/h2.csv"
printf 'a,b\nc,\0\n' >"$work/h3.csv"; refuse_file "a NUL" 'line 2: a NUL' "$work/h3.csv"
printf 'a,b\n\x81\xff,\n' >"$work/h4.csv"; refuse_file "no encoding at all" 'neither UTF-8' "$work/h4.csv"
printf '社員NO,氏名,メール\n' >"$work/h5.csv"; refuse_file "only headings" 'import.empty' "$work/h5.csv"
: >"$work/h6.csv"; refuse_file "nothing" 'empty' "$work/h6.csv"
{ echo '社員NO,氏名,ローマ字姓,ローマ字名,メール'; echo '=cmd|calc,"=HYPERLINK(1)",X,Y,+81'; } >"$work/f.csv"
id=$(import "$work/f.csv" --common "$common" --json | id_of)
check "13: the table of faults starts no formula" bash -c "! '$home/bin/inkan' lra import faults $id -c '$home/conf/sato.cfg' | grep -qE '(^|,)\"[=+@-]'"
check "cancelled" import cancel "$id"
equal "and its cells are gone" 0 "$(sql "SELECT count(*) FROM import_row WHERE import_id = $id AND cells <> '[]'")"

# ---- feature 14: killed in the middle, each row once

people 400001 1500 , >"$work/many.csv"
id=$(import "$work/many.csv" --common "$common" --json | id_of)
import start "$id" --all --yes --no-wait >/dev/null 2>&1
keeper() { pgrep -f "inkan-lra serve .*$home.*--process keeper"; }
for _ in 1 2 3; do sleep 1; kill -9 $(keeper); done
printf import.entered >"$INKAN_FAULT"; chmod 0666 "$INKAN_FAULT" # entered, and killed before that is noted
check "14: the keeper falls between a row and its note" wait_until 60 test ! -e "$INKAN_FAULT"
wait_until 180 bash -c "[ \$('$home/bin/inkan' lra import show $id --json -c '$home/conf/sato.cfg' | jq -r .state) = done ]"
equal "14: all rows are entered" 1500 "$(sql "SELECT count(*) FROM import_row WHERE import_id = $id AND state = 'made'")"
equal "14: each once" "1500 1500" "$(sql "SELECT count(*) || ' ' || count(DISTINCT entity) FROM application WHERE entity LIKE 'LRA-0001:40%'")"
people 500001 3000 , >"$work/cancel.csv"
id=$(import "$work/cancel.csv" --common "$common" --json | id_of)
import start "$id" --all --yes --no-wait >/dev/null 2>&1
sleep 2; import cancel "$id" >/dev/null; sleep 2
some=$(sql "SELECT count(*) FROM application WHERE entity LIKE 'LRA-0001:50%'"); sleep 2
equal "14: cancelled stops within two seconds" "$some" "$(sql "SELECT count(*) FROM application WHERE entity LIKE 'LRA-0001:50%'")"
check "14: and what was done is told and stays" test "$some" = "$(import show "$id" --json | jq .counts.made)" -a "$some" -lt 3000
