#!/bin/bash
# Story: other people's programs judge all that the suite hands out and publishes. Certificates of both profiles and three
# kinds of key, in all three ways of delivery, are accepted by OpenSSL, GnuTLS, NSS and gpgsm while they are good, and by
# none of them once they are revoked. proves R-LRA-08 R-SUB-KEY-01 R-LRA-04 R-LRA-09 R-REV-08
# With the word "rsa" the subscribers' CAs and their root have RSA keys: gpgsm's dirmngr 2.2 reads no CRL signed by ECDSA.
cd "$(dirname "$0")/../.." || exit 1
hierarchy=${1:-ec}
source tests/support/story.bash

stop_dirmngr() { [ ! -d "${work:-}" ] || for folder in "$work"/gpg-*; do GNUPGHOME=$folder gpgconf --kill all 2>/dev/null; done; true; }
story_also=stop_dirmngr
if [ "$hierarchy" = rsa ]; then
	mkdir -p build
	export INKAN_CEREMONY=$PWD/build/story-judges-rsa.cfg
	sed -E '/word = "(trust|person|sign)"/s/"P-(256|384)"/"RSA-4096"/' policies/ceremonies/demo.cfg >"$INKAN_CEREMONY"
fi
story_begin "judges-$hierarchy"

c=$home/ceremony
issuer_of() { case $1 in P-PERSON-MP) echo person ;; *) echo sign ;; esac; }

# ---- making them

# deliver NAME PROFILE ORIGIN ALGORITHM FORM: leaves NAME.pem, .chain.pem, .key and where there is one .p12, .pin
declare -A profile_of receipt_of
deliver() {
	local name=$1 profile=$2 origin=$3 algorithm=$4 how=$5 key='{"origin":"handover"}' receipt d=$work/$1
	profile_of[$name]=$profile
	if [ "$origin" != handover ]; then
		new_key "$d.key" "$algorithm"
		key=$(request_key "$d.key" "$origin")
	fi
	numbers=$((numbers + 1))
	receipt=$(approved "$(form "$profile" "$numbers" "$key")") || { bad "$name: application"; return; }
	receipt_of[$name]=$receipt
	if [ "$origin" = handover ]; then
		wait_until 20 in_state "$receipt" verified || { bad "$name: verified"; return; }
		check "$name: $profile, key born at hand-over, $how" as_person sato deliver "$receipt" --form "$how" --file-channel mail --pin-channel letter -o "$d.p12"
		(umask 077; as_person sato pin "$receipt" --json | jq -rj .pin >"$d.pin")
		openssl pkcs12 -in "$d.p12" -passin "file:$d.pin" -nocerts -nodes -out "$d.key" 2>/dev/null
		openssl pkcs12 -in "$d.p12" -passin "file:$d.pin" -nokeys 2>/dev/null | openssl crl2pkcs7 -nocrl -certfile /dev/stdin |
			openssl pkcs7 -print_certs -out "$d.chain.pem"
	else
		wait_until 20 in_state "$receipt" issued || { bad "$name: issued"; return; }
		check "$name: $profile, $algorithm, certificate for a request" as_person sato deliver "$receipt" --form certificate --file-channel mail -o "$d.chain.pem"
	fi
	openssl x509 -in "$d.chain.pem" -out "$d.pem"
	if [ "$origin" = subscriber ]; then
		check "$name: packed by the subscriber, $how" pack "$d" "$how"
	fi
}
pack() {
	local old=()
	[ "$2" != pkcs12-3des ] || old=(--old-readers)
	inkan lra pack --key "$1.key" --certificate "$1.chain.pem" -o "$1.p12" "${old[@]}" --pin-fd 3 3>"$1.pin.line" &&
		tr -d '\n' <"$1.pin.line" >"$1.pin"
}
numbers=500000
deliver handover   P-PERSON-MP   handover   P-256    pkcs12
deliver old        P-PERSON-MP   handover   P-256    pkcs12-3des
deliver own        P-PERSON-MP   subscriber P-384    pkcs12
deliver own-rsa    P-PERSON-MP   subscriber RSA-3072 pkcs12-3des
deliver plain      P-PERSON-MP   csr        RSA-3072 certificate
deliver plain-256  P-PERSON-MP   csr        P-256    certificate
deliver sign       P-PERSON-SIGN handover   P-256    pkcs12
deliver sign-384   P-PERSON-SIGN csr        P-384    certificate
deliver sign-rsa   P-PERSON-SIGN subscriber RSA-3072 pkcs12-3des
all="handover old own own-rsa plain plain-256 sign sign-384 sign-rsa"

# ---- receipt, by login where the certificate can log in, by signature everywhere else

for name in $all; do
	receipt=${receipt_of[$name]}
	if [ "${profile_of[$name]}" = P-PERSON-MP ] && [ "$name" != old ]; then
		printf 'url = "%s";\nca = "%s";\nauth = { certificate = "%s"; key = "%s"; };\n' "$lra_url" "$home/conf/server-ca.pem" \
			"$work/$name.pem" "$work/$name.key" >"$home/conf/story-$name.cfg"
		check "$name: receipt by TLS with the new certificate" as_person "story-$name" receipt "$receipt"
	else
		check "$name: receipt by a signature of the new key" as_person tanaka receipt "$receipt" --yes --keep "$work/decisions" \
			--sign-key "$work/$name.key" --sign-certificate "$work/$name.pem"
	fi
	equal "$name: accepted" accepted "$(state_of "$receipt")"
done

# ---- decisions, by OpenSSL alone

decision() { # FILE ROOT ISSUING
	cat "$2" "$3" >"$work/anchors.pem"
	openssl cms -verify -binary -inform DER -in "$1.p7s" -content "$1.json" -purpose any -CAfile "$work/anchors.pem" -out /dev/null
}
for name in handover plain sign-rsa; do
	for kind in identify approve; do
		check "$name: openssl cms -verify accepts the decision $kind" decision "$work/decisions/${receipt_of[$name]}-$kind" \
			"$c/operations.pem" "$c/staff.pem"
	done
done
for name in old sign sign-384; do
	issuer=$(issuer_of "${profile_of[$name]}")
	check "$name: openssl cms -verify accepts the signed receipt" decision "$work/decisions/${receipt_of[$name]}-confirm" "$c/trust.pem" "$c/$issuer.pem"
done
first=$work/decisions/${receipt_of[handover]}-identify
sed 's/TAKAHASHI/TAKAHASHJ/' "$first.json" >"$work/altered.json"; cp "$first.p7s" "$work/altered.p7s"
refused "openssl refuses a decision with one letter changed" 'verif|digest' decision "$work/altered" "$c/operations.pem" "$c/staff.pem"
refused "openssl refuses a decision under the other root" 'verify error' decision "$first" "$c/trust.pem" "$c/person.pem"

# ---- stores of NSS and gpgsm

nss_store() {
	local name=$1 db=$work/nss-$1 issuer
	issuer=$(issuer_of "${profile_of[$name]}")
	mkdir -p "$db"
	certutil -N -d "sql:$db" --empty-password &&
		certutil -A -d "sql:$db" -n root -t CT,C,C -i "$c/trust.pem" &&
		certutil -A -d "sql:$db" -n issuing -t ,, -i "$c/$issuer.pem"
}
pkcs12_nss() { pk12util -i "$work/$1.p12" -d "sql:$work/nss-$1" -w "$work/$1.pin" -K "" && certutil -K -d "sql:$work/nss-$1" | grep -q '< 0>'; }
# NSS knows no usage for documentSigning, so it judges the chains of P-PERSON-MP only (-u 4: who signs mail).
judged_by_nss() { [ "${profile_of[$1]}" = P-PERSON-MP ]; }
vfychain_by() { # METHOD NAME
	local issuer
	issuer=$(issuer_of "${profile_of[$2]}")
	vfychain -d "sql:$work/nss-$2" -u 4 -pp -g leaf -m "$1" -s failIfNoInfo -a "$work/$2.pem" -a "$c/$issuer.pem"
}
gpg_store() {
	export GNUPGHOME=$work/gpg-$1
	mkdir -p -m 700 "$GNUPGHOME"
	printf '%s S relax\n' "$(openssl x509 -in "$c/trust.pem" -noout -fingerprint -sha1 | cut -d= -f2)" >"$GNUPGHOME/trustlist.txt"
	printf 'allow-loopback-pinentry\n' >"$GNUPGHOME/gpg-agent.conf"
	gpgsm --batch --import "$c/trust.pem" "$c/$(issuer_of "${profile_of[$1]}").pem"
}
pkcs12_gpgsm() {
	GNUPGHOME=$work/gpg-$1 gpgsm --batch --pinentry-mode loopback --passphrase-fd 0 --import "$work/$1.p12" <"$work/$1.pin" &&
		GNUPGHOME=$work/gpg-$1 gpgsm --batch -K | grep -q 'ID:'
}
serial_of() { openssl x509 -in "$work/$1.pem" -noout -serial | cut -d= -f2; }
gpgsm_valid() {
	GNUPGHOME=$work/gpg-$1 gpgsm --batch --with-validation -k "0x$(openssl x509 -in "$work/$1.pem" -noout -fingerprint -sha1 | cut -d= -f2 | tr -d :)" |
		tee "$work/gpgsm.txt"
	grep -q 'certificate is good' "$work/gpgsm.txt" && ! grep -q 'certificate is bad' "$work/gpgsm.txt"
}

# ---- containers

for name in handover old own own-rsa sign sign-rsa; do
	d=$work/$name
	check "$name: openssl pkcs12 opens it, key and chain of three" test "$(openssl pkcs12 -in "$d.p12" -passin "file:$d.pin" -nodes 2>/dev/null |
		grep -cE 'BEGIN (CERTIFICATE|PRIVATE KEY)')" = 4
	check "$name: the key in it is the certificate's" test "$(openssl pkcs12 -in "$d.p12" -passin "file:$d.pin" -nocerts -nodes 2>/dev/null |
		openssl pkey -pubout 2>/dev/null)" = "$(openssl x509 -in "$d.pem" -noout -pubkey)"
	check "$name: certtool --p12-info opens it" certtool --p12-info --inder --infile "$d.p12" --password "$(cat "$d.pin")"
	refused "$name: certtool refuses a wrong PIN" 'mac|decrypt|error|fail' certtool --p12-info --inder --infile "$d.p12" --password "wrong$(cat "$d.pin")"
	nss_store "$name" >/dev/null 2>&1
	check "$name: NSS pk12util takes key and certificate" pkcs12_nss "$name"
done
for name in plain plain-256; do nss_store "$name" >/dev/null 2>&1; done

judged_by_gpgsm=
[ "$hierarchy" != rsa ] || judged_by_gpgsm="own-rsa sign-rsa"
for name in $judged_by_gpgsm; do
	gpg_store "$name" >/dev/null 2>&1
	check "$name: gpgsm takes the 3DES form, key and certificate" pkcs12_gpgsm "$name"
done

# ---- relying parties

curl -fsS "$status_url/crl/trust.crl" -o "$work/trust.crl"
fresh_crls() {
	for issuer in person sign; do curl -fsS "$status_url/crl/$issuer.crl" -o "$work/$issuer.crl" || return 1; done
	for crl in trust person sign; do openssl crl -inform DER -in "$work/$crl.crl" -out "$work/$crl.crl.pem" || return 1; done
}
openssl_verify() {
	local issuer purpose=any
	issuer=$(issuer_of "${profile_of[$1]}")
	[ "$issuer" != person ] || purpose=smimesign
	cat "$work/$issuer.crl.pem" "$work/trust.crl.pem" >"$work/crls.pem"
	openssl verify -x509_strict -policy_check -check_ss_sig -purpose "$purpose" -crl_check_all -CRLfile "$work/crls.pem" -CAfile "$c/trust.pem" -untrusted "$c/$issuer.pem" "$work/$1.pem"
}
openssl_ocsp() { # NAME STATUS
	local issuer
	issuer=$(issuer_of "${profile_of[$1]}")
	openssl ocsp -issuer "$c/$issuer.pem" -cert "$work/$1.pem" -url "$status_url/ocsp" -CAfile "$c/trust.pem" >"$work/ocsp.txt" 2>&1
	cat "$work/ocsp.txt"
	grep -q 'Response verify OK' "$work/ocsp.txt" && grep -q "$1.pem: $2" "$work/ocsp.txt"
}
gnutls_ocsp() { # NAME PATTERN
	local issuer
	issuer=$(issuer_of "${profile_of[$1]}")
	cat "$c/$issuer.pem" "$c/trust.pem" >"$work/trust-$issuer.pem"
	ocsptool --ask="$status_url/ocsp" --load-cert "$work/$1.pem" --load-issuer "$c/$issuer.pem" --load-trust "$work/trust-$issuer.pem" >"$work/ocsptool.txt" 2>&1
	cat "$work/ocsptool.txt"
	grep -q 'Verifying OCSP Response: Success' "$work/ocsptool.txt" && grep -qE "Certificate Status: $2" "$work/ocsptool.txt"
}
gnutls_verify() {
	local issuer
	issuer=$(issuer_of "${profile_of[$1]}")
	cat "$work/$1.pem" "$c/$issuer.pem" "$c/trust.pem" >"$work/all.pem"
	certtool --verify --infile "$work/all.pem" --load-ca-certificate "$c/trust.pem" --load-crl "$work/$issuer.crl.pem" >"$work/certtool.txt" 2>&1
	cat "$work/certtool.txt"
	grep -q 'Chain verification output: Verified' "$work/certtool.txt"
}
smime_own() { # the subscriber signs, another program verifies
	printf 'こんにちは\n' >"$work/letter.txt"
	openssl cms -sign -binary -in "$work/letter.txt" -signer "$work/$1.pem" -inkey "$work/$1.key" -outform DER -out "$work/letter.p7s" -nodetach -certfile "$c/person.pem" 2>/dev/null &&
		certtool --p7-verify --inder --infile "$work/letter.p7s" --load-ca-certificate "$c/trust.pem"
}

check "the CRLs are there" fresh_crls
for issuer in person sign; do
	check "$issuer: openssl crl verifies it" openssl crl -in "$work/$issuer.crl.pem" -CAfile "$c/$issuer.pem" -noout
	check "$issuer: certtool --verify-crl accepts it" certtool --verify-crl --infile "$work/$issuer.crl.pem" --load-ca-certificate "$c/$issuer.pem"
	check "$issuer: certtool --crl-info reads it" certtool --crl-info --inder --infile "$work/$issuer.crl"
done
for name in $all; do
	check "$name: openssl verify, strict, with CRLs" openssl_verify "$name"
	check "$name: openssl ocsp says good" wait_until 10 openssl_ocsp "$name" good
	check "$name: certtool --verify with CRL" gnutls_verify "$name"
	check "$name: ocsptool says good" gnutls_ocsp "$name" good
	! judged_by_nss "$name" || { check "$name: vfychain by OCSP" vfychain_by ocsp "$name"; check "$name: vfychain by CRL" vfychain_by crl "$name"; }
done
check "plain: S/MIME by the subscriber's key, certtool --p7-verify" smime_own plain
check "plain-256: S/MIME by the subscriber's key, certtool --p7-verify" smime_own plain-256
for name in $judged_by_gpgsm; do check "$name: gpgsm with dirmngr and CRL finds it good" gpgsm_valid "$name"; done

# ---- and after revocation nobody accepts them

for name in $all; do
	check "$name: revocation is asked for" as_person sato revoke "${receipt_of[$name]}" --event left --requester "personnel department, called back" --yes --keep "$work/decisions"
done
all_revoked() { [ "$(sql "SELECT count(DISTINCT serial_number) FROM certificate_revocation r JOIN issuer i ON i.id = r.issuer_id WHERE i.name IN ('person', 'sign')")" = 9 ]; }
check "all nine are revoked in the registry" wait_until 20 all_revoked
crls_full() {
	fresh_crls && for name in $all; do
		openssl crl -in "$work/$(issuer_of "${profile_of[$name]}").crl.pem" -noout -text | grep -qi "$(serial_of "$name")" || return 1
	done
}
check "all nine stand in the CRLs" wait_until 20 crls_full
for name in $all; do
	check "$name: openssl ocsp says revoked" wait_until 10 openssl_ocsp "$name" revoked
	check "$name: with the reason affiliationChanged" grep -q affiliationChanged "$work/ocsp.txt"
	refused "$name: openssl verify refuses" 'certificate revoked' openssl_verify "$name"
	refused "$name: certtool --verify refuses" 'revoked' gnutls_verify "$name"
	check "$name: ocsptool says revoked" gnutls_ocsp "$name" revoked
	if judged_by_nss "$name"; then
		refused "$name: vfychain by OCSP refuses" 'revoked' vfychain_by ocsp "$name"
		rm -rf "$work/nss-$name"; nss_store "$name" >/dev/null 2>&1 # a store without the CRL it fetched before
		refused "$name: vfychain by CRL refuses" 'revoked' vfychain_by crl "$name"
	fi
done
for name in $judged_by_gpgsm; do
	GNUPGHOME=$work/gpg-$name gpgconf --kill dirmngr 2>/dev/null
	rm -rf "$work/gpg-$name/crls.d"
	refused "$name: gpgsm with dirmngr refuses" 'revoked' gpgsm_valid "$name"
done
revoke_words=$(find "$work/decisions" -name "*revoke.json" | head -n 1)
check "openssl cms -verify accepts a decision to revoke" decision "${revoke_words%.json}" "$c/operations.pem" "$c/staff.pem"
check "the audit trail is unbroken" run_as inkan-audit "$home/bin/inkan" ca audit-verify -c "$home/conf/ca.cfg"
