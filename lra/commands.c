#include "lra/commands.h"

#include "common/base/table.h"
#include "lra/verbs.h"

/* clang-format off */
#define CONFIG                                                                                                    \
	{ .name = "config", .letter = 'c', .type = OPTION_TEXT, .value = "FILE", .required = true,                \
	  .summary = "the settings file", .summary_ja = "設定ファイル" }
#define END { .name = NULL }
#define SIGNING                                                                                                   \
	{ .name = "yes", .type = OPTION_FLAG,                                                                     \
	  .summary = "sign without being asked", .summary_ja = "確認せずに署名" },                                \
	{ .name = "keep", .type = OPTION_TEXT, .value = "FOLDER",                                                 \
	  .summary = "keep statement and signature there", .summary_ja = "署名対象と署名を保存" }
#define OUTPUT                                                                                                    \
	{ .name = "output", .letter = 'o', .type = OPTION_TEXT, .value = "FILE",                                  \
	  .summary = "write to this file", .summary_ja = "出力ファイル" }
#define OWN_KEY                                                                                                   \
	{ .name = "sign-key", .type = OPTION_TEXT, .value = "FILE",                                               \
	  .summary = "sign with this key (the new one)", .summary_ja = "署名に使う鍵 (新しい鍵)" },               \
	{ .name = "sign-certificate", .type = OPTION_TEXT, .value = "FILE",                                       \
	  .summary = "and this certificate", .summary_ja = "その証明書" }

static const struct command_option config_options[] = { CONFIG, END };
static const struct command_option serve_options[] = { CONFIG,
	{ .name = "process", .type = OPTION_TEXT, .value = "NAME",
	  .summary = "run as one of the parent's processes (it does so itself)",
	  .summary_ja = "親プロセスが内部で使用" },
	END };
static const struct command_option agreement_options[] = { CONFIG,
	{ .name = "title", .type = OPTION_TEXT, .value = "TEXT", .required = true,
	  .summary = "title of the terms", .summary_ja = "規約の名称" },
	{ .name = "edition", .type = OPTION_TEXT, .value = "TEXT", .required = true,
	  .summary = "their version", .summary_ja = "版" },
	END };
static const struct command_option form_options[] = { CONFIG,
	{ .name = "csr", .type = OPTION_TEXT, .value = "FILE",
	  .summary = "put this certification request into the form", .summary_ja = "CSRファイルを申込に添付" },
	END };
static const struct command_option list_options[] = { CONFIG,
	{ .name = "state", .type = OPTION_TEXT, .value = "STATE",
	  .summary = "only those in this state", .summary_ja = "表示する状態" },
	{ .name = "after", .type = OPTION_INT, .value = "ID", .min = 0, .max = INT64_MAX / 2, .fallback = "0",
	  .summary = "with --json: those behind this one", .summary_ja = "--json: このIDより後" },
	{ .name = "limit", .type = OPTION_INT, .value = "N", .min = 1, .max = 500, .fallback = "100",
	  .summary = "with --json: so many", .summary_ja = "--json: 件数" },
	END };
static const struct command_option queue_options[] = { CONFIG,
	{ .name = "mine", .type = OPTION_FLAG,
	  .summary = "only the cases that you took", .summary_ja = "自分が担当する案件のみ" },
	{ .name = "after", .type = OPTION_TEXT, .value = "NEXT",
	  .summary = "the page behind: what the last one gave as next", .summary_ja = "次のページ (前ページの next)" },
	{ .name = "limit", .type = OPTION_INT, .value = "N", .min = 1, .max = 500, .fallback = "50",
	  .summary = "so many", .summary_ja = "件数" },
	END };
static const struct command_option import_options[] = { CONFIG,
	{ .name = "common", .type = OPTION_TEXT, .value = "FILE",
	  .summary = "JSON: what all rows have in common, an application without its person",
	  .summary_ja = "全行に共通の内容 (JSON)" },
	{ .name = "columns", .type = OPTION_TEXT, .value = "FILE",
	  .summary = "JSON: a list with the field of each column, \"\" for none", .summary_ja = "列の対応 (JSON)" },
	{ .name = "charset", .type = OPTION_TEXT, .value = "NAME",
	  .summary = "UTF-8, CP932, UTF-16LE or UTF-16BE; else it is found", .summary_ja = "文字コード (省略時は自動判定)" },
	{ .name = "separator", .type = OPTION_TEXT, .value = "NAME",
	  .summary = "comma, tab or semicolon; else it is found", .summary_ja = "区切り (省略時は自動判定)" },
	END };
static const struct command_option import_start_options[] = { CONFIG, SIGNING,
	{ .name = "all", .type = OPTION_FLAG,
	  .summary = "only if every row is good (else: the good rows)", .summary_ja = "すべて正しい場合のみ登録" },
	{ .name = "no-wait", .type = OPTION_FLAG,
	  .summary = "do not follow it to its end", .summary_ja = "完了を待たない" },
	END };
static const struct command_option import_rows_options[] = { CONFIG,
	{ .name = "state", .type = OPTION_TEXT, .value = "STATE",
	  .summary = "good, faulty, duplicate, made, refused, or problem", .summary_ja = "表示する状態" },
	{ .name = "after", .type = OPTION_INT, .value = "ROW", .min = 0, .max = INT64_MAX / 2, .fallback = "0",
	  .summary = "those behind this one", .summary_ja = "この行より後" },
	{ .name = "limit", .type = OPTION_INT, .value = "N", .min = 1, .max = 500, .fallback = "100",
	  .summary = "so many", .summary_ja = "件数" },
	END };
static const struct command_option search_options[] = { CONFIG,
	{ .name = "state", .type = OPTION_TEXT, .value = "STATE",
	  .summary = "only those in this state", .summary_ja = "表示する状態" },
	{ .name = "before", .type = OPTION_TEXT, .value = "NEXT",
	  .summary = "the page behind: what the last one gave as next", .summary_ja = "次のページ (前ページの next)" },
	{ .name = "limit", .type = OPTION_INT, .value = "N", .min = 1, .max = 500, .fallback = "50",
	  .summary = "so many", .summary_ja = "件数" },
	END };
static const struct command_option take_options[] = { CONFIG,
	{ .name = "back", .type = OPTION_FLAG,
	  .summary = "give it back", .summary_ja = "担当を外れる" },
	END };
static const struct command_option upload_options[] = { CONFIG,
	{ .name = "type", .type = OPTION_TEXT, .value = "TYPE",
	  .summary = "media type, when the file's name does not tell", .summary_ja = "ファイル形式 (拡張子から判断できない場合)" },
	END };
static const struct command_option look_options[] = { CONFIG, OUTPUT,
	{ .name = "purpose", .type = OPTION_TEXT, .value = "WORD", .required = true,
	  .summary = "why: identify, approve, audit, complaint, disclosure; it is recorded",
	  .summary_ja = "閲覧目的 (記録されます): identify, approve, audit, complaint, disclosure" },
	END };
static const struct command_option open_options[] = { OUTPUT,
	{ .name = "key", .type = OPTION_TEXT, .value = "FILE", .required = true,
	  .summary = "PEM file of the archive's private key", .summary_ja = "アーカイブの秘密鍵ファイル" },
	END };
static const struct command_option signing_options[] = { CONFIG, SIGNING, END };
static const struct command_option decide_options[] = { CONFIG, SIGNING,
	{ .name = "list", .type = OPTION_TEXT, .value = "FILE",
	  .summary = "receipt numbers, one a line: all by one signature", .summary_ja = "受付番号の一覧ファイル (1回の署名でまとめて)" },
	END };
static const struct command_option reason_options[] = { CONFIG,
	{ .name = "reason", .type = OPTION_TEXT, .value = "TEXT", .required = true,
	  .summary = "why; names nobody", .summary_ja = "理由 (個人情報を含めない)" },
	END };
static const struct command_option turn_options[] = { CONFIG,
	{ .name = "reason", .type = OPTION_TEXT, .value = "TEXT", .required = true,
	  .summary = "why, for the house; names nobody", .summary_ja = "理由 (内部用、個人情報を含めない)" },
	{ .name = "for-applicant", .type = OPTION_TEXT, .value = "TEXT",
	  .summary = "what the notice to the applicant says", .summary_ja = "申込者への通知に載せる文" },
	END };
static const struct command_option hold_options[] = { CONFIG,
	{ .name = "reason", .type = OPTION_TEXT, .value = "WORD", .required = true,
	  .summary = "papers, applicant, inquiry, register or other",
	  .summary_ja = "理由: papers (書類待ち), applicant (申込者の回答待ち), inquiry (照会中), register (登記等の確認中), other" },
	{ .name = "note", .type = OPTION_TEXT, .value = "TEXT",
	  .summary = "for the house; names nobody", .summary_ja = "内部の記録 (個人情報を含めない)" },
	{ .name = "until", .type = OPTION_TEXT, .value = "DAY",
	  .summary = "look again on this day (YYYY-MM-DD)", .summary_ja = "再開予定日 (YYYY-MM-DD)" },
	{ .name = "resumer", .type = OPTION_TEXT, .value = "PERSON",
	  .summary = "the clerk who is to resume it; you, unless told", .summary_ja = "再開する担当 (省略時は自分)" },
	END };
static const struct command_option notices_options[] = { CONFIG,
	{ .name = "state", .type = OPTION_TEXT, .value = "STATE",
	  .summary = "only those of which a message is queued, sent, bounced, failed or late",
	  .summary_ja = "送信状態で絞込み: queued, sent, bounced, failed, late" },
	{ .name = "after", .type = OPTION_TEXT, .value = "NEXT",
	  .summary = "what came behind: what the last page gave as next", .summary_ja = "前回の next より後" },
	{ .name = "limit", .type = OPTION_INT, .value = "N", .min = 1, .max = 500, .fallback = "100",
	  .summary = "so many", .summary_ja = "件数" },
	END };
static const struct command_option expiring_options[] = { CONFIG,
	{ .name = "month", .type = OPTION_TEXT, .value = "YYYY-MM",
	  .summary = "in this month; the present one unless told", .summary_ja = "対象月 (省略時は今月)" },
	{ .name = "from", .type = OPTION_TEXT, .value = "DAY",
	  .summary = "from this day on, together with --to", .summary_ja = "開始日 (--to と共に)" },
	{ .name = "to", .type = OPTION_TEXT, .value = "DAY",
	  .summary = "until this day", .summary_ja = "終了日" },
	{ .name = "after", .type = OPTION_TEXT, .value = "NEXT",
	  .summary = "what came behind: what the last page gave as next", .summary_ja = "前回の next より後" },
	{ .name = "limit", .type = OPTION_INT, .value = "N", .min = 1, .max = 500, .fallback = "100",
	  .summary = "so many", .summary_ja = "件数" },
	END };
static const struct command_option deliver_options[] = { CONFIG, OUTPUT,
	{ .name = "form", .type = OPTION_TEXT, .value = "FORM", .fallback = "pkcs12",
	  .summary = "certificate, pkcs12 or pkcs12-3des", .summary_ja = "certificate, pkcs12, pkcs12-3des" },
	{ .name = "file-channel", .type = OPTION_TEXT, .value = "TEXT", .required = true,
	  .summary = "the way the file goes", .summary_ja = "ファイルの受渡経路" },
	{ .name = "pin-channel", .type = OPTION_TEXT, .value = "TEXT",
	  .summary = "the other way, of the PIN", .summary_ja = "PINの受渡経路 (別経路)" },
	{ .name = "pickup", .type = OPTION_FLAG,
	  .summary = "its holder fetches the file himself, once: a link is shown, which goes the way of the file",
	  .summary_ja = "利用者が受取ページから1回だけダウンロード (リンクを表示)" },
	END };
static const struct command_option distribute_options[] = { CONFIG,
	{ .name = "list", .type = OPTION_TEXT, .value = "FILE",
	  .summary = "receipt numbers, one a line; - is stdin", .summary_ja = "受付番号の一覧ファイル (1行1件)" },
	{ .name = "form", .type = OPTION_TEXT, .value = "FORM", .fallback = "pkcs12",
	  .summary = "pkcs12 or pkcs12-3des", .summary_ja = "pkcs12, pkcs12-3des" },
	{ .name = "file-channel", .type = OPTION_TEXT, .value = "TEXT", .required = true,
	  .summary = "the way the files go", .summary_ja = "ファイルの受渡経路" },
	{ .name = "pin-channel", .type = OPTION_TEXT, .value = "TEXT", .required = true,
	  .summary = "the other way, of the PINs", .summary_ja = "PINの受渡経路 (別経路)" },
	{ .name = "key", .type = OPTION_TEXT, .value = "TEXT",
	  .summary = "a word of your own: the same request again gives the same distribution", .summary_ja = "再送時の重複を防ぐ任意の語" },
	{ .name = "wait", .type = OPTION_FLAG,
	  .summary = "stay until nobody waits any more", .summary_ja = "完了まで待つ" },
	END };
static const struct command_option wait_options[] = { CONFIG,
	{ .name = "wait", .type = OPTION_FLAG,
	  .summary = "stay until nobody waits any more", .summary_ja = "完了まで待つ" },
	END };
static const struct command_option rows_options[] = { CONFIG,
	{ .name = "state", .type = OPTION_TEXT, .value = "STATE",
	  .summary = "only those: waiting, done, refused, cancelled", .summary_ja = "waiting, done, refused, cancelled のいずれかのみ" },
	END };
static const struct command_option papers_options[] = { CONFIG, OUTPUT,
	{ .name = "list", .type = OPTION_TEXT, .value = "FILE",
	  .summary = "receipt numbers, one a line; - is stdin", .summary_ja = "受付番号の一覧ファイル (1行1件)" },
	END };
static const struct command_option ledger_options[] = { CONFIG, OUTPUT,
	{ .name = "from", .type = OPTION_TEXT, .value = "DAY", .required = true,
	  .summary = "issued from this day on, 2026-11-01, Japanese time", .summary_ja = "発行日の初日 (日本時間)" },
	{ .name = "until", .type = OPTION_TEXT, .value = "DAY", .required = true,
	  .summary = "and before this day", .summary_ja = "発行日の末日の翌日 (日本時間)" },
	{ .name = "format", .type = OPTION_TEXT, .value = "FORMAT", .fallback = "pdf",
	  .summary = "pdf, csv or json", .summary_ja = "pdf, csv, json" },
	END };
static const struct command_option register_options[] = { CONFIG,
	{ .name = "full", .type = OPTION_FLAG,
	  .summary = "the file is the whole register: it takes the place of what was there", .summary_ja = "全件データ (既存データと入替え)" },
	{ .name = "update", .type = OPTION_FLAG,
	  .summary = "the file is what changed since", .summary_ja = "差分データ" },
	END };
static const struct command_option trail_options[] = { CONFIG, OUTPUT,
	{ .name = "case", .type = OPTION_TEXT, .value = "RECEIPT",
	  .summary = "of this case, from its beginning", .summary_ja = "この案件のみ (受付から)" },
	{ .name = "person", .type = OPTION_TEXT, .value = "ID",
	  .summary = "by this person", .summary_ja = "この担当者の操作のみ" },
	{ .name = "event", .type = OPTION_TEXT, .value = "EVENT",
	  .summary = "of this kind, as applicationApproved", .summary_ja = "この種類のみ (例: applicationApproved)" },
	{ .name = "from", .type = OPTION_TEXT, .value = "DAY",
	  .summary = "from this day on, Japanese time; else the last 31 days", .summary_ja = "この日から (日本時間、省略時は直近31日)" },
	{ .name = "until", .type = OPTION_TEXT, .value = "DAY",
	  .summary = "and before this day", .summary_ja = "この日の前日まで" },
	{ .name = "before", .type = OPTION_INT, .value = "ID", .min = 1, .max = INT64_MAX,
	  .summary = "older than this event: the next page", .summary_ja = "この番号より前 (次のページ)" },
	{ .name = "limit", .type = OPTION_INT, .value = "N", .min = 1, .max = 500, .fallback = "100",
	  .summary = "at most so many", .summary_ja = "最大件数" },
	{ .name = "csv", .type = OPTION_FLAG,
	  .summary = "all of them as a table; the export is an event itself", .summary_ja = "全件をCSVで出力 (出力も記録されます)" },
	END };
static const struct command_option output_options[] = { CONFIG, OUTPUT, END };
static const struct command_option receipt_options[] = { CONFIG, SIGNING, OWN_KEY, END };
static const struct command_option revoke_options[] = { CONFIG, SIGNING, OWN_KEY,
	{ .name = "event", .type = OPTION_TEXT, .value = "EVENT", .required = true,
	  .summary = "what happened: left, changed, lostDevice, pinExposed, replaced, unused, misissued, notReceived …",
	  .summary_ja = "事由: left, changed, lostDevice, pinExposed, replaced, unused, misissued, notReceived …" },
	{ .name = "requester", .type = OPTION_TEXT, .value = "TEXT", .required = true,
	  .summary = "who asked, and how he was authenticated", .summary_ja = "申請者と本人確認の方法" },
	{ .name = "suspected-since", .type = OPTION_TEXT, .value = "TIME",
	  .summary = "with a key that was compromised: since when, in UTC (2026-11-21T09:30:00Z)",
	  .summary_ja = "鍵の危殆化が疑われる日時 (協定世界時, 例 2026-11-21T09:30:00Z)" },
	{ .name = "issuer", .type = OPTION_TEXT, .value = "NAME",
	  .summary = "with --serial, instead of a receipt number", .summary_ja = "受付番号の代わりに発行者を指定" },
	{ .name = "serial", .type = OPTION_TEXT, .value = "HEX",
	  .summary = "serial number of the certificate", .summary_ja = "証明書のシリアル番号" },
	END };
static const struct command_option pack_options[] = { OUTPUT,
	{ .name = "key", .type = OPTION_TEXT, .value = "FILE", .required = true,
	  .summary = "PEM file of the private key", .summary_ja = "秘密鍵ファイル" },
	{ .name = "certificate", .type = OPTION_TEXT, .value = "FILE", .required = true,
	  .summary = "PEM file of the certificate and its chain", .summary_ja = "証明書と上位証明書" },
	{ .name = "pin-fd", .type = OPTION_INT, .value = "N", .min = 3, .max = 1023, .required = true,
	  .summary = "descriptor to which the PIN is written", .summary_ja = "PINの出力先ディスクリプタ" },
	{ .name = "name", .type = OPTION_TEXT, .value = "TEXT", .fallback = "inkan",
	  .summary = "friendly name", .summary_ja = "表示名" },
	{ .name = "old-readers", .type = OPTION_FLAG,
	  .summary = "3DES for programs that know nothing newer", .summary_ja = "旧ソフト向け (3DES)" },
	END };

#define EXAMPLES(name, ...) static const char *const name[] = { __VA_ARGS__, NULL }
EXAMPLES(serve_examples, "inkan lra serve -c /etc/inkan/lra.cfg");
EXAMPLES(check_examples, "inkan lra check -c /etc/inkan/lra.cfg");
EXAMPLES(settings_examples, "inkan lra settings");
EXAMPLES(publish_examples, "inkan lra publish-agreement terms.txt --title Terms --edition 1 -c /etc/inkan/lra.cfg");
EXAMPLES(apply_examples, "inkan lra apply tanaka.json -c sato.cfg");
EXAMPLES(amend_examples, "inkan lra amend A26-000001-K tanaka.json -c sato.cfg");
EXAMPLES(list_examples, "inkan lra list --state issued -c sato.cfg");
EXAMPLES(show_examples, "inkan lra show A26-000001-K -c sato.cfg");
EXAMPLES(queue_examples, "inkan lra queue approve -c suzuki.cfg");
EXAMPLES(search_examples, "inkan lra search takahashi -c sato.cfg");
EXAMPLES(take_examples, "inkan lra take A26-000001-K -c sato.cfg");
EXAMPLES(history_examples, "inkan lra history A26-000001-K -c sato.cfg");
EXAMPLES(duplicates_examples, "inkan lra duplicates A26-000001-K -c sato.cfg");
EXAMPLES(preview_examples, "inkan lra preview application.json -c sato.cfg");
EXAMPLES(office_examples, "inkan lra office -c sato.cfg");
EXAMPLES(import_examples, "inkan lra import joiners.csv --common bank.json -c sato.cfg");
EXAMPLES(import_start_examples, "inkan lra import start 17 -c sato.cfg");
EXAMPLES(import_show_examples, "inkan lra import show 17 -c sato.cfg");
EXAMPLES(import_list_examples, "inkan lra import list -c sato.cfg");
EXAMPLES(import_rows_examples, "inkan lra import rows 17 --state problem -c sato.cfg");
EXAMPLES(import_mend_examples, "inkan lra import mend 17 342 5 k.sato@mirai.example -c sato.cfg");
EXAMPLES(import_keep_examples, "inkan lra import keep 17 1020 -c sato.cfg");
EXAMPLES(import_changes_examples, "inkan lra import changes 17 -c sato.cfg");
EXAMPLES(import_faults_examples, "inkan lra import faults 17 -o faults.csv -c sato.cfg");
EXAMPLES(import_cancel_examples, "inkan lra import cancel 17 -c sato.cfg");
EXAMPLES(import_template_examples, "inkan lra import template -o template.csv -c sato.cfg");
EXAMPLES(identity_examples, "inkan lra identity-rules -c sato.cfg");
EXAMPLES(evidence_examples, "inkan lra evidence A26-000001-K papers.json -c sato.cfg");
EXAMPLES(upload_examples, "inkan lra evidence upload A26-000001-K licence.pdf -c sato.cfg");
EXAMPLES(files_examples, "inkan lra evidence list A26-000001-K -c sato.cfg");
EXAMPLES(look_examples, "inkan lra evidence get A26-000001-K 3fa2…77e0 --purpose approve -o licence.pdf -c suzuki.cfg");
EXAMPLES(fetch_examples, "inkan lra evidence fetch A26-000001-K sealed -c auditor.cfg");
EXAMPLES(open_examples, "inkan lra evidence open sealed --key archive.key -o papers");
EXAMPLES(due_examples, "inkan lra evidence due -c sato.cfg");
EXAMPLES(destroy_examples, "inkan lra evidence destroy A26-000001-K --reason \"retention ended\" -c sato.cfg");
EXAMPLES(destruction_examples, "inkan lra evidence approve-destruction A26-000001-K -c suzuki.cfg");
EXAMPLES(session_examples, "inkan lra session -c sato.cfg");
EXAMPLES(agreements_examples, "inkan lra agreements -c sato.cfg");
EXAMPLES(notices_list_examples, "inkan lra notices list --state bounced -c sato.cfg");
EXAMPLES(notices_show_examples, "inkan lra notices show 31 -c sato.cfg");
EXAMPLES(notices_again_examples, "inkan lra notices again 31 -c sato.cfg");
EXAMPLES(expiring_examples, "inkan lra expiring --month 2027-01 -c sato.cfg");
static const char *const register_import_examples[] = { "inkan lra register import 00_zenkoku_all_20261030.csv --full -c /etc/inkan/lra.cfg",
	"unzip -p diff_20261120.zip '*.csv' | inkan lra register import - --update -c /etc/inkan/lra.cfg", NULL };
EXAMPLES(register_status_examples, "inkan lra register status -c /etc/inkan/lra.cfg");
EXAMPLES(register_show_examples, "inkan lra register show 1010405009403 -c sato.cfg");
EXAMPLES(register_check_examples, "inkan lra register check A26-000001-K -c sato.cfg");
EXAMPLES(register_accept_examples, "inkan lra register accept A26-000001-K --reason '商号変更の登記を確認' -c sato.cfg");
static const char *const trail_examples[] = { "inkan lra trail -c sato.cfg",
	"inkan lra trail --case A26-000001-K -c sato.cfg",
	"inkan lra trail --from 2026-11-01 --until 2026-12-01 --csv -o november.csv -c sato.cfg", NULL };
EXAMPLES(calendar_show_examples, "inkan lra calendar show -c sato.cfg");
EXAMPLES(calendar_new_examples, "inkan lra calendar new -c sato.cfg");
EXAMPLES(calendar_end_examples, "inkan lra calendar end -c sato.cfg");
EXAMPLES(identify_examples, "inkan lra identify A26-000001-K -c sato.cfg");
EXAMPLES(approve_examples, "inkan lra approve A26-000001-K -c suzuki.cfg");
EXAMPLES(send_back_examples,
	"inkan lra send-back A26-000001-K --reason \"copy unreadable\" --for-applicant \"Please send a new copy.\" -c suzuki.cfg");
EXAMPLES(reject_examples, "inkan lra reject A26-000001-K --reason \"not employed here\" -c suzuki.cfg");
EXAMPLES(withdraw_examples, "inkan lra withdraw A26-000001-K --reason \"no longer wanted\" -c sato.cfg");
EXAMPLES(copy_examples, "inkan lra copy A26-000001-K -o form.json -c sato.cfg");
EXAMPLES(hold_examples, "inkan lra hold A26-000001-K --reason papers --until 2026-12-01 -c sato.cfg");
EXAMPLES(resume_examples, "inkan lra resume A26-000001-K -c sato.cfg");
EXAMPLES(deliver_examples,
	"inkan lra deliver A26-000001-K --file-channel mail --pin-channel hand -o tanaka.p12 -c sato.cfg",
	"inkan lra deliver A26-000001-K --file-channel mail --pin-channel letter --pickup -c sato.cfg");
EXAMPLES(recall_examples, "inkan lra recall A26-000001-K --reason \"sent to a wrong address\" -c sato.cfg");
EXAMPLES(distribute_examples,
	"inkan lra distribute --list today.txt --file-channel mail --pin-channel hand --wait -c sato.cfg");
EXAMPLES(distributions_examples, "inkan lra distribution list -c sato.cfg");
EXAMPLES(distribution_examples, "inkan lra distribution show 17 --wait -c sato.cfg");
EXAMPLES(rows_examples, "inkan lra distribution rows 17 --state refused -c sato.cfg");
EXAMPLES(cancel_examples, "inkan lra distribution cancel 17 -c sato.cfg");
EXAMPLES(zip_examples, "inkan lra distribution files 17 -o today.zip -c sato.cfg");
EXAMPLES(taken_examples, "inkan lra distribution taken 17 -c sato.cfg");
EXAMPLES(pin_examples, "inkan lra pin A26-000001-K -c sato.cfg");
EXAMPLES(pin_letter_examples, "inkan lra pin-letter A26-000001-K -c sato.cfg | lp");
EXAMPLES(delivery_note_examples, "inkan lra delivery-note --list today.txt -o notes.pdf -c sato.cfg");
EXAMPLES(receipt_form_examples, "inkan lra receipt-form A26-000001-K -o receipt.pdf -c sato.cfg");
EXAMPLES(ledger_examples, "inkan lra ledger --from 2026-11-01 --until 2026-12-01 -o november.pdf -c sato.cfg");
EXAMPLES(certificate_examples, "inkan lra certificate A26-000001-K -o tanaka.pem -c sato.cfg");
EXAMPLES(receipt_examples, "inkan lra receipt A26-000001-K -c tanaka.cfg");
EXAMPLES(paper_examples, "inkan lra paper-receipt A26-000001-K scan.pdf -c sato.cfg");
EXAMPLES(revoke_examples,
	"inkan lra revoke A26-000001-K --event lostDevice --requester \"holder, called back\" -c sato.cfg");
EXAMPLES(status_examples, "inkan lra status person 3fa210c477e09b01 -c sato.cfg");
EXAMPLES(passkey_invite_examples, "inkan lra passkey invite sato -c mori.cfg");
EXAMPLES(passkey_list_examples, "inkan lra passkey list -c mori.cfg");
EXAMPLES(passkey_enrol_examples, "inkan lra passkey enrol 12 -c mori.cfg");
EXAMPLES(passkey_end_examples, "inkan lra passkey end 12 -c mori.cfg");
EXAMPLES(pack_examples, "inkan lra pack --key my.key --certificate my.pem -o my.p12 --pin-fd 3");

static const struct command commands[] = {
	{ "serve", "", 0, 0, "Runs the LRA",
	  "LRAを起動", serve_options, serve_examples, verb_serve, false },
	{ "check", "", 0, 0, "Reads the settings and all files they name",
	  "設定と関連ファイルを検査", config_options, check_examples, verb_check, false },
	{ "settings", "", 0, 0, "Prints every setting with its meaning",
	  "設定項目の一覧を表示", NULL, settings_examples, verb_settings, false },
	{ "publish-agreement", "FILE", 1, 1, "Stores a text of terms for ever; prints its digest",
	  "利用規約を登録 (ハッシュ値を表示)", agreement_options, publish_examples, verb_publish_agreement, false },
	{ "agreements", "", 0, 0, "Lists the terms that were published",
	  "登録済みの利用規約を一覧", config_options, agreements_examples, verb_agreements, false },
	{ "session", "", 0, 0, "Shows who you are here, what you may, and what of it ends soon",
	  "担当者・権限と、まもなく切れる期限を表示", config_options, session_examples, verb_session, false },
	{ "apply", "FILE", 1, 1, "Enters an application",
	  "利用申込を登録", form_options, apply_examples, verb_apply, false },
	{ "amend", "RECEIPT FILE", 2, 2, "Corrects an application; its decisions are void",
	  "申込を修正 (確認・承認は取消)", form_options, amend_examples, verb_amend, false },
	{ "copy", "RECEIPT", 1, 1, "Writes a form with the data of a rejected or withdrawn application, to be entered anew",
	  "却下・取下げ済の申込から新しい申込の下書きを作成", output_options, copy_examples, verb_copy, false },
	{ "list", "", 0, 0, "Lists applications",
	  "申込を一覧", list_options, list_examples, verb_list, false },
	{ "queue", "[TAB]", 0, 1, "What waits for whom, by due time: identify, approve, progress, deliver, receipt, held, revoke, open",
	  "受付箱: 期限順の処理待ち (identify, approve, progress, deliver, receipt, held, revoke, open)", queue_options, queue_examples,
	  verb_queue, false },
	{ "search", "TEXT", 1, 1, "Finds cases by receipt, employee, corporate or serial number, fingerprint, mail, or a part of the name",
	  "検索: 受付番号, 職員番号, 法人番号, シリアル番号, 指紋, メール, 氏名の一部", search_options, search_examples, verb_search, false },
	{ "take", "RECEIPT", 1, 1, "Notes for the colleagues that you work on a case",
	  "案件の担当になる", take_options, take_examples, verb_take, false },
	{ "history", "RECEIPT", 1, 1, "What happened to a case, and its hand-overs",
	  "案件の経過と配付の記録", config_options, history_examples, verb_history, false },
	{ "duplicates", "RECEIPT", 1, 1, "Cases of people that look like this one, with how much speaks for it",
	  "同じ人と思われる申込を一覧", config_options, duplicates_examples, verb_duplicates, false },
	{ "preview", "FILE", 1, 1, "Shows what a form would become, with all that is wrong with it; nothing is stored",
	  "申込内容の事前確認 (保存しません)", config_options, preview_examples, verb_preview, false },
	{ "office", "", 0, 0, "Shows what this LRA may ask for",
	  "この登録局の契約範囲を表示", config_options, office_examples, verb_office, false },
	{ "import", "FILE", 1, 1, "Reads a table of applications (CSV, TSV) and shows what is wrong with its rows",
	  "一括登録: 表を読み込み、行ごとに検査", import_options, import_examples, verb_import, false },
	{ "import start", "ID", 1, 1, "Signs and enters the rows, and follows them",
	  "一括登録に署名して実行", import_start_options, import_start_examples, verb_import_start, false },
	{ "import show", "ID", 1, 1, "Shows an import with its counts",
	  "一括登録の状態を表示", config_options, import_show_examples, verb_import_show, false },
	{ "import list", "", 0, 0, "Lists imports, the newest first",
	  "一括登録を一覧", config_options, import_list_examples, verb_import_list, false },
	{ "import rows", "ID", 1, 1, "Shows rows with what is wrong with them",
	  "行と問題点を表示", import_rows_options, import_rows_examples, verb_import_rows, false },
	{ "import mend", "ID ROW COLUMN VALUE", 4, 4, "Changes one cell; only its row is judged anew",
	  "セルを修正 (その行だけ再検査)", config_options, import_mend_examples, verb_import_mend, false },
	{ "import keep", "ID ROW", 2, 2, "Says that a row is not the same person, though it seems so",
	  "同一人物ではないと確認", config_options, import_keep_examples, verb_import_keep, false },
	{ "import changes", "ID", 1, 1, "Shows who joined and who seems to have left, against living certificates",
	  "有効な証明書との差 (入社・退職)", config_options, import_changes_examples, verb_import_changes, false },
	{ "import faults", "ID", 1, 1, "Writes what is wrong as a table (CSV)",
	  "問題点の一覧 (CSV)", output_options, import_faults_examples, verb_import_faults, false },
	{ "import cancel", "ID", 1, 1, "Ends an import; what was entered stays",
	  "一括登録を中止 (登録済みは残ります)", config_options, import_cancel_examples, verb_import_cancel, false },
	{ "import template", "", 0, 0, "Writes a table with the headings that are known (CSV)",
	  "ひな形 (CSV)", output_options, import_template_examples, verb_import_template, false },
	{ "identity-rules", "", 0, 0, "Shows which papers prove identity, examined how",
	  "現在の本人確認規則 (書類・方法・期限) を表示", config_options, identity_examples, verb_identity_rules, false },
	{ "show", "RECEIPT", 1, 1, "Shows one application with its history",
	  "申込と経過を表示", config_options, show_examples, verb_show, false },
	{ "evidence", "RECEIPT FILE", 2, 2, "Adds evidence that was examined",
	  "確認した証跡を登録", config_options, evidence_examples, verb_evidence, false },
	{ "evidence upload", "RECEIPT FILE…", 2, 32, "Seals scans and photographs for a case, by their digests",
	  "証跡ファイルを暗号化して保管", upload_options, upload_examples, verb_evidence_upload, false },
	{ "evidence list", "RECEIPT", 1, 1, "Lists the evidence of a case, and what of it is sealed",
	  "証跡と保管状況を一覧", config_options, files_examples, verb_evidence_list, false },
	{ "evidence get", "RECEIPT SHA256", 2, 2, "Fetches one file while the case is open; the look is recorded",
	  "証跡ファイルを取得 (閲覧は記録されます)", look_options, look_examples, verb_evidence_get, false },
	{ "evidence fetch", "RECEIPT FOLDER", 2, 2, "Copies a case as it lies, sealed, with its key for the archive",
	  "案件の証跡を暗号化されたまま取得", config_options, fetch_examples, verb_evidence_fetch, false },
	{ "evidence open", "FOLDER", 1, 1, "Opens the copy of a case with the archive's private key, offline",
	  "アーカイブ鍵で証跡を復号 (オフライン)", open_options, open_examples, verb_evidence_open, false },
	{ "evidence due", "", 0, 0, "Lists cases whose evidence may be destroyed",
	  "保存期間が満了した案件を一覧", config_options, due_examples, verb_evidence_due, false },
	{ "evidence destroy", "RECEIPT", 1, 1, "Proposes that the evidence of a case is destroyed",
	  "証跡の廃棄を申請", reason_options, destroy_examples, verb_evidence_destroy, false },
	{ "evidence approve-destruction", "RECEIPT", 1, 1, "Approves it, as the second person; it cannot be undone",
	  "証跡の廃棄を承認 (取消不可)", config_options, destruction_examples, verb_evidence_approve, true },
	{ "notices list", "", 0, 0, "Lists what applicants were told, in the order of the deeds, and whom it reached",
	  "申込者への通知と送信状態を一覧", notices_options, notices_list_examples, verb_notices_list, false },
	{ "notices show", "ID", 1, 1, "Shows one notice",
	  "通知を表示", config_options, notices_show_examples, verb_notices_show, false },
	{ "notices again", "ID", 1, 1, "Sends a notice anew",
	  "通知を再送", config_options, notices_again_examples, verb_notices_again, false },
	{ "expiring", "", 0, 0, "Certificates that end in a month, or between two days, and whether they are renewed",
	  "有効期限が来る証明書と更新の有無", expiring_options, expiring_examples, verb_expiring, false },
	{ "register import", "FILE", 1, 1, "Loads the published data of corporate numbers (CSV; - reads stdin): all of it, or nothing",
	  "法人番号の公表データを取り込み (CSV)", register_options, register_import_examples, verb_register_import, false },
	{ "register status", "", 0, 0, "Which data of corporate numbers is loaded",
	  "取込済みの法人番号データ", config_options, register_status_examples, verb_register_status, false },
	{ "register show", "NUMBER", 1, 1, "What the register says of a corporate number",
	  "法人番号の公表情報", config_options, register_show_examples, verb_register_show, false },
	{ "register check", "RECEIPT", 1, 1, "An application beside the register of corporate numbers",
	  "申込と法人番号の公表情報の照合", config_options, register_check_examples, verb_register_check, false },
	{ "register accept", "RECEIPT", 1, 1, "Records why it is right although the register says something else",
	  "相違を認める理由を記録", reason_options, register_accept_examples, verb_register_accept, false },
	{ "trail", "", 0, 0, "The audit trail of your LRA, newest first, and how its chain was found",
	  "監査証跡 (新しい順) と連鎖の検証結果", trail_options, trail_examples, verb_trail, false },
	{ "calendar show", "", 0, 0, "Whether your calendar program has an address, and when it used it",
	  "カレンダー用の住所の有無と最後の利用", config_options, calendar_show_examples, verb_calendar_show, false },
	{ "calendar new", "", 0, 0, "Makes an address for your calendar program, shown once; an older one ends",
	  "カレンダー用の住所を作成 (表示は1回、古い住所は無効)", config_options, calendar_new_examples, verb_calendar_new, false },
	{ "calendar end", "", 0, 0, "Ends the address of your calendar program",
	  "カレンダー用の住所を無効化", config_options, calendar_end_examples, verb_calendar_end, false },
	{ "identify", "[RECEIPT…]", 0, 256, "Signs that identity was verified; of many by one signature",
	  "本人確認を署名 (複数を一括で)", decide_options, identify_examples, verb_identify, false },
	{ "approve", "[RECEIPT…]", 0, 256, "Signs the approval, as the second person; of many by one signature",
	  "承認を署名 (2人目・複数を一括で)", decide_options, approve_examples, verb_approve, false },
	{ "send-back", "RECEIPT", 1, 1, "Sends an application back to the clerk",
	  "差戻し", turn_options, send_back_examples, verb_send_back, false },
	{ "reject", "RECEIPT", 1, 1, "Rejects an application",
	  "却下", turn_options, reject_examples, verb_reject, false },
	{ "withdraw", "RECEIPT", 1, 1, "Withdraws an application",
	  "取下げ", reason_options, withdraw_examples, verb_withdraw, false },
	{ "hold", "RECEIPT", 1, 1, "Puts an application on hold; its due clock stops",
	  "保留 (期限の計時を止める)", hold_options, hold_examples, verb_hold, false },
	{ "resume", "RECEIPT", 1, 1, "Resumes an application that was on hold",
	  "保留から再開", config_options, resume_examples, verb_resume, false },
	{ "deliver", "RECEIPT", 1, 1, "Hands the certificate over, with its key when that is born here",
	  "証明書を引き渡す", deliver_options, deliver_examples, verb_deliver, false },
	{ "distribute", "[RECEIPT…]", 0, 256, "Hands many certificates over in one step, each once, in the background",
	  "一括配付 (バックグラウンドで実行)", distribute_options, distribute_examples, verb_distribute, false },
	{ "distribution list", "", 0, 0, "Lists the newest distributions",
	  "一括配付の一覧", config_options, distributions_examples, verb_distribution_list, false },
	{ "distribution show", "ID", 1, 1, "How far a distribution is",
	  "一括配付の進み具合", wait_options, distribution_examples, verb_distribution_show, false },
	{ "distribution rows", "ID", 1, 1, "What became of each of its people",
	  "一括配付の1件ごとの結果", rows_options, rows_examples, verb_distribution_rows, false },
	{ "distribution cancel", "ID", 1, 1, "Ends a distribution; what is done stays",
	  "一括配付を中止 (済みの分は残ります)", config_options, cancel_examples, verb_distribution_cancel, false },
	{ "distribution files", "ID", 1, 1, "Fetches its PKCS #12 files in one ZIP archive",
	  "PKCS#12ファイルをまとめて取得 (ZIP)", output_options, zip_examples, verb_distribution_files, false },
	{ "distribution taken", "ID", 1, 1, "The files are safe: none is kept at the LRA any longer",
	  "取得済みのファイルを登録局から消去", config_options, taken_examples, verb_distribution_taken, true },
	{ "recall", "RECEIPT", 1, 1, "Ends a link to a file that was not picked up: the file is destroyed, its certificate revoked",
	  "受取リンクを終了 (ファイルは廃棄、証明書は失効)", reason_options, recall_examples, verb_recall, false },
	{ "pin", "RECEIPT", 1, 1, "Shows the PIN of a delivery, once",
	  "PINを表示 (1回限り)", config_options, pin_examples, verb_pin, false },
	{ "pin-letter", "[RECEIPT…]", 0, 256, "Prints the PINs of deliveries as letters, each once, into one PDF",
	  "PIN通知書を印刷 (1回限り)", papers_options, pin_letter_examples, verb_pin_letter, false },
	{ "delivery-note", "[RECEIPT…]", 0, 256, "The note that goes with the certificate file, as PDF",
	  "送付のご案内 (PDF)", papers_options, delivery_note_examples, verb_delivery_note, false },
	{ "receipt-form", "[RECEIPT…]", 0, 256, "The receipt form that the subscriber signs, as PDF",
	  "受領書の用紙 (PDF)", papers_options, receipt_form_examples, verb_receipt_form, false },
	{ "ledger", "", 0, 0, "The ledger of a period: every certificate with delivery, receipt and end",
	  "帳簿: 期間内に発行した証明書の配付・受領・失効", ledger_options, ledger_examples, verb_ledger, false },
	{ "certificate", "RECEIPT", 1, 1, "Fetches the certificate and its chain",
	  "証明書を取得", output_options, certificate_examples, verb_certificate, false },
	{ "receipt", "RECEIPT", 1, 1, "Confirms receipt by the new key",
	  "新しい鍵で受領を確認", receipt_options, receipt_examples, verb_receipt, false },
	{ "paper-receipt", "RECEIPT FILE", 2, 2, "Records a receipt signed on paper",
	  "紙の受領書を登録", config_options, paper_examples, verb_paper_receipt, false },
	{ "revoke", "[RECEIPT]", 0, 1, "Reports a life event, so that a certificate is revoked",
	  "失効を申請", revoke_options, revoke_examples, verb_revoke, false },
	{ "status", "ISSUER SERIAL", 2, 2, "Shows the status of one certificate",
	  "証明書の状態を表示", config_options, status_examples, verb_status, false },
	{ "passkey invite", "PERSON", 1, 1, "Gives a code with which somebody registers a passkey at the counter; also who lost his",
	  "パスキー登録コードを発行 (紛失時の再登録も)", config_options, passkey_invite_examples, verb_passkey_invite, false },
	{ "passkey list", "", 0, 0, "Lists passkeys with their fingerprints, and who signed for them",
	  "パスキーと照合用の値・署名者を一覧", config_options, passkey_list_examples, verb_passkey_list, false },
	{ "passkey enrol", "ID", 1, 1, "Signs whose a passkey is; it counts when two administrators have",
	  "パスキーの登録に署名 (管理者2人で有効)", signing_options, passkey_enrol_examples, verb_passkey_enrol, false },
	{ "passkey end", "ID", 1, 1, "Signs that a passkey is no longer used: lost, or its owner left; one signature is enough",
	  "パスキーの抹消に署名 (紛失・退職など)", signing_options, passkey_end_examples, verb_passkey_end, false },
	{ "pack", "", 0, 0, "Packs a key of your own and its certificate into PKCS #12, offline",
	  "鍵と証明書をPKCS#12に格納", pack_options, pack_examples, verb_pack, false },
};
/* clang-format on */

const struct command_set lra_commands = { .program = "inkan lra",
	.summary = "The local registration authority: applications, identity, approval, "
		   "hand-over, revocation",
	.summary_ja = "LRA: 申込受付・本人確認・承認・配付・失効申請",
	.commands = commands,
	.command_count = COUNT(commands) };
