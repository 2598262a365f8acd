#!/bin/bash
# Story: the registry's database goes away under load, first in good order, then at a blow. Whoever asks is told at once, in
# both languages, that it may be tried again; OCSP and CRLs go on as if nothing were; nobody restarts anything, and in the end
# nothing is lost and nothing was done twice. OUTAGE_SECONDS is how long the first lasts.
# proves R-OCSP-02 R-LRA-06 R-ISS-19
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash
outage_s=${OUTAGE_SECONDS:-20}
# What the sanitizer keeps back of freed memory would hide what the daemons keep themselves.
export ASAN_OPTIONS=quarantine_size_mb=1:thread_local_quarantine_size_kb=64
story_begin outage
source tests/support/ledger.bash
QUICK_S=10 # for an answer, on a machine that has much else to do

# ---- before: one certificate that is good, one that is revoked

for name in good bad; do new_form "$name" csr; set_out "$name"; done
arrived good bad
good_one=${delivered[0]} bad_one=${delivered[1]}
delivered=("$good_one"); revoked+=("$bad_one")
check "one certificate is revoked" revoke "$bad_one"
check "and everybody sees it" wait_until 120 gone "$bad_one"
good_serial=$(certificates_of "$good_one" all) bad_serial=$(certificates_of "$bad_one" all)

# ---- who asks all the time: relying parties

ask_der() { openssl ocsp -issuer "$home/ceremony/person.pem" -serial "0x$1" -no_nonce -reqout "$work/$1.req" >/dev/null 2>&1; }
ask_der "$good_serial"; ask_der "$bad_serial"
urlsafe() { base64 -w0 "$1" | jq -Rr @uri; }
answer_is() { # FILE SERIAL WORD: signed by who may, and says so
	openssl ocsp -respin "$1" -issuer "$home/ceremony/person.pem" -serial "0x$2" -no_nonce -CAfile "$home/ceremony/trust.pem" 2>&1 | grep -q ": $3\$"
}
party() { # NAME COMMAND…: again and again until the house is told to stop; counts what went wrong
	local name=$1 asked=0 failed_here=0; shift
	while [ ! -e "$work/parties-end" ]; do
		asked=$((asked + 1))
		"$@" >"$work/$name.said" 2>&1 || { failed_here=$((failed_here + 1)); cp "$work/$name.said" "$work/$name.failed"; }
		printf '%s %s\n' "$asked" "$failed_here" >"$work/$name.new" && mv "$work/$name.new" "$work/$name.count"
		sleep 0.2
	done
}
post() { # SERIAL WORD
	curl -sSf --max-time $QUICK_S -H 'Content-Type: application/ocsp-request' --data-binary "@$work/$1.req" "$status_url/ocsp" \
		-o "$work/post-$1.der" && answer_is "$work/post-$1.der" "$1" "$2"
}
get() {
	curl -sSf --max-time $QUICK_S "$status_url/ocsp/$(urlsafe "$work/$1.req")" -o "$work/get-$1.der" && answer_is "$work/get-$1.der" "$1" "$2"
}
list() {
	curl -sSf --max-time $QUICK_S "$status_url/crl/person.crl" -o "$work/list.der" &&
		openssl crl -inform DER -in "$work/list.der" -noout -CAfile "$home/ceremony/person.pem" -text | grep -qi "$bad_serial"
}
party post post "$good_serial" good & party get get "$bad_serial" revoked & party list list &
asked_of() { cut -d' ' -f1 "$work/$1.count"; }
unfailing() { # NAME: asked much, and never without an answer
	local asked wrong
	read -r asked wrong <"$work/$1.count"
	if [ "$asked" -ge 20 ] && [ "$wrong" = 0 ]; then good "$2: $asked asked, none without a good answer"; else
		bad "$2: $wrong of $asked failed"; tail -n 3 "$work/$1.failed" 2>/dev/null | sed 's/^/     | /'
	fi
}

# ---- who asks while it is away: clerks

curl_lra() { curl -sS --max-time $QUICK_S --cacert "$home/conf/server-ca.pem" --cert "$home/ceremony/$1-auth.pem" --key "$home/ceremony/$1-auth.key" "${@:2}"; }
told_to_retry() { # COMMAND…: 503, when to come again, and why, for people and programs
	"$@" -D "$work/head" -o "$work/body" || return 1
	tr -d '\r' <"$work/head" >"$work/head.txt"
	grep -qE '^HTTP/[0-9.]+ 503' "$work/head.txt" && grep -qiE '^Retry-After: [1-9][0-9]*$' "$work/head.txt" &&
		grep -qiE '^Content-Type: application/(problem\+)?json' "$work/head.txt" &&
		jq -e '.code == 503 and (.name | . == "retry" or . == "io") and (.message_en | test("try again")) and (.message_ja | test("再度"))
			and (.ref | test("^[0-9a-f]{16}$"))' "$work/body" || { cat "$work/head.txt" "$work/body"; return 1; }
}
ends_with_9() { # COMMAND…: with --json, its last line says the same for programs
	local rc=0 from=$SECONDS
	"$@" --json >"$work/cli.out" 2>"$work/cli.err" || rc=$?
	[ $rc = 9 ] && [ $((SECONDS - from)) -le $QUICK_S ] && tail -n 1 "$work/cli.err" | jq -e '.code == 9 and .name == "io" and .message_en and .message_ja and .ref' ||
		{ echo "exit $rc after $((SECONDS - from)) s"; cat "$work/cli.err"; return 1; }
}
database_down() { ! tools/postgres psql "$INKAN_HOME" -Atc 'SELECT 1'; }
asked_while_away() { # WORDS
	check "$1: it is away" database_down
	check "$1: a clerk's list" told_to_retry curl_lra sato "$lra_url/v1/applications?state=received"
	check "$1: an application" told_to_retry curl_lra tanaka -H 'Content-Type: application/json' --data-binary "@$work/late.json" "$lra_url/v1/applications"
	check "$1: the LRA is not ready" told_to_retry curl_lra sato "$lra_url/readyz"
	check "$1: the RA's list" told_to_retry curl_lra suzuki "$ra_url/v1/applications"
	check "$1: apply ends with 9" ends_with_9 as_person tanaka apply "$work/late.json"
	check "$1: list ends with 9" ends_with_9 as_person sato list
	check "$1: the auditor's look ends with 9" ends_with_9 run_as inkan-audit "$home/bin/inkan" ca audit-verify -c "$home/conf/ca.cfg"
}
new_form late csr

# ---- the processes, and what they hold

processes() { # pid and name of all of them, parents and children, but not what a worker does for a moment
	local pid
	for pid in $(pgrep -f "^$home/bin/inkan-(ca|ra|lra|status|signer|lint) (serve )?-c "); do
		printf '%s %s\n' "$pid" "$(tr '\0' ' ' <"/proc/$pid/cmdline" | sed "s#$home/##g")"
	done | sort -n
}
memory() { # pid and kB of each
	local pid
	while read -r pid _; do
		printf '%s %s\n' "$pid" "$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")"
	done <"$work/processes"
}
GROWTH_KB=8192 # between two looks at daemons that can only wait
not_grown() { # FILE FILE
	join <(sort -k1,1 "$1") <(sort -k1,1 "$2") | awk -v most=$GROWTH_KB '$3 - $2 > most { print; bad = 1 } END { exit bad || NR == 0 }'
}
processes >"$work/processes"
check "all processes are known: $(wc -l <"$work/processes")" test "$(wc -l <"$work/processes")" -ge 17

# ---- away, in good order

carriers=()
for i in $(seq 10); do
	name=c$i; [ $((i % 3)) != 0 ] || name=h$i
	new_form "$name" "$([ $((i % 3)) = 0 ] && echo handover || echo csr)"
	carriers+=("$name"); set_out "$name"
done
some_on_their_way() { [ "$(sql "SELECT count(*) FROM application")" -ge 5 ]; }
check "applications are on their way" wait_until 60 some_on_their_way
began=$SECONDS
check "the database is stopped" tools/postgres stop "$INKAN_HOME" fast
asked_while_away "stopped"
while [ $((SECONDS - began)) -lt 4 ]; do sleep 0.2; done
memory >"$work/memory.early"
asked=$(asked_of post)
while [ $((SECONDS - began)) -lt "$outage_s" ]; do sleep 0.5; done
memory >"$work/memory.late"
check "still away after $((SECONDS - began)) s" database_down
check "OCSP was asked all the while" test "$(asked_of post)" -gt "$asked"
check "no daemon holds more than before" not_grown "$work/memory.early" "$work/memory.late"
check "the database is started" tools/postgres start "$INKAN_HOME"

# ---- and at a blow

wait_until 60 test -e "$work/c1.done"
for i in 11 12 13 14; do new_form "c$i" csr; carriers+=("c$i"); set_out "c$i"; done
check "the database is cut off" tools/postgres stop "$INKAN_HOME" immediate
asked_while_away "cut off"
check "the database is started again" tools/postgres start "$INKAN_HOME"

# ---- afterwards it goes on by itself

arrived "${carriers[@]}"
set_out late
arrived late
processes >"$work/processes.after"
check "nobody had to be restarted" diff "$work/processes" "$work/processes.after"
touch "$work/parties-end"
unfailing post "OCSP by POST"
unfailing get "OCSP by GET"
unfailing list "the CRL"
count_all "after both"
