#!/bin/bash
# Story: somebody holds the RA's key for orders (token and PIN) and is superuser of the whole registry, its triggers switched
# off. He knows our forms (forge.c). What two people of an LRA did not sign must still not become a certificate, and what was
# revoked must not silently become good. The last part says what a superuser can do that is only noticed, or not at all.
# proves R-ACC-08 R-LRA-02 R-LRA-05 R-REV-08
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash

make --no-print-directory -s CC=gcc MODE=check build/gcc-check/flow/forge || exit 1
forge=$PWD/build/gcc-check/flow/forge
story_begin attacker
c=$home/ceremony

# ---- the attacker's tools

evil() { tools/postgres psql "$INKAN_HOME" -At -c "SET search_path = inkan; SET session_replication_role = replica" -c "$1"; }
by_ra() { SOFTHSM2_CONF=$home/token/ra.conf "$forge" token "$softhsm" ra "file:$home/token/ra.pin" ra-orders "$c/ra-orders.pem"; }
by_person() { "$forge" sign "$c/$1-sign.key" "$c/$1-sign.pem"; }
hex() { xxd -p "$1" | tr -d '\n'; }

rules=$(sha256sum policies/identity/IDENTITY-2026.cfg | cut -d' ' -f1)
# statement KIND PERSON CONTENT EVIDENCE: JSON of a statement as that person would be shown it
statement() {
	jq -n --arg kind "$1" --arg person "$2" --slurpfile content "$3" --slurpfile evidence "$4" --arg at "$(date -u +%FT%TZ)" \
		--arg nonce "$(head -c 16 /dev/urandom | xxd -p)" --arg rules "$rules" \
		'{ type: "inkan.decision.1", decision: $kind, person: $person, at: $at, nonce: $nonce, text: "x", content: $content[0], evidence: $evidence[0] }
			+ if $kind == "identify" then { identityRules: $rules } else {} end' |
		"$forge" canon
}
# decision STATEMENT-FILE SIGNATURE-FILE: the member of an order
decision() { jq -n --arg statement "$(base64 -w0 "$1")" --arg signature "$(base64 -w0 "$2")" '{ form: "cms", statement: $statement, signature: $signature }'; }
# decided KIND PERSON CONTENT EVIDENCE [SIGNER…]: a decision, signed by the person or by the command given
decided() {
	statement "$1" "$2" "$3" "$4" >"$work/s" || return 1
	if [ $# -gt 4 ]; then "${@:5}" <"$work/s" >"$work/g"; else by_person "$2" <"$work/s" >"$work/g"; fi
	decision "$work/s" "$work/g"
}
stored() { # RECEIPT KIND: a decision that somebody really signed, out of the registry
	sql "SELECT json_build_object('form', d.form, 'statement', translate(encode(d.statement, 'base64'), E'\n', ''),
		'signature', translate(encode(d.signature, 'base64'), E'\n', ''))
		FROM decision d JOIN application a ON a.id = d.application_id WHERE a.receipt_number = '$1' AND d.kind = '$2' ORDER BY d.id DESC LIMIT 1"
}
content_of() { sql "SELECT convert_from(content, 'UTF8') FROM application WHERE receipt_number = '$1'"; }
evidence_of() { stored "$1" identify | jq -r .statement | base64 -d | jq .evidence; }
# order CONTENT EVIDENCE SPKI DECISION…: canonical bytes of an order
order() {
	local content=$1 evidence=$2 spki=$3; shift 3
	printf '%s\n' "$@" | jq -s . >"$work/decisions.json"
	jq -n --slurpfile content "$content" --slurpfile evidence "$evidence" --slurpfile decisions "$work/decisions.json" --arg spki "$(base64 -w0 "$spki")" \
		--arg at "$(date -u +%FT%TZ)" \
		'{ type: "inkan.order.1", placedAt: $at, subjectPublicKeyInfo: $spki, content: $content[0], evidence: $evidence[0], decisions: $decisions[0] }' | "$forge" canon
}
application_id() { sql "SELECT id FROM application WHERE receipt_number = '$1'"; }
# place APPLICATION-ID ORDER SIGNATURE [STATE]: prints the id of the order
place() {
	evil "INSERT INTO certificate_order (application_id, document, signature, document_sha256, state)
		VALUES ($1, '\\x$(hex "$2")', '\\x$(hex "$3")', sha256('\\x$(hex "$2")'), '${4:-placed}') RETURNING id" | grep -E '^[0-9]+$'
	evil "SELECT pg_notify('inkan_order', '')" >/dev/null
}
answered() { [ "$(sql "SELECT state FROM certificate_order WHERE id = $1")" = "${2:-refused}" ]; }
certificates() { sql "SELECT count(*) FROM certificate WHERE order_id IS NOT NULL"; }

# attack WORDS CODE RECEIPT ORDER [SIGNER…]: places it under the RA's signature; it must be refused with that code, and leave nothing
attack() {
	local words=$1 code=$2 receipt=$3 file=$4 before id codes; shift 4
	before=$(certificates)
	[ -s "$file" ] || { bad "$words: no order was forged"; return; }
	if [ $# -gt 0 ]; then "$@" <"$file" >"$work/order.sig"; else by_ra <"$file" >"$work/order.sig"; fi
	id=$(place "$(application_id "$receipt")" "$file" "$work/order.sig")
	wait_until 10 answered "$id" refused
	codes=$(sql "SELECT refusal FROM certificate_order WHERE id = $id" | jq -r '.[].code' 2>/dev/null | tr '\n' ' ')
	if answered "$id" refused && [[ " $codes" == *" $code "* ]] && [ "$(certificates)" = "$before" ] &&
		[ "$(sql "SELECT count(*) FROM serial_reservation WHERE order_id = $id")" = 0 ]; then
		good "$words: $codes"
	else
		bad "$words: state $(sql "SELECT state FROM certificate_order WHERE id = $id"), codes: $codes"
	fi
}

# ---- what the LRA did honestly: applications that two people signed; then the RA's own programs stop, and he plays their part

new_key "$work/a.key" P-256; new_key "$work/b.key" P-256; new_key "$work/evil.key" P-256
for key in a b evil; do openssl pkey -in "$work/$key.key" -pubout -outform DER -out "$work/$key.spki"; done
S=$(approved "$(form P-PERSON-MP 600000 "$(request_key "$work/b.key" csr)")") # an honest subscriber: his certificate is a tool
wait_until 20 in_state "$S" issued
as_person sato certificate "$S" -o "$work/subscriber.chain.pem"; openssl x509 -in "$work/subscriber.chain.pem" -out "$work/subscriber.pem"
H=$(approved "$(form P-PERSON-MP 600003 '{"origin":"handover"}')")
wait_until 20 in_state "$H" verified
kill -TERM "$(cat "$home/pid/ra")"; wait_until 20 sh -c "! kill -0 $(cat "$home/pid/ra")"; rm -f "$home/pid/ra"
A=$(approved "$(form P-PERSON-MP 600001 "$(request_key "$work/a.key" csr)")")
new_key "$work/b2.key" P-256; openssl pkey -in "$work/b2.key" -pubout -outform DER -out "$work/b2.spki"
B=$(approved "$(form P-PERSON-MP 600002 "$(request_key "$work/b2.key" csr)")")
new_key "$work/d.key" P-256; openssl pkey -in "$work/d.key" -pubout -outform DER -out "$work/d.spki"
D=$(approved "$(form P-PERSON-MP 600004 "$(request_key "$work/d.key" csr)")")
for r in A B D H S; do
	content_of "${!r}" >"$work/$r.content"; evidence_of "${!r}" >"$work/$r.evidence"
	stored "${!r}" identify >"$work/$r.identify"; stored "${!r}" approve >"$work/$r.approve"
done
equal "an honest application waits, signed by two people" submitted "$(state_of "$A")"
identify=$(cat "$work/A.identify") approve=$(cat "$work/A.approve")
o=$work/order

# ---- (a) outside the LRA's scope, even when its two people are in the plot

collude() { # JQ [SPKI]: both sign what they are told
	jq "$1" "$work/A.content" >"$work/x.content"
	order "$work/x.content" "$work/A.evidence" "${2:-$work/a.spki}" "$(decided identify sato "$work/x.content" "$work/A.evidence")" \
		"$(decided approve kobayashi "$work/x.content" "$work/A.evidence")" >"$o"
}
rename() { printf '.subject |= map(if .type == "%s" then .value = "%s" else . end)' "$1" "$2"; }
collude "$(rename organizationName "Mirai Bank, Ltd")"
attack "(a) colluding clerks, organisation without its full stop" scope.organization "$A" "$o"
collude "$(rename organizationIdentifier VATJP-7123456789012)"
attack "(a) colluding clerks, another organisation's number" scope.organizationIdentifier "$A" "$o"
collude '.subjectAltName |= map(if .value then .value = "ceo@mirai.example.com" else . end)'
attack "(a) colluding clerks, another mail domain" scope.mailDomain "$A" "$o"
collude '.validity = 825 * 86400 + 1'
attack "(a) colluding clerks, one second too long" scope.validity "$A" "$o"
collude '.lra = "LRA-0002"'
attack "(a) colluding clerks, an LRA that does not exist" scope.lra "$A" "$o"
collude '.subject |= map(select(.type != "organizationName"))'
attack "(a) colluding clerks, no organisation at all" scope.organization "$A" "$o"
jq "$(rename organizationName "Other Bank")" "$work/A.content" >"$work/x.content"
order "$work/x.content" "$work/A.evidence" "$work/a.spki" "$identify" "$approve" >"$o"
attack "(a) honest decisions, another organisation" decision.content "$A" "$o"

# ---- (b) one person's signature, (c) the same person twice

order "$work/A.content" "$work/A.evidence" "$work/a.spki" "$identify" >"$o"
attack "(b) only the clerk" decision.missing "$A" "$o"
order "$work/A.content" "$work/A.evidence" "$work/a.spki" "$approve" >"$o"
attack "(b) only the approver" decision.missing "$A" "$o"
order "$work/A.content" "$work/A.evidence" "$work/a.spki" >"$o"
attack "(b) nobody" decision.missing "$A" "$o"
order "$work/A.content" "$work/A.evidence" "$work/a.spki" "$identify" "$identify" >"$o"
attack "(c) the same decision twice" decision.missing "$A" "$o"
order "$work/A.content" "$work/A.evidence" "$work/a.spki" "$identify" "$(decided approve sato "$work/A.content" "$work/A.evidence")" >"$o"
attack "(c) the clerk approves as well" decision.role "$A" "$o"
order "$work/A.content" "$work/A.evidence" "$work/a.spki" "$(decided identify kobayashi "$work/A.content" "$work/A.evidence")" "$approve" >"$o"
attack "(c) the approver identifies as well" decision.role "$A" "$o"
order "$work/A.content" "$work/A.evidence" "$work/a.spki" "$identify" "$(decided approve suzuki "$work/A.content" "$work/A.evidence")" >"$o"
attack "(c) the RA's own officer approves" decision.role "$A" "$o"

# ---- (d) decisions from elsewhere, or altered

order "$work/A.content" "$work/A.evidence" "$work/a.spki" "$(cat "$work/B.identify")" "$(cat "$work/B.approve")" >"$o"
attack "(d) decisions of another application" decision.content "$A" "$o"
order "$work/A.content" "$work/A.evidence" "$work/a.spki" "$identify" "$(cat "$work/B.approve")" >"$o"
attack "(d) one decision of another application" decision.content "$A" "$o"
jq "$(rename givenName Ichirp)" "$work/A.content" >"$work/x.content"
order "$work/x.content" "$work/A.evidence" "$work/a.spki" "$identify" "$approve" >"$o"
attack "(d) one letter of the content" decision.content "$A" "$o"
jq '.[0].validUntil = "2035-12-30"' "$work/A.evidence" >"$work/x.evidence"
order "$work/A.content" "$work/x.evidence" "$work/a.spki" "$identify" "$approve" >"$o"
attack "(d) one digit of the evidence" decision.content "$A" "$o"
alter() { jq --arg s "$(jq -r .statement <<<"$1" | base64 -d | sed 's/Ichiro/Ichirp/g' | base64 -w0)" '.statement = $s' <<<"$1"; }
order "$work/x.content" "$work/A.evidence" "$work/a.spki" "$(alter "$identify")" "$(alter "$approve")" >"$o"
attack "(d) one letter of content and statements alike" decision.signature "$A" "$o"
old() { jq --arg s "$(jq -r .statement <<<"$1" | base64 -d | jq '.decision = "approve"' | "$forge" canon | base64 -w0)" '.statement = $s' <<<"$1"; }
order "$work/A.content" "$work/A.evidence" "$work/a.spki" "$identify" "$(old "$identify")" >"$o"
attack "(d) the clerk's signature under the word approve" decision.signature "$A" "$o"
order "$work/A.content" "$work/A.evidence" "$work/a.spki" "$(jq --arg s "$(jq -r .signature <<<"$approve")" '.signature = $s' <<<"$identify")" "$approve" >"$o"
attack "(d) the approver's signature over the clerk's statement" decision.signature "$A" "$o"
jq '.version = 2' "$work/A.content" >"$work/x.content"
order "$work/x.content" "$work/A.evidence" "$work/a.spki" "$identify" "$approve" >"$o"
attack "(d) another version" decision.content "$A" "$o"

# ---- (e) another key

order "$work/A.content" "$work/A.evidence" "$work/evil.spki" "$identify" "$approve" >"$o"
attack "(e) the attacker's key in place of the subscriber's" key.differs "$A" "$o"
hi=$(cat "$work/H.identify") ha=$(cat "$work/H.approve")
order "$work/H.content" "$work/H.evidence" "$work/evil.spki" "$hi" "$ha" >"$o"
attack "(e) hand-over, the attacker's key without a word of the LRA" key.unbound "$H" "$o"
bind() { # SPKI RECEIPT VERSION
	jq -n --arg r "$2" --argjson v "$3" --arg d "$(sha256sum "$1" | cut -d' ' -f1)" '{ application: $r, version: $v, keyDigest: $d }' >"$work/x.bind"
}
echo '[]' >"$work/none"
bind "$work/evil.spki" "$H" 1
order "$work/H.content" "$work/H.evidence" "$work/evil.spki" "$hi" "$ha" "$(decided bindKey ra-orders "$work/x.bind" "$work/none" by_ra)" >"$o"
attack "(e) hand-over, the key bound by the RA's own key" key.unbound "$H" "$o"
order "$work/H.content" "$work/H.evidence" "$work/evil.spki" "$hi" "$ha" "$(decided bindKey sato "$work/x.bind" "$work/none")" >"$o"
attack "(e) hand-over, the key bound by a clerk" key.unbound "$H" "$o"
bind "$work/evil.spki" "$A" 1 # the LRA's gateway bound this key elsewhere
order "$work/H.content" "$work/H.evidence" "$work/evil.spki" "$hi" "$ha" \
	"$(decided bindKey lra-link "$work/x.bind" "$work/none" "$forge" sign "$c/lra-link.key" "$c/lra-link.pem")" >"$o"
attack "(e) hand-over, a key that the gateway bound to another application" key.unbound "$H" "$o"
bind "$work/d.spki" "$H" 1
order "$work/H.content" "$work/H.evidence" "$work/evil.spki" "$hi" "$ha" \
	"$(decided bindKey lra-link "$work/x.bind" "$work/none" "$forge" sign "$c/lra-link.key" "$c/lra-link.pem")" >"$o"
attack "(e) hand-over, another key than the gateway bound" key.unbound "$H" "$o"

# ---- (f) certificates that are no clerk's signing certificates

by_subscriber() { "$forge" sign "$work/b.key" "$work/subscriber.pem"; }
by_login() { "$forge" sign "$c/sato-auth.key" "$c/sato-auth.pem"; }
order "$work/A.content" "$work/A.evidence" "$work/a.spki" "$(decided identify sato "$work/A.content" "$work/A.evidence" by_subscriber)" "$approve" >"$o"
attack "(f) a subscriber signs in the clerk's name" decision.signature "$A" "$o"
order "$work/A.content" "$work/A.evidence" "$work/a.spki" "$(decided identify subscriber "$work/A.content" "$work/A.evidence" by_subscriber)" "$approve" >"$o"
attack "(f) a subscriber signs in his own name" decision.role "$A" "$o"
order "$work/A.content" "$work/A.evidence" "$work/a.spki" "$(decided identify sato "$work/A.content" "$work/A.evidence" by_login)" "$approve" >"$o"
attack "(f) the clerk's login certificate signs" decision.signature "$A" "$o"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/self.key" -out "$work/self.pem" -days 30 \
	-subj "$(openssl x509 -in "$c/sato-sign.pem" -noout -subject -nameopt compat | sed 's/^subject=//')" 2>/dev/null
by_self() { "$forge" sign "$work/self.key" "$work/self.pem"; }
order "$work/A.content" "$work/A.evidence" "$work/a.spki" "$(decided identify sato "$work/A.content" "$work/A.evidence" by_self)" "$approve" >"$o"
attack "(f) a certificate of his own making with the clerk's name" decision.signature "$A" "$o"

# ---- (g) another kind of certificate

for profile in P-SUB-PERSON P-ROOT P-OCSP P-CLERK-SIGN P-INT-SIGN; do
	collude ".profile = \"$profile\""
	attack "(g) colluding clerks, profile $profile" scope.profile "$A" "$o"
done
collude '.profileVersion = 2'
attack "(g) colluding clerks, a version of the profile that does not exist" profile.unknown "$A" "$o"
openssl x509 -in "$c/person.pem" -noout -pubkey | openssl pkey -pubin -outform DER -out "$work/ca.spki"
collude ".key.digest = \"$(sha256sum "$work/ca.spki" | cut -d' ' -f1)\"" "$work/ca.spki"
attack "(g) colluding clerks, the issuing CA's own key" key.duplicate "$A" "$o"

# ---- (i) orders that the RA did not sign

order "$work/A.content" "$work/A.evidence" "$work/a.spki" "$identify" "$approve" >"$work/honest"
attack "(i) an honest order signed by the LRA's gateway" order.form "$A" "$work/honest" "$forge" sign "$c/lra-link.key" "$c/lra-link.pem"
sed 's/"placedAt":"[^"]*"/"placedAt":"2026-01-01T00:00:01Z"/' "$work/honest" >"$o"
attack "(i) by a clerk" order.form "$A" "$o" by_person sato
sed 's/"placedAt":"[^"]*"/"placedAt":"2026-01-01T00:00:02Z"/' "$work/honest" >"$o"
attack "(i) by a subscriber" order.form "$A" "$o" by_subscriber
sed 's/"placedAt":"[^"]*"/"placedAt":"2026-01-01T00:00:03Z"/' "$work/honest" >"$o"
attack "(i) by the RA, over another order" order.form "$A" "$o" sh -c "cat >/dev/null; cat $work/order.sig"
sed 's/"placedAt":"[^"]*"/"placedAt":"2026-01-01T00:00:04Z"/' "$work/honest" >"$o"
attack "(i) by nobody" order.form "$A" "$o" sh -c "cat >/dev/null; head -c 900 /dev/zero"
{ cat "$work/honest"; printf ' '; } >"$o"
attack "(i) by the RA, but not canonical: a space behind it" order.form "$A" "$o"
sed 's/"type"/"Type"/; s/}$/,"type":"inkan.order.1"}/' "$work/honest" >"$o"
attack "(i) by the RA, a member that does not belong" order.form "$A" "$o"

# ---- the registry says "accepted": nobody but the CA's own process is believed

before=$(certificates) n=4
collude "$(rename organizationName "Other Bank")" "$work/a.spki"
printf 'no signature' >"$work/no.sig"
for words in "an order outside the scope, unsigned" "an order outside the scope, signed by the RA"; do
	sed -i 's/"placedAt":"[^"]*"/"placedAt":"2026-01-01T00:00:0'"$((n += 1))"'Z"/' "$o"
	[ "$words" = "an order outside the scope, unsigned" ] || by_ra <"$o" >"$work/no.sig"
	id=$(place "$(application_id "$A")" "$o" "$work/no.sig" accepted)
	wait_until 10 answered "$id" refused
	equal "marked accepted in the registry: $words: refused" refused "$(sql "SELECT state FROM certificate_order WHERE id = $id")"
	check "and says why: $(sql "SELECT refusal FROM certificate_order WHERE id = $id" | jq -r '.[0].code' 2>/dev/null)" \
		test -n "$(sql "SELECT refusal FROM certificate_order WHERE id = $id" | jq -r '.[] | select(.code == "order.form" or .code == "scope.organization") | .code')"
done
equal "no certificate came of it" "$before" "$(certificates)"

# ---- the control: what two people did sign goes through, so that the refusals above were for their own reasons

sed 's/"placedAt":"[^"]*"/"placedAt":"'"$(date -u +%FT%TZ)"'"/' "$work/honest" >"$o"; sleep 1
by_ra <"$o" >"$work/order.sig"
first=$(place "$(application_id "$A")" "$o" "$work/order.sig")
wait_until 20 answered "$first" issued
equal "the honest order, forged byte for byte, is issued" issued "$(sql "SELECT state FROM certificate_order WHERE id = $first")"

# ---- (h) the same decisions once more

again() { sleep 1; order "$work/A.content" "$work/A.evidence" "$work/a.spki" "$identify" "$approve" >"$o"; }
again; attack "(h) a second order on the same decisions" order.repeated "$A" "$o"
again; attack "(h) the same, under another application" order.repeated "$B" "$o"
again; attack "(h) the same under another application is told as such" order.application "$B" "$o"
as_person sato revoke "$A" --event left --requester "personnel department" --yes >/dev/null 2>&1
serial=$(sql "SELECT encode(serial_number, 'hex') FROM certificate WHERE order_id = $first")
issuer=$(sql "SELECT i.name FROM certificate c JOIN issuer i ON i.id = c.issuer_id WHERE order_id = $first")
is_revoked() { [ -n "$(sql "SELECT 1 FROM certificate_revocation WHERE serial_number = '\\x$1'")" ]; }
check "the certificate is revoked: its holder has left" wait_until 20 is_revoked "$serial"
again; attack "(h) after the revocation, a new one for him who left" order.repeated "$A" "$o"
evil "UPDATE certificate_order SET state = 'accepted' WHERE id = $first" >/dev/null
evil "SELECT pg_notify('inkan_order', '')" >/dev/null
wait_until 10 answered "$first" refused
equal "(h) the issued order set back to accepted" refused "$(sql "SELECT state FROM certificate_order WHERE id = $first")"
evil "UPDATE certificate_order SET state = 'issued', refusal = NULL WHERE id = $first" >/dev/null
# A serial number reserved beforehand with dates of his own choice
order "$work/D.content" "$work/D.evidence" "$work/d.spki" "$(cat "$work/D.identify")" "$(cat "$work/D.approve")" >"$o"
by_ra <"$o" >"$work/order.sig"
id=$(sql "SELECT max(id) + 1 FROM certificate_order")
before=$(certificates)
evil "INSERT INTO serial_reservation (issuer_id, serial_number, order_id, not_before, not_after)
	SELECT id, '\\x4a00000000000000000000000000000a', $id, now(), now() + interval '825 days' FROM issuer WHERE name = 'person'" >/dev/null
evil "INSERT INTO certificate_order (id, application_id, document, signature, document_sha256) OVERRIDING SYSTEM VALUE
	VALUES ($id, $(application_id "$D"), '\\x$(hex "$o")', '\\x$(hex "$work/order.sig")', sha256('\\x$(hex "$o")'))" >/dev/null
evil "SELECT setval(pg_get_serial_sequence('certificate_order', 'id'), $id); SELECT pg_notify('inkan_order', '')" >/dev/null
wait_until 10 answered "$id" refused
equal "(h) dates of his own beside a reserved serial number" "refused $before" "$(sql "SELECT state FROM certificate_order WHERE id = $id") $(certificates)"

# ---- (j) clerks who are no clerks any more

reload() { kill -HUP "$(cat "$home/pid/ca")"; sleep 2; }
roster=$home/conf/roster.cfg; cp "$roster" "$work/roster.cfg"
bi=$(cat "$work/B.identify") ba=$(cat "$work/B.approve")
sed -i '/id = "kobayashi"/,/validUntil/s/validUntil = "2099-12-31T23:59:59Z"; }/validUntil = "2026-01-01T00:00:00Z"; }/' "$roster"; reload
order "$work/B.content" "$work/B.evidence" "$work/b2.spki" "$bi" "$ba" >"$o"
attack "(j) an approver whose role has ended" decision.role "$B" "$o"
sed '/id = "kobayashi"/,/validUntil/d' "$work/roster.cfg" >"$roster"; reload; sleep 1
order "$work/B.content" "$work/B.evidence" "$work/b2.spki" "$bi" "$ba" >"$o"
attack "(j) an approver who is not in the roster any more" decision.missing "$B" "$o"
cp "$work/roster.cfg" "$roster"; reload
evil "INSERT INTO certificate_revocation (issuer_id, serial_number, revocation_date, reason, not_after)
	SELECT c.issuer_id, c.serial_number, now(), 1, c.not_after FROM certificate c JOIN issuer i ON i.id = c.issuer_id WHERE i.name = 'staff'
	AND c.serial_number = '\\x$(openssl x509 -in "$c/kobayashi-sign.pem" -noout -serial | cut -d= -f2)'" >/dev/null
order "$work/B.content" "$work/B.evidence" "$work/b2.spki" "$bi" "$ba" >"$o"
attack "(j) an approver whose certificate is revoked" decision.signature "$B" "$o"

# ---- (k) making a revoked certificate good again

ocsp() { openssl ocsp -issuer "$c/$issuer.pem" -serial "0x$1" -url "$status_url/ocsp" -CAfile "$c/trust.pem" 2>/dev/null | grep -oE '(good|revoked|unknown)$' | head -n 1; }
ocsp_says() { openssl ocsp -issuer "$c/$issuer.pem" -serial "0x$1" -url "$status_url/ocsp" -CAfile "$c/trust.pem" 2>/dev/null | grep -q ": $2"; }
crl_has() { curl -fsS "$status_url/crl/$issuer.crl" | openssl crl -inform DER -noout -text | grep -qi "$1"; }
check "(k) OCSP says revoked" wait_until 20 ocsp_says "$serial" revoked
check "(k) the CRL names it" wait_until 20 crl_has "$serial"
number() { curl -fsS "$status_url/crl/$issuer.crl" | openssl crl -inform DER -noout -crlnumber | cut -d= -f2; }
evil "DELETE FROM certificate_revocation WHERE serial_number = '\\x$serial'" >/dev/null
as_person sato revoke "$S" --event left --requester "personnel department" --yes >/dev/null 2>&1 # makes the next CRL due
wait_until 10 is_revoked "$(openssl x509 -in "$work/subscriber.pem" -noout -serial | cut -d= -f2)"
sleep 4
check "(k) its row deleted: the CRL names it still" crl_has "$serial"
check "(k) OCSP still says revoked" ocsp_says "$serial" revoked
check "(k) the publisher says why it publishes no other" grep -q "revoked before and no longer" "$home/log/ca.log"
evil "INSERT INTO certificate_revocation (issuer_id, serial_number, revocation_date, reason, not_after)
	SELECT c.issuer_id, c.serial_number, now(), 3, c.not_after FROM certificate c WHERE serial_number = '\\x$serial'" >/dev/null
sub=$(openssl x509 -in "$work/subscriber.pem" -noout -serial | cut -d= -f2)
check "(k) the row is back: the CRL goes on, with both" wait_until 20 crl_has "$sub"
check "(k) and names the first still" crl_has "$serial"
evil "UPDATE certificate SET transaction = this_transaction(), status_id = nextval('status_sequence') WHERE serial_number = '\\x$serial'" >/dev/null
sleep 3
check "(k) a younger row that says good: OCSP still says revoked" ocsp_says "$serial" revoked
check "(k) the status program says that it refused the row" grep -q "makes a revoked certificate good" "$home/log/status.log"

# ---- the audit trail, and what is not noticed

audit() { run_as inkan-audit "$home/bin/inkan" ca audit-verify -c "$home/conf/ca.cfg"; }
sealed() { [ "$(sql "SELECT (SELECT count(*) FROM audit_event) - (SELECT coalesce(sum(cardinality(event_ids)), 0) FROM audit_link)")" = 0 ]; }
wait_until 10 sealed
check "the audit trail is unbroken before he touches it" audit
keep() { sql "SELECT row_to_json(e) FROM audit_event e WHERE id = $1"; }
victim=$(sql "SELECT id FROM audit_event WHERE event = 'certificateRevoked' ORDER BY id LIMIT 1")
for deed in "UPDATE audit_event SET actor = 'nobody' WHERE id = $victim" "UPDATE audit_event SET at = at + interval '1 second' WHERE id = $victim" \
	"DELETE FROM audit_event WHERE id = $victim" "UPDATE audit_event SET digest = sha256('x') WHERE id = $victim" \
	"DELETE FROM audit_link WHERE sequence = 2" "UPDATE audit_link SET event_digests = decode(repeat('00', length(event_digests)), 'hex') WHERE sequence = 1"; do
	evil "CREATE TABLE IF NOT EXISTS kept_event AS SELECT * FROM audit_event; CREATE TABLE IF NOT EXISTS kept_link AS SELECT * FROM audit_link" >/dev/null 2>&1
	evil "$deed" >/dev/null
	refused "audit-verify notices: ${deed%%WHERE*}" 'link [0-9]+' audit
	evil "DELETE FROM audit_event e WHERE id IN (SELECT id FROM kept_event); INSERT INTO audit_event OVERRIDING SYSTEM VALUE SELECT * FROM kept_event;
		DELETE FROM audit_link WHERE sequence IN (SELECT sequence FROM kept_link); INSERT INTO audit_link SELECT * FROM kept_link" >/dev/null
done
check "put back as it was, the trail is unbroken again" audit
