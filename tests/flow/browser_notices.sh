#!/bin/bash
# Story: notices at the counter's pages: what was told of a case, a mailbox that refuses, sending again; a receipt that nobody
# confirms, from the reminders to the proposed revocation; certificates that end, with their reminders, in the calendar of the page
# and in that of a calendar program. A real browser, both languages.
# proves R-LRA-09
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash
source tests/support/post_office.bash
clock=$(mktemp -d); chmod 755 "$clock"
export INKAN_TEST_CLOCK=$clock/offset
echo 0 >"$INKAN_TEST_CLOCK"; chmod 644 "$INKAN_TEST_CLOCK"
at_end() { end_post_office; rm -rf "$clock"; }
story_also=at_end
post_office_settings browser_notices
story_begin browser_notices
check "the post office opens" open_post_office
pictures=$PWD/build/pictures; mkdir -p "$pictures"

days() { echo "$(($1 * 86400))" >"$INKAN_TEST_CLOCK"; } # behind the story's beginning
told() { # RECEIPT KIND STATE [DAYS]: such a mail is on record
	[ "$(sql "SELECT count(*) FROM notice_delivery d JOIN notice n ON n.id = d.notice_id JOIN application a ON a.id = n.application_id
		WHERE a.receipt_number = '$1' AND n.kind = '$2' AND d.channel = 'mail' AND d.state = '$3' AND coalesce(n.days, 0) = ${4:-0}")" = 1 ]
}
csr() { new_key "$work/$1.key" P-256; request_key "$work/$1.key" csr; }
mailed_to() { printf '. + { notice: { mail: "%s@mirai.example" } }' "$1"; }

overdue=$(approved "$(form P-PERSON-MP 800001 "$(csr overdue)" "$(mailed_to refused)")")
check "issued" wait_until 60 in_state "$overdue" issued
check "handed over" as_person sato deliver "$overdue" --form certificate --file-channel "by hand" -o "$work/overdue.pem"
check "the mail for its receipt is refused" wait_until 30 told "$overdue" receiptAsked bounced
handed_over() { # NAME NUMBER: such a certificate ends in 40 days; sets receipt
	receipt=$(approved "$(form P-PERSON-MP "$2" "$(csr "$1")" "$(mailed_to "n$2") | .validity = \"${3:-40 d}\"")") &&
		wait_until 60 in_state "$receipt" issued && as_person sato deliver "$receipt" --form certificate --file-channel "by hand" -o "$work/$1.pem"
}
check "one that ends in 40 days" handed_over ending 800010
ending=$receipt
check "another one" handed_over replaced 800011
replaced=$receipt
many=()
for number in 800020 800021; do
	check "one whose key is born at hand-over" as_person tanaka apply - --json <<<"$(form P-PERSON-MP "$number" '{ "origin": "handover" }' '. + { validity: "40 d" }')"
	many+=("$(jq -r .receiptNumber "$work/out")")
	check "approved" decide "${many[-1]}"
	check "verified" wait_until 60 in_state "${many[-1]}" verified
	check "handed over" as_person sato deliver "${many[-1]}" --file-channel "by hand" --pin-channel letter -o "$work/$number.p12"
done

days 7
check "17: after a week there is a reminder" wait_until 30 told "$overdue" receiptReminder bounced 7
days 14
check "after two weeks another" wait_until 30 told "$overdue" receiptReminder bounced 14
check "32: 30 days before its end its holder is told" wait_until 30 told "$ending" expiring sent 30
check "and the other one" wait_until 30 told "$replaced" expiring sent 30
check "who renews" handed_over renewal 800011 "300 d"
renewal=$receipt
equal "nothing is proposed yet" 0 "$(as_person sato queue revoke --json | jq '.cases | length')"
days 31
check "after three weeks the last" wait_until 30 told "$overdue" receiptReminder bounced 21
check "17: on the deadline a revocation is proposed" bash -c "'$home/bin/inkan' lra queue revoke --json -c '$home/conf/sato.cfg' | jq -e '.cases[0].proposed'"
equal "17: never done by itself" 0 "$(sql "SELECT count(*) FROM revocation")"

check "32: 15 days before, again" wait_until 30 told "$ending" expiring sent 15
equal "32: each once" "30 15" "$(sql "SELECT string_agg(days::text, ' ' ORDER BY n.id) FROM notice n JOIN application a ON a.id = application_id WHERE kind = 'expiring' AND receipt_number = '$ending'")"
equal "32: a renewal stops the remaining ones" "30" "$(sql "SELECT string_agg(days::text, ' ' ORDER BY n.id) FROM notice n JOIN application a ON a.id = application_id WHERE kind = 'expiring' AND receipt_number = '$replaced'")"

# ---- a calendar program, which has neither card nor passkey
month=$(date -u -d "@$(sql "SELECT extract(epoch FROM max(not_after) + interval '9 hours')::bigint FROM certificate c JOIN certificate_order o ON o.id = order_id JOIN application a ON a.id = application_id WHERE receipt_number = '$ending'")" +%Y-%m)
check "32: the list has the one that ends" bash -c "'$home/bin/inkan' lra expiring --month $month -c '$home/conf/sato.cfg' | grep -E '$ending .* (not renewed|未更新)'"
check "and what the other was renewed by" bash -c "'$home/bin/inkan' lra expiring --month $month -c '$home/conf/sato.cfg' | grep -E '$replaced .*$renewal'"
fetch() { curl -sS --cacert "$home/conf/server-ca.pem" -o "$work/calendar.ics" -w '%{http_code}' "$counter_url$1"; }
place=$(inkan lra calendar new -c "$home/conf/sato.cfg" | jq -r .path)
equal "32: the feed is fetched at its address alone" 200 "$(fetch "$place")"
equal "it loads in a calendar program: what ends, on its day" "$ending $(openssl x509 -in "$work/ending.pem" -noout -enddate | cut -d= -f2 | TZ=Asia/Tokyo xargs -I{} date -d {} +%F)" \
	"$(/usr/bin/python3 - "$work/calendar.ics" <<'PY' | grep "^$ending "
import icalendar, re, sys
for event in icalendar.Calendar.from_ical(open(sys.argv[1], "rb").read()).walk("VEVENT"):
    print(re.search(r"A\d\d-\d{6}-.", event["summary"])[0], event["dtstart"].dt)
PY
)"
check "32: no personal data beyond the receipt number" bash -c "! grep -qiE 'takahashi|8000|@mirai|$(openssl x509 -in "$work/ending.pem" -noout -serial | cut -d= -f2)' '$work/calendar.ics'"
equal "an address that is nearly right is none" 403 "$(fetch "${place%?}$([ "${place: -1}" = 0 ] && echo 1 || echo 0)")"
check "no log has the address" bash -c "! grep -rq '${place##*/}' '$home/log'"
check "its owner ends it" inkan lra calendar end -c "$home/conf/sato.cfg"
equal "and it is none" 403 "$(fetch "$place")"

bounced=$(apply "$(form P-PERSON-MP 800002 "$(csr bounced)" "$(mailed_to refused)")")
identified=$(apply "$(form P-PERSON-MP 800003 "$(csr identified)")")
check "one is identified" bash -c "'$home/bin/inkan' lra evidence '$identified' - -c '$home/conf/sato.cfg' <<<'$(evidence "$identified")' && '$home/bin/inkan' lra identify '$identified' --yes -c '$home/conf/sato.cfg'"
check "a mailbox refuses" wait_until 30 told "$bounced" received bounced

jq -n --argjson many "$(jq -n '$ARGS.positional' --args "${many[@]}")" --arg csr "$(csr fresh | jq -r .csr)" --arg month "$month" --arg ending "$ending" --arg replaced "$replaced" --arg renewal "$renewal" --arg overdue "$overdue" --arg bounced "$bounced" --arg identified "$identified" '$ARGS.named' >"$work/registry.json"
timeout 170 node tests/browser/notices.js "$lra_url" "$home/ceremony" "$pictures" <"$work/registry.json" >"$work/browser" 2>&1 || failed=$((failed + 1))
cat "$work/browser"
passed=$((passed + $(grep -c '^ok ' "$work/browser")))

# ---- a deadline that needs no person (R-LRA-09), only by the contract that lies with the CA
past() { echo "$((86400 * $1 + 3600))" >"$INKAN_TEST_CLOCK"; }
asked() { sql "SELECT string_agg(v.state, ' ' ORDER BY v.id) FROM revocation v JOIN delivery d ON d.serial_number = v.serial_number
	JOIN application a ON a.id = d.application_id WHERE v.event = 'notReceived' AND a.receipt_number = '$1'"; }
was_asked() { [ "$(asked "$1")" = "$2" ]; }
sed -i 's/validityMax = "825 d";/& notReceived = "revoke";/' "$home/conf/roster.cfg"
past 31
check "17: an office that gives itself the right asks" wait_until 30 was_asked "$overdue" refused
equal "17: and the CA refuses by its own contract" 0 "$(sql "SELECT count(*) FROM certificate_revocation")"
check "it stays a proposal for people" bash -c "'$home/bin/inkan' lra queue revoke --json -c '$home/conf/sato.cfg' | jq -e '.cases | map(select(.receiptNumber == \"$overdue\" and .proposed)) | length == 1'"
kill -HUP "$(cat "$home/pid/ca")"; sleep 2
past 46
check "R-LRA-09: with the contract the next one is revoked by itself" wait_until 60 was_asked "$renewal" done
check "its holder is told" wait_until 60 told "$renewal" revoked sent
past 47
sleep 3
equal "asked for once" "refused done" "$(asked "$overdue") $(asked "$renewal")"
