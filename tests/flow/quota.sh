#!/bin/bash
# Story: an LRA's contract says how many certificates a month it may have (R-LRA-02). The CA counts them itself: a restart, a registry
# that somebody made forget, and the same order again change nothing; what was refused can go on in the next month.
# proves R-LRA-02
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash
clock=$(mktemp -d); chmod 755 "$clock"
export INKAN_TEST_CLOCK=$clock/offset
echo 0 >"$INKAN_TEST_CLOCK"; chmod 644 "$INKAN_TEST_CLOCK"
at_end() { rm -rf "$clock"; }
story_also=at_end
story_begin quota
ca() { kill "-$1" "$(cat "$home/pid/ca")"; }
number=770000
ordered() { # sets receipt
	number=$((number + 1)); new_key "$work/$number.key" P-256
	receipt=$(approved "$(form P-PERSON-MP "$number" "$(request_key "$work/$number.key" csr)")")
}
restart_ca() {
	ca TERM; while kill -0 "$(cat "$home/pid/ca")" 2>/dev/null; do sleep 0.1; done
	demo/run start >"$work/start.log" 2>&1
}
refusal() { sql "SELECT refusal FROM application WHERE receipt_number = '$1'" | jq -r '.[].code'; }

cp "$home/conf/roster.cfg" "$work/roster.cfg"
sed 's/validityMax = "825 d";/& quotaPerMonth = 2;/' "$work/roster.cfg" >"$home/conf/roster.cfg"
ca HUP; sleep 2
equal "the counter knows" 2 "$(as_person sato office --json | jq .quotaPerMonth)"
check "the first" ordered
check "is issued" wait_until 60 in_state "$receipt" issued
check "the CA starts again" restart_ca
check "the second" ordered; second=$receipt
check "is issued, too" wait_until 60 in_state "$receipt" issued
check "the third" ordered; third=$receipt
check "is refused" wait_until 60 in_state "$third" refused
equal "for the quota, in words" scope.quota "$(refusal "$third")"
sql "SET session_replication_role = replica; DELETE FROM certificate; DELETE FROM certificate_order WHERE application_id <> (SELECT id FROM application WHERE receipt_number = '$third')" >/dev/null
check "the registry is made to forget; the CA starts again" restart_ca
check "a fourth" ordered
check "is refused all the same" wait_until 60 in_state "$receipt" refused
equal "for the quota" scope.quota "$(refusal "$receipt")"
echo "$((32 * 86400))" >"$INKAN_TEST_CLOCK"; sleep 2
today=$(date -u -d '+32 days' +%F)
number=779000
check "in the next month there is a new one" ordered
check "it is issued" wait_until 60 in_state "$receipt" issued
form P-PERSON-MP 770003 "$(request_key "$work/770003.key" csr)" '. + { version: 1 }' >"$work/form.json"
check "what was refused is corrected" as_person tanaka amend "$third" "$work/form.json"
check "verified again, with the papers that are there" as_person sato identify "$third" --yes
check "and approved again" as_person kobayashi approve "$third" --yes
check "and issued: nothing was lost" wait_until 60 in_state "$third" issued
sed '/quotaFolder/d' -i "$home/conf/ca.cfg"
ca TERM; while kill -0 "$(cat "$home/pid/ca")" 2>/dev/null; do sleep 0.1; done
refused "a quota that nobody would count is a fault of the settings" quotaFolder \
	run_as inkan-ca env SOFTHSM2_CONF="$home/token/issuing.conf" timeout 20 "$home/bin/inkan-ca" serve --process issuer -c "$home/conf/ca.cfg"
