#!/bin/bash
# Story: a file that its holder fetches himself. The link works once, until its deadline, and only with the code of the PIN letter;
# wrong codes end it; what ended is destroyed, its certificate revoked, and handed over anew. Afterwards the key is looked for
# byte by byte in dump, database files and on disk. A real browser for clerk and holder; strangers guess, replay and cross cases.
# proves R-APP-06, R-SUB-KEY-05
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash
clock=$(mktemp -d); chmod 755 "$clock"
export INKAN_TEST_CLOCK=$clock/offset
echo 0 >"$INKAN_TEST_CLOCK"; chmod 644 "$INKAN_TEST_CLOCK"
clock_away() { rm -rf "$clock"; }
story_also=clock_away
story_begin browser_pickup
pictures=$PWD/build/pictures; mkdir -p "$pictures"

waiting() { # NUMBER: prints the receipt number of a case whose key is born at hand-over
	local receipt
	receipt=$(approved "$(form P-PERSON-MP "$1" '{"origin":"handover"}' '. + { recipient: { name: "高橋 一郎" } }')") && wait_until 60 in_state "$receipt" verified && printf '%s\n' "$receipt"
}
linked() { # NUMBER: sets receipt, link, code, and until
	receipt=$(waiting "$1") && again "$receipt"
}
again() { # RECEIPT: hands over by link; sets link, code, until
	as_person sato deliver "$1" --file-channel mail --pin-channel letter --pickup --json >"$work/ticket" 2>"$work/said" || { cat "$work/said"; return 1; }
	link=$(jq -r .link "$work/ticket") code=${link##*code=} until=$(jq -r .until "$work/ticket")
}
pin_of() { as_person sato pin "$1" --json >"$work/pin.json" && pin=$(jq -r .pin "$work/pin.json") && word=$(jq -r .pickupCode "$work/pin.json"); }
# fetch RECEIPT CODE WORD [CURL…]: the status; the answer is in $work/page.
fetch() {
	curl -sS --cacert "$home/conf/server-ca.pem" -o "$work/page" -w '%{http_code}' -H "Origin: $subscriber_url" \
		--data-urlencode "number=$1" --data-urlencode "code=$2" --data-urlencode "word=$3" "${@:4}" "$subscriber_url/pickup"
}
pickup() { sql "SELECT coalesce(p.ended_as, CASE WHEN p.fetched_at IS NOT NULL THEN 'fetched' ELSE 'waiting' END), p.tries, p.sealed IS NULL FROM pickup p JOIN delivery d ON d.id = p.delivery_id
	JOIN application a ON a.id = d.application_id WHERE a.receipt_number = '$1' ORDER BY d.id DESC LIMIT 1" | tr '|' ' '; }
has_text() { pdftotext -q "$1" - | grep -qF -- "$2"; }

# ---- the link, the letter, the download
refused "a certificate alone is no secret" 'PKCS' as_person sato deliver A26-000001-K --form certificate --file-channel mail --pickup
check "one is handed over by a link" linked 820001
mine=$receipt mine_link=$link mine_code=$code
equal "15: it is good for a week" "$(date -u -d "+7 days" +%F)" "${until%T*}"
check "the letter carries the pick-up code and the address" as_person sato pin-letter "$mine" -o "$work/letter.pdf"
word=$(pdftotext -q "$work/letter.pdf" - | grep -oE '[0-9]{5}-[0-9]{5}' | head -1)
mine_pin=$(pdftotext -q "$work/letter.pdf" - | grep -oE '([2-9A-Za-z]{4}-){4}[2-9A-Za-z]{4}' | head -1)
check "15: ten digits, and a PIN" test "${#word}" = 11 -a "${#mine_pin}" = 24
check "and where to go" has_text "$work/letter.pdf" "/pickup"
pdftoppm -r 60 -png -singlefile "$work/letter.pdf" "$pictures/pickup-letter"
key_before=$(sql "SELECT encode(p.key_digest, 'hex') FROM pickup p")
check "the registry knows neither code nor word" bash -c "! tools/postgres psql '$INKAN_HOME' -At -c 'SELECT row_to_json(p) FROM inkan.pickup p' | grep -qE '$mine_code|$word|$(printf %s "$mine_code" | xxd -p -c 200)'"
check "nor does any log" bash -c "! grep -rqE '$mine_code|$word' '$home/log'"
equal "mail scanners that open the link use nothing up" 200 "$(curl -sS --cacert "$home/conf/server-ca.pem" -o "$work/page" -w '%{http_code}' "$mine_link")"
equal "not even a try" "waiting 0 f" "$(pickup "$mine")"

check "another one, of another person" linked 820002
other=$receipt other_code=$code
check "his PIN is shown at the desk, with his pick-up code" pin_of "$other"
other_word=$word word=$(pdftotext -q "$work/letter.pdf" - | grep -oE '[0-9]{5}-[0-9]{5}' | head -1)
equal "15: without the named recipient's code: nothing" 403 "$(fetch "$mine" "$mine_code" 00000-00000)"
equal "15: nor with another one's" 403 "$(fetch "$mine" "$mine_code" "$other_word")"
wrong=$(sed "s/$mine//g" "$work/page")
equal "a link of another case is no link" 403 "$(fetch "$mine" "$other_code" "$word")"
equal "nor is a case that there is not" 403 "$(fetch A26-999999-X "$mine_code" "$word")"
equal "both are answered as a wrong code is" "$(sed -E 's/value="[0-9a-f]{64}"//' <<<"$wrong")" "$(sed -E 's/A26-999999-X//g; s/value="[0-9a-f]{64}"//' "$work/page")"
equal "a code with a NUL in it" 403 "$(curl -sS --cacert "$home/conf/server-ca.pem" -o "$work/page" -w '%{http_code}' -H "Origin: $subscriber_url" -d "number=$mine&code=$mine_code&word=12345%0067890" "$subscriber_url/pickup")"
head -c 5000 /dev/zero | tr '\0' 1 >"$work/long"
equal "a body that is too long" 413 "$(fetch "$mine" "$mine_code" "$word" --data-urlencode "more@$work/long")"
equal "from another site" 403 "$(curl -sS --cacert "$home/conf/server-ca.pem" -o "$work/page" -w '%{http_code}' -H 'Origin: https://evil.example' -d "number=$mine&code=$mine_code&word=$word" "$subscriber_url/pickup")"
equal "only who had the link was counted" "waiting 2 f" "$(pickup "$mine")"

printf scan >"$work/scan"
refused "17: a paper says nothing of a file that nobody fetched" 'fetched|ダウンロード' as_person sato paper-receipt "$mine" "$work/scan"

jq -n --arg link "$mine_link" --arg code "$mine_code" --arg word "$word" --arg number "$mine" '$ARGS.named' >"$work/cases.json"
timeout 120 node tests/browser/pickup.js "$lra_url" "$subscriber_url" "$home/ceremony" "$work" "$pictures" <"$work/cases.json" >"$work/browser" 2>&1 || failed=$((failed + 1))
cat "$work/browser"
passed=$((passed + $(grep -c '^ok ' "$work/browser")))
check "15: it opens with the PIN of the letter" bash -c "openssl pkcs12 -in '$work/fetched.p12' -passin 'pass:$mine_pin' -nodes -out '$work/fetched.pem'"
equal "15: key, certificate and chain" "1 3" "$(grep -c 'BEGIN PRIVATE KEY' "$work/fetched.pem") $(grep -c 'BEGIN CERTIFICATE' "$work/fetched.pem")"
equal "fetched, and on record with the digest of its key" "$key_before" \
	"$(sql "SELECT detail::json->>'keyDigest' FROM audit_event WHERE event = 'fileFetched' AND object = '$mine' AND actor = 'subscriber'")"
equal "15: the file is out of the registry" "fetched 4 t" "$(pickup "$mine")"
equal "15: the same again, with everything right, gives nothing" 410 "$(fetch "$mine" "$mine_code" "$word")"
equal "the case says so to the clerk" fetched "$(inkan lra history "$mine" -c "$home/conf/sato.cfg" | jq -r '.deliveries[-1].pickup.state')"

# ---- is it really gone: the private number, the file, and any part of it, in dump, database files (with their log) and on disk
openssl pkey -in "$work/fetched.pem" -outform DER -out "$work/fetched.der" 2>/dev/null
scalar=$(openssl pkey -in "$work/fetched.pem" -noout -text 2>/dev/null | sed -n '/^priv:/,/^pub:/p' | grep -vE 'priv|pub' | tr -d ' :\n' | sed 's/^00//')
piece=$(xxd -p -s 200 -l 32 -c 32 "$work/fetched.p12")
sql "CHECKPOINT" >/dev/null
tools/postgres psql "$INKAN_HOME" -At -c "SELECT pg_switch_wal()" >/dev/null
tools/postgres psql "$INKAN_HOME" -At -c "SELECT encode(sealed, 'hex') FROM inkan.pickup WHERE sealed IS NOT NULL" >"$work/still"
tools/postgres dump "$INKAN_HOME" -d inkan >"$work/dump.sql"
check "a dump was made" grep -q 'COPY inkan.pickup' "$work/dump.sql"
mkdir -p "$work/kept"; mv "$work/fetched.p12" "$work/fetched.pem" "$work/fetched.der" "$work/kept/"
cat >"$work/scan.py" <<'PY'
import os, sys
root, skip, *hexes = sys.argv[1:]
needles = []
for one in hexes:
    raw = bytes.fromhex(one)
    needles += [raw, one.encode(), one.upper().encode()]
found = seen = 0
for folder, _, files in os.walk(root):
    if os.path.realpath(folder).startswith(os.path.realpath(skip)):
        continue
    for name in files:
        path = os.path.join(folder, name)
        if not os.path.isfile(path):
            continue
        seen += 1
        with open(path, "rb") as file:
            data = file.read()
        for needle in needles:
            if needle in data:
                found += 1
                print("found in", path)
print(seen, "files")
sys.exit(1 if found or seen < 50 else 0)
PY
check "15: neither key nor file are in the database's files, its log, the dump or on disk" python3 "$work/scan.py" "$(readlink -f "$INKAN_HOME")" "$work/kept" "$scalar" "$piece"
check "the search would have found it" bash -c "cp '$work/kept/fetched.p12' '$work/planted'; ! python3 '$work/scan.py' '$(readlink -f "$INKAN_HOME")' '$work/kept' $scalar $piece; rc=\$?; rm -f '$work/planted'; exit \$rc"

# ---- receipt by it, as by any certificate
openssl x509 -in "$work/kept/fetched.pem" -out "$work/mine-auth.pem"; openssl pkey -in "$work/kept/fetched.pem" -out "$work/mine-auth.key" 2>/dev/null
equal "receipt is confirmed with what was fetched" 200 "$(curl -sS --cacert "$home/conf/server-ca.pem" -o /dev/null -w '%{http_code}' --cert "$work/mine-auth.pem" --key "$work/mine-auth.key" -H "Origin: $holder_url" -d "number=$mine" "$holder_url/receipt")"
check "17: and the case is accepted" wait_until 20 in_state "$mine" accepted

# ---- five wrong codes
sleep 62 & pause=$! # whoever has the last try has a minute
for n in 1 2 3 4 5; do fetch "$other" "$other_code" "1111$n-00000" >/dev/null; done
equal "15: behind five wrong codes the right one gives nothing" 403 "$(fetch "$other" "$other_code" "$other_word")"
check "it says so, and how to telephone" grep -q '03-0000-0000' "$work/page"
equal "the case has a flag" locked "$(inkan lra history "$other" -c "$home/conf/sato.cfg" | jq -r '.deliveries[-1].pickup.state')"
wait "$pause"
check "the keeper destroys the file, and the case waits for its hand-over again" wait_until 30 in_state "$other" verified
equal "it is gone" "locked 5 t" "$(pickup "$other")"
equal "its end is on record, with the digest of its key" 1 "$(sql "SELECT count(*) FROM audit_event WHERE event = 'fileDestroyed' AND object = '$other' AND detail LIKE '%locked%keyDigest%'")"
equal "the queue says why" locked "$(as_person sato queue deliver --json | jq -r ".cases[] | select(.receiptNumber == \"$other\").unfetched")"

# ---- a link taken back
check "one that went to a wrong address" linked 820003
third=$receipt third_code=$code
check "has a pick-up code" pin_of "$third"
of_lra() { tools/postgres psql "$INKAN_HOME" -q -c "SET session_replication_role = replica" -c "UPDATE inkan.application SET lra = '$2' WHERE receipt_number = '$1'"; }
of_lra "$third" LRA-0009
refused "that of another LRA is not there to be taken back" 'no such|not there|not found|404' as_person tanaka recall "$third" --reason wrong
of_lra "$third" LRA-0001
check "is taken back" as_person sato recall "$third" --reason "sent to a wrong address"
equal "15: its link gives nothing any more" 410 "$(fetch "$third" "$third_code" "$word")"
equal "the case waits for its hand-over again" verified "$(state_of "$third")"
refused "what was taken back is not taken back again" 'picked up|受取待ち' as_person sato recall "$third" --reason again
revoked() { [ "$(sql "SELECT count(*) FROM certificate_revocation r JOIN certificate c USING (issuer_id, serial_number) JOIN certificate_order o ON o.id = c.order_id JOIN application a ON a.id = o.application_id WHERE a.receipt_number = '$1'")" = "$2" ]; }
check "its certificate is revoked" wait_until 40 revoked "$third" 1
check "and it is handed over anew, by another link" again "$third"
check "with another code" pin_of "$third"
equal "15: the old link stays dead" 410 "$(fetch "$third" "$third_code" "$word")"
equal "15: the new one gives the file" 200 "$(fetch "$third" "$code" "$word")"
check "which opens with the new PIN" bash -c "openssl pkcs12 -in '$work/page' -passin 'pass:$pin' -nodes -noout"

# ---- the deadline
check "one that nobody fetches" linked 820004
over=$receipt over_code=$code
check "has a pick-up code" pin_of "$over"
of_lra "$over" LRA-0009
echo $((7 * 86400 - 60)) >"$INKAN_TEST_CLOCK"
equal "a minute before its deadline the page is there" 200 "$(curl -sS --cacert "$home/conf/server-ca.pem" -o /dev/null -w '%{http_code}' "$link")"
echo $((7 * 86400 + 60)) >"$INKAN_TEST_CLOCK"
equal "15: behind its deadline the link has ended" 410 "$(fetch "$over" "$over_code" "$word")"
check "and says what to do" grep -q '新しいリンク' "$work/page"
sleep 4
equal "what is another LRA's waits for that LRA's keeper" "waiting 0 f" "$(pickup "$over")"
of_lra "$over" LRA-0001
check "the keeper destroys the file" wait_until 30 in_state "$over" verified
equal "it is gone, and why is on record" "expired 0 t 1" "$(pickup "$over") $(sql "SELECT count(*) FROM audit_event WHERE event = 'fileDestroyed' AND object = '$over' AND detail LIKE '%expired%'")"
check "its certificate is revoked" wait_until 40 revoked "$over" 1
given=$(waiting 820005)
jq -n --arg given "$given" --arg over "$over" '$ARGS.named' >"$work/cases.json"
timeout 120 node tests/browser/pickup.js "$lra_url" "$subscriber_url" "$home/ceremony" "$work" "$pictures" <"$work/cases.json" >"$work/browser" 2>&1 || failed=$((failed + 1))
cat "$work/browser"
passed=$((passed + $(grep -c '^ok ' "$work/browser")))
check "the link of the page works, too" pin_of "$given"
link=$(cat "$work/link")
equal "and gives the file" 200 "$(fetch "$given" "${link##*code=}" "$word")"

# ---- least power
as_page() { run_as inkan-subscriber psql -X -At "$(tools/postgres conninfo "$INKAN_HOME" inkan_subscriber)" -c "SET search_path = inkan" -c "$1"; }
refused "the pages' process reads no files" 'permission denied' as_page "SELECT sealed FROM pickup"
refused "nor makes one wait again" 'permission denied' as_page "UPDATE pickup SET tries = 0"
check "secrets are in no log" bash -c "! grep -rqE '$mine_code|$mine_pin|$pin|$word' '$home/log'"
