#!/bin/bash
# Story: the audit trail at the counter (UX feature 21): sentences, filters, one's own LRA only, looking is recorded, taking it away is
# recorded; a row that was changed behind the registry's back is named by the page, the command and the CA's verifier.
# proves R-LOG-01
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash
story_begin trail
pictures=$PWD/build/pictures; mkdir -p "$pictures"
trail() { local person=$1; shift; as_person "$person" trail --json "$@"; }
names() { jq -r '[.events[].event] | reverse | join(" ")'; }
chain_is() { trail sato | jq -e "$1" >/dev/null; }

receipt=$(approved "$(form P-PERSON-MP 440001 '{ "origin": "handover" }')")
other=$(apply "$(form P-PERSON-MP 440002 '{ "origin": "handover" }')")
check "verified by the RA" wait_until 60 in_state "$receipt" verified
check "handed over" as_person sato deliver "$receipt" --file-channel "by hand" --pin-channel letter -o "$work/a.p12"
check "looked at" as_person kobayashi show "$receipt" --json
check "looked at once more" as_person kobayashi show "$receipt" --json
form P-PERSON-MP 440003 '{ "origin": "handover" }' >"$work/form.json"
refused "somebody tries what is not his" "answered 403" as_person kobayashi apply "$work/form.json"

trail sato --case "$receipt" >"$work/case.json"
equal "21: every deed about a case stands once, in its order" "applicationReceived evidenceAdded identityProved applicationApproved applicationVerified keyBound orderPlaced orderAnswered certificateDelivered" \
	"$(jq 'del(.events[] | select(.event == "applicationShown"))' "$work/case.json" | names)"
equal "21: whoever looked is recorded, once in an hour" 1 "$(jq '[.events[] | select(.event == "applicationShown" and .actor == "kobayashi")] | length' "$work/case.json")"
equal "21: with who did it, and the reference that an error would show" "true" "$(jq -r '.events[] | select(.event == "applicationApproved") | .actor == "kobayashi" and (.origin | test("^lra [0-9a-f]{16}$"))' "$work/case.json")"
equal "names stand beside the ids" true "$(jq -r '.people.kobayashi.name != null and .people.kobayashi.nameJa != null' "$work/case.json")"
equal "21: by person" kobayashi "$(trail sato --person kobayashi | jq -r '[.events[].actor] | unique | join(" ")')"
equal "21: by event" "$other $receipt" "$(trail sato --event applicationReceived | jq -r '[.events[].object] | join(" ")')"
equal "21: what was refused is there, too" /v1/applications "$(trail sato --event accessRefused | jq -r '[.events[] | select(.result == "refused").object] | first')"
equal "21: by date: nothing tomorrow" 0 "$(trail sato --from "$(date -d '+2 days' +%F)" --until "$(date -d '+3 days' +%F)" | jq '.events | length')"
trail sato --limit 3 >"$work/page.json"
equal "page by page, without a gap" "$(trail sato --limit 6 | jq -c '[.events[].id]')" \
	"$(jq -c --slurpfile next <(trail sato --limit 3 --before "$(jq .next "$work/page.json")") '[.events[].id] + [$next[0].events[].id]' "$work/page.json")"
check "the auditor reads it" eval 'trail ogawa --case "$receipt" | jq -e ".events | length > 5"'
check "for people" eval 'as_person sato trail --case "$receipt" | grep -q "applicationApproved *kobayashi"'

# ---- taken away: a table without formulas, and a trace of it
check "as a table" as_person sato trail --case "$receipt" --csv -o "$work/trail.csv"
equal "with all of it" "$(jq '.events | length' "$work/case.json")" "$(($(wc -l <"$work/trail.csv") - 1))"
equal "that is recorded, too" sato "$(trail mori --event trailExported | jq -r '.events[0].actor')"
sql "SET ROLE inkan_lra; INSERT INTO audit_event (at, event, actor, role, origin, object, result, detail, digest) VALUES
	(now(), 'accessRefused', 'sato', 'lraClerk', 'lra x', '=1+1', 'refused', '{}', sha256('x'))" >"$work/out" 2>&1
check "a word that a spreadsheet would run is quoted away" eval "as_person sato trail --event accessRefused --csv | grep -q \"'=1+1\""

# ---- another LRA: neither its cases nor its people
sql "SET session_replication_role = replica; UPDATE application SET lra = 'LRA-0002' WHERE receipt_number = '$other'" >/dev/null
equal "of another LRA's case nothing is told" 0 "$(trail sato --case "$other" | jq '.events | length')"
equal "nor in the list" 0 "$(trail sato --limit 500 | jq --arg r "$other" '[.events[] | select(.object == $r)] | length')"
sql "SET session_replication_role = replica; UPDATE application SET lra = 'LRA-0001' WHERE receipt_number = '$other'" >/dev/null

# ---- the chain: that odd row, whose digest is not its own, is what the walk finds; it is put right, and then whole
check "a row with a digest that is not its own is found" wait_until 30 chain_is '.chain.fault | test("event [0-9]+ was changed")'
sql "SET session_replication_role = replica; TRUNCATE audit_check; DELETE FROM audit_link; DELETE FROM audit_event WHERE object = '=1+1'" >/dev/null
check "21: the last walk along the whole chain is told" wait_until 30 chain_is '.chain.head and (.chain | has("fault") | not)'
check "with its head" eval 'trail sato | jq -e ".chain.head | length == 64"'
registry() { jq -n --arg receipt "$receipt" --arg fault "$1" '{ receipt: $receipt, fault: $fault }'; }
pages() { # FAULT: what the page is to say of the chain
	timeout 170 node tests/browser/trail.js "$lra_url" "$home/ceremony" "$pictures" <<<"$(registry "$1")" >"$work/browser" 2>&1 || { cat "$work/browser"; bad "the pages"; exit 1; }
	cat "$work/browser"
	passed=$((passed + $(grep -c '^ok ' "$work/browser")))
}
pages ""
event=$(sql "SELECT id FROM audit_event WHERE object = '$receipt' AND event = 'applicationApproved'")
check "the link that holds it is there" wait_until 10 eval '[ "$(sql "SELECT count(*) FROM audit_link WHERE $event = ANY (event_ids)")" = 1 ]'
sql "SET session_replication_role = replica; UPDATE audit_event SET actor = 'sato' WHERE id = $event" >/dev/null
check "21: a changed row is named at the counter" wait_until 30 chain_is ".chain.fault | test(\"link [0-9]+, place [0-9]+: event $event was changed\")"
refused "21: by the command the same" "event $event was changed" run_as inkan-audit "$home/bin/inkan" ca audit-verify -c "$home/conf/ca.cfg"
check "and for people" eval 'as_person sato trail | grep -q "event $event was changed"'
pages "event $event was changed"
sql "SET session_replication_role = replica; UPDATE audit_event SET actor = 'kobayashi' WHERE id = $event" >/dev/null
check "what is put back is whole again" wait_until 30 chain_is '.chain.head and (.chain | has("fault") | not)'
sql "SET session_replication_role = replica; DELETE FROM audit_event WHERE id = $event" >/dev/null
check "21: a missing row is named" wait_until 30 chain_is '.chain.fault | test("an event is missing")'
check "the walks themselves stay on record" eval '[ "$(sql "SELECT count(*) FROM audit_check WHERE fault IS NOT NULL")" -ge 2 ]'
