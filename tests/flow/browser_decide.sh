#!/bin/bash
# Story: many cases decided on by one touch at the counter's page: one paper for all of them, what cannot be decided named in its row,
# each statement shown before it is signed, the root counted by the page. A real browser, both languages.
# Then the keys of all of them are made in one step: an archive of PKCS #12 files, and letters apart (feature 15).
# proves R-LRA-04 R-LRA-08
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash
story_begin browser-decide
pictures=$PWD/build/pictures; mkdir -p "$pictures"
for number in 320001 320002 320003 320004 320005; do
	receipt=$(apply "$(form P-PERSON-MP "$number" '{ "origin": "handover" }')")
	[ -n "$receipt" ] || { bad "no application"; exit 1; }
	receipts+=("$receipt")
done
printf '%%PDF-1.7\n%% register %s\n' "$RANDOM" >"$work/register.pdf"
printf '%%PDF-1.7\n%% corporate %s\n' "$RANDOM" >"$work/corporate.pdf"
printf '%%PDF-1.7\n%% mail %s\n' "$RANDOM" >"$work/mail.pdf"
cat >"$work/enrol" <<-END
	#!/bin/bash
	id=\$("$home/bin/inkan" lra passkey list --json -c "$home/conf/mori.cfg" | jq --arg who "\$1" '[.passkeys[] | select(.person == \$who) | .id] | max')
	for who in mori ogawa; do "$home/bin/inkan" lra passkey enrol "\$id" --yes -c "$home/conf/\$who.cfg" >/dev/null 2>&1 || exit 1; done
END
# What another hand does while the page is open.
cat >"$work/amend" <<-END
	#!/bin/bash
	"$home/bin/inkan" lra withdraw "\$1" --reason "test" -c "$home/conf/tanaka.cfg" >/dev/null
END
cat >"$work/verified" <<-END
	#!/bin/bash
	for i in {1..60}; do
		[ "\$("$home/bin/inkan" lra show "\$1" --json -c "$home/conf/tanaka.cfg" | jq -r .state)" = verified ] && exit 0
		sleep 0.5
	done
	exit 1
END
chmod +x "$work/enrol" "$work/amend" "$work/verified"
invite() { inkan lra passkey invite "$1" --json -c "$home/conf/mori.cfg" | jq -r .code; }
jq -n --arg sato "$(invite sato)" --arg kobayashi "$(invite kobayashi)" --args '{ receipts: $ARGS.positional, people: { sato: $sato, kobayashi: $kobayashi } }' \
	"${receipts[@]}" >"$work/decide.json"
timeout 170 node tests/browser/decide.js "$counter_url" "$lra_url" "$home/ceremony" "$pictures" "$work" <"$work/decide.json" >"$work/browser" 2>&1 || { cat "$work/browser"; bad "the pages"; exit 1; }
cat "$work/browser"
passed=$((passed + $(grep -c '^ok ' "$work/browser")))

equal "one list for each person, and each decision in its form" "approve 3, identify 4" "$(sql "SELECT string_agg(kind || ' ' || n, ', ' ORDER BY kind) FROM
	(SELECT d.kind, count(*) AS n FROM decision AS d JOIN application AS a ON a.id = d.application_id WHERE d.form = 'list' GROUP BY d.kind) AS x")"
for receipt in "${receipts[@]:1:3}"; do
	check "$receipt: the RA and the CA believed it, and it was handed over" in_state "$receipt" delivered
	check "$receipt: its file is in the archive, and is a PFX" eval 'unzip -p "$work/all.zip" "*$receipt*" | openssl asn1parse -inform DER | grep -q pkcs7-data'
done
equal "a letter for each" 3 "$(pdfinfo "$work/letters.pdf" | awk '/^Pages/ { print $2 }')"
