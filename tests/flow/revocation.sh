#!/bin/bash
# Story: a key that is suspected (UX feature 19): since when is signed, judged by LRA and CA, and stands in the CRL, as OpenSSL reads it;
# a case whose certificate is revoked before its receipt ends, and waits in no queue.
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash
story_begin revocation
issued() { # NAME NUMBER: sets receipt
	new_key "$work/$1.key" P-256
	receipt=$(approved "$(form P-PERSON-MP "$2" "$(request_key "$work/$1.key" csr)")") && wait_until 60 in_state "$receipt" issued
}
at() { date -u -d "$1" +%FT%TZ; }
lost() { as_person sato revoke "$receipt" --event "${2:-lostDevice}" --requester "holder, called back" --yes ${1:+--suspected-since "$1"}; }

check "a certificate" issued lost 880001
check "handed over" as_person sato deliver "$receipt" --form certificate --file-channel "by hand" -o "$work/lost.pem"
begin=$(date -u -d "$(openssl x509 -in "$work/lost.pem" -noout -startdate | cut -d= -f2)" +%s)
refused "19: a suspicion that lies in the future is refused, with what to do" "future|Correct it" lost "$(at '+1 hour')"
refused "19: one before the certificate began, too" "begin before|not certified yet" lost "$(at "@$((begin - 1))")"
refused "19: who left the organisation did not lose a key" "suspectedSince" lost "$(at "@$begin")" left
refused "19: no such time" "suspectedSince" lost "yesterday"
since=$(at "@$((begin + 1))")
while [ "$(date -u +%s)" -le $((begin + 1)) ]; do sleep 0.2; done
check "19: since when it is suspected is signed with the request" lost "$since"
equal "19: it stands in the signed bytes" "$since" "$(sql "SELECT convert_from(statement, 'UTF8')::json -> 'content' ->> 'invalidityDate' FROM revocation")"
serial=$(openssl x509 -in "$work/lost.pem" -noout -serial | cut -d= -f2)
published() { [ "$(sql "SELECT count(*) FROM revocation WHERE published_at IS NOT NULL")" -ge "$1" ]; }
check "the CRL carries it" wait_until 60 published 1
entry() { for one in $(find "$home/" -name '*.crl'); do openssl crl -in "$one" -inform DER -noout -text 2>/dev/null; done | grep -A8 -m1 "Serial Number: $serial"; }
check "19: OpenSSL finds it in a CRL" test -n "$(entry)"
equal "19: OpenSSL reads the reason" "Key Compromise" "$(entry | grep -A1 'Reason Code' | tail -1 | xargs)"
shown=$(entry | grep -A1 'Invalidity Date' | tail -1 | xargs)
equal "19: and since when, to the second" "$(date -u -d "$since" +%s)" "$(date -u -d "$shown" +%s)"
issuer=$(sql "SELECT issuer FROM revocation LIMIT 1")
equal "19: the page of the certificate tells it" "$since" "$(as_person sato status "$issuer" "${serial,,}" --json | jq -r .invalidityDate)"
check "17: the case does not wait for a receipt for ever" wait_until 130 in_state "$receipt" withdrawn
equal "17: nor stand in the queue" 0 "$(as_person sato queue receipt --json | jq '.cases | length')"
equal "17: its history says why" 1 "$(as_person sato history "$receipt" --json | jq '[.events[] | select(.event == "applicationLapsed")] | length')"

check "one that nobody fetched" issued waiting 880002
check "19: without a time it is revoked, too" lost
check "19: it carries none" wait_until 60 published 2
equal "19: no time stands there" 1 "$(sql "SELECT count(*) FROM certificate_revocation WHERE invalidity_date IS NULL")"
check "17: it waits for no hand-over" wait_until 130 in_state "$receipt" withdrawn
