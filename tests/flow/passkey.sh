#!/bin/bash
# The counter by passkey, from the code that an administrator hands out to a certificate that the CA issues on a passkey's word:
# login, step-up, decisions, and what must not work: replayed and foreign answers, copies, a session without its passkey.
# curl is the browser; tests/flow/device.c is the device.
# proves R-ACC-04 R-ACC-05 R-ACC-06 R-LRA-04
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash
make --no-print-directory -s CC=gcc MODE=check build/gcc-check/flow/device || exit 1
device=$PWD/build/gcc-check/flow/device
clock=$(mktemp -d); chmod 755 "$clock"
export INKAN_TEST_CLOCK=$clock/offset
echo 0 >"$INKAN_TEST_CLOCK"; chmod 644 "$INKAN_TEST_CLOCK"
drop_clock() { rm -rf "$clock"; }
story_also=drop_clock
story_begin passkey

now=0
later() { now=$((now + $1)); echo "$now" >"$INKAN_TEST_CLOCK"; } # SECONDS

# ask PERSON METHOD PATH [CURL…]: as a page of the counter in that person's browser, which has no card.
ask() {
	local person=$1 method=$2 path=$3; shift 3
	curl -sS --cacert "$home/conf/server-ca.pem" -X "$method" -H "Sec-Fetch-Site: ${site:-same-origin}" -H "Sec-Fetch-Mode: cors" \
		-b "$work/$person.jar" -c "$work/$person.jar" -D "$work/head" -o "$work/answer" -w '%{http_code}' "$@" "$counter_url$path"
}
post() { # PERSON PATH JSON [CURL…]
	local person=$1 path=$2 body=$3; shift 3
	ask "$person" POST "$path" -H "Origin: ${origin:-$counter_url}" -H "X-Inkan-Token: ${token-$(cat "$work/$person.token" 2>/dev/null)}" \
		-H 'Content-Type: application/json' -d "$body" "$@"
}
of_answer() { jq -r "$1" "$work/answer"; }
says() { [ "$(of_answer "$1")" = "$2" ] || { cat "$work/answer"; return 1; }; }
code() { jq -r '.faults[0].code // .name // empty' "$work/answer"; }
expect() { # WORDS STATUS CODE COMMAND…
	local words=$1 status=$2 word=$3 is; shift 3
	is=$("$@")
	if [ "$is" = "$status" ] && { [ -z "$word" ] || [ "$(code)" = "$word" ]; }; then good "$words"; else
		bad "$words: $is $(code), not $status $word"; head -c 600 "$work/answer"; echo
	fi
}
live() { sql "SELECT count(*) FROM web_session WHERE person = '$1' AND ended_at IS NULL"; }

# challenge PERSON JSON: what the counter asks to be signed
challenge() { post "$1" /v1/session/options "$2" >/dev/null; of_answer '.challenge // empty'; }
# touched PERSON CHALLENGE [NAME=VALUE…]: what the person's device answers; $by: another device does
touched() { local person=$1 challenge=$2; shift 2; "$device" get "$work/${by:-$person}.device" "${origin:-$counter_url}" "$challenge" "$@"; }
keep_token() { [ "$(of_answer '.token // empty')" = "" ] || of_answer .token >"$work/$1.token"; }
log_in() { # PERSON [NAME=VALUE…]
	local person=$1; shift
	post "$person" /v1/session "$(touched "$person" "$(challenge "$person" '{"purpose":"login"}')" "$@")"
	keep_token "$person"
}
step_up() { local person=$1; shift; post "$person" /v1/session/step-up "$(touched "$person" "$(challenge "$person" '{"purpose":"stepUp"}')" "$@")"; keep_token "$person"; }

# ---- the two doors
expect "the pages stand at the counter" 200 "" ask nobody GET /
expect "nobody is nobody" 200 "" ask nobody GET /v1/session
check "and sees how one logs in" says '.login + " " + .door + " " + (.logins | join(","))' "none counter passkey"
check "and where cards go" says '.doors.card + " " + .doors.counter' "$lra_url $counter_url"
no_card_asked() { ! openssl s_client -connect "${counter_url#https://}" -CAfile "$home/conf/server-ca.pem" </dev/null 2>&1 | grep -q 'Acceptable client certificate CA names'; }
check "no certificate is asked for" no_card_asked
curl -sS --cacert "$home/conf/server-ca.pem" --cert "$home/ceremony/sato-auth.pem" --key "$home/ceremony/sato-auth.key" \
	-o "$work/answer" "$counter_url/v1/session"
check "a card is nobody here" says .login none
expect "nor does it log in" 400 input post nobody /v1/session '{}'
expect "without a session nothing" 403 session.none ask nobody GET /v1/applications
origin=https://evil.example expect "another site's page" 403 session.origin post nobody /v1/session/options '{"purpose":"login"}'

# ---- enrolment: a code, a registration, two administrators
passkey() { local person=$1; shift; inkan lra passkey "$@" -c "$home/conf/$person.cfg"; } # WHO VERB…
register() { # PERSON DEVICE: the passkey's number in $id
	local code
	code=$(passkey mori invite "$1" --json | jq -r .code)
	post nobody /v1/registrations/options "{\"person\":\"$1\",\"code\":\"$code\"}" >/dev/null
	excluded=$(of_answer '.excludeCredentials | length')
	"$device" create "$work/$2.device" localhost "$counter_url" "$(of_answer .challenge)" |
		jq --arg person "$1" --arg code "$code" 'del(.credential) + { person: $person, code: $code }' >"$work/made"
	post nobody /v1/registrations @"$work/made" >/dev/null
	id=$(sql "SELECT max(id) FROM credential WHERE person = '$1'")
}
enrol() { passkey mori enrol "$1" --yes && passkey ogawa enrol "$1" --yes; }
refused "nobody invites himself" "somebody else" passkey mori invite mori
refused "a clerk invites nobody" "403|permitted" passkey sato invite tanaka
wrong() { post nobody /v1/registrations/options '{"person":"sato","code":"00000-00000-00000-00000"}'; }
right=$(passkey mori invite sato)
for n in 1 2 3 4 5; do expect "a wrong code, $n" 403 passkey.code wrong; done
expect "then the right one is worth nothing, too" 403 passkey.code post nobody /v1/registrations/options "{\"person\":\"sato\",\"code\":\"$right\"}"
register sato sato; sato_id=$id
expect "a passkey that nobody vouched for opens nothing" 403 login.passkey log_in sato
check "one administrator signs for it" passkey mori enrol "$sato_id" --yes
expect "that is not enough" 403 login.passkey log_in sato
refused "he does not sign twice" "already" passkey mori enrol "$sato_id" --yes
check "the second one does" passkey ogawa enrol "$sato_id" --yes
check "the list says so" eval 'passkey mori list | grep -q "sato .*in force.*mori, ogawa"'
equal "for programs, too" "true mori ogawa" "$(passkey ogawa list --json | jq -r '.passkeys[0] | "\(.inForce) \([.signed[].person] | join(" "))"')"
register kobayashi kobayashi; enrol "$id" >/dev/null 2>&1
register tanaka tanaka; tanaka_id=$id; enrol "$id" >/dev/null 2>&1

# ---- login
expect "login by passkey" 201 "" log_in sato
check "the page knows who it is" says '.login + " " + .person.nameJa + " " + (.passkeys | tostring)' "passkey 佐藤 花子 1"
check "the cookie: every flag" grep -qi '^Set-Cookie: __Host-inkan=[0-9a-f]\{64\}; Path=/; Secure; HttpOnly; SameSite=Strict' "$work/head"
expect "and may look" 200 "" ask sato GET /v1/applications
site=cross-site expect "another site does not" 403 session.origin ask sato GET /v1/applications
cp "$work/sato.jar" "$work/thief.jar"
curl -sS --cacert "$home/conf/server-ca.pem" -b "$work/sato.jar" -o "$work/answer" "$lra_url/v1/applications"
equal "the cookie is nothing at the other door" session.none "$(code)"
equal "one session" 1 "$(live sato)"

# ---- two passkeys, two doors, one person with one session
register sato second; enrol "$id" >/dev/null 2>&1
by=second expect "his second passkey is as good" 201 "" log_in sato
check "and he has two" says '.passkeys' 2
cp "$work/sato.jar" "$work/counter.jar"
with_card() { curl -sS --cacert "$home/conf/server-ca.pem" --cert "$home/ceremony/sato-auth.pem" --key "$home/ceremony/sato-auth.key" \
	-H 'Sec-Fetch-Site: same-origin' -H "Origin: $lra_url" -H 'Content-Type: application/json' -d '{}' -o "$work/answer" "$lra_url/v1/session"; }
with_card
check "with his card he is the same person" says '.login + " " + .person.id' "card sato"
expect "whose other session is over" 403 session.ended ask sato GET /v1/applications
expect "login by passkey ends that of the card" 201 "" log_in sato
equal "one session" 1 "$(live sato)"

# ---- answers that prove nothing
good_answer=$(touched tanaka "$(challenge tanaka '{"purpose":"login"}')")
expect "login" 201 "" post tanaka /v1/session "$good_answer"
keep_token tanaka
expect "the same answer again" 403 login.challenge post nobody /v1/session "$good_answer"
late=$(challenge nobody '{"purpose":"login"}'); later 121
expect "an answer that comes late" 403 login.challenge post nobody /v1/session "$(touched tanaka "$late")"
made_up=$(head -c 32 /dev/urandom | base64 -w0)
expect "a challenge that nobody gave" 403 login.challenge post nobody /v1/session "$(touched tanaka "$made_up")"
one=$(challenge nobody '{"purpose":"login"}'); two=$(challenge nobody '{"purpose":"login"}')
expect "one challenge signed, another named" 403 login.passkey post nobody /v1/session \
	"$(touched tanaka "$one" | jq --arg c "$two" '.challenge = $c')"
expect "the person was not verified" 403 login.passkey log_in tanaka flags=1
expect "nobody was there" 403 login.passkey log_in tanaka flags=4
expect "a registration's answer" 403 login.passkey log_in tanaka type=webauthn.create
elsewhere() { local c; c=$(challenge nobody '{"purpose":"login"}'); post nobody /v1/session "$("$device" get "$work/tanaka.device" https://evil.example "$c")"; }
expect "made for another site" 403 login.passkey elsewhere
another_key() { local c; c=$(challenge nobody '{"purpose":"login"}'); post nobody /v1/session "$(touched tanaka "$c" | jq --arg k "$(touched sato "$c" | jq -r .credential)" '.credential = $k')"; }
expect "signed by another passkey than named" 403 login.passkey another_key
changed() { local c; c=$(challenge nobody '{"purpose":"login"}'); post nobody /v1/session "$(touched tanaka "$c" | jq '.clientDataJSON |= (@base64d | sub("get"; "get ") | @base64)')"; }
expect "changed on the way" 403 login.passkey changed
cp "$work/tanaka.device" "$work/copy.device"
expect "the device goes on" 201 "" log_in tanaka
by=copy expect "a copy of it does not" 403 passkey.counter log_in tanaka
equal "each is on record" t "$(sql "SELECT count(*) >= 10 FROM audit_event WHERE event = 'loginRefused' AND detail LIKE '%login.%'")"
equal "the copy, too" 1 "$(sql "SELECT count(*) FROM audit_event WHERE event = 'loginRefused' AND actor = 'tanaka' AND detail LIKE '%passkey.counter%'")"
equal "none of them took a session" 1 "$(live tanaka)"

# ---- a decision is the passkey's signature over the exact statement
application=$(form P-PERSON-MP 710001 '{"origin":"handover"}')
expect "an application" 201 "" post tanaka /v1/applications "$application"
receipt=$(of_answer .receiptNumber)
expect "its evidence" 201 "" post sato "/v1/applications/$receipt/evidence" "$(evidence "$receipt")"
expect "login of the approver" 201 "" log_in kobayashi
statement() { ask "$1" GET "/v1/applications/$2/statements/$3" >/dev/null; of_answer .statement; }
own_challenge() { { printf 'inkan.decision.passkey.1\0'; base64 -d <<<"$1"; } | openssl dgst -sha256 -binary | base64 -w0; }
# signed STATEMENT ANSWER: the decision
signed() { jq -n --arg s "$1" --arg g "$(jq -cjS 'del(.challenge)' <<<"$2" | base64 -w0)" '{ form: "passkey", statement: $s, signature: $g }'; }
decide_as() { local s; s=$(statement "$1" "$2" "$3"); post "$1" "/v1/applications/$2/decisions" "$(signed "$s" "$(touched "$1" "$(own_challenge "$s")")")"; }
identity=$(statement sato "$receipt" identify)
equal "the counter asks for the hash of the very statement" "$(own_challenge "$identity")" \
	"$(challenge sato "{\"purpose\":\"decision\",\"statement\":\"$identity\"}")"
expect "nobody is asked to sign another's statement" 400 input post kobayashi /v1/session/options "{\"purpose\":\"decision\",\"statement\":\"$identity\"}"
later 301
ask sato GET /v1/session >/dev/null
grave=$(of_answer '.stepUp.routes[]')
check "letters, PINs, hand-over, ledger, sealed papers, destruction, codes are grave" test "$(wc -l <<<"$grave")" -ge 9
while read -r method path; do
	path=$(sed "s/{receipt}/$receipt/; s/{sha256}/$(printf x | sha256sum | cut -c1-64)/" <<<"$path")
	expect "five minutes later it wants the person: $method ${path%%\?*}" 403 session.stepUp ask sato "$method" "$path" \
		-H "Origin: $counter_url" -H "X-Inkan-Token: $(cat "$work/sato.token")"
done <<<"$grave"
expect "what is not grave goes on" 200 "" ask sato GET /v1/applications
expect "a statement as old does not stand for him" 403 session.stepUp post sato "/v1/applications/$receipt/decisions" \
	"$(signed "$identity" "$(touched sato "$(own_challenge "$identity")")")"
identity=$(statement sato "$receipt" identify)
identified=$(signed "$identity" "$(touched sato "$(own_challenge "$identity")")")
expect "the thief of a session, without the passkey" 422 crypto post sato "/v1/applications/$receipt/decisions" \
	"$(jq '.signature |= (@base64d | fromjson | .signature = "MAYCAQECAQE=" | tojson | @base64)' <<<"$identified")"
expect "with a statement of no signature at all" 400 input post sato "/v1/applications/$receipt/decisions" \
	"$(jq '.signature = ""' <<<"$identified")"
expect "with a login's answer in its place" 403 denied post sato "/v1/applications/$receipt/decisions" \
	"$(signed "$identity" "$(touched sato "$(challenge nobody '{"purpose":"login"}')")")"
equal "nothing was decided" received "$(state_of "$receipt")"
expect "identity, by one touch: the decision is the step-up" 200 "" post sato "/v1/applications/$receipt/decisions" "$identified"
equal "identified" identified "$(state_of "$receipt")"
expect "the same decision again is the same answer" 200 "" post sato "/v1/applications/$receipt/decisions" "$identified"
equal "and is not made twice" 1 "$(sql "SELECT count(*) FROM decision d JOIN application a ON a.id = d.application_id WHERE a.receipt_number = '$receipt'")"

expect "another application" 201 "" post tanaka /v1/applications "$(form P-PERSON-MP 710002 '{"origin":"handover"}')"
other=$(of_answer .receiptNumber)
post sato "/v1/applications/$other/evidence" "$(evidence "$other")" >/dev/null
expect "an answer over one statement in the place of another" 403 denied post sato "/v1/applications/$other/decisions" \
	"$(jq --arg s "$(statement sato "$other" identify)" '.statement = $s' <<<"$identified")"
expect "a decision sent to another case" 409 decision.content post sato "/v1/applications/$other/decisions" "$identified"
expect "a decision sent by somebody else" 403 "" post kobayashi "/v1/applications/$other/decisions" "$identified"
forged=$(statement sato "$other" identify)
expect "a statement that was changed after it was shown" 403 denied post sato "/v1/applications/$other/decisions" \
	"$(signed "$(base64 -d <<<"$forged" | sed 's/710002/710003/' | base64 -w0)" "$(touched sato "$(own_challenge "$forged")")")"
equal "the other one stands where it stood" received "$(state_of "$other")"
cp "$work/sato.device" "$work/copy.device"
expect "the device goes on" 200 "" decide_as sato "$other" identify
expect "a third application" 201 "" post tanaka /v1/applications "$(form P-PERSON-MP 710004 '{"origin":"handover"}')"
third=$(of_answer .receiptNumber)
post sato "/v1/applications/$third/evidence" "$(evidence "$third")" >/dev/null
by=copy expect "a copy of it decides nothing" 403 passkey.counter decide_as sato "$third" identify
equal "the third one stands where it stood" received "$(state_of "$third")"

# ---- many decisions by one touch: the list is signed, and each of them is judged by itself behind it
expect "a fourth application" 201 "" post tanaka /v1/applications "$(form P-PERSON-MP 710005 '{"origin":"handover"}')"
fourth=$(of_answer .receiptNumber)
post sato "/v1/applications/$fourth/evidence" "$(evidence "$fourth")" >/dev/null
both=$(jq -nc --arg a "$third" --arg b "$fourth" '[$a, $b]')
list_of() { post "$1" /v1/decisions/statement "{\"decision\":\"$2\",\"receiptNumbers\":$both}" >/dev/null; of_answer .statement; }
decide_both() { post "$1" /v1/decisions "$(signed "$2" "$(touched "$1" "$(own_challenge "$2")")" | jq --argjson r "$both" '.receiptNumbers = $r')"; }
list=$(list_of sato identify)
equal "the counter asks for the hash of the very list" "$(own_challenge "$list")" "$(challenge sato "{\"purpose\":\"decision\",\"statement\":\"$list\"}")"
expect "nobody is asked to sign another's list" 400 input post kobayashi /v1/session/options "{\"purpose\":\"decision\",\"statement\":\"$list\"}"
expect "nor something that is neither" 400 input post sato /v1/session/options "{\"purpose\":\"decision\",\"statement\":\"$(base64 -w0 <<<'{"schema":"inkan.decisions.2"}')\"}"
cp "$work/sato.device" "$work/copy.device"
expect "the device goes on" 200 "" step_up sato
by=copy expect "a copy of it decides none of them" 200 "" decide_both sato "$list"
equal "each is refused" "passkey.counter passkey.counter" "$(of_answer '[.cases[].refusal.faults[0].code] | join(" ")')"
expect "two identities by one touch" 200 "" decide_both sato "$list"
equal "both are identified" "identified identified" "$(of_answer '[.cases[].state] | join(" ")')"
expect "two approvals by one touch" 200 "" decide_both kobayashi "$(list_of kobayashi approve)"
for one in "$third" "$fourth"; do check "the RA judges $one by the list" wait_until 30 in_state "$one" verified; done
equal "one passkey's word for all of them" "list list list list" "$(sql "SELECT string_agg(d.form, ' ') FROM decision d JOIN application a
	ON a.id = d.application_id WHERE a.receipt_number IN ('$third', '$fourth')")"

# ---- approval, order, certificate: the CA's own processes judge the same answer again
expect "approval by passkey" 200 "" decide_as kobayashi "$receipt" approve
check "the RA verifies it" wait_until 30 in_state "$receipt" verified
expect "step-up by passkey" 200 "" step_up sato
check "it is fresh" says '.stepUp.secondsLeft > 290' true
check "what needs it here" says '[.stepUp.routes[] | select(endswith("/decisions"))] | length' 0
expect "the hand-over goes on" 200 "" post sato "/v1/applications/$receipt/delivery" \
	'{"form":"pkcs12","fileChannel":"mail","pinChannel":"letter"}'
check "a certificate, on passkeys' word alone" wait_until 30 in_state "$receipt" delivered
equal "both decisions are passkeys'" "passkey passkey" "$(sql "SELECT string_agg(d.form, ' ' ORDER BY d.id) FROM decision d JOIN application a
	ON a.id = d.application_id WHERE a.receipt_number = '$receipt' AND d.kind IN ('identify', 'approve')")"
expect "the PIN" 200 "" post sato "/v1/applications/$receipt/pin" ''

# ---- revocation by passkey
serial=$(sql "SELECT encode(c.serial_number, 'hex') FROM certificate c JOIN certificate_order o ON o.id = c.order_id JOIN application a
	ON a.id = o.application_id WHERE a.receipt_number = '$receipt'")
issuer=person
later 301
expect "the statement of a revocation" 200 "" ask sato GET \
	"/v1/revocations/statement?issuer=$issuer&serialNumber=$serial&event=lostDevice&requester=holder"
revocation=$(of_answer .statement)
expect "revoked by one touch" 202 "" post sato /v1/revocations "$(signed "$revocation" "$(touched sato "$(own_challenge "$revocation")")")"
revoked() { [ "$(sql "SELECT count(*) FROM certificate_revocation r WHERE encode(r.serial_number, 'hex') = '$serial'")" = 1 ]; }
check "and the CA does it" wait_until 30 revoked

# ---- step-up is the person's own, and the session's
theirs=$(touched tanaka "$(challenge tanaka '{"purpose":"stepUp"}')")
expect "another session's step-up" 403 login.challenge post sato /v1/session/step-up "$theirs"
expect "a login's challenge" 403 login.challenge post sato /v1/session/step-up "$(touched sato "$(challenge nobody '{"purpose":"login"}')")"
by=tanaka expect "another person's passkey" 403 session.other step_up sato
cp "$work/sato.jar" "$work/old.jar"
expect "his own" 200 "" step_up sato
cp "$work/sato.jar" "$work/new.jar"; cp "$work/old.jar" "$work/sato.jar"
expect "the cookie of before is worth nothing" 403 session.ended ask sato GET /v1/applications
cp "$work/new.jar" "$work/sato.jar"

# ---- his own passkeys: he sees them, and ends one that is lost
expect "a clerk sees his own passkeys" 200 "" ask sato GET /v1/passkeys
check "and nobody else's" says '[.passkeys[].person] | unique | join(" ")' sato
second=$(of_answer '.passkeys[1].id')
end_own() { ask sato GET "/v1/passkeys/$1/statements/disenrol" >/dev/null; local s; s=$(of_answer .statement)
	post sato "/v1/passkeys/$1/decisions" "$(signed "$s" "$(touched sato "$(own_challenge "$s")")")"; }
expect "another's he does not end" 403 denied end_own "$tanaka_id"
expect "he ends the one that he lost" 200 "" end_own "$second"
check "it is over" says .inForce false
by=second expect "and opens nothing" 403 login.passkey log_in sato
expect "his session by the other goes on" 200 "" ask sato GET /v1/session
check "with one passkey left" says .passkeys 1

# ---- logout
cp "$work/sato.jar" "$work/old.jar"
expect "logout" 200 "" post sato /v1/session/logout '{}'
cp "$work/old.jar" "$work/sato.jar"
expect "the cookie, played again" 403 session.ended ask sato GET /v1/applications
expect "decides nothing" 403 session.ended post sato "/v1/applications/$third/decisions" "$identified"
expect "nor does it ask" 403 session.none post sato /v1/session/options "{\"purpose\":\"decision\",\"statement\":\"$identity\"}"

# ---- a passkey that has ended (R-ACC-05)
expect "tanaka is logged in" 200 "" ask tanaka GET /v1/session
check "by passkey" says .login passkey
check "an administrator ends his passkey" passkey mori end "$tanaka_id" --yes
expect "his session is over at once" 403 session.ended ask tanaka GET /v1/applications
over() { [ "$(live tanaka)" = 0 ]; }
check "in the registry, too" wait_until 10 over
equal "for that reason" passkey "$(sql "SELECT ended_by FROM web_session WHERE person = 'tanaka' ORDER BY id DESC LIMIT 1")"
expect "and there is no other" 403 login.passkey log_in tanaka

# ---- recovery: whoever lost his passkeys begins anew, with two administrators
register tanaka new; new_id=$id
equal "his browser is told what he had, so that it takes another device" 1 "$excluded"
by=new expect "by himself he does not come in" 403 login.passkey log_in tanaka
check "two administrators sign" enrol "$new_id"
by=new expect "then he does" 201 "" log_in tanaka
equal "each step is on record" "passkeyInvited passkeyRegistered passkeyEnrolled passkeyEnrolled" \
	"$(sql "SELECT string_agg(event, ' ' ORDER BY id) FROM (SELECT id, event FROM audit_event WHERE event LIKE 'passkey%' AND object = 'tanaka' ORDER BY id DESC LIMIT 4) e")"

# ---- whoever is refused again and again is not heard for a minute, and fills no audit trail
rows() { sql "SELECT count(*) FROM audit_event WHERE event = 'loginRefused'"; }
for _ in $(seq 90); do post nobody /v1/session "$good_answer" >/dev/null; done
equal "the address is not heard" login.often "$(code)"
before=$(rows)
for _ in $(seq 20); do post nobody /v1/session "$good_answer" >/dev/null; done
equal "and leaves no more rows" "$before" "$(rows)"
later 61
expect "a minute later it is" 403 login.challenge post nobody /v1/session "$good_answer"

# ---- a role that is taken away
expect "the approver is logged in" 200 "" ask kobayashi GET /v1/applications
cp "$home/conf/roster.cfg" "$work/roster.cfg"
sed '/id = "kobayashi"/s/"lraApprover"/"auditor"/' "$work/roster.cfg" >"$work/less.cfg"
cat "$work/less.cfg" >"$home/conf/roster.cfg"
expect "with the next request he is not" 403 session.ended ask kobayashi GET /v1/applications
cat "$work/roster.cfg" >"$home/conf/roster.cfg"
equal "no challenge lies about: rows are used again" t "$(sql "SELECT count(*) < 20 FROM web_challenge")"
