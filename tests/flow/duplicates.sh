#!/bin/bash
# Story: the same person twice, however his name is written (UX feature 10), and found by any writing of it (feature 31); the same key
# for another subject is refused at the counter.
# proves R-PKQ-08
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash
story_begin duplicates
japanese() { # NUMBER KANJI SURNAME GIVEN [MAILBOX]
	form P-PERSON-MP "$1" '{ "origin": "handover" }' '.subject.surname = "'"$3"'" | .subject.givenName = "'"$4"'" | .subject.commonName = "'"$4 $3"'"
		| .directoryName = { organizationName: "株式会社みらい銀行", commonName: "'"$2"'" } | .mailboxes = ["'"${5:-n$1@mirai.example}"'"]'
}
alike() { as_person sato duplicates "$1" --json | jq -c '[.duplicates[] | [.receiptNumber, .score, (.reasons | join("+"))]]'; }
finds() { as_person sato search "$1" --json | jq -r '.cases[].receiptNumber' | grep -qx "$2"; }

first=$(apply "$(japanese 330001 "髙橋　一郎" TAKAHASHI Ichiro)")
check "the first is received" test -n "$first"
equal "nobody is like the first" '[]' "$(alike "$first")"
second=$(apply "$(japanese 330002 "高橋 一郎" TAKAHASI Itiro)")
equal "10: variants of a kanji and systems of romaji are one name" '[["'"$first"'",90,"kanji+romaji"]]' "$(alike "$second")"
equal "10: seen from the first, too" '[["'"$second"'",90,"kanji+romaji"]]' "$(alike "$first")"
third=$(apply "$(japanese 330003 "佐藤 花子" SATOH Hanako n330001@mirai.example)")
equal "10: another name with the same mailbox" '[["'"$first"'",50,"mail"]]' "$(alike "$third")"
own=$(apply "$(japanese 330001 "髙橋　一郎" TAKAHASHI Ichiro)")
equal "10: one's own other case is no likeness" '[["'"$second"'",90,"kanji+romaji"],["'"$third"'",50,"mail"]]' "$(alike "$own")"
japanese 330009 "髙橋 一郎" TAKAHASHI Ichirou >"$work/form.json"
equal "10: before it is sent" "$own $second $first" "$(as_person sato preview "$work/form.json" --json | jq -r '[.duplicates[].receiptNumber] | join(" ")')"
refused "what is no case has none" "no such record" as_person sato duplicates A26-999999-X

# A name that stands on papers only is a name, too.
papers=$(apply "$(form P-PERSON-MP 330007 '{ "origin": "handover" }' '.subject.surname = "ICHIRO" | .subject.givenName = "Taka" | .subject.commonName = "Taka ICHIRO"
	| .recipient = { name: "髙橋 一郎" }')")
equal "10: by the name on papers" true "$(as_person sato duplicates "$papers" --json | jq --arg first "$first" '[.duplicates[] | select(.receiptNumber == $first) | .reasons[]] == ["kanji"]')"
as_person tanaka withdraw "$papers" --reason "test" >/dev/null

# ---- feature 37: kana into letters
kana() { form P-PERSON-MP 330008 '{ "origin": "handover" }' '.subject.surname = "'"$1"'" | .subject.givenName = "Shohei" | .subject.commonName = "x" | .kana = { surname: "おおたに", givenName: "ショウヘイ" }'"${2:-}"; }
preview() { kana "$@" >"$work/form.json"; as_person sato preview "$work/form.json" --json; }
equal "37: what a passport would spell" "OTANI Shohei" "$(preview OTANI | jq -r '.romaji | "\(.surname) \(.givenName)"')"
equal "37: that is right" 0 "$(preview OTANI | jq '[.faults[] | select(.code == "romaji.reason")] | length')"
equal "37: another spelling needs a reason" surname "$(preview OHTANI | jq -r '.faults[] | select(.code == "romaji.reason").field')"
equal "37: with it, it is right" 0 "$(preview OHTANI ' | .romajiReason = "旅券の表記"' | jq '[.faults[] | select(.code == "romaji.reason")] | length')"
equal "37: a reading is in kana" kana.surname "$(preview OTANI ' | .kana.surname = "大谷"' | jq -r '.faults[] | select(.code == "kana.letters").field')"

# ---- feature 31: one box
for typed in 髙橋 高橋 タカハシ たかはし takahashi TAKAHASI ﾀｶﾊｼ "ICHIRO takahashi" n330001@MIRAI.example 330001 "$first"; do
	check "31: $typed finds him" finds "$typed" "$first"
done
for typed in 佐藤 さとう Sato SATOU サトー; do check "31: $typed finds her" finds "$typed" "$third"; done

# ---- feature 31: by what programs show of a certificate, and by the number of the organisation
serial_story() {
	new_key "$work/search.key" P-256
	receipt=$(approved "$(form P-PERSON-MP 330031 "$(request_key "$work/search.key" csr)")") && wait_until 60 in_state "$receipt" issued &&
		inkan lra certificate "$receipt" -o "$work/search.pem" -c "$home/conf/sato.cfg"
}
check "a certificate" serial_story
hex=$(openssl x509 -in "$work/search.pem" -noout -serial | cut -d= -f2)
colons() { sed 's/../&:/g; s/:$//'; }
print() { openssl x509 -in "$work/search.pem" -noout -fingerprint "-$1" | cut -d= -f2; }
for typed in "$hex" "${hex,,}" "$(colons <<<"$hex")" "$(python3 -c "print(int('$hex', 16))")" "$(print sha256)" "$(print sha256 | tr -d :)" \
	"$(print sha1)" "$(print sha1 | tr -d : | tr A-F a-f)" "$(print sha256 | tr -d : | sed 's/..../& /g')" 1010405009403; do
	check "31: $typed finds it" finds "$typed" "$receipt"
	shown_by+=("$typed")
done
of_lra() { tools/postgres psql "$INKAN_HOME" -q -c "SET session_replication_role = replica" -c "UPDATE inkan.application SET lra = '$1' WHERE receipt_number = '$receipt'"; }
of_lra LRA-0009
for typed in "${shown_by[@]}"; do check "31: of another LRA, $typed finds nothing of it" eval '! finds "$typed" "$receipt"'; done
of_lra "$(sql "SELECT lra FROM application ORDER BY id LIMIT 1")"
equal "31: another fingerprint finds nothing" 0 "$(as_person sato search "$(print sha256 | tr 0-9A-F 1-9A-F0)" --json | jq '.cases | length')"
refused "31: what may be somebody's personal number is not looked for, whatever else it is" "personalNumber|Individual Number" as_person sato search 123456789018
equal "31: what nobody is called finds nobody" "" "$(as_person sato search 鈴木 --json | jq -r ".cases[].receiptNumber")"

# ---- R-PKQ-08: one key, one subject
new_key "$work/one.key" P-256
check "a key" test -n "$(apply "$(form P-PERSON-MP 330011 "$(request_key "$work/one.key" csr)")")"
form P-PERSON-MP 330012 "$(request_key "$work/one.key" csr)" >"$work/again.json"
refused "the same key for another subject is refused, and the case is named" 'A26-0000' as_person tanaka apply "$work/again.json"
equal "the preview says so, too" key.used "$(as_person sato preview "$work/again.json" --json | jq -r '.faults[] | select(.code == "key.used") | .code')"
check "the subject's own renewal may keep it" test -n "$(apply "$(form P-PERSON-MP 330011 "$(request_key "$work/one.key" csr)")")"

# ---- of many out of one file, too: a key of somebody else is a fault of its row, the others are good
jq -n --arg a "$agreement" '{ profile: "P-PERSON-MP", key: { origin: "csr" }, subject: { countryName: "JP", stateOrProvinceName: "Tokyo",
	organizationName: "Mirai Bank, Ltd.", organizationIdentifier: "VATJP-1010405009403" }, directoryName: { organizationName: "株式会社みらい銀行" },
	acceptance: { agreement: $a, means: "paper", recordKeeping: true, correctness: true, keyObligations: true, publication: false } }' >"$work/common.json"
new_key "$work/two.key" P-256
request_of() { request_key "$1" csr | jq -r .csr; }
{
	echo '社員NO,氏名,ローマ字姓,ローマ字名,メール,CSR'
	printf '330021,山田 一,YAMADA,Hajime,h.yamada@mirai.example,"%s"\n' "$(request_of "$work/one.key")"
	printf '330022,鈴木 五郎,SUZUKI,Goro,g.suzuki@mirai.example,"%s"\n' "$(request_of "$work/two.key")"
} >"$work/keys.csv"
id=$(as_person sato import "$work/keys.csv" --common "$work/common.json" --json | jq -r .id)
equal "an import with keys: one row wrong, one good" "1 1" "$(inkan lra import show "$id" --json -c "$home/conf/sato.cfg" | jq -r '"\(.counts.faulty) \(.counts.good)"')"
equal "for its key" key.used "$(inkan lra import rows "$id" --limit 1 --json -c "$home/conf/sato.cfg" | jq -r '.rows[0].faults[].code' | grep -x key.used)"
{
	echo '社員NO,氏名,セイ,メイ,メール'
	echo '330031,妹尾 洋子,ｾﾉｵ,ヨウコ,y.senoo@mirai.example'
	echo '330032,本間 新,ほんま,しん,s.homma@mirai.example'
} >"$work/kana.csv"
jq '.key.origin = "handover"' "$work/common.json" >"$work/handover.json"
id=$(as_person sato import "$work/kana.csv" --common "$work/handover.json" --json | jq -r .id)
inkan lra import rows "$id" --json -c "$home/conf/sato.cfg" >"$work/rows.json"
equal "37: a file with readings needs no letters" "SENOO Yoko, HOMMA Shin" "$(jq -r '[.rows[].subjectText | [match("(SENOO|HOMMA) (Yoko|Shin)").string][0]] | join(", ")' "$work/rows.json")"
