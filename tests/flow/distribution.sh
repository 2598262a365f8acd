#!/bin/bash
# Story: many people get their certificates in one step (UX 14, 15): PKCS #12 files in one archive, PINs apart on letters, each
# person's exactly once, also when a process dies with sixteen keys in its memory. Judged by unzip, openssl and pdftotext.
# proves R-LRA-06 R-LRA-08 R-SUB-KEY-04 R-SUB-KEY-05
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash
story_begin distribution
ways=(--file-channel 社内メール --pin-channel 親展文書)

as() { local person=$1; shift; inkan lra "$@" -c "$home/conf/$person.cfg"; }
number=700000
# entered COUNT: sets receipts to so many whose papers were seen.
entered() {
	local i receipt
	receipts=()
	for ((i = 0; i < $1; i++)); do
		number=$((number + 1))
		receipt=$(apply "$(form P-PERSON-MP $number '{"origin":"handover"}')") && evidence "$receipt" | as sato evidence "$receipt" - >/dev/null || return 1
		receipts+=("$receipt")
	done
}
# ready COUNT: those, approved by two signatures over all of them; their keys not born.
ready() {
	local i
	entered "$1" && as sato identify "${receipts[@]}" --yes && as kobayashi approve "${receipts[@]}" --yes || return 1
	for i in "${receipts[@]}"; do wait_until 30 in_state "$i" verified || return 1; done
}
of() { jq -r ".$2" <<<"$1"; } # JSON MEMBER
list() { printf "'%s'," "$@" | sed 's/,$//'; }
once() { # every receipt: one hand-over, one certificate that lives, and a row that is done
	equal "$1: one hand-over each" "${#receipts[@]} ${#receipts[@]}" "$(sql "SELECT count(*), count(DISTINCT application_id) FROM delivery d JOIN application a ON a.id = application_id
		WHERE receipt_number IN ($(list "${receipts[@]}"))" | tr '|' ' ')"
	equal "$1: one certificate each that lives" "${#receipts[@]} ${#receipts[@]}" "$(sql "SELECT count(*), count(DISTINCT o.application_id) FROM certificate c JOIN certificate_order o ON o.id = c.order_id
		JOIN application a ON a.id = o.application_id JOIN issuer i ON i.id = c.issuer_id
		WHERE receipt_number IN ($(list "${receipts[@]}")) AND NOT EXISTS (SELECT FROM revocation v WHERE v.issuer = i.name AND v.serial_number = c.serial_number)" | tr '|' ' ')"
	equal "$1: no row waits" 0 "$(sql "SELECT count(*) FROM distribution_row WHERE state = 'waiting'")"
}
distributors() { pgrep -P "$(cat "$home/pid/lra")" -f 'process distributor'; }

# ---- one signature over many decisions

post() { # PERSON PATH: JSON from stdin, the answer and its status behind it
	curl -sS --cacert "$home/conf/server-ca.pem" --cert "$home/ceremony/$1-auth.pem" --key "$home/ceremony/$1-auth.key" -X POST \
		-H 'Content-Type: application/json' --data-binary @- -w '\n%{http_code}\n' "$lra_url$2"
}
told() { # WORDS STATUS CODE: the answer in $work/answer says so
	equal "$1" "$2 $3" "$(tail -n 1 "$work/answer") $(sed '$d' "$work/answer" | jq -r '.faults[0].code // .name')"
}
signed() { # FOLDER JQ: what the command signed, as it would be sent, changed
	local kept=("$1"/*.json)
	jq -nc --arg statement "$(base64 -w0 "${kept[0]}")" --arg signature "$(base64 -w0 "${kept[0]%.json}.p7s")" \
		--args '{ form: "cms", statement: $statement, signature: $signature, receiptNumbers: $ARGS.positional }' "${receipts[@]}" | jq -c "$2"
}
check "three are entered" entered 3
refused "nothing of it can be approved yet" "${receipts[0]}.*|state" as kobayashi approve "${receipts[@]}" --yes
equal "each is named" 3 "$(grep -c 'A[0-9]*-0*[0-9]*-.' "$work/out")"
mkdir "$work/kept"
check "one signature proves three identities" as sato identify "${receipts[@]}" --yes --keep "$work/kept"
equal "three decisions by one signature" "3 1" "$(sql "SELECT count(*), count(DISTINCT convert_from(signature, 'UTF8')::json->>'list') FROM decision WHERE kind = 'identify' AND form = 'list'" | tr '|' ' ')"
signed "$work/kept" . | post sato /v1/decisions >"$work/answer"
equal "the same again is answered as before" "200 identified identified identified" "$(tail -n 1 "$work/answer") $(sed '$d' "$work/answer" | jq -r '[.cases[].state] | join(" ")')"
equal "and makes no decision twice" 3 "$(sql "SELECT count(*) FROM decision WHERE kind = 'identify' AND form = 'list'")"
signed "$work/kept" '.receiptNumbers |= reverse' | post sato /v1/decisions >"$work/answer"; told "in another order" 409 decisions.content
signed "$work/kept" '.receiptNumbers |= .[1:]' | post sato /v1/decisions >"$work/answer"; told "one left out" 409 decisions.content
signed "$work/kept" '.receiptNumbers[1] = .receiptNumbers[0]' | post sato /v1/decisions >"$work/answer"; told "one twice" 422 decisions.list
signed "$work/kept" . | post kobayashi /v1/decisions >"$work/answer"; told "sent by somebody else" 403 decision.person
signed "$work/kept" '.statement |= (@base64d | sub("identify"; "approve") | @base64)' | post sato /v1/decisions >"$work/answer"
equal "another decision than was signed" 1 "$(tail -n 1 "$work/answer" | grep -c '^4')"
signed "$work/kept" '.receiptNumbers = ["A26-000001-1"]' | post sato /v1/decisions >"$work/answer"
equal "a number that is none" 1 "$(tail -n 1 "$work/answer" | grep -c '^4')"
refused "who proved the identity approves none of them" 'denied|decision|403' as sato approve "${receipts[@]}" --yes
check "the second person, by one signature" as kobayashi approve "${receipts[@]}" --yes
for receipt in "${receipts[@]}"; do check "the RA agrees: $receipt" wait_until 30 in_state "$receipt" verified; done

# ---- what is refused, all at once and by receipt number

check "six are approved" ready 6
new_key "$work/own.key" P-256
number=$((number + 1)); own=$(approved "$(form P-PERSON-MP $number "$(request_key "$work/own.key" subscriber)")")
number=$((number + 1)); early=$(apply "$(form P-PERSON-MP $number '{"origin":"handover"}')")
refused "nobody" 'distribution.list' as sato distribute "${ways[@]}"
refused "one of them twice" 'distribution.list' as sato distribute "${receipts[0]}" "${receipts[0]}" "${ways[@]}"
refused "who is not approved" "$early.*|distribution.notReady" as sato distribute "${receipts[@]}" "$early" "${ways[@]}"
refused "who has a key of his own" 'distribution.ownKey|distribution.notReady' as sato distribute "${receipts[@]}" "$own" "${ways[@]}"
refused "a number that is none" 'distribution.unknown' as sato distribute A26-000001-1 "${ways[@]}"
refused "file and PIN the same way" 'delivery.channel' as sato distribute "${receipts[@]}" --file-channel hand --pin-channel HAND
refused "certificates without keys" 'distribution.form' as sato distribute "${receipts[@]}" "${ways[@]}" --form certificate
refused "an approver hands nothing over" '403|denied|E_DENIED' as kobayashi distribute "${receipts[@]}" "${ways[@]}"
refused "no such distribution" '404|not found|notfound|E_NOT_FOUND' as sato distribution show 4711
equal "nothing of it was written down" "0 0" "$(sql "SELECT (SELECT count(*) FROM distribution), (SELECT count(*) FROM distribution_row)" | tr '|' ' ')"

# ---- one step for all

answer=$(as sato distribute "${receipts[@]}" "${ways[@]}" --key monday --wait --json)
equal "all six are done" "done 6 0 6" "$(of "$answer" state) $(of "$answer" done) $(of "$answer" refused) $(of "$answer" files)"
id=$(of "$answer" id)
once "UX 14"
equal "the same request again is the same distribution" "$id" "$(of "$(as sato distribute "${receipts[@]}" "${ways[@]}" --key monday --json)" id)"
refused "without its key it is refused" 'distribution.notReady' as sato distribute "${receipts[@]}" "${ways[@]}"
check "the archive of the files" as sato distribution files "$id" -o "$work/all.zip"
equal "is its owner's" 600 "$(stat -c %a "$work/all.zip")"
check "and whole" unzip -tq "$work/all.zip"
equal "with a file for each, named after nobody" "$(printf '%s.p12\n' "${receipts[@]}" | sort)" "$(unzip -Z1 "$work/all.zip" | sort)"
check "unpacked" unzip -qo "$work/all.zip" -d "$work/all"
check "the PINs, on paper" as sato pin-letter "${receipts[@]}" -o "$work/letters.pdf"
equal "a letter each" 6 "$(pdfinfo "$work/letters.pdf" | awk '/^Pages/ { print $2 }')"
pins=$(pdftotext -layout "$work/letters.pdf" - | grep -oE '\b[A-Za-z2-79]{4}(-[A-Za-z2-79]{4}){4}\b')
opened=0
for receipt in "${receipts[@]}"; do
	for pin in $pins; do
		openssl pkcs12 -in "$work/all/$receipt.p12" -passin "pass:$pin" -nokeys >"$work/chain" 2>/dev/null && [ "$(grep -c BEGIN "$work/chain")" -ge 2 ] &&
			opened=$((opened + 1))
	done
done
equal "UX 15: each file opens by the PIN of one letter, with its chain" "6 6" "$opened $(wc -w <<<"$pins")"
check "it can be fetched again" as sato distribution files "$id" -o "$work/again.zip"
refused "nobody erases by mistake" 'confirm' as sato distribution taken "$id"
check "the files are safe" as sato distribution taken "$id" --confirm "$id"
equal "then none is kept" 0 "$(sql "SELECT count(pkcs12) FROM distribution_row")"
refused "nor given out" 'distribution.noFiles' as sato distribution files "$id" -o "$work/third.zip"
equal "who asked, fetched and erased is on record" "distributionAsked distributionFetched distributionFetched distributionErased" \
	"$(sql "SELECT string_agg(event, ' ' ORDER BY id) FROM audit_event WHERE object = 'distribution $id' AND actor = 'sato'")"

# ---- cancelling

check "four more" ready 4
for pid in $(distributors); do kill -STOP "$pid"; done
answer=$(as sato distribute "${receipts[@]}" "${ways[@]}" --json); id=$(of "$answer" id)
equal "it runs" "running 4" "$(of "$answer" state) $(of "$answer" waiting)"
refused "no files as long as it runs" 'distribution.running' as sato distribution files "$id" -o "$work/third.zip"
refused "nobody is in two at once" 'distribution.waits' as sato distribute "${receipts[0]}" "${ways[@]}"
begun=$(date +%s%N)
check "cancelled" as sato distribution cancel "$id"
check "UX 14: within two seconds" test $((($(date +%s%N) - begun) / 1000000)) -lt 2000
for pid in $(distributors); do kill -CONT "$pid"; done
sleep 3
equal "nobody of it was handed over" "cancelled 0 4" "$(as sato distribution show "$id" --json | jq -r '"\(.state) \(.done) \(.cancelled)"')"
equal "and no key was born" 0 "$(sql "SELECT count(*) FROM application WHERE receipt_number IN ($(list "${receipts[@]}")) AND subject_public_key_info IS NOT NULL")"

# ---- kill -9 with keys in memory

left=("${receipts[@]}")
check "and four more" ready 4
receipts+=("${left[@]}")
printf %s lra.packed >"$INKAN_FAULT"; chmod 0666 "$INKAN_FAULT"
answer=$(as sato distribute "${receipts[@]}" "${ways[@]}" --json); id=$(of "$answer" id)
check "a distributor dies with packed keys" wait_until 60 test ! -e "$INKAN_FAULT"
check "the others go on, and another takes its place" wait_until 120 bash -c "[ \"\$('$home/bin/inkan' lra distribution show $id --json -c '$home/conf/sato.cfg' | jq .waiting)\" = 0 ]"
equal "all eight are done" "done 8 0 8" "$(as sato distribution show "$id" --json | jq -r '"\(.state) \(.done) \(.refused) \(.files)"')"
once "after the kill"
check "a key that was lost is revoked" test "$(sql "SELECT count(*) FROM revocation WHERE event = 'keyLost'")" -ge 1
check "the archive has all of them" as sato distribution files "$id" -o "$work/killed.zip"
equal "each once" "$(printf '%s.p12\n' "${receipts[@]}" | sort)" "$(unzip -Z1 "$work/killed.zip" | sort)"

# ---- who asked for it may no longer

check "two more" ready 2
for pid in $(distributors); do kill -STOP "$pid"; done
id=$(as sato distribute "${receipts[@]}" "${ways[@]}" --json | jq .id)
check "one is withdrawn meanwhile" as sato withdraw "${receipts[0]}" --reason "no longer wanted"
for pid in $(distributors); do kill -CONT "$pid"; done
as sato distribution show "$id" --wait >/dev/null
equal "he is refused, the other is done" "1 1" "$(as sato distribution show "$id" --json | jq -r '"\(.done) \(.refused)"')"
check "with the reason" bash -c "'$home/bin/inkan' lra distribution rows $id --state refused --json -c '$home/conf/sato.cfg' | jq -e '.rows[0].refusal.faults[0].code == \"distribution.notReady\"'"

# ---- the process

pid=$(distributors | head -n 1)
check "a distributor has a filter" grep -q '^Seccomp:.*2' "/proc/$pid/status"
check "no PIN and no name in its log" bash -c "! grep -qE 'TAKAHASHI|$(tr ' \n' '||' <<<"$pins" | sed 's/|*$//')' '$home/log/lra.log'"
