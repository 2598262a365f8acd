# story: what the stories of tests/flow share: a suite of their own that ends with them, checks that are counted, and one
# application's way as short functions. Sourced from the tree's root; needs nothing but bash, openssl, curl and jq.
set -uo pipefail
export LC_ALL=C.UTF-8

passed=0 failed=0

# story_begin NAME: a fresh suite in build/story-NAME, gone again at the end, however that comes.
story_begin() {
	export INKAN_HOME=$PWD/build/story-$1
	if [ -z "${INKAN_BUILD:-}" ]; then
		INKAN_BUILD=build/gcc-check/bin
		make --no-print-directory -s CC=gcc MODE=check programs >"build/story-$1.log" 2>&1 ||
			{ tail -n 30 "build/story-$1.log"; exit 1; }
	fi
	export INKAN_BUILD
	story_stop
	trap story_end EXIT
	trap 'exit 130' INT TERM
	# Where faults wait (common/proc/fault_point.h): every daemon's user can reach, read and remove them there.
	INKAN_FAULT=$(tools/home "$INKAN_HOME")/fault/point; export INKAN_FAULT
	mkdir -p -m 0777 "${INKAN_FAULT%/*}"; chmod 0777 "${INKAN_FAULT%/*}"
	demo/run start >"build/story-$1.log" 2>&1 || { tail -n 30 "build/story-$1.log"; failed=1; exit 1; }
	# shellcheck source=demo/common.sh
	source demo/common.sh
	read_addresses
	work=$home/story; mkdir -p "$work"
	agreement=$(run_as inkan-lra "$home/bin/inkan" lra publish-agreement demo/terms.txt --title Terms --edition 1 \
		-c "$home/conf/lra.cfg" --json | jq -r .sha256)
	today=$(date -u +%F)
}

story_stop() {
	local real
	demo/run stop >/dev/null 2>&1 || true
	real=$(readlink -f "$INKAN_HOME" 2>/dev/null || true)
	[ -z "$real" ] || rm -rf "$real"
	rm -rf "$INKAN_HOME"
}

story_end() {
	local status=$? log
	trap - EXIT
	if [ -n "${home:-}" ]; then
		# The programs run with sanitizers: what these say is a failure, whatever the story says.
		if grep -lE 'runtime error:|(Address|Leak)Sanitizer' "$home"/log/*.log 2>/dev/null; then
			printf 'FAIL a sanitizer spoke in the logs above\n'; failed=$((failed + 1))
		fi
		if [ "$failed" != 0 ] || [ "$status" != 0 ]; then
			for log in "$home"/log/{lra,ra,ca,status}.log; do printf -- '--- %s\n' "${log##*/}"; tail -n 15 "$log"; done
		fi
	fi
	[ -z "${story_also:-}" ] || "$story_also"
	if [ -n "${KEEP:-}" ]; then printf 'kept: %s\n' "$INKAN_HOME"; else story_stop; fi
	printf '%d passed, %d failed\n' "$passed" "$failed"
	[ "$failed" = 0 ] && [ "$status" = 0 ] || exit 1
}

good() { passed=$((passed + 1)); printf 'ok   %s\n' "$*"; }
bad() { failed=$((failed + 1)); printf 'FAIL %s\n' "$*"; }

# check WORDS COMMAND…: it succeeds.
check() {
	local words=$1; shift
	if "$@" >"$work/out" 2>&1; then good "$words"; else bad "$words"; tail -n 12 "$work/out" | sed 's/^/     | /'; fi
}
# refused WORDS PATTERN COMMAND…: it fails, does not crash, and says so in words of the pattern.
refused() {
	local words=$1 pattern=$2 rc=0; shift 2
	"$@" >"$work/out" 2>&1 || rc=$?
	if [ "$rc" != 0 ] && [ "$rc" -lt 126 ] && grep -aqiE -- "$pattern" "$work/out"; then
		good "$words"
	else
		bad "$words (exit $rc)"; tail -n 12 "$work/out" | sed 's/^/     | /'
	fi
}
# equal WORDS WANT IS
equal() { if [ "$2" = "$3" ]; then good "$1"; else bad "$1: \"$3\", not \"$2\""; fi; }
# wait_until SECONDS COMMAND…
wait_until() {
	local until=$((SECONDS + $1)); shift
	while ! "$@" >/dev/null 2>&1; do [ $SECONDS -lt $until ] || return 1; sleep 0.2; done
}

inkan() { "$home/bin/inkan" "$@"; }
as_person() { local person=$1 verb=$2; shift 2; inkan lra "$verb" -c "$home/conf/$person.cfg" "$@"; }
sql() { tools/postgres psql "$INKAN_HOME" -At -c "SET search_path = inkan" -c "$1" | grep -vx SET; }
state_of() { sql "SELECT state FROM application WHERE receipt_number = '$1'"; }
in_state() { [ "$(state_of "$1")" = "$2" ]; }

# form PROFILE NUMBER KEY-JSON [JQ]: an application that is good; JQ changes it.
form() {
	local mailboxes='["n'$2'@mirai.example"]'
	[ "$1" = P-PERSON-MP ] || mailboxes=null
	jq -n --arg profile "$1" --arg number "$2" --argjson key "$3" --argjson mailboxes "$mailboxes" \
		--arg agreement "$agreement" '{ profile: $profile, method: "counter", employeeNumber: $number,
		subject: { countryName: "JP", stateOrProvinceName: "Tokyo", organizationName: "Mirai Bank, Ltd.",
			organizationIdentifier: "VATJP-1010405009403", surname: "TAKAHASHI", givenName: "Ichiro",
			commonName: "Ichiro TAKAHASHI" },
		key: $key,
		acceptance: { agreement: $agreement, acceptedBy: $number, means: "paper", recordKeeping: true,
			correctness: true, keyObligations: true, publication: false } }
		+ if $mailboxes then { mailboxes: $mailboxes } else {} end' | jq "${4:-.}"
}
# evidence RECEIPT [JQ]: papers that prove every attribute of form().
evidence() {
	jq -n --arg today "$today" --arg seed "$(printf %s "$1" | sha256sum | cut -c1-63)" '{ evidence: [
		{ kind: "driverLicence", method: "original", sha256: ($seed + "1"), validUntil: "2035-12-31",
		  proves: ["surname", "givenName", "commonName"] },
		{ kind: "personnelRegister", method: "register", sha256: ($seed + "2"), issuedOn: $today,
		  proves: ["organizationName", "directoryName", "serialNumber"] },
		{ kind: "corporateRegister", method: "register", sha256: ($seed + "3"), issuedOn: $today,
		  proves: ["organizationIdentifier", "organizationName", "stateOrProvinceName"] },
		{ kind: "mailControl", method: "mail", sha256: ($seed + "4"), issuedOn: $today, proves: ["rfc822Name"] } ] }' |
		jq "${2:-.}"
}
new_key() { # FILE ALGORITHM
	case $2 in
	RSA-*) openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:"${2#RSA-}" -out "$1" 2>/dev/null ||
		openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:"${2#RSA-}" -out "$1" 2>/dev/null ;;
	*) openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:"$2" -pkeyopt ec_param_enc:named_curve -out "$1" 2>/dev/null ;;
	esac
}
request_key() { # KEY ORIGIN [DIGEST]: the member "key" of a form, with a request that the key signed
	openssl req -new -key "$1" -subj "/CN=any" -"${3:-sha256}" 2>/dev/null |
		jq -Rs --arg origin "$2" '{ origin: $origin, csr: . }'
}

# apply FORM-JSON: prints the receipt number.
apply() { printf %s "$1" | as_person tanaka apply - --json | jq -r .receiptNumber; }
# decide RECEIPT: evidence, identity, approval; decisions are kept in $work/decisions.
decide() {
	mkdir -p "$work/decisions"
	evidence "$1" | as_person sato evidence "$1" - &&
		as_person sato identify "$1" --yes --keep "$work/decisions" &&
		as_person kobayashi approve "$1" --yes --keep "$work/decisions"
}
# approved FORM-JSON: prints the receipt number of an application that the RA verified, or that is issued already.
approved() {
	local receipt
	receipt=$(apply "$1") && decide "$receipt" >"$work/decided" 2>&1 || { cat "$work/decided" >&2; return 1; }
	printf '%s\n' "$receipt"
}
