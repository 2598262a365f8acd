#!/bin/bash
# Story: what people get in their hands. PIN letters print a PIN once, with the names of their bearers as these write them;
# notes and receipt forms go with the file; the ledger lists it all. Judged by poppler and openssl. A drawing that fails, or an
# answer that is lost, loses no PIN before it is told, and shows none twice. proves R-SUB-KEY-04 R-LRA-08 R-LRA-11
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash
story_begin papers
log=$home/log/lra.log

# ---- people with names

number=600000
# handed_over RECIPIENT-JSON [CHANNEL]: prints the receipt number of a delivery that has a PIN.
handed_over() {
	local receipt
	receipt=$(approved "$(form P-PERSON-MP "$number" '{"origin":"handover"}' ". + { recipient: $1 }")") || return 1
	wait_until 20 in_state "$receipt" verified &&
		as_person sato deliver "$receipt" --file-channel "${2:-社内メール}" --pin-channel "親展文書" -o "$work/$receipt.p12" >/dev/null 2>&1 &&
		printf '%s\n' "$receipt"
}
katsuragi=$'葛\U000E0100城' yoshino=$'\U00020BB7野' takahashi=髙橋
name_one="{ name: \"$takahashi 一郎\", organization: \"株式会社みらい銀行\", unit: \"本店営業部\", postalCode: \"100-0005\", address: [\"東京都千代田区丸の内一丁目1番1号\", \"みらいビル12階\"] }"
name_two="{ name: \"$katsuragi 花子\" }"
name_three="{ name: \"$yoshino 次郎\", address: [\"奈良県葛城市\"] }"
long=$(printf '社%.0s' {1..60})
name_long="{ name: \"$(printf '葛\U000E0100%.0s' {1..60})\", organization: \"$long\", unit: \"$long\", address: [\"$long\", \"$long\", \"$long\"] }"
receipts=()
for recipient in "$name_one" "$name_two" "$name_three" "$name_long"; do
	number=$((number + 1))
	receipts+=("$(handed_over "$recipient")")
done
equal "four are handed over" 4 "$(sql "SELECT count(*) FROM delivery WHERE sealed_pin IS NOT NULL")"
number=$((number + 1))
odd=$(handed_over '{ name: "絵文字 😀" }' '=cmd|calc')
number=$((number + 1))
plain=$(approved "$(form P-PERSON-MP "$number" '{"origin":"handover"}')")

# text_of FILE: what can be read, without the breaks of lines
text_of() { pdftotext -layout "$1" - | tr -d '\n\f'; }
has() { text_of "$1" | grep -qF -- "$2"; }
embedded() { [ "$(pdffonts "$1" | tail -n +3 | awk '{ print $(NF-4) }' | sort -u)" = yes ]; }

# ---- what is wrong prints nothing

refused "control characters in a recipient" 'recipient|control' \
	as_person tanaka apply - <<<"$(form P-PERSON-MP 699999 '{"origin":"handover"}' '. + { recipient: { name: "a\u0007b" } }')"
refused "a letter for what is not handed over" 'paper.notDelivered' as_person sato pin-letter "$plain" -o "$work/none.pdf"
refused "a letter for nobody" 'paper.list' as_person sato pin-letter -o "$work/none.pdf"
refused "one odd letter stops the whole file" 'paper.character.*|U\+1F600' as_person sato pin-letter "${receipts[0]}" "$odd" -o "$work/none.pdf"
equal "and no PIN is gone" 5 "$(sql "SELECT count(*) FROM delivery WHERE sealed_pin IS NOT NULL")"
equal "nor any said to be shown" 0 "$(sql "SELECT count(*) FROM audit_event WHERE event = 'pinShown'")"
check "and no file was made" test ! -e "$work/none.pdf"
refused "an approver prints no PIN" '403|denied' as_person kobayashi pin-letter "${receipts[0]}" -o "$work/none.pdf"

# ---- letters

before=$(sql "SELECT count(*) FROM audit_event WHERE event = 'pinShown'")
check "one letter" as_person sato pin-letter "${receipts[0]}" -o "$work/one.pdf"
equal "its file is its owner's" 600 "$(stat -c %a "$work/one.pdf")"
for words in "$takahashi 一郎 様" 〒100-0005 丸の内一丁目1番1号 "${receipts[0]}" 親展 "Confirm receipt by" 受領確認の期限 "What to do" お手続き \
	"Ichiro TAKAHASHI"; do
	check "it says $words" has "$work/one.pdf" "$words"
done
check "every font is embedded" embedded "$work/one.pdf"
pin=$(pdftotext -layout "$work/one.pdf" - | grep -oE '\b[A-Za-z2-79]{4,}(-[A-Za-z2-79]{4,}){2,}\b' | head -n 1)
check "its PIN has none of 0 O 1 l I B 8" grep -qvE '[0O1lIB8]' <<<"$pin"
check "and opens the file" openssl pkcs12 -in "$work/${receipts[0]}.p12" -passin "pass:$pin" -nokeys
equal "the PIN is erased" t "$(sql "SELECT sealed_pin IS NULL AND pin_shown_at IS NOT NULL FROM delivery d JOIN application a ON a.id = application_id WHERE receipt_number = '${receipts[0]}'")"
equal "with one audit event" $((before + 1)) "$(sql "SELECT count(*) FROM audit_event WHERE event = 'pinShown'")"
refused "a second letter" 'pin.shown' as_person sato pin-letter "${receipts[0]}" -o "$work/again.pdf"
refused "nor the PIN on the screen" 'pin.shown' as_person sato pin "${receipts[0]}"
check "nothing of it lies in the house" bash -c "! grep -rqF -- '$pin' '$home/log' '$home/conf'"

printf '%s\n' "${receipts[@]:1}" >"$work/list"
check "three in one file, by a list" as_person sato pin-letter --list "$work/list" -o "$work/three.pdf"
equal "a page each" 3 "$(pdfinfo "$work/three.pdf" | awk '/^Pages/ { print $2 }')"
check "a name with a variation selector" has "$work/three.pdf" "$katsuragi 花子 様"
check "a name beyond the BMP" has "$work/three.pdf" "$yoshino 次郎 様"
equal "a long name wraps and is whole" 61 "$(pdftotext "$work/three.pdf" - | tr -d '\n\f' | grep -oF $'葛\U000E0100' | wc -l)"
check "embedded, all" embedded "$work/three.pdf"

# ---- forms that go with the file

check "notes for all" as_person sato delivery-note "${receipts[@]}" -o "$work/notes.pdf"
equal "a page each" 4 "$(pdfinfo "$work/notes.pdf" | awk '/^Pages/ { print $2 }')"
check "they say where the PIN is" has "$work/notes.pdf" "Not enclosed"
check "and no PIN" bash -c "! pdftotext '$work/notes.pdf' - | grep -qF -- '$pin'"
check "receipt forms" as_person sato receipt-form "${receipts[@]}" -o "$work/forms.pdf"
digest=$(openssl pkcs12 -in "$work/${receipts[0]}.p12" -passin "pass:$pin" -nokeys -clcerts 2>/dev/null | openssl x509 -outform DER | sha256sum | tr a-f A-F | cut -c1-4)
check "with the certificate's fingerprint" has "$work/forms.pdf" "$digest"
check "to the LRA" has "$work/forms.pdf" "みらい銀行 本店 電子証明書窓口 御中"

# ---- the ledger

tomorrow=$(date -u -d 'tomorrow + 9 hours' +%F) first=$(date -u -d 'yesterday' +%F)
for format in pdf csv json; do
	check "the ledger as $format" as_person kobayashi ledger --from "$first" --until "$tomorrow" --format "$format" -o "$work/ledger.$format"
done
equal "every certificate of the LRA stands in it" "$(sql "SELECT count(*) FROM certificate c JOIN certificate_order o ON o.id = c.order_id")" \
	"$(jq '.certificates | length' "$work/ledger.json")"
for receipt in "${receipts[@]}"; do check "$receipt on paper" has "$work/ledger.pdf" "$receipt"; done
equal "CSV and JSON say the same" "$(jq -r '.certificates[].receiptNumber' "$work/ledger.json" | sort)" "$(tail -n +2 "$work/ledger.csv" | cut -d, -f1 | sort)"
equal "the CSV begins as spreadsheets want it" efbbbf "$(head -c 3 "$work/ledger.csv" | od -An -tx1 | tr -d ' ')"
check "a cell that would be a formula is a text" grep -qF "\"'=cmd|calc\"" "$work/ledger.csv"
check "no cell begins a formula" bash -c "! grep -qE '(^|,)\"?[=+@-]' '$work/ledger.csv'"
check "it is who it says" has "$work/ledger.pdf" "電子証明書 取扱帳簿"
equal "each export leaves its trace" 3 "$(sql "SELECT count(*) FROM audit_event WHERE event = 'ledgerExported' AND object = 'LRA-0001' AND actor = 'kobayashi'")"
refused "a file that is there is not overwritten" 'exists' as_person kobayashi ledger --from "$first" --until "$tomorrow" -o "$work/ledger.pdf"
refused "no such day" 'from' as_person kobayashi ledger --from 2026-02-30 --until "$tomorrow" -o "$work/no.pdf"
check "no rows are a page that says so" as_person kobayashi ledger --from 2001-01-01 --until 2001-02-01 -o "$work/empty.pdf"
check "none" has "$work/empty.pdf" "以上 0 件"

# ---- faults

number=$((number + 1)); lost=$(handed_over "$name_one")
paper_pid() { pgrep -P "$(cat "$home/pid/lra")" -f inkan-paper; }
first_pid=$(paper_pid)
kill -9 "$first_pid"
check "inkan-paper dies and is started anew" wait_until 20 bash -c "p=\$(pgrep -P '$(cat "$home/pid/lra")' -f inkan-paper) && [ \"\$p\" != '$first_pid' ]"
printf %s lra.drawn >"$INKAN_FAULT"; chmod 0666 "$INKAN_FAULT"
refused "the worker dies before it marks the PIN" 'E_RETRY|E_IO|again|retry|http' as_person sato pin-letter "$lost" -o "$work/lost.pdf"
equal "then the PIN is still there" 1 "$(sql "SELECT count(*) FROM delivery d JOIN application a ON a.id = application_id WHERE receipt_number = '$lost' AND sealed_pin IS NOT NULL")"
printf %s lra.answering >"$INKAN_FAULT"; chmod 0666 "$INKAN_FAULT"
refused "the worker dies before it answers" 'E_RETRY|E_IO|again|retry|http' as_person sato pin-letter "$lost" -o "$work/lost.pdf"
sleep 2 # for another worker
refused "then the PIN is gone, and that is told" 'pin.shown' as_person sato pin-letter "$lost" -o "$work/lost.pdf"
check "no letter was left behind" test ! -e "$work/lost.pdf"

# ---- who draws

check "only inkan-paper links the layout library" bash -c "for p in '$home'/bin/inkan*; do case \$p in */inkan-paper) readelf -d \$p | grep -q libpango || exit 1 ;; *) ! readelf -d \$p | grep -qE 'libpango|libcairo|libharfbuzz' || exit 1 ;; esac; done"
check "inkan-paper has a filter" grep -q '^Seccomp:.*2' "/proc/$(paper_pid)/status"
equal "on each of its threads" "$(ls "/proc/$(paper_pid)/task" | wc -l)" "$(cat /proc/"$(paper_pid)"/task/*/status | grep -c '^Seccomp:.*2')"
check "and no socket but its channel" bash -c "[ \$(ls -l /proc/$(paper_pid)/fd | grep -c socket:) -le 2 ]"
