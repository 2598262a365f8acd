#!/bin/bash
# Story: the register of corporate numbers 法人番号 (UX feature 9): the published data, a million of it, loaded whole or not at all; a
# number's form is never taken for its name; what differs stops the verification until somebody says why it is right.
# proves R-IDV-01 R-IDV-02 R-IDV-04
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash
story_begin register
pictures=$PWD/build/pictures; mkdir -p "$pictures"
rows=${ROWS:-1000000}
ours=1010405009403 name=株式会社みらい銀行 english="Mirai Bank, Ltd."
numbers() { python3 tests/support/corporate_numbers.py "$@"; }
load() { run_as inkan-lra "$home/bin/inkan" lra register import "$@" -c "$home/conf/lra.cfg"; }
check_of() { inkan lra register check "$1" -c "$home/conf/sato.cfg" | jq -r "${2:-.finding}"; }
show() { inkan lra register show "$1" -c "$home/conf/sato.cfg" | jq -r "$2"; }
status() { run_as inkan-lra "$home/bin/inkan" lra register status -c "$home/conf/lra.cfg" | jq -r "$1"; }
japanese='.directoryName = { organizationName: "'$name'" }'

# ---- without a register: never "right"
receipt=$(apply "$(form P-PERSON-MP 990001 '{ "origin": "handover" }' "$japanese")")
equal "9: without a register it is not compared" notCompared "$(check_of "$receipt")"
equal "9: though the number is well formed" "true null" "$(show $ours '"\(.wellFormed) \(.register)"')"
refused "the status says that there is none" . run_as inkan-lra "$home/bin/inkan" lra register status -c "$home/conf/lra.cfg"
check "nobody is stopped by what is not there" decide "$receipt"

# ---- small files first: every writing of the data, and what is none of it
numbers 20 cp932 "$ours:$name:$english" >"$work/small.csv"
numbers 20 utf-8-sig "$ours:$name:$english" >"$work/small-utf8.csv"
refused "either all or a part has to be said" "full.*update" load "$work/small.csv"
check "Shift_JIS" load "$work/small.csv" --full
equal "21 numbers" 21 "$(status .register.total)"
check "UTF-8 with its mark" load "$work/small-utf8.csv" --full
equal "the same" "21 $name" "$(status .register.total) $(show $ours .entry.name)"
check "out of a pipe" eval 'load - --full <"$work/small.csv"'
sed 's/8010000000000/8010000000001/' "$work/small.csv" >"$work/wrong.csv"
refused "a wrong check digit is named with its line" "line 2: corporateNumber" load "$work/wrong.csv" --full
cat "$work/small.csv" <(tail -n 1 "$work/small.csv") >"$work/twice.csv"
refused "a number twice" "came before" load "$work/twice.csv" --full
cut -d, -f1-29 "$work/small-utf8.csv" >"$work/narrow.csv"
refused "columns missing" "28 columns" load "$work/narrow.csv" --full
: >"$work/empty.csv"
refused "nothing" "empty" load "$work/empty.csv" --full
refused "a file that is not there" "No such file" load "$work/none.csv" --full
head -c 100000 /dev/urandom >"$work/noise.csv"
refused "noise" . load "$work/noise.csv" --full
equal "after all that the register is what it was" "21 $name" "$(status .register.total) $(show $ours .entry.name)"

# ---- what changed since
numbers 0 utf-8 "$ours:株式会社みらいフィナンシャル:$english" >"$work/update.csv"
check "an update" load "$work/update.csv" --update
equal "the name is the new one, the others stay" "21 株式会社みらいフィナンシャル" "$(status .register.total) $(show $ours .entry.name)"

# ---- differences
second=$(apply "$(form P-PERSON-MP 990002 '{ "origin": "handover" }' "$japanese")")
equal "9: another name" differs "$(check_of "$second")"
evidence "$second" | as_person sato evidence "$second" - >/dev/null
refused "9: the identity cannot be verified" "organization.register" as_person sato identify "$second" --yes
form P-PERSON-MP 990003 '{ "origin": "handover" }' "$japanese" >"$work/form.json"
equal "9: the form says so before it is sent" differs "$(as_person sato preview "$work/form.json" --json | jq -r .corporateRegister.finding)"
refused "without a reason nothing is recorded" reason inkan lra register accept "$second" --reason "" -c "$home/conf/sato.cfg"
refused "the approver does not decide it" "403|permitted" inkan lra register accept "$second" --reason "x" -c "$home/conf/kobayashi.cfg"
check "9: with a reason" inkan lra register accept "$second" --reason "商号変更の登記を2026-11-20に確認" -c "$home/conf/sato.cfg"
equal "the approver sees it" "商号変更の登記を2026-11-20に確認" "$(inkan lra register check "$second" -c "$home/conf/kobayashi.cfg" | jq -r .decision.reason)"
check "then it goes on" as_person sato identify "$second" --yes
third=$(apply "$(form P-PERSON-MP 990004 '{ "origin": "handover" }' "$japanese")")
equal "for the same names once is enough" sato "$(check_of "$third" .decision.by)"
equal "it is audited" "$second" "$(inkan lra trail --event corporateDifferenceAccepted --json -c "$home/conf/sato.cfg" | jq -r '.events[].object')"
numbers 0 utf-8 "$ours:株式会社みらい信託:$english" >"$work/update.csv"
check "the entry changes once more" load "$work/update.csv" --update
equal "then the decision holds no longer" null "$(check_of "$third" .decision)"
numbers 0 utf-8 "$ours:$name:$english:2026-10-31" >"$work/update.csv"
check "it is closed" load "$work/update.csv" --update
equal "9: a closed entry" "closed 2026-10-31" "$(check_of "$third" '"\(.finding) \(.entry.closedOn)"')"
numbers 0 utf-8 "$ours:㈱みらい銀行:" >"$work/update.csv"
check "open again, with its short form" load "$work/update.csv" --update
equal "9: ㈱ is 株式会社; one name that fits is enough" matches "$(check_of "$third")"
fourth=$(apply "$(form P-PERSON-MP 990005 '{ "origin": "handover" }')")
equal "only letters, which the register does not have" unwritten "$(check_of "$fourth")"
refused "there is nothing to decide where it fits" . inkan lra register accept "$third" --reason "x" -c "$home/conf/sato.cfg"
refused "a number with a letter" "400" inkan lra register show 101040500940x -c "$home/conf/sato.cfg"

measured() { # COMMAND…: $work/memory has the most that it had of memory, in KiB
	local rc peak=0 now
	"$@" & local pid=$!
	while kill -0 $pid 2>/dev/null; do
		for now in $(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' $(pgrep -f "register import $work/large.csv" | sed 's|.*|/proc/&/status|') 2>/dev/null); do
			[ "$now" -le $peak ] || peak=$now
		done
		sleep 0.2
	done
	wait $pid; rc=$?
	echo $peak >"$work/memory"
	return $rc
}

# ---- a million, at constant memory; killed on the way, the old one is whole
printf '%s\n' "$rows numbers are written …"
numbers "$rows" cp932 "$ours:$name:$english" >"$work/large.csv"
(load "$work/large.csv" --full >"$work/killed" 2>&1) & loader=$!
sleep 4; pkill -KILL -f "register import $work/large.csv"; wait "$loader"
equal "killed in the middle, what was there is whole" 21 "$(status .register.total)"
printf register.loaded >"$INKAN_FAULT"; chmod 666 "$INKAN_FAULT"
load "$work/small.csv" --full >"$work/killed" 2>&1
equal "or killed just before its end" 137 $?
equal "it is still the same" "21 ㈱みらい銀行" "$(status .register.total) $(show $ours .entry.name)"
(sleep 2; load "$work/small.csv" --full >"$work/second" 2>&1; echo "$?" >"$work/second.rc") & other=$!
began=$(date +%s%N)
check "a million numbers" measured env ASAN_OPTIONS=quarantine_size_mb=8 bash -c '. demo/common.sh; run_as inkan-lra "$0" lra register import "$1" --full -c "$2"' "$home/bin/inkan" "$work/large.csv" "$home/conf/lra.cfg"
took=$((($(date +%s%N) - began) / 1000000))
wait "$other"
refused "two at a time: the second is told so" "under way" bash -c 'cat "$0"; exit "$(cat "$0.rc")"' "$work/second"
printf '     %d rows in %d ms, %d KiB at most\n' "$rows" "$took" "$(cat "$work/memory")"
check "its memory stays below 100 MiB, sanitizers and all" test "$(cat "$work/memory")" -lt 102400
equal "all are there" "$((rows + 1))" "$(status .register.total)"
equal "each is found" "株式会社架空商事$(((10000000000 + rows - 1) % 1000003))" "$(show "$(sql "SELECT max(number) FROM corporate_number WHERE name = '株式会社架空商事$(((10000000000 + rows - 1) % 1000003))'")" .entry.name)"
equal "and the case fits" matches "$(check_of "$third")"
equal "each load is an event" 8 "$(sql "SELECT count(*) FROM audit_event WHERE event = 'corporateRegisterLoaded'")"

# ---- on the pages
numbers 0 utf-8 "$ours:株式会社よそ銀行:$english" >"$work/update.csv"
check "a name that differs" load "$work/update.csv" --update
jq -n --arg differs "$third" --arg number $ours '{ $differs, $number }' >"$work/pages.json"
timeout 120 node tests/browser/register.js "$lra_url" "$home/ceremony" "$pictures" <"$work/pages.json" >"$work/browser" 2>&1 || { cat "$work/browser"; bad "the pages"; exit 1; }
cat "$work/browser"
passed=$((passed + $(grep -c '^ok ' "$work/browser")))
