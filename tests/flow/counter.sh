#!/bin/bash
# The browser's door: pages, login by card, forged requests, step-up, logout, ends of sessions, and a role that is taken away.
# curl is the browser here: it says from which page it comes, as browsers do, and keeps the cookie.
set -u
cd "$(dirname "$0")/../.."
source tests/support/story.bash
clock=$(mktemp -d); chmod 755 "$clock"
export INKAN_TEST_CLOCK=$clock/offset
echo 0 >"$INKAN_TEST_CLOCK"; chmod 644 "$INKAN_TEST_CLOCK"
drop_clock() { rm -rf "$clock"; }
story_also=drop_clock
story_begin counter

now=0
later() { now=$((now + $1)); echo "$now" >"$INKAN_TEST_CLOCK"; } # SECONDS

# ask PERSON METHOD PATH [CURL…]: as a page in that person's browser; prints the status, the answer lies in $work/answer.
ask() {
	local person=$1 method=$2 path=$3; shift 3
	local card=(--cert "$home/ceremony/$person-auth.pem" --key "$home/ceremony/$person-auth.key")
	[ "$person" != nobody ] || card=()
	curl -sS --cacert "$home/conf/server-ca.pem" "${card[@]}" -X "$method" -H "Sec-Fetch-Site: ${site:-same-origin}" \
		-H "Sec-Fetch-Mode: cors" -b "$work/$person.jar" -c "$work/$person.jar" -D "$work/head" -o "$work/answer" \
		-w '%{http_code}' "$@" "$lra_url$path"
}
# post PERSON PATH JSON [CURL…]: with the token of the person's session and our own origin.
post() {
	local person=$1 path=$2 body=$3; shift 3
	ask "$person" POST "$path" -H "Origin: $lra_url" -H "X-Inkan-Token: ${token-$(cat "$work/$person.token" 2>/dev/null)}" \
		-H "Content-Type: ${type:-application/json}" -d "$body" "$@"
}
keep_token() { jq -r '.token // empty' "$work/answer" >"$work/$1.token"; }
log_in() { post "$1" /v1/session '{}'; keep_token "$1"; }
says() { [ "$(jq -r "$1" "$work/answer")" = "$2" ] || { cat "$work/answer"; return 1; }; }
code() { jq -r '.faults[0].code // .name' "$work/answer"; }
header() { grep -qi "^$1: $2"$'\r'"\$" "$work/head" || { cat "$work/head"; return 1; }; }
# expect WORDS STATUS CODE COMMAND…: the status, and the code of the refusal.
expect() {
	local words=$1 status=$2 word=$3 is; shift 3
	is=$("$@")
	if [ "$is" = "$status" ] && { [ -z "$word" ] || [ "$(code)" = "$word" ]; }; then good "$words"; else
		bad "$words: $is $(code), not $status $word"; head -c 400 "$work/answer"
	fi
}
live() { sql "SELECT count(*) FROM web_session WHERE person = '$1' AND ended_at IS NULL"; }

# ---- pages
for path in / /index.html /css/frame.css /js/counter.js /words/ja/queue.json; do
	expect "$path is served" 200 "" ask nobody GET "$path"
	check "$path: its policy" header Content-Security-Policy "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'"
	check "$path: no referrer" header Referrer-Policy no-referrer
	check "$path: no guessing of types" header X-Content-Type-Options nosniff
done
for path in /../conf/lra.cfg /%2e%2e/conf/lra.cfg /..%2fconf/lra.cfg /web/../../conf/lra.cfg; do
	expect "$path is refused" 400 input ask nobody GET "$path" --path-as-is
done
expect "no folder is listed" 404 notfound ask nobody GET /words/
ask nobody GET /v1/session >/dev/null
check "nobody is nobody" says .login none
check "the interface is stored nowhere" header Cache-Control no-store

# ---- login
expect "without a session a page may nothing, card or not" 403 session.none ask sato GET /v1/applications
ask sato GET /v1/session >/dev/null
check "but is told whose card it is" says '.login + " " + .person.id' 'certificate sato'
check "a program with its certificate needs no session" as_person sato list
expect "nobody logs in without a card" 403 session.none log_in nobody
expect "an RA officer has no role here" 403 login.role log_in suzuki
expect "login by card" 201 "" log_in sato
check "the cookie: every flag" header Set-Cookie '__Host-inkan-card=[0-9a-f]\{64\}; Path=/; Secure; HttpOnly; SameSite=Strict'
check "the page knows who it is" says '.login + " " + .person.nameJa + " " + .roles[0]' 'card 佐藤 花子 lraClerk'
expect "and may look" 200 "" ask sato GET /v1/applications
equal "the token is not in the registry" 0 "$(sql "SELECT count(*) FROM web_session WHERE web_session::text LIKE '%$(awk '/inkan/{print $7}' "$work/sato.jar")%'")"

# ---- requests that are not his own page's
application=$(form P-PERSON-MP 700001 '{"origin":"handover"}')
token='' expect "without the token" 403 session.token post sato /v1/applications "$application"
token=00 expect "with a wrong one" 403 session.token post sato /v1/applications "$application"
site=cross-site expect "from another site" 403 session.origin post sato /v1/applications "$application"
site=same-site expect "from another port of this host" 403 session.origin post sato /v1/applications "$application"
site=none expect "from nowhere" 403 session.origin post sato /v1/applications "$application"
expect "by a foreign origin" 403 session.origin ask sato POST /v1/applications -H 'Origin: https://evil.example' \
	-H "X-Inkan-Token: $(cat "$work/sato.token")" -H 'Content-Type: application/json' -d "$application"
site=cross-site expect "another site does not even look" 403 session.origin ask sato GET /v1/applications
type=text/plain expect "a form of another kind" 415 mediatype post sato /v1/applications "$application"
equal "none of them did anything" 0 "$(sql "SELECT count(*) FROM application")"
expect "his own page" 201 "" post sato /v1/applications "$application"
receipt=$(jq -r .receiptNumber "$work/answer")

# ---- another's hands on the cookie
cp "$work/sato.jar" "$work/tanaka.jar"; cp "$work/sato.token" "$work/tanaka.token"
expect "the cookie with another card" 403 session.other ask tanaka GET /v1/applications
cp "$work/sato.jar" "$work/nobody.jar"
expect "the cookie without the card" 403 session.other ask nobody GET /v1/applications
rm -f "$work"/tanaka.* "$work"/nobody.jar

# ---- a session approves nothing: what counts is the signature
expect "papers are judged by dated rules (R-IDV-12)" 200 "" ask sato GET /v1/identity-rules
rules=$(jq -r .sha256 "$work/answer")
evidence "$receipt" | as_person tanaka evidence "$receipt" - >/dev/null
as_person tanaka identify "$receipt" --yes --keep "$work" >/dev/null 2>&1
equal "the decision names the rules that were used" "$rules" "$(sql "SELECT convert_from(statement, 'UTF8')::json ->> 'identityRules' FROM decision")"
expect "an approver logs in" 201 "" log_in kobayashi
expect "he sees the statement" 200 "" ask kobayashi GET "/v1/applications/$receipt/statements/approve"
statement=$(jq -r .statement "$work/answer")
expect "no form of signature" 400 input post kobayashi "/v1/applications/$receipt/decisions" \
	"{\"form\":\"none\",\"statement\":\"$statement\",\"signature\":\"\"}"
expect "another statement's signature" 422 crypto post kobayashi "/v1/applications/$receipt/decisions" \
	"{\"form\":\"cms\",\"statement\":\"$statement\",\"signature\":\"$(base64 -w0 "$work/$receipt-identify.p7s")\"}"
equal "the application stands where it stood" identified "$(state_of "$receipt")"
equal "and nobody approved it" "" "$(sql "SELECT approved_by FROM application WHERE receipt_number = '$receipt'")"

# ---- step-up
later 301
expect "after five minutes a grave deed needs the person" 403 session.stepUp post sato "/v1/applications/$receipt/pin" ''
expect "a light one does not" 200 "" ask sato GET /v1/applications
cp "$work/sato.jar" "$work/old.jar"
expect "step-up by card" 200 "" post sato /v1/session/step-up '{}'
keep_token sato
check "it is fresh" says '.stepUp.secondsLeft > 290' true
expect "the deed goes on to its own rules" 404 notfound post sato "/v1/applications/$receipt/pin" ''
cp "$work/sato.jar" "$work/new.jar"; cp "$work/old.jar" "$work/sato.jar"
expect "the cookie of before is worth nothing" 403 session.ended ask sato GET /v1/applications
cp "$work/new.jar" "$work/sato.jar"
# One connection for two requests, with some time between: what the card proved at its begin is old.
(sleep 1; later 30) &
curl -sS --cacert "$home/conf/server-ca.pem" --cert "$home/ceremony/sato-auth.pem" --key "$home/ceremony/sato-auth.key" --rate 20/m \
	-b "$work/sato.jar" -H 'Sec-Fetch-Site: same-origin' -o "$work/answer1" "$lra_url/v1/session" \
	--next -sS --cacert "$home/conf/server-ca.pem" --cert "$home/ceremony/sato-auth.pem" --key "$home/ceremony/sato-auth.key" \
	-b "$work/sato.jar" -H 'Sec-Fetch-Site: same-origin' -H "Origin: $lra_url" -H "X-Inkan-Token: $(cat "$work/sato.token")" \
	-H 'Content-Type: application/json' -d '{}' -D "$work/head" -o "$work/answer" "$lra_url/v1/session/step-up"
wait; now=$((now + 30))
equal "an old connection proves nothing new" session.card "$(code)"
check "and is closed" header Connection close

# ---- logout
expect "still logged in" 200 "" ask sato GET /v1/applications
cp "$work/sato.jar" "$work/old.jar"
token='' expect "logout without the token" 403 session.token post sato /v1/session/logout '{}'
expect "logout" 200 "" post sato /v1/session/logout '{}'
check "the cookie is taken away" header Set-Cookie '__Host-inkan-card=; .*Max-Age=0'
equal "the session is over in the registry" 0 "$(live sato)"
cp "$work/old.jar" "$work/sato.jar"
expect "the cookie, played again, is refused" 403 session.ended ask sato GET /v1/applications
expect "also by a program" 403 session.ended ask sato GET /v1/applications -H 'Sec-Fetch-Site:' -H 'Sec-Fetch-Mode:'
expect "and does nothing" 403 session.ended post sato /v1/applications "$application"
ask sato GET /v1/session >/dev/null
check "the page sees that nobody is logged in" says .login certificate
equal "who played it is on record" t "$(sql "SELECT count(*) >= 3 FROM audit_event WHERE event = 'accessRefused' AND detail LIKE '%session%'")"

# ---- one session each
expect "login" 201 "" log_in sato
cp "$work/sato.jar" "$work/old.jar"; rm "$work/sato.jar"
expect "login in another browser" 201 "" log_in sato
equal "one session" 1 "$(live sato)"
cp "$work/sato.jar" "$work/new.jar"; cp "$work/old.jar" "$work/sato.jar"
expect "the first one ended" 403 session.ended ask sato GET /v1/applications
cp "$work/new.jar" "$work/sato.jar"

# ---- time
later 840; expect "14 minutes idle" 200 "" ask sato GET /v1/applications
later 840; expect "and again" 200 "" ask sato GET /v1/applications
later 600; expect "what the page asks by itself" 200 "" ask sato GET /v1/applications -H 'X-Inkan-Background: 1'
later 300; expect "does not keep it alive" 403 session.ended ask sato GET /v1/applications
check "the keeper closes it" wait_until 10 eval '[ "$(live sato)" = 0 ]'
equal "for that reason" idle "$(sql "SELECT ended_by FROM web_session WHERE person = 'sato' ORDER BY id DESC LIMIT 1")"
expect "login" 201 "" log_in sato
for _ in $(seq 38); do later 840; ask sato GET /v1/applications >/dev/null; done # 8 h 52 min, never idle
expect "nearly nine hours" 200 "" ask sato GET /v1/applications
later 480; expect "nine hours" 403 session.ended ask sato GET /v1/applications

# ---- a role that is taken away (R-ACC-05)
expect "login" 201 "" log_in sato
expect "in force" 200 "" ask sato GET /v1/applications
cp "$home/conf/roster.cfg" "$work/roster.cfg"
sed '/id = "sato"/s/"lraClerk"/"auditor"/' "$work/roster.cfg" >"$work/less.cfg"
refused "one role changes" . diff "$work/roster.cfg" "$work/less.cfg"
cat "$work/less.cfg" >"$home/conf/roster.cfg"
begun=$SECONDS
refuses() { ask sato GET /v1/applications >/dev/null; [ "$(code)" = session.ended ]; }
check "the session ends by itself" wait_until 10 refuses
check "within ten seconds" test $((SECONDS - begun)) -le 10
check "in the registry, too" wait_until 10 eval '[ "$(live sato)" = 0 ]'
equal "for that reason" roster "$(sql "SELECT ended_by FROM web_session WHERE person = 'sato' ORDER BY id DESC LIMIT 1")"
echo 'people = ( nonsense' >"$home/conf/roster.cfg"; sleep 4
expect "a wrong roster changes nothing" 200 "" ask kobayashi GET /healthz
cat "$work/roster.cfg" >"$home/conf/roster.cfg"
lets_in() { [ "$(log_in sato)" = 201 ]; }
check "the role is back" wait_until 10 lets_in
expect "with a new login" 200 "" ask sato GET /v1/applications
