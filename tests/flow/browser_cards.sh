#!/bin/bash
# Story: what a clerk does behind the issuing, at the counter's pages: hand-over on two channels, papers, receipt, the certificate in
# plain words, its revocation, the ledger. proves R-LRA-08 R-LRA-11
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash
story_begin browser-cards
pictures=$PWD/build/pictures; mkdir -p "$pictures"

for number in 400001 400002; do
	receipt=$(approved "$(form P-PERSON-MP "$number" '{ "origin": "handover" }')")
	[ -n "$receipt" ] || { bad "no application"; exit 1; }
	ready+=("$receipt")
done
new_key "$work/own" P-256
own=$(approved "$(form P-PERSON-MP 400003 "$(request_key "$work/own" csr)")")
for receipt in "${ready[@]}"; do check "$receipt waits for its key" wait_until 20 in_state "$receipt" verified; done
check "$own is issued" wait_until 30 in_state "$own" issued
ready+=("$own")

cat >"$work/enrol" <<-END
	#!/bin/bash
	id=\$("$home/bin/inkan" lra passkey list --json -c "$home/conf/mori.cfg" | jq --arg who "\$1" '[.passkeys[] | select(.person == \$who) | .id] | max')
	for who in mori ogawa; do "$home/bin/inkan" lra passkey enrol "\$id" --yes -c "$home/conf/\$who.cfg" >/dev/null || exit 1; done
END
chmod +x "$work/enrol"
code=$(inkan lra passkey invite sato --json -c "$home/conf/mori.cfg" | jq -r .code)
mkdir -p "$work/saved"
jq -n --arg csr "$own" --arg sato "$code" --args '{ ready: $ARGS.positional, csr: $csr, codes: { sato: $sato } }' "${ready[@]}" >"$work/cards.json"
timeout 170 node tests/browser/cards.js "$lra_url" "$counter_url" "$home/ceremony" "$pictures" "$work/enrol" "$work/saved" <"$work/cards.json" >"$work/browser" 2>&1 ||
	failed=$((failed + 1))
cat "$work/browser"
passed=$((passed + $(grep -c '^ok ' "$work/browser")))

equal "no PIN is kept" 0 "$(sql "SELECT count(*) FROM delivery WHERE sealed_pin IS NOT NULL")"
equal "the revocation is asked for by passkey" passkey "$(sql "SELECT form FROM revocation")"
equal "and who asked is in what was signed" t "$(sql "SELECT requester LIKE '%03-0000-0000%' FROM revocation")"
