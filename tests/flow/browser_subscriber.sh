#!/bin/bash
# Story: the subscribers' own pages, without a script: a real browser follows by receipt number, confirms receipt with the new
# certificate, sets a pass phrase, revokes by it and by the certificate itself; strangers guess, forge, flood and dawdle.
# proves R-LRA-09
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash
clock=$(mktemp -d); chmod 755 "$clock"
export INKAN_TEST_CLOCK=$clock/offset
echo 0 >"$INKAN_TEST_CLOCK"; chmod 644 "$INKAN_TEST_CLOCK"
clock_away() { rm -rf "$clock"; } # at the end
story_also=clock_away
story_begin browser_subscriber
pictures=$PWD/build/pictures; mkdir -p "$pictures"

csr() { new_key "$work/$1.key" P-256; request_key "$work/$1.key" csr; }
handed_over() { # NAME NUMBER: sets receipt
	receipt=$(approved "$(form P-PERSON-MP "$2" "$(csr "$1")")") && wait_until 60 in_state "$receipt" issued &&
		as_person sato deliver "$receipt" --form certificate --file-channel "by hand" -o "$work/$1.pem" &&
		openssl x509 -in "$work/$1.pem" -out "$work/$1-auth.pem" && cp "$work/$1.key" "$work/$1-auth.key"
}
check "one has a certificate" handed_over mine 810001
mine=$receipt
check "another one, too" handed_over other 810002
other=$receipt
check "and a third" handed_over third 810003
third=$receipt
check "and a fourth" handed_over fourth 810004
fourth=$receipt

# As a browser's form would send it. page DOOR PATH [CURL…]: the status; the page is in $work/page.
page() {
	local door=$1 path=$2; shift 2
	curl -sS --cacert "$home/conf/server-ca.pem" -o "$work/page" -w '%{http_code}' "$@" "$door$path"
}
own() { page "$holder_url" "$2" --cert "$work/$1-auth.pem" --key "$work/$1-auth.key" "${@:3}"; }
ours() { printf 'Origin: %s' "$1"; }
requests() { sql "SELECT count(*) FROM revocation"; }
refusals() { sql "SELECT count(*) FROM audit_event WHERE event = 'accessRefused' AND origin LIKE 'subscriber %'"; }

# ---- receipt: with the certificate, and no other
equal "17: without a certificate nothing is confirmed" 403 "$(page "$holder_url" /receipt)"
check "17: a clerk's certificate does not get in" bash -c "! curl -sSf --cacert '$home/conf/server-ca.pem' --cert '$home/ceremony/sato-auth.pem' --key '$home/ceremony/sato-auth.key' '$holder_url/receipt'"
equal "17: nor is a receipt confirmed with another's certificate" 403 "$(own other /receipt -H "$(ours "$holder_url")" --data-urlencode "number=$mine")"
equal "which is on record" 1 "$(refusals)"
equal "a form of another site is refused" 403 "$(own mine /receipt -H 'Origin: https://evil.example' --data-urlencode "number=$mine")"
equal "so is one that does not say where it comes from" 403 "$(own mine /receipt --data-urlencode "number=$mine")"
equal "and nothing was confirmed" "delivered delivered" "$(state_of "$mine") $(state_of "$other")"
head -c 5000 /dev/zero | tr '\0' a >"$work/long"
equal "a body that is too long is not read" 413 "$(own mine /receipt -H "$(ours "$holder_url")" --data-urlencode "number=$mine" --data-urlencode "event@$work/long")"
equal "15: a receipt number shows no name and no serial number" 200 "$(page "$subscriber_url" "/follow?number=$mine&lang=en")"
check "only words of state" bash -c "grep -q 'Handed over' '$work/page' && ! grep -qiE 'takahashi|mirai.example|$(openssl x509 -in "$work/mine.pem" -noout -serial | cut -d= -f2)' '$work/page'"
equal "what is typed is never a tag" 404 "$(page "$subscriber_url" "/follow?number=%3Cscript%3E")"
check "it is escaped" grep -q '&lt;SCRIPT&gt;' "$work/page"

# ---- whoever is slow is not waited for: begun here, looked at in the end
slow_client() {
	local from=$SECONDS
	timeout 60 openssl s_client -quiet -connect "${subscriber_url#https://}" -CAfile "$home/conf/server-ca.pem" >/dev/null 2>&1 \
		< <(printf 'POST /revoke HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4'; sleep 60)
	echo $((SECONDS - from)) >"$work/slow"
}
slow_client & slow=$!

# ---- the browser
jq -n --arg mine "$mine" --arg third "$third" --arg holder "$holder_url" '$ARGS.named' >"$work/cases.json"
timeout 85 node tests/browser/subscriber.js "$subscriber_url" "$work" "$pictures" <"$work/cases.json" >"$work/browser" 2>&1 || failed=$((failed + 1))
cat "$work/browser"
passed=$((passed + $(grep -c '^ok ' "$work/browser")))
check "17: receipt is marked, with time and serial number" wait_until 20 in_state "$mine" accepted
equal "by TLS, with this certificate" "tls $(openssl x509 -in "$work/mine.pem" -noout -serial | cut -d= -f2 | tr A-F a-f)" \
	"$(sql "SELECT r.method, encode(r.serial_number, 'hex') FROM receipt r JOIN application a ON a.id = application_id WHERE receipt_number = '$mine'" | tr '|' ' ')"
check "33: the CA has revoked the one by its pass phrase, the other by itself" wait_until 30 bash -c \
	"[ \"\$(tools/postgres psql '$INKAN_HOME' -At -c 'SELECT count(*) FROM inkan.certificate_revocation')\" = 2 ]"
equal "33: who asked, and how he was known, stands in the request" "1 1" \
	"$(sql "SELECT count(*) FILTER (WHERE requester LIKE '%pass phrase%' AND reason = 1), count(*) FILTER (WHERE requester LIKE '%TLS client%' AND reason = 0) FROM revocation" | tr '|' ' ')"
equal "33: by the gateway, as the audit trail says" 2 "$(sql "SELECT count(*) FROM audit_event WHERE event = 'revocationAsked' AND role = 'lraGateway'")"
check "33: and it is good no more at OCSP" wait_until 30 bash -c "openssl ocsp -issuer '$home/ceremony/person.pem' -cert '$work/mine.pem' -url '$status_url/ocsp' -CAfile '$home/ceremony/trust.pem' -no_nonce 2>&1 | grep -q revoked"
equal "a revoked certificate opens no door" 403 "$(own mine /receipt)"
check "the pass phrase is kept as a hash only" bash -c "! tools/postgres psql '$INKAN_HOME' -At -c 'SELECT * FROM inkan.revocation_phrase' | grep -qiE 'correct|$(printf 'correct horse' | xxd -p)'"
check "and in no log" bash -c "! grep -rqi 'correct horse' '$home/log'"

# ---- receipt by a signed file, for certificates that no browser shows
open_door() { page "$subscriber_url" "$1" -H "$(ours "$subscriber_url")" "${@:2}"; }
hidden() { grep -oE "name=\"$1\" value=\"[^\"]*\"" "$work/page" | head -1 | sed 's/.*value="//; s/"$//'; }
challenge() { # NAME NUMBER: the text for a certificate; sets statement
	local status
	status=$(open_door /receipt/text --data-urlencode "number=$2" --data-urlencode "certificate@$work/$1-auth.pem")
	statement=$(hidden statement); [ "$status" = 200 ] && [ -n "$statement" ]
}
saved() { open_door /receipt/file --data-urlencode "number=$1" --data-urlencode "statement=$2"; }
by_key() { openssl cms -sign -binary -cades -nosmimecap -md sha256 -in "$1" -signer "$work/$2-auth.pem" -inkey "$work/$2-auth.key" -outform PEM -out "$work/receipt.p7s"; }
send() { open_door /receipt --data-urlencode "number=$1" --data-urlencode "statement=$2" --data-urlencode "signature@$work/receipt.p7s"; }
check "a fifth one, for signing only" handed_over fifth 810005
fifth=$receipt
check "and a sixth" handed_over sixth 810006
sixth=$receipt
equal "17: with another's certificate there is no text" 403 "$(open_door /receipt/text --data-urlencode "number=$fifth" --data-urlencode "certificate@$work/sixth-auth.pem")"
equal "17: nor with a clerk's" 403 "$(open_door /receipt/text --data-urlencode "number=$fifth" --data-urlencode "certificate@$home/ceremony/sato-auth.pem")"
equal "17: nor with none" 403 "$(open_door /receipt/text --data-urlencode "number=$fifth" -d certificate=hello)"
equal "17: a private key is refused, and told so" 400 "$(open_door /receipt/text --data-urlencode "number=$fifth" --data-urlencode "certificate@$work/fifth-auth.key")"
check "with what to do" grep -q '秘密鍵が含まれています' "$work/page"
check "the certificate that was handed over gets its text" challenge fifth "$fifth"
mine_text=$statement
equal "17: which can be saved" 200 "$(saved "$fifth" "$statement")"
cp "$work/page" "$work/text.json"
equal "it names case, serial number, time and a nonce" "$fifth $(openssl x509 -in "$work/fifth.pem" -noout -serial | cut -d= -f2 | tr A-F a-f) true 32" \
	"$(jq -r '[.content.application, .content.serialNumber, (.at != null), (.nonce | length)] | join(" ")' "$work/text.json")"
by_key "$work/text.json" sixth
equal "17: signed by another's key it is no receipt" 403 "$(send "$fifth" "$mine_text")"
printf x >>"$work/text.json"; by_key "$work/text.json" fifth
equal "17: nor over another text" 403 "$(send "$fifth" "$mine_text")"
check "another one's text" challenge sixth "$sixth"
printf %s "$statement" | base64 -d >"$work/other.json"; by_key "$work/other.json" fifth
equal "17: one's key over another's text is no receipt of his" 403 "$(send "$sixth" "$statement")"
equal "17: nor of one's own" 400 "$(send "$fifth" "$statement")"
printf %s "$mine_text" | base64 -d | sed 's/"at":"2026/"at":"2025/' >"$work/old.json"; by_key "$work/old.json" fifth
equal "17: nor over a text of last year" 400 "$(send "$fifth" "$(base64 -w0 "$work/old.json")")"
head -c 40000 /dev/zero | tr '\0' a >"$work/receipt.p7s"
equal "a signature that is too long is not read" 413 "$(send "$fifth" "$mine_text")"
printf 'no signature\0' >"$work/receipt.p7s"
equal "nor one that is none" 403 "$(send "$fifth" "$mine_text")"
equal "17: nothing was confirmed by all this" "delivered delivered" "$(state_of "$fifth") $(state_of "$sixth")"
printf %s "$mine_text" | base64 -d >"$work/text.json"; by_key "$work/text.json" fifth
equal "17: signed by the new key it is" 200 "$(send "$fifth" "$mine_text")"
check "17: and the case is accepted" wait_until 20 in_state "$fifth" accepted
equal "17: by signature, with this certificate" "signature $(openssl x509 -in "$work/fifth.pem" -noout -serial | cut -d= -f2 | tr A-F a-f)" \
	"$(sql "SELECT r.method, encode(r.serial_number, 'hex') FROM receipt r JOIN application a ON a.id = application_id WHERE receipt_number = '$fifth'" | tr '|' ' ')"
equal "the same once more does no harm" 200 "$(send "$fifth" "$mine_text")"
equal "17: one receipt, one letter" "1 1" "$(sql "SELECT count(*) FROM receipt r JOIN application a ON a.id = r.application_id WHERE receipt_number = '$fifth'") $(sql "SELECT count(*) FROM subscriber_letter l JOIN application a ON a.id = l.application_id WHERE receipt_number = '$fifth'")"
sleep 60 # what is refused counts against the address

# ---- strangers
phrase() { page "$subscriber_url" /revoke -H "$(ours "$subscriber_url")" --data-urlencode "number=$1" --data-urlencode "phrase=$2" -d event=wish; }
keep() { own other /phrase -H "$(ours "$holder_url")" --data-urlencode "number=$other" --data-urlencode "phrase=$1" --data-urlencode "again=$1"; }
equal "a short pass phrase is not taken" 400 "$(keep eleven-long)"
equal "nor is an Individual Number" 400 "$(keep 123456789018)"
equal "a long one is" 200 "$(keep 'another phrase of mine')"
before=$(requests)
check "a number that there is not gets the answer of a wrong phrase" bash -c "[ '$(phrase A26-999999-X whatever-it-is)' = 403 ]"
wrong=$(phrase "$other" 'not this one at all')
equal "so does a wrong phrase" 403 "$wrong"
for _ in 1 2 3 4; do phrase "$other" 'not this one at all' >/dev/null; done
equal "33: behind five wrong ones the right one is not taken either" 403 "$(phrase "$other" 'another phrase of mine')"
check "it says so, and how to telephone" grep -q '03-0000-0000' "$work/page"
equal "five tries were counted, not more" 5 "$(sql "SELECT tries FROM revocation_phrase p JOIN application a ON a.id = application_id WHERE receipt_number = '$other'")"
for n in $(seq 60); do printf 'url = "%s/follow?number=A26-%06d-X"\noutput = "/dev/null"\n' "$subscriber_url" "$n"; done >"$work/many"
check "receipt numbers are tried in a row" curl -sS --cacert "$home/conf/server-ca.pem" -K "$work/many"
equal "whoever tries them is not heard for a while" 429 "$(page "$subscriber_url" "/follow?number=$mine")"
equal "33: nothing was revoked by all this" "$before" "$(requests)"
check "all of it is on record" bash -c "[ $(refusals) -ge 7 ]"
equal "the other door still opens" 200 "$(own other /receipt)"

# ---- letters: once each, opened by the keeper of their own LRA
letters() { sql "SELECT count(*), count(l.done_at), count(l.refusal) FROM subscriber_letter l JOIN application a ON a.id = l.application_id WHERE receipt_number = '$1'" | tr '|' ' '; }
receipts() { sql "SELECT count(*) FROM receipt r JOIN application a ON a.id = r.application_id WHERE receipt_number = '$1'"; }
confirm_other() { own other /receipt -H "$(ours "$holder_url")" --data-urlencode "number=$other"; }
printf %s lra.letter >"$INKAN_FAULT"; chmod 0666 "$INKAN_FAULT"
equal "17: receipt is confirmed while the keeper dies over it, and the same form comes again" "200 200" "$(confirm_other) $(confirm_other)"
check "17: it is there all the same" wait_until 40 in_state "$other" accepted
check "the keeper really died" bash -c "[ ! -e '$INKAN_FAULT' ]"
check "its letter is answered" wait_until 20 bash -c "[ \"\$(tools/postgres psql '$INKAN_HOME' -At -c 'SELECT count(*) FROM inkan.subscriber_letter WHERE done_at IS NULL')\" = 0 ]"
equal "the form once more, much later" 200 "$(confirm_other)"
equal "17: one receipt, one letter, no refusal" "1 1 1 0" "$(receipts "$other") $(letters "$other")"
tools/postgres psql "$INKAN_HOME" -q -c "SET session_replication_role = replica" -c "UPDATE inkan.application SET lra = 'LRA-0009' WHERE receipt_number = '$fourth'"
equal "what the holder of another LRA's certificate asks for" 202 "$(own fourth /revoke -H "$(ours "$holder_url")" --data-urlencode "number=$fourth" -d event=wish)"
sleep 5
equal "is not this gateway's to do: it waits for that LRA's keeper" "1 0 0 $before" "$(letters "$fourth") $(requests)"

# ---- a keeper that dies, and least power
printf %s lra.letter >"$INKAN_FAULT"; chmod 0666 "$INKAN_FAULT"
equal "a request comes while the keeper dies over it" 202 "$(own other /revoke -H "$(ours "$holder_url")" --data-urlencode "number=$other" -d event=lostDevice)"
equal "the same again is the same" 202 "$(own other /revoke -H "$(ours "$holder_url")" --data-urlencode "number=$other" -d event=lostDevice)"
check "it is revoked all the same" wait_until 40 bash -c "[ \"\$(tools/postgres psql '$INKAN_HOME' -At -c 'SELECT count(*) FROM inkan.certificate_revocation')\" = 3 ]"
check "the keeper died over this one, too" bash -c "[ ! -e '$INKAN_FAULT' ]"
equal "once" $((before + 1)) "$(requests)"
as_page() { run_as inkan-subscriber psql -X -At "$(tools/postgres conninfo "$INKAN_HOME" inkan_subscriber)" -c "SET search_path = inkan" -c "$1"; }
for table in application certificate subscriber_letter revocation_phrase revocation; do
	refused "the pages' process reads no $table" 'permission denied' as_page "SELECT * FROM $table"
done
check "the settings are read by themselves" "$home/bin/inkan-subscriber" -t "$home/conf/subscriber.cfg"
check "and explained" bash -c "'$home/bin/inkan-subscriber' -D | grep -q http.certificateListen"
wait "$slow"
check "who sends a request by drops is hung up on" test "$(cat "$work/slow")" -lt 45
equal "while it is valid a certificate opens its door" 200 "$(own fourth /receipt)"
echo $((86400 * 900)) >"$INKAN_TEST_CLOCK"
equal "an expired one does not" 000 "$(own fourth /receipt 2>/dev/null)"
