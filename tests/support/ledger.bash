# ledger: applications on their way through the whole flow, and the count in the end: nothing lost, nothing twice. Sourced by
# stories after story.bash and story_begin.

delivered=() # receipt numbers whose certificate was handed over and lives
revoked=()   # those whose certificates were all revoked
numbers=710000

# ---- one application

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

# set_out NAME: carried in the background; its form is there.
under_way=()
set_out() { carry "$1" >"$work/$1.log" 2>&1 & under_way+=($!); }
# arrived NAME…: waits for all that set out; these must have been handed over.
arrived() {
	local name count=0
	wait "${under_way[@]}"
	for name in "$@"; do
		if [ -e "$work/$name.done" ]; then
			delivered+=("$(cat "$work/$name.done")"); count=$((count + 1))
		else
			bad "$name did not arrive"; tail -n 4 "$work/$name.log" | sed 's/^/     | /'
		fi
	done
	equal "all that set out were handed over" $# $count
}

# ---- what everybody may see is watched all the time: no list of the same number ever says two things

mkdir "$work/lists"
watch_lists() {
	local file seen="" now
	while sleep 0.1; do
		now=$(stat -c '%n %i %Z' "$home"/public/crl/*.crl 2>/dev/null)
		[ "$now" != "$seen" ] || continue
		seen=$now
		for file in "$home"/public/crl/*.crl; do
			cp "$file" "$work/list.new" 2>/dev/null || continue # just being replaced
			mv "$work/list.new" "$work/lists/${file##*/}.$(sha256sum <"$work/list.new" | cut -c1-32)"
		done
	done
}
watch_lists & watcher=$!
story_also=end_watch
end_watch() { kill $watcher 2>/dev/null; rm -f "$INKAN_FAULT"; }

# ---- in the end: what must be true whatever fell

none() { # WORDS QUERY: no row; counted, so that a query that cannot be asked is no answer
	if [ "$(sql "SELECT count(*) FROM ($2) AS found")" = 0 ]; then good "$1"; else bad "$1: $(sql "$2" | head -n 3 | tr '\n' ' ')"; fi
}
same() { # WORDS ROWS ROWS: as many here as there, and some
	local here
	here=$(sql "SELECT count(*) FROM $2")
	if [ "${here:-0}" -gt 0 ]; then equal "$1" "$here" "$(sql "SELECT count(*) FROM $3")"; else bad "$1: there are none"; fi
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
