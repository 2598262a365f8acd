#!/bin/bash
# Story: kill -9 at every point where a crash could lose something or do it twice, then the way goes on by itself. The points
# are read from the code: one without a row in the table below fails the story. Then processes of the suite are killed at
# random while applications are under way; INKAN_CRASH_SEED repeats a run's choice. In the end everything is counted.
# proves R-ISS-19 R-CRL-01 R-LRA-06 R-REV-08
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash
seed=${INKAN_CRASH_SEED:-$((SECONDS + $(date +%s) % 30000))}
rounds=${INKAN_CRASH_ROUNDS:-6}
applications=20

# Where each point strikes: the way of the story that walks over it.
declare -A way=(
	[accept.judged]=issue [accept.before-commit]=issue [accept.committed]=issue
	[issue.before-reserve]=issue [issue.reserved]=issue [signer.certified]=issue [issue.signed]=issue
	[issue.compared]=issue [issue.before-record]=issue [issue.recorded]=issue
	[ra.verifying]=issue [ra.verified]=issue [ra.ordering]=issue [ra.ordered]=issue [ra.collecting]=issue [ra.collected]=issue
	[lra.bound]=handover [lra.issued]=handover [lra.packed]=handover [lra.losing]=losing
	[lra.answering]=answer
	[revoke.before-commit]=revoke [revoke.committed]=revoke
	[publish.begun]=revoke [signer.listed]=revoke [publish.signed]=revoke [publish.placed]=revoke
)

points=$(grep -rhoE 'fault_point\([^;]*\);' --include='*.c' ca ra lra common | grep -oE '"[^"]+"' | tr -d '"' | sort -u)

story_begin crash
delivered=() # receipt numbers whose certificate was handed over and lives
revoked=()   # those whose last certificate was revoked
numbers=710000

# ---- one strike

fallen() { # POINT: the process that came to it is dead
	wait_until 60 test ! -e "$INKAN_FAULT" && return 0
	rm -f "$INKAN_FAULT"
	echo "nobody came to $1"
	return 1
}
arm() { # written whole before it is seen
	printf %s "$1" >"$INKAN_FAULT.new" && mv "$INKAN_FAULT.new" "$INKAN_FAULT"
}
next_number() { numbers=$((numbers + 1)); }
new_form() { # NAME ORIGIN: a form in $work/NAME.json that may be sent again
	next_number
	if [ "$2" = handover ]; then
		form P-PERSON-MP $numbers '{"origin":"handover"}' ".idempotencyKey = \"$1\"" >"$work/$1.json"
	else
		new_key "$work/$1.key" P-256
		form P-PERSON-MP $numbers "$(request_key "$work/$1.key" csr)" ".idempotencyKey = \"$1\"" >"$work/$1.json"
	fi
}
send() { as_person tanaka apply "$work/$1.json" --json | jq -r '.receiptNumber // empty'; }
give_evidence() { evidence "$1" | as_person sato evidence "$1" -; }
identify() { as_person sato identify "$1" --yes; }
approve() { as_person kobayashi approve "$1" --yes; }
hand_out() { as_person sato deliver "$1" --form certificate --file-channel mail -o "$work/$1.pem"; }
hand_over() { as_person sato deliver "$1" --file-channel mail --pin-channel letter -o "$work/$1.p12"; }
revoke() { as_person sato revoke "$1" --event "${2:-lostDevice}" --requester "subscriber, called back" --yes; }
# lost COMMAND…: the client is told that it did not work and may be tried again (UX part 5: 9)
lost() {
	local rc=0
	"$@" || rc=$?
	[ $rc = 9 ] || { echo "exit $rc, not 9: $*"; return 1; }
}

certificates_of() { # RECEIPT living|all: serial numbers
	sql "SELECT encode(c.serial_number, 'hex') FROM application a JOIN certificate_order o ON o.application_id = a.id
		JOIN certificate c ON c.order_id = o.id WHERE a.receipt_number = '$1' AND ('$2' = 'all' OR NOT EXISTS
		(SELECT FROM certificate_revocation r WHERE r.issuer_id = c.issuer_id AND r.serial_number = c.serial_number)) ORDER BY 1"
}
ocsp_says() { # SERIAL WORD
	openssl ocsp -issuer "$home/ceremony/person.pem" -serial "0x$1" -url "$status_url/ocsp" -CAfile "$home/ceremony/trust.pem" 2>&1 |
		grep -q ": $2\$"
}
crl_names() { # SERIAL…: all of them
	local serial
	curl -fsS "$status_url/crl/person.crl" | openssl crl -inform DER -noout -text >"$work/crl.txt" || return 1
	for serial in "$@"; do grep -qi "Serial Number: 0*$serial\$" "$work/crl.txt" || { echo "not in the CRL: $serial"; return 1; }; done
}
gone() { # RECEIPT: revoked for everybody
	local serial
	serial=$(certificates_of "$1" all | tail -n 1)
	[ -n "$serial" ] && [ -z "$(certificates_of "$1" living)" ] && crl_names "$serial" && ocsp_says "$serial" revoked
}

# ---- the ways; each ends where the application is settled

identified() { # NAME ORIGIN: sets receipt
	new_form "$1" "$2"
	receipt=$(send "$1") && give_evidence "$receipt" && identify "$receipt"
}
way_issue() {
	identified "$1" csr && arm "$1" && approve "$receipt" && fallen "$1" &&
		wait_until 120 in_state "$receipt" issued && hand_out "$receipt" && delivered+=("$receipt")
}
way_revoke() {
	local receipt=${delivered[-1]}
	unset 'delivered[-1]'; revoked+=("$receipt")
	arm "$1" && revoke "$receipt" && fallen "$1" && wait_until 120 gone "$receipt"
}
# The key dies with the process: its certificate is revoked by itself, and the clerk hands over another.
again() { # RECEIPT: file, PIN and certificate belong together, and the key that was lost has no living certificate
	wait_until 120 hand_over "$1" && (umask 077; as_person sato pin "$1" >"$work/$1.pin") &&
		openssl pkcs12 -in "$work/$1.p12" -passin "file:$work/$1.pin" -nokeys -clcerts -out "$work/$1.one" &&
		[ "$(openssl x509 -in "$work/$1.one" -noout -serial | cut -d= -f2 | tr A-F a-f)" = "$(certificates_of "$1" living)" ] &&
		[ "$(certificates_of "$1" all | wc -l)" = 2 ] && delivered+=("$1")
}
way_handover() {
	identified "$1" handover && approve "$receipt" && wait_until 60 in_state "$receipt" verified &&
		arm "$1" && lost hand_over "$receipt" && fallen "$1" && again "$receipt"
}
way_losing() {
	identified "$1" handover && approve "$receipt" && wait_until 60 in_state "$receipt" verified &&
		arm lra.bound && lost hand_over "$receipt" && fallen lra.bound && arm "$1" && fallen "$1" && again "$receipt"
}

# Done, but the client is not told: what it asks again is the same, or refused because it is done; never done twice.
count() { sql "SELECT count(*) FROM $1"; }
application_id() { sql "SELECT id FROM application WHERE receipt_number = '$1'"; }
try_again() { # COMMAND…: its end is clear: done, or told that it was done before (UX part 5: 5)
	local rc=0
	"$@" || rc=$?
	[ $rc = 0 ] || [ $rc = 5 ]
}
unanswered() { # WORDS WANT QUERY COMMAND…: struck, asked again, and QUERY counts WANT rows
	local words=$1 want=$2 query=$3 rc=0; shift 3
	arm lra.answering || return 1
	"$@" || rc=$? # libcurl itself sends again over a new connection when an older one breaks: then the answer comes
	[ $rc = 9 ] || [ $rc = 5 ] || [ $rc = 0 ] || { echo "$words: exit $rc"; return 1; }
	fallen lra.answering && wait_until 60 try_again "$@" || return 1
	[ "$(count "$query")" = "$want" ] || { echo "$words: $(count "$query") of $query"; return 1; }
}
way_answer() {
	local id
	new_form answer handover
	unanswered apply 1 "application WHERE idempotency_key = 'answer'" send_checked answer || return 1
	receipt=$(send answer) && id=$(application_id "$receipt") &&
		unanswered evidence 4 "evidence WHERE application_id = $id" give_evidence "$receipt" &&
		unanswered identify 1 "decision WHERE kind = 'identify' AND application_id = $id" identify "$receipt" &&
		unanswered approve 1 "decision WHERE kind = 'approve' AND application_id = $id" approve "$receipt" &&
		wait_until 60 in_state "$receipt" verified &&
		unanswered deliver 1 "delivery WHERE application_id = $id" hand_over "$receipt" &&
		unanswered pin 1 "delivery WHERE application_id = $id AND pin_shown_at IS NOT NULL AND sealed_pin IS NULL" \
			as_person sato pin "$receipt" &&
		printf scan >"$work/scan" &&
		unanswered receipt 1 "receipt WHERE application_id = $id" as_person sato paper-receipt "$receipt" "$work/scan" &&
		unanswered revoke 1 "certificate_revocation WHERE serial_number = '\\x$(certificates_of "$receipt" all)'" \
			revoke "$receipt" keyLost && revoked+=("$receipt") && wait_until 120 gone "$receipt" || return 1
	new_form withdrawn handover
	receipt=$(send withdrawn) && id=$(application_id "$receipt") &&
		unanswered withdraw 1 "application WHERE id = $id AND state = 'withdrawn'" as_person sato withdraw "$receipt" --reason "$1"
}
send_checked() { # as apply, with its exit code
	as_person tanaka apply "$work/$1.json" --json
}

# ---- what everybody may see is watched all the time: no list of the same number ever says two things

mkdir "$work/lists"
watch_lists() {
	local file
	while sleep 0.1; do
		for file in "$home"/public/crl/*.crl; do
			cp "$file" "$work/list.new" 2>/dev/null || continue # just being replaced
			mv "$work/list.new" "$work/lists/${file##*/}.$(sha256sum <"$work/list.new" | cut -c1-32)"
		done
	done
}
watch_lists & watcher=$!
story_also=end_watch
end_watch() { kill $watcher 2>/dev/null; rm -f "$INKAN_FAULT"; }

# ---- every point

for point in $points; do
	if [ -z "${way[$point]:-}" ]; then bad "$point: no way of this story walks over it"; fi
done
for point in "${!way[@]}"; do
	grep -qxF "$point" <<<"$points" || bad "$point: no such point in the code"
done
for kind in issue handover losing answer revoke; do
	for point in $points; do
		[ "${way[$point]:-}" = $kind ] || continue
		check "killed at $point" "way_$kind" "$point"
	done
done

# ---- in the end: what must be true whatever fell

none() { # WORDS QUERY: no row
	local rows
	rows=$(sql "$2")
	if [ -z "$rows" ]; then good "$1"; else bad "$1: $(head -n 3 <<<"$rows" | tr '\n' ' ')"; fi
}
same() { # WORDS COUNT COUNT
	equal "$1" "$(sql "SELECT count(*) FROM $2")" "$(sql "SELECT count(*) FROM $3")"
}
no_list_says_two_things() {
	local file number
	for file in "$work"/lists/*.crl.*; do
		number=$(openssl crl -inform DER -in "$file" -noout -crlnumber) || { echo "$file: no CRL"; return 1; }
		printf '%s %s\n' "$(basename "${file%.*}")" "$number"
	done | sort | uniq -d | grep . && return 1
	return 0
}
archive_is_whole() { # what the registry says was published lies there, byte for byte, and its times ascend with its numbers
	local name number digest
	while IFS='|' read -r name number digest; do
		[ "$(sha256sum <"$home/archive/crl/$name/$number.crl" | cut -d' ' -f1)" = "$digest" ] || { echo "$name $number"; return 1; }
		[ "$((16#$(openssl crl -inform DER -in "$home/archive/crl/$name/$number.crl" -noout -crlnumber | sed 's/.*=\(0x\)\?//')))" = "$number" ] ||
			{ echo "$name $number: another number"; return 1; }
	done < <(sql "SELECT i.name, c.crl_number, encode(c.sha256, 'hex') FROM crl c JOIN issuer i ON i.id = c.issuer_id WHERE published_at IS NOT NULL")
	[ -z "$(sql "SELECT 1 FROM crl a JOIN crl b USING (issuer_id, shard) WHERE a.crl_number < b.crl_number AND a.this_update > b.this_update")" ]
}
all_say() { # WORD RECEIPT…
	local word=$1 receipt serial; shift
	for receipt in "$@"; do
		serial=$(certificates_of "$receipt" all)
		[ "$word" = revoked ] || serial=$(certificates_of "$receipt" living)
		for serial in $serial; do wait_until 60 ocsp_says "$serial" "$word" || { echo "$receipt $serial: not $word"; return 1; }; done
	done
}
one_each() { # each living application has exactly one living certificate, and none of the revoked has
	local receipt
	for receipt in "${delivered[@]}"; do
		[ "$(certificates_of "$receipt" living | wc -w)" = 1 ] || { echo "$receipt: $(certificates_of "$receipt" living)"; return 1; }
	done
	for receipt in "${revoked[@]}"; do
		[ -z "$(certificates_of "$receipt" living)" ] || { echo "$receipt lives"; return 1; }
	done
}
unchanged() { # what was handed out is what the registry holds
	local receipt
	for receipt in "${delivered[@]}"; do
		[ -e "$work/$receipt.pem" ] || continue
		as_person sato certificate "$receipt" -o "$work/now.pem" 2>/dev/null && cmp "$work/$receipt.pem" "$work/now.pem" || return 1
	done
}
audited() { run_as inkan-audit "$home/bin/inkan" ca audit-verify -c "$home/conf/ca.cfg"; }
all_sealed() { [ "$(sql "SELECT count(*) FROM audit_event")" = "$(sql "SELECT coalesce(sum(cardinality(event_ids)), 0) FROM audit_link")" ]; }
all_published() { [ -z "$(sql "SELECT 1 FROM revocation WHERE state = 'asked' OR published_at IS NULL LIMIT 1")" ]; }

count_all() { # WORDS
	check "$1: every revocation is done and published" wait_until 120 all_published
	none "$1: nothing is left on its way" "SELECT receipt_number, state FROM application WHERE state NOT IN ('delivered', 'accepted', 'withdrawn')"
	equal "$1: every application is there, once" "$(sql "SELECT count(*) FROM application")" \
		"$(sql "SELECT count(DISTINCT idempotency_key) FROM application")"
	check "$1: one living certificate each" one_each
	none "$1: no order has two certificates" "SELECT order_id FROM certificate WHERE order_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
	none "$1: no order took two serial numbers" "SELECT order_id FROM serial_reservation WHERE order_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
	none "$1: every reserved serial number has its certificate, of the dates reserved" "SELECT encode(r.serial_number, 'hex')
		FROM serial_reservation r LEFT JOIN certificate c USING (issuer_id, serial_number)
		WHERE r.order_id IS NOT NULL AND (c.order_id IS DISTINCT FROM r.order_id OR c.not_after <> r.not_after)"
	none "$1: no order is open or refused" "SELECT id, state FROM certificate_order WHERE state <> 'issued'"
	none "$1: certificates are of the keys that were bound last" "SELECT a.receipt_number FROM application a
		JOIN certificate_order o ON o.application_id = a.id JOIN certificate c ON c.order_id = o.id
		WHERE c.key_digest <> sha256(a.subject_public_key_info) AND NOT EXISTS (SELECT FROM certificate_revocation r
			WHERE r.issuer_id = c.issuer_id AND r.serial_number = c.serial_number)"
	same "$1: as many orders audited as placed" certificate_order "audit_event WHERE event = 'orderPlaced'"
	same "$1: as many certificates audited as issued" "certificate WHERE order_id IS NOT NULL" "audit_event WHERE event = 'certificateIssued'"
	same "$1: as many applications audited as received" application "audit_event WHERE event = 'applicationReceived'"
	same "$1: as many deliveries audited as made" delivery "audit_event WHERE event = 'certificateDelivered'"
	same "$1: as many revocations audited as marked" certificate_revocation "audit_event WHERE event = 'certificateRevoked'"
	same "$1: as many lists audited as published" "crl WHERE published_at IS NOT NULL" "audit_event WHERE event = 'crlPublished'"
	check "$1: every event is in the chain" wait_until 60 all_sealed
	check "$1: the audit chain holds" audited
	check "$1: no list said two things under one number" no_list_says_two_things
	check "$1: the archive has every list, unchanged" archive_is_whole
	check "$1: OCSP says good of what lives" all_say good "${delivered[@]}"
	check "$1: OCSP says revoked of what was revoked" all_say revoked "${revoked[@]}"
	# shellcheck disable=SC2046
	check "$1: the CRL names all that was revoked" crl_names $(sql "SELECT encode(serial_number, 'hex') FROM certificate_revocation")
	check "$1: what was handed out has not changed" unchanged
}
count_all "points"

# ---- at random, under load

pid_of() { # NAME: the process of that name, or nothing
	case $1 in
	ca | ra | lra | status) cat "$home/pid/$1" ;;
	signer | lint) pgrep -P "$(cat "$home/pid/ca")" -f "inkan-$1 " ;;
	issuer | publisher | auditor) pgrep -P "$(cat "$home/pid/ca")" -f -- "--process $1" ;;
	orders | worker) pgrep -P "$(cat "$home/pid/ra")" -f -- "--process $1" ;;
	desk | keeper) pgrep -P "$(cat "$home/pid/lra")" -f -- "--process $1" ;;
	feeder | counter) pgrep -P "$(cat "$home/pid/status")" -f -- "--process $1" ;;
	desk-worker) pgrep -P "$(pid_of desk)" | head -n 1 ;;
	counter-worker) pgrep -P "$(pid_of counter)" | head -n 1 ;;
	session) pgrep -P "$(head -n 1 "$home/pg/data/postmaster.pid")" -f "postgres: inkan_(ca|orders|lra) " | head -n 1 ;;
	esac
}
strike() { # NAME: as soon as it lives
	local pid
	wait_until 60 pid_of "$1" || return 1
	pid=$(pid_of "$1" | head -n 1)
	kill -KILL "$pid" || return 1
	case $1 in
	ca | ra | lra | status) # nobody is above it: the operator starts it again
		wait_until 30 sh -c "! kill -0 $pid" && demo/run start ;;
	esac
}
# What clerk and approver do: they look where it stands, and do the next thing until it is handed over.
carry() { # NAME
	local receipt="" until=$((SECONDS + 240))
	while [ $SECONDS -lt $until ]; do
		[ -n "$receipt" ] || receipt=$(send "$1")
		case $(state_of "${receipt:-none}") in
		received) give_evidence "$receipt"; identify "$receipt" ;;
		identified) approve "$receipt" ;;
		verified) [[ $1 != h* ]] || hand_over "$receipt" ;;
		issued) [[ $1 = h* ]] || hand_out "$receipt" ;;
		delivered) echo "$receipt" >"$work/$1.done"; return 0 ;;
		refused) echo "$receipt is refused"; return 1 ;;
		esac
		sleep 0.2
	done
	return 1
}

names=(ca ra lra status signer lint issuer publisher auditor orders worker desk keeper feeder counter desk-worker counter-worker session)
RANDOM=$seed
printf 'seed %s\n' "$seed"
carriers=()
for i in $(seq "$applications"); do
	name=c$i; [ $((i % 3)) != 0 ] || name=h$i
	new_form "$name" "$([ $((i % 3)) = 0 ] && echo handover || echo csr)"
	carriers+=("$name")
done
waiting=("${carriers[@]}")
started=()
for round in $(seq "$rounds"); do
	# A part of them sets out before every blow, so that it never falls on a quiet house.
	share=$(((${#waiting[@]} + rounds - round) / (rounds - round + 1)))
	for name in "${waiting[@]:0:share}"; do carry "$name" >"$work/$name.log" 2>&1 & started+=($!); done
	waiting=("${waiting[@]:share}")
	victim=${names[$((RANDOM % ${#names[@]}))]}
	sleep "0.$((RANDOM % 10))"
	check "round $round: $victim is killed" strike "$victim"
done
wait "${started[@]}"
for name in "${carriers[@]}"; do
	if [ -e "$work/$name.done" ]; then
		delivered+=("$(cat "$work/$name.done")")
	else
		bad "$name did not arrive"; tail -n 4 "$work/$name.log" | sed 's/^/     | /'
	fi
done
equal "all that set out were handed over" "$applications" "$(find "$work" -name '*.done' | wc -l)"
count_all "random, seed $seed"
