#!/bin/bash
# Story: notices at the counter's pages: what was told of a case, a mailbox that refuses, sending again; a receipt that nobody
# confirms, from the reminders to the proposed revocation; certificates that end, in the calendar. A real browser, both languages.
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
days 7
check "17: after a week there is a reminder" wait_until 30 told "$overdue" receiptReminder bounced 7
days 14
check "after two weeks another" wait_until 30 told "$overdue" receiptReminder bounced 14
equal "nothing is proposed yet" 0 "$(as_person sato queue revoke --json | jq '.cases | length')"
days 31
check "after three weeks the last" wait_until 30 told "$overdue" receiptReminder bounced 21
check "17: on the deadline a revocation is proposed" bash -c "'$home/bin/inkan' lra queue revoke --json -c '$home/conf/sato.cfg' | jq -e '.cases[0].proposed'"
equal "17: never done by itself" 0 "$(sql "SELECT count(*) FROM revocation")"

bounced=$(apply "$(form P-PERSON-MP 800002 "$(csr bounced)" "$(mailed_to refused)")")
identified=$(apply "$(form P-PERSON-MP 800003 "$(csr identified)")")
check "one is identified" bash -c "'$home/bin/inkan' lra evidence '$identified' - -c '$home/conf/sato.cfg' <<<'$(evidence "$identified")' && '$home/bin/inkan' lra identify '$identified' --yes -c '$home/conf/sato.cfg'"
check "a mailbox refuses" wait_until 30 told "$bounced" received bounced

jq -n --arg overdue "$overdue" --arg bounced "$bounced" --arg identified "$identified" '$ARGS.named' >"$work/registry.json"
timeout 170 node tests/browser/notices.js "$lra_url" "$home/ceremony" "$pictures" <"$work/registry.json" >"$work/browser" 2>&1 || failed=$((failed + 1))
cat "$work/browser"
passed=$((passed + $(grep -c '^ok ' "$work/browser")))
