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
	[lra.drawn]=papers [import.entered]=bulk [notices.sent]=notices [lra.letter]=subscriber [register.loaded]=register # tests/flow/{papers,bulk,notices,browser_subscriber,register}.sh strike there
	[evidence.filed]=seal [evidence.recorded]=seal [evidence.closed]=close
	[evidence.destroying]=destroy [evidence.destroyed]=destroy
	[revoke.before-commit]=revoke [revoke.committed]=revoke
	[publish.begun]=revoke [signer.listed]=revoke [publish.signed]=revoke [publish.placed]=revoke
)

points=$(grep -rhoE 'fault_point\([^;]*\);' --include='*.c' ca ra lra common | grep -oE '"[^"]+"' | tr -d '"' | sort -u)

story_begin crash
source tests/support/ledger.bash

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
# lost COMMAND…: the client is told that it did not work and may be tried again (UX part 5: 9)
lost() {
	local rc=0
	"$@" || rc=$?
	[ $rc = 9 ] || { echo "exit $rc, not 9: $*"; return 1; }
}

# ---- the ways; each ends where the application is settled

enter() { # NAME: from its form to the proof of identity; sets receipt
	receipt=$(send "$1") && give_evidence "$receipt" && identify "$receipt" && echo "$receipt" >"$work/$1.entered"
}
identified() { # NAME ORIGIN: sets receipt
	new_form "$1" "$2"
	enter "$1"
}
way_issue() {
	receipt=$(cat "$work/$1.entered") && arm "$1" && approve "$receipt" && fallen "$1" &&
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
keeper() { pkill "-$1" -P "$(cat "$home/pid/lra")" -f -- '--process keeper'; }
way_losing() { # the keeper rests until the second point waits for it: it may be quicker than this script
	identified "$1" handover && approve "$receipt" && wait_until 60 in_state "$receipt" verified && keeper STOP &&
		arm lra.bound && lost hand_over "$receipt" && fallen lra.bound && arm "$1" && keeper CONT && fallen "$1" && again "$receipt"
}

# Evidence: the file before its row, the row before the end of the file; whatever dies between them, both agree afterwards.
sealed_files() { find "$home/evidence/$1" -name '*.sealed' 2>/dev/null | wc -l; }
file_rows() { count "evidence_file WHERE application_id = $(application_id "$1")"; }
new_keeper() { # it sweeps at its start
	pkill -KILL -P "$(cat "$home/pid/lra")" -f -- '--process keeper'
}
seal_one() { # NAME: sets receipt
	new_form "$1" handover
	receipt=$(send "$1") && printf '%%PDF-1.4 of %s\n' "$1" >"$work/$1.pdf"
}
papers_of() { local person=$1 verb=$2; shift 2; inkan lra evidence "$verb" -c "$home/conf/$person.cfg" "$@"; }
upload() { papers_of sato upload "$1" "$2"; }
way_seal() {
	seal_one "$1" && arm "$1" && lost upload "$receipt" "$work/$1.pdf" && fallen "$1" && [ "$(sealed_files "$receipt")" = 1 ] &&
		wait_until 60 upload "$receipt" "$work/$1.pdf" && [ "$(file_rows "$receipt")" = 1 ] || return 1
	find "$home/evidence/$receipt" -type f -exec touch -d '1 hour ago' {} +
	new_keeper && wait_until 60 swept "$receipt" &&
		papers_of sato get "$receipt" "$(sha256sum "$work/$1.pdf" | cut -c1-64)" --purpose identify -o "$work/$1.back" &&
		cmp "$work/$1.pdf" "$work/$1.back" && as_person sato withdraw "$receipt" --reason "$1"
}
swept() { [ "$(sealed_files "$1")" = 1 ]; }
is_closed() { [ "$(count "evidence_closed WHERE application_id = $(application_id "$1")")" = 1 ]; }
way_close() {
	seal_one "$1" && upload "$receipt" "$work/$1.pdf" && arm "$1" &&
		as_person sato withdraw "$receipt" --reason "$1" && fallen "$1" && wait_until 60 is_closed "$receipt" &&
		[ ! -e "$home/evidence/$receipt/key.work" ] && [ -e "$home/evidence/$receipt/key.archive" ]
}
is_destroyed() { [ "$(count "evidence_destruction WHERE done_at IS NOT NULL AND application_id = $(application_id "$1")")" = 1 ]; }
way_destroy() {
	seal_one "$1" && upload "$receipt" "$work/$1.pdf" && as_person sato withdraw "$receipt" --reason "$1" &&
		wait_until 60 is_closed "$receipt" || return 1
	sql "SET session_replication_role = replica; UPDATE application SET changed_at = now() - interval '11 years'
		WHERE receipt_number = '$receipt'" >/dev/null
	papers_of sato destroy "$receipt" --reason old || [ $? = 7 ] || return 1
	arm "$1" && papers_of kobayashi approve-destruction "$receipt" --confirm "$receipt" && fallen "$1" &&
		wait_until 60 is_destroyed "$receipt" && [ ! -e "$home/evidence/$receipt" ] && [ "$(file_rows "$receipt")" = 1 ] &&
		[ "$(count "audit_event WHERE event = 'evidenceDestroyed' AND object = '$receipt'")" = 1 ]
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

# ---- every point

for point in $points; do
	if [ -z "${way[$point]:-}" ]; then bad "$point: no way of this story walks over it"; fi
done
for point in "${!way[@]}"; do
	grep -qxF "$point" <<<"$points" || bad "$point: no such point in the code"
done
entering=()
for point in $points; do # all at once, for it takes long
	[ "${way[$point]:-}" = issue ] || continue
	new_form "$point" csr
	enter "$point" >"$work/$point.log" 2>&1 & entering+=($!)
done
wait "${entering[@]}"
for kind in issue handover losing answer revoke seal close destroy; do
	for point in $points; do
		[ "${way[$point]:-}" = $kind ] || continue
		check "killed at $point" "way_$kind" "$point"
	done
done
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
# No name twice: a different part of the house falls every time.
mapfile -t names < <(printf '%s\n' ca ra lra status signer lint issuer publisher auditor orders worker desk keeper feeder counter desk-worker counter-worker session |
	shuf --random-source=<(yes "$seed"))
printf 'seed %s\n' "$seed"
carriers=()
for i in $(seq "$applications"); do
	name=c$i; [ $((i % 3)) != 0 ] || name=h$i
	new_form "$name" "$([ $((i % 3)) = 0 ] && echo handover || echo csr)"
	carriers+=("$name")
done
waiting=("${carriers[@]}")
for round in $(seq "$rounds"); do
	# A part of them sets out before every blow, so that it never falls on a quiet house.
	share=$(((${#waiting[@]} + rounds - round) / (rounds - round + 1)))
	for name in "${waiting[@]:0:share}"; do set_out "$name"; done
	waiting=("${waiting[@]:share}")
	victim=${names[$(((round - 1) % ${#names[@]}))]}
	sleep "0.$(((seed + round * 7) % 10))"
	check "round $round: $victim is killed" strike "$victim"
done
arrived "${carriers[@]}"
count_all "random, seed $seed"
