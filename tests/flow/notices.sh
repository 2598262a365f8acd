#!/bin/bash
# Story: applicants and their organisation are told what becomes of applications. A mail server and an HTTPS server take what is
# sent; openssl and gpgsm judge the signatures of mails, openssl those of webhooks. Servers that are away, that refuse, that say
# "later", a sender that dies between a server's yes and its own record, names and words that would be headers.
# proves R-REV-11 R-LRA-09
cd "$(dirname "$0")/../.." || exit 1
source tests/support/story.bash

source tests/support/post_office.bash
post_office_settings notices
story_also=end_post_office
story_begin notices

# ---- what came

by() { local person=$1; shift; inkan lra "$@" -c "$home/conf/$person.cfg"; }
notices() { by sato notices list --json --limit 500; }
# told RECEIPT KIND CHANNEL: the state of that message
told() { notices | jq -r --arg r "$1" --arg k "$2" --arg c "$3" '.notices[] | select(.receiptNumber == $r and .kind == $k) | .deliveries[] | select(.channel == $c) | .state'; }
is_told() { [ "$(told "$1" "$2" "$3")" = "$4" ]; }
# mail_of RECEIPT WORDS: the file of the mail whose subject has both; by Python's own reader.
cat >"$work/subject.py" <<'PY'
import email, email.policy, sys
for path in sys.argv[3:]:
    m = email.message_from_binary_file(open(path, "rb"), policy=email.policy.default)
    if sys.argv[1] in m["subject"] and sys.argv[2] in m["subject"]: print(path)
PY
mail_of() { ! ls "$out"/mail/*.eml >/dev/null 2>&1 || /usr/bin/python3 "$work/subject.py" "$1" "$2" "$out"/mail/*.eml; }
one_mail() { [ "$(mail_of "$1" "$2" | wc -l)" = 1 ]; }
signed_by() { # ROOT MAIL: openssl reads and verifies it, and says who signed
	openssl cms -verify -in "$2" -CAfile "$home/ceremony/$1.pem" -signer "$work/signer.pem" -out "$work/text" &&
		openssl x509 -in "$work/signer.pem" -noout -ext subjectAltName | grep -q notices@inkan.example
}
body_of() { openssl cms -verify -in "$1" -noverify -out - 2>/dev/null | sed '1,/^\r*$/d' | base64 -d -i; }
says() { body_of "$1" | grep -qF -- "$2"; }
header() { sed '/^\r*$/q' "$1" | grep -i "^$2:" | tr -d '\r'; }

# ---- the mail server is away, and comes

number=700000
csr() { new_key "$work/$1.key" P-256; request_key "$work/$1.key" csr; }
first=$(apply "$(form P-PERSON-MP 700001 "$(csr first)")")
equal "the notice of an application is in the registry with it" 1 "$(sql "SELECT count(*) FROM notice WHERE kind = 'received'")"
check "with nobody there it is tried, and waits" wait_until 15 bash -c "'$home/bin/inkan' lra notices list -c '$home/conf/sato.cfg' --json | jq -e '.notices[0].deliveries[] | select(.channel == \"mail\" and .tries >= 1 and .state == \"queued\" and .answer != null)'"
check "the post office opens" open_post_office
check "it goes by itself" wait_until 30 is_told "$first" received mail sent
check "once" one_mail "$first" "申込を受け付けました"
mail=$(mail_of "$first" "申込を受け付けました")
equal "to the mailbox of the application" n700001@mirai.example "$(cat "${mail%.eml}.to")"
check "openssl verifies its signature up to our root" signed_by trust "$mail"
refused "and not up to another one" 'verif' signed_by operations "$mail"
awk '!done && /^[A-Za-z0-9+\/=]+\r?$/ { $0 = (substr($0, 1, 1) == "A" ? "B" : "A") substr($0, 2); done = 1 } { print }' "$mail" >"$work/changed.eml"
check "a changed text is another text" bash -c "! cmp -s '$mail' '$work/changed.eml'"
refused "of which the signature says so" 'verif|digest' openssl cms -verify -in "$work/changed.eml" -CAfile "$home/ceremony/trust.pem" -out /dev/null
check "it speaks Japanese" says "$mail" "電子証明書の利用申込を受け付けました"
check "to the applicant by name" says "$mail" "Ichiro TAKAHASHI 様"
check "and names the office" says "$mail" "みらい銀行 本店 電子証明書窓口"
check "nobody's holiday notice answers" grep -q '^Auto-Submitted: auto-generated' "$mail"
check "every line is of ASCII and short" bash -c "! LC_ALL=C grep -qP '[^\\x00-\\x7f]|.{200}' '$mail'"
equal "gpgsm verifies it too" good "$(export GNUPGHOME=$work/gpg; mkdir -pm 700 "$GNUPGHOME"
	printf 'disable-crl-checks\n' >"$GNUPGHOME/gpgsm.conf"
	printf '%s S relax\n' "$(openssl x509 -in "$home/ceremony/trust.pem" -noout -fingerprint -sha1 | cut -d= -f2)" >"$GNUPGHOME/trustlist.txt"
	gpgsm --batch --import "$home/ceremony/trust.pem" >"$work/gpgsm.log" 2>&1
	boundary=$(sed -n 's/.*boundary="\([^"]*\)".*/\1/p' "$mail" | tr -d '\r')
	/usr/bin/python3 - "$mail" "--$boundary" "$work" <<'PY'
import base64, sys
data, mark, work = open(sys.argv[1], "rb").read(), sys.argv[2].encode(), sys.argv[3]
part, cms = data.split(mark + b"\r\n")[1:3]
open(work + "/part", "wb").write(part[:-2])
open(work + "/part.p7s", "wb").write(base64.b64decode(cms.split(b"\r\n\r\n", 1)[1].split(b"\r\n--")[0]))
PY
	gpgsm --batch --verify "$work/part.p7s" "$work/part" >>"$work/gpgsm.log" 2>&1
	grep -q 'Good signature' "$work/gpgsm.log" && echo good)"
gpgconf --homedir "$work/gpg" --kill all 2>/dev/null

# ---- a whole way, in English for who wants it

second=$(apply "$(form P-PERSON-MP 700002 "$(csr second)" '. + { notice: { mail: "office@mirai.example", language: "en" } }')")
check "approved" decide "$second"
check "issued" wait_until 30 in_state "$second" issued
check "handed over" as_person sato deliver "$second" --form certificate --file-channel "by hand" -o "$work/second.pem"
for row in "received=Your application was received" "approved=Your application was approved" "issued=Your certificate was issued" \
	"receiptAsked=Please confirm that you have your certificate"; do
	check "he is told: ${row%%=*}" wait_until 30 is_told "$second" "${row%%=*}" mail sent
	check "by one mail" one_mail "$second" "${row#*=}"
	check "signed by us" signed_by trust "$(mail_of "$second" "${row#*=}")"
done
equal "at the mailbox that he named" office@mirai.example "$(cat "$(mail_of "$second" "was issued" | sed 's/eml$/to/')")"
check "with the day on which it ends" says "$(mail_of "$second" "was issued")" "Valid until: "
check "revoked" as_person sato revoke "$second" --event left --requester "personnel, called back" --yes
check "the CA's deed is told by who follows it" wait_until 40 is_told "$second" revoked mail sent
check "once" one_mail "$second" "was revoked"
check "38: the case shows each notice with its state and time" bash -c "'$home/bin/inkan' lra history '$second' -c '$home/conf/sato.cfg' | jq -e '[.notices[] | select(.kind == \"revoked\") | .deliveries[] | select(.channel == \"mail\" and .state == \"sent\" and .at != null)] | length == 1'"
equal "every deed was told once" 0 "$(sql "SELECT count(*) FROM (SELECT application_id, kind FROM notice GROUP BY 1, 2 HAVING count(*) > 1) t")"

# ---- words of people

third=$(apply "$(form P-PERSON-MP 700003 "$(csr third)")")
hostile=$'Please send a new copy.\nBcc: all@mirai.example\n.\nMAIL FROM:<x@mirai.example>\n{page}'
check "sent back" as_person sato evidence "$third" - <<<"$(evidence "$third")"
check "identified" as_person sato identify "$third" --yes
check "sent back with words for the applicant" as_person kobayashi send-back "$third" --reason "INTERNAL: the copy looks forged" --for-applicant "$hostile"
check "he is told" wait_until 30 is_told "$third" sentBack mail sent
mail=$(mail_of "$third" "確認をお願いします")
check "12: in the words that were meant for him" says "$mail" "Please send a new copy."
check "what would be a header is a text" says "$mail" "Bcc: all@mirai.example"
check "what would be a field is a text" says "$mail" "{page}"
check "the house's reason stays in the house" bash -c "! grep -rqa 'INTERNAL' '$out'"
equal "to one recipient" n700003@mirai.example "$(cat "${mail%.eml}.to")"
check "no header came of it" bash -c "! sed '/^\r*\$/q' '$mail' | grep -qi '^bcc'"
refused_mailbox() {
	printf %s "$(form P-PERSON-MP 700099 "$(csr none)" ". + { notice: { mail: $(jq -n --arg m "$1" '$m') } }")" | as_person tanaka apply - --json
}
for wrong in 'a@b@mirai.example' $'a@mirai.example\r\nBcc: x@mirai.example' 'a b@mirai.example' '<a@mirai.example>' 'a@' '"a"@mirai.example'; do
	refused "no mailbox: $(printf %q "$wrong")" 'notice.mail|mail address|メールアドレス' refused_mailbox "$wrong"
done

# ---- servers that say no, and later

fourth=$(apply "$(form P-PERSON-MP 700004 "$(csr fourth)" '. + { notice: { mail: "refused@mirai.example" } }')")
check "a mailbox that is refused: bounced" wait_until 30 is_told "$fourth" received mail bounced
check "with what the server said" bash -c "'$home/bin/inkan' lra notices list --state bounced -c '$home/conf/sato.cfg' | grep -q '550 5.1.1'"
check "38: the queue shows it" bash -c "'$home/bin/inkan' lra queue identify -c '$home/conf/sato.cfg' --json | jq -e '.cases[] | select(.receiptNumber == \"$fourth\") | .noticeFailed'"
id=$(notices | jq -r --arg r "$fourth" '.notices[] | select(.receiptNumber == $r) | .id')
refused "an approver does not send it anew" '403|denied' by kobayashi notices again "$id"
check "a clerk does" by sato notices again "$id"
check "it is another round" wait_until 20 bash -c "'$home/bin/inkan' lra notices show '$id' -c '$home/conf/sato.cfg' --json | jq -e '.deliveries[] | select(.channel == \"mail\" and .round == 2 and .state == \"bounced\")'"
equal "and on record" 1 "$(sql "SELECT count(*) FROM audit_event WHERE event = 'noticeAskedAgain' AND actor = 'sato' AND object = '$fourth'")"
fifth=$(apply "$(form P-PERSON-MP 700005 "$(csr fifth)" '. + { notice: { mail: "later@mirai.example" } }')")
check "a server that says later is asked later" wait_until 30 is_told "$fifth" received mail sent
check "and gets it once" one_mail "$fifth" "申込を受け付けました"
equal "at the third try" 3 "$(notices | jq -r --arg r "$fifth" '.notices[] | select(.receiptNumber == $r) | .deliveries[] | select(.channel == "mail") | .tries')"

# ---- webhooks

secret=$(cat "$home/conf/webhook.secret")
verified() { # FILE: as a receiver does it, by openssl
	local id at mac
	id=$(sed -n 's/^webhook-id: //p' "${1%.json}.headers"); at=$(sed -n 's/^webhook-timestamp: //p' "${1%.json}.headers")
	mac=$({ printf '%s.%s.' "$id" "$at"; cat "$1"; } | openssl dgst -sha256 -hmac "$2" -binary | base64)
	[ "v1,$mac" = "$(sed -n 's/^webhook-signature: //p' "${1%.json}.headers")" ]
}
all_hooked() { [ "$(notices | jq '[.notices[].deliveries[] | select(.channel == "webhook")] | length > 0 and all(.state == "sent")')" = true ]; }
check "webhooks go out too" wait_until 30 all_hooked
for file in "$out"/hook/*.json; do verified "$file" "$secret" || bad "webhook $file does not verify"; done
check "38: every signature verifies by openssl" verified "$out/hook/1.json" "$secret"
check "with another secret it does not" bash -c "$(declare -f verified); ! verified '$out/hook/1.json' another"
equal "each notice came under its own id; the one that was asked for anew, again under the same" "$(notices | jq -r '.notices[].id' | sort)" "$(sed -n 's/^webhook-id: notice-//p' "$out"/hook/*.headers | sort -u)"
check "no person stands in them" bash -c "! grep -qiE 'takahashi|@mirai' '$out'/hook/*"
printf 2 >"$out/hook-fails"
sixth=$(apply "$(form P-PERSON-MP 700006 "$(csr sixth)")")
check "38: a receiver that fails twice gets it at the third try" wait_until 30 is_told "$sixth" received webhook sent
equal "under the same id, once" 1 "$(cat "$out"/hook/*.json | jq -r --arg r "$sixth" 'select(.receiptNumber == $r) | .id' | wc -l)"
close_post_office
seventh=$(apply "$(form P-PERSON-MP 700007 "$(csr seventh)")")
place=$(notices | jq -r '.next')
eighth=$(apply "$(form P-PERSON-MP 700008 "$(csr eighth)")")
equal "38: whoever was away catches up by the list" "$eighth" "$(wait_until 10 bash -c "'$home/bin/inkan' lra notices list --after '$place' -c '$home/conf/sato.cfg'" && by sato notices list --after "$place" --json | jq -r '.notices[].receiptNumber')"
check "the post office opens again" open_post_office
check "and nothing was lost" wait_until 40 is_told "$seventh" received mail sent
check "nor of the other" wait_until 40 is_told "$eighth" received webhook sent

# ---- deaths

before=$(ls "$out"/mail/*.eml | wc -l)
printf %s notices.sent >"$INKAN_FAULT"; chmod 0666 "$INKAN_FAULT"
ninth=$(apply "$(form P-PERSON-MP 700009 "$(csr ninth)" '. + { notice: { mail: "ninth@mirai.example" } }')")
check "the sender dies between a server's yes and its record" wait_until 20 test ! -e "$INKAN_FAULT"
check "and is started anew" wait_until 30 is_told "$ninth" received mail sent
check "the other one too" wait_until 30 is_told "$ninth" received webhook sent
equal "the registry has one message" 1 "$(sql "SELECT count(*) FROM notice_delivery d JOIN notice n ON n.id = notice_id JOIN application a ON a.id = application_id WHERE receipt_number = '$ninth' AND channel = 'mail'")"
equal "whoever got it twice sees that it is one" 1 "$(for m in $(mail_of "$ninth" ""); do header "$m" message-id; done | sort -u | wc -l)"
equal "a webhook likewise" 1 "$(grep -l "$ninth" "$out"/hook/*.json | sed 's/json$/headers/' | xargs sed -n 's/^webhook-id: //p' | sort -u | wc -l)"
printf %s lra.answering >"$INKAN_FAULT"; chmod 0666 "$INKAN_FAULT"
tenth=$(form P-PERSON-MP 700010 "$(csr tenth)" '. + { idempotencyKey: "tenth", notice: { mail: "tenth@mirai.example" } }')
refused "the desk dies before it answers" 'RETRY|E_IO|again|retry|http' as_person tanaka apply - <<<"$tenth"
sleep 2
tenth=$(as_person tanaka apply - --json <<<"$tenth" | jq -r .receiptNumber)
equal "the same request again is told once" 1 "$(sql "SELECT count(*) FROM notice n JOIN application a ON a.id = application_id WHERE receipt_number = '$tenth'")"

# ---- what the sender is

sender=$(pgrep -P "$(cat "$home/pid/lra")" -f inkan-notices)
check "it has a filter" grep -q '^Seccomp:.*2' "/proc/$sender/status"
check "and can gain nothing" grep -q '^NoNewPrivs:.*1' "/proc/$sender/status"
[ "$(id -u)" != 0 ] || equal "a user of its own" inkan-notices "$(stat -c %U "/proc/$sender")"
as_sender() { run_as inkan-notices psql -X -At "$(tools/postgres conninfo "$INKAN_HOME" inkan_notices)" -c "SET search_path = inkan" -c "$1"; }
for table in application application_version decision delivery certificate audit_event credential web_session; do
	refused "it does not see $table" 'permission denied' as_sender "SELECT 1 FROM $table LIMIT 1"
done
equal "nor what is sent already" 0 "$(as_sender "SELECT count(*) FROM notice_open WHERE NOT EXISTS (SELECT FROM notice_delivery d WHERE d.notice_id = notice_open.id AND d.state = 'queued')" | tail -n 1)"
check "nothing of a name or mailbox is in its log" bash -c "! grep -a lra-notices '$home/log/lra.log' | grep -qE 'TAKAHASHI|@mirai'"
cp -r "$home/policies/notices" "$work/texts"; printf 'Subject: x\n\nThe PIN is {pin}.\n' >"$work/texts/en/issued.txt"
sed "s|templates = .*|templates = \"$work/texts\";|" "$home/conf/notices.cfg" >"$work/wrong.cfg"
refused "a text with a field that there is not is refused when it is read" 'issued.txt:3: no field' "$home/bin/inkan-notices" -t "$work/wrong.cfg"
