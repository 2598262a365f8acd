#!/bin/bash
# The README's first command, with sanitizers: start, walk twice, start again while it runs, and nothing left after stop.
set -euo pipefail
cd "$(dirname "$0")/../.."
export INKAN_HOME=build/story-walk INKAN_BUILD=${INKAN_BUILD:-build/gcc-check/bin}
passed=0
ok() { passed=$((passed + 1)); printf 'ok %d %s\n' "$passed" "$*"; }
finish() {
	local code=$?
	if [ $code != 0 ]; then tail -n 12 "$INKAN_HOME"/log/*.log >&2 || true; fi
	demo/run stop >/dev/null 2>&1 || true
	exit $code
}
trap finish EXIT
demo/run stop >/dev/null 2>&1 || true
rm -rf "$INKAN_HOME"/* 2>/dev/null || true

demo/run start >/dev/null; ok "starts from nothing"
demo/run walk >"$INKAN_HOME/walk.txt"; ok "walks one subscriber through a life"
demo/run start >/dev/null; ok "start again while it runs changes nothing"
demo/run walk >"$INKAN_HOME/walk.txt"; ok "walks a second one"
for name in root.pem issuing.pem subscriber.pem subscriber.p12 pin.txt ocsp-good.der ocsp-revoked.der crl-before.der crl-after.der audit.jsonl; do
	test -s "$INKAN_HOME/walk/$name"
done
ok "leaves its artefacts"
for key in status lra ra; do jq -e ".$key" "$INKAN_HOME/addresses.json" >/dev/null; done
ok "writes its addresses"
# Every decision can be judged by OpenSSL alone: the statement, the signature, the staff CA.
cat "$INKAN_HOME/ceremony/staff.pem" "$INKAN_HOME/ceremony/operations.pem" >"$INKAN_HOME/staff-chain.pem"
for signature in "$INKAN_HOME"/walk/decisions/*.p7s; do
	openssl cms -verify -binary -inform DER -in "$signature" -content "${signature%.p7s}.json" -CAfile "$INKAN_HOME/staff-chain.pem" \
		-purpose any -out /dev/null 2>/dev/null
done
ok "openssl verifies every decision"
# proves R-LOG-06, R-CA-KEY-06: the PIN and the tokens' PIN stand in no log, in no export, in no argument
for pin in "$INKAN_HOME/walk/pin.txt" "$INKAN_HOME/token/pin"; do
	if grep -rqF -f "$pin" "$INKAN_HOME/log" "$INKAN_HOME/walk/audit.jsonl" "$INKAN_HOME/ceremony"; then echo "a PIN was found" >&2; exit 1; fi
	if grep -qaF -f "$pin" /proc/[0-9]*/cmdline 2>/dev/null; then echo "a PIN is an argument" >&2; exit 1; fi
done
tools/postgres psql "$INKAN_HOME" -Atc 'SELECT * FROM inkan.delivery' >"$INKAN_HOME/delivery.txt"
if grep -qF -f "$INKAN_HOME/walk/pin.txt" "$INKAN_HOME/delivery.txt"; then echo "the PIN is in the registry" >&2; exit 1; fi
ok "no PIN in logs, exports, arguments or registry"
demo/run stop
sleep 0.3
if pgrep -f "$(tools/home "$INKAN_HOME")/bin/inkan" >/dev/null; then echo "processes are left" >&2; exit 1; fi
ok "nothing is left running"
printf '%d passed, 0 failed\n' "$passed"
