#!/bin/bash
# Story: a clerk and an approver at the counter's pages, in a real browser with their real certificates, in both languages.
# Pictures of every page come into build/pictures.
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash
story_begin browser
c=$home/ceremony
pictures=$PWD/build/pictures; rm -rf "$pictures"; mkdir -p "$pictures"

for number in 300001 300002 300003 300004 300005; do
	receipt=$(apply "$(form P-PERSON-MP "$number" '{ "origin": "handover" }')")
	[ -n "$receipt" ] || { bad "no application"; exit 1; }
	receipts+=("$receipt")
done
evidence "${receipts[4]}" | as_person sato evidence "${receipts[4]}" - >"$work/out" && as_person sato identify "${receipts[4]}" --yes >>"$work/out" ||
	{ cat "$work/out"; exit 1; }
evidence "${receipts[2]}" | as_person sato evidence "${receipts[2]}" - >"$work/out"

jq -n --arg identified "${receipts[4]}" --args '{ receipts: $ARGS.positional, received: $ARGS.positional[0], identified: $identified }' \
	"${receipts[@]:0:4}" >"$work/registry.json"
node tests/browser/counter.js "$lra_url" "$c" "$pictures" <"$work/registry.json" >"$work/browser" 2>&1 || failed=$((failed + 1))
cat "$work/browser"
passed=$((passed + $(grep -c '^ok ' "$work/browser")))
check "withdrawn in the registry, too" in_state "${receipts[0]}" withdrawn
check "sent back in the registry, too" in_state "${receipts[4]}" received
