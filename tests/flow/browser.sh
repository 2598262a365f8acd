#!/bin/bash
# Story: a clerk and an approver at the counter's pages, in a real browser, in both languages: with their real certificates, and
# with passkeys of the browser's own device.
# Pictures of every page come into build/pictures.
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash
story_begin browser
c=$home/ceremony
pictures=$PWD/build/pictures; rm -rf "$pictures"; mkdir -p "$pictures"

# browser SCRIPT ARGUMENT…: its checks are counted; what it said stays in $work/browser.
browser() {
	local script=$1; shift
	timeout 170 node "tests/browser/$script" "$@" >"$work/browser" 2>&1 || failed=$((failed + 1))
	cat "$work/browser"
	passed=$((passed + $(grep -c '^ok ' "$work/browser")))
}

for number in 300001 300002 300003 300004 300005; do
	receipt=$(apply "$(form P-PERSON-MP "$number" '{ "origin": "handover" }')")
	[ -n "$receipt" ] || { bad "no application"; exit 1; }
	receipts+=("$receipt")
done
evidence "${receipts[4]}" | as_person sato evidence "${receipts[4]}" - >"$work/out" && as_person sato identify "${receipts[4]}" --yes >>"$work/out" ||
	{ cat "$work/out"; exit 1; }

waiting() { sql "SELECT count(*) FROM application WHERE state IN ($1)"; }
counts=$(jq -n --argjson identify "$(waiting "'received', 'refused'")" --argjson approve "$(waiting "'identified'")" \
	--argjson open "$(waiting "'received', 'refused', 'identified', 'submitted', 'verified', 'ordered', 'issued', 'delivered'")" \
	'{ identify: $identify, approve: $approve, progress: 0, deliver: 0, receipt: 0, held: 0, open: $open, revoke: 0 }')
jq -n --argjson counts "$counts" --arg identified "${receipts[4]}" --args \
	'{ receipts: $ARGS.positional, counts: $counts, received: $ARGS.positional[0], identified: $identified }' \
	"${receipts[@]:0:4}" >"$work/registry.json"
browser counter.js "$lra_url" "$c" "$pictures" <"$work/registry.json"
check "withdrawn in the registry, too" in_state "${receipts[0]}" withdrawn
check "sent back in the registry, too" in_state "${receipts[4]}" received

# ---- typed at the page
browser apply.js "$lra_url" "$c" "$pictures"
for receipt in $(tail -n 1 "$work/browser"); do
	equal "$receipt is in the registry, corrected once" "received 2" "$(sql "SELECT state || ' ' || version FROM application WHERE receipt_number = '$receipt'")"
done
no_log_has() { ! grep -rqE -- "$1" "$home/log"; }
check "a personal number that was typed stands in no log" no_log_has '1234-?5678-?9018|１２３４'
equal "nothing of a draft is left" 0 "$(sql "SELECT count(*) FROM draft WHERE sealed IS NOT NULL AND name = 'apply'")"

# ---- by passkey: papers are sealed at the page; the case was corrected once, so that the approver sees what changed
mkdir -p "$work/files"
printf '\xff\xd8\xff\xe0 front of a licence %s' "$RANDOM" >"$work/files/front.jpg"
for name in register mail; do printf '%%PDF-1.7\n%% %s %s\n' "$name" "$RANDOM" >"$work/files/$name.pdf"; done
check "the case is corrected" as_person tanaka amend "${receipts[2]}" - <<<"$(form P-PERSON-MP 300003 '{ "origin": "handover" }' \
	'.mailboxes = ["n300003@mirai.example", "taka@mirai.example"] | del(.acceptance) | .version = 1 | .validity = "700 d"')"
cat >"$work/enrol" <<-END
	#!/bin/bash
	id=\$("$home/bin/inkan" lra passkey list --json -c "$home/conf/mori.cfg" | jq --arg who "\$1" '[.passkeys[] | select(.person == \$who) | .id] | max')
	for who in mori ogawa; do "$home/bin/inkan" lra passkey enrol "\$id" --yes -c "$home/conf/\$who.cfg" >/dev/null || exit 1; done
END
chmod +x "$work/enrol"
invite() { inkan lra passkey invite "$1" --json -c "$home/conf/mori.cfg" | jq -r .code; }
jq -n --arg receipt "${receipts[2]}" --arg sato "$(invite sato)" --arg kobayashi "$(invite kobayashi)" \
	'{ receipt: $receipt, people: { sato: $sato, kobayashi: $kobayashi } }' >"$work/passkey.json"
browser passkey.js "$counter_url" "$pictures" "$work/enrol" "$work/files" <"$work/passkey.json"
equal "both decisions are in the registry, by passkey" "2" "$(sql "SELECT count(*) FROM decision AS d JOIN application AS a ON a.id = d.application_id
	WHERE a.receipt_number = '${receipts[2]}' AND d.form = 'passkey'")"
