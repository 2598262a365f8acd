#!/bin/bash
# Story: bulk import at the counter's page, by passkey, from a CP932 file with faults to applications (features 13 and 14).
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash
story_begin browser-imports
pictures=$PWD/build/pictures; mkdir -p "$pictures"
iconv -f UTF-8 -t CP932 >"$work/joiners.csv" <<'ROWS'
社員NO,氏名,ローマ字姓,ローマ字名,メール,備考
310001,田中 太郎,TANAKA,Taro,t.tanaka@mirai.example,
310002,佐藤 花子,SATO,Hanako,"h.sato@mirai,example",
310003,鈴木 五郎,SUZUKI,Goro,g.suzuki@mirai.example,123456789018
310004,山田 一,ＹＡＭＡＤＡ,Hajime,h.yamada@mirai.example,
310005,髙橋 桜,TAKAHASHI,Sakura,s.takahashi@mirai.example,
ROWS
cat >"$work/enrol" <<-END
	#!/bin/bash
	id=\$("$home/bin/inkan" lra passkey list --json -c "$home/conf/mori.cfg" | jq --arg who "\$1" '[.passkeys[] | select(.person == \$who) | .id] | max')
	for who in mori ogawa; do "$home/bin/inkan" lra passkey enrol "\$id" --yes -c "$home/conf/\$who.cfg" >/dev/null 2>&1 || exit 1; done
END
chmod +x "$work/enrol"
code=$(inkan lra passkey invite sato --json -c "$home/conf/mori.cfg" | jq -r .code)
timeout 120 node tests/browser/imports.js "$counter_url" "$pictures" "$work/enrol" "$work/joiners.csv" "$code" >"$work/browser" 2>&1 || failed=$((failed + 1))
cat "$work/browser"
passed=$((passed + $(grep -c '^ok ' "$work/browser")))
equal "R-LRA-06: the signature over all rows is archived" t "$(sql "SELECT signature IS NOT NULL FROM import WHERE state = 'done'")"
equal "five applications" 5 "$(sql "SELECT count(*) FROM application")"
