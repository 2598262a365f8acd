/* verbs: what the commands do; their table stands in commands.c. */
#ifndef LRA_VERBS_H
#define LRA_VERBS_H

#include "common/proc/command.h"

/* Daemon and its settings. */
RESULT verb_serve(struct command_call *call);
RESULT verb_check(struct command_call *call);
RESULT verb_settings(struct command_call *call);
RESULT verb_publish_agreement(struct command_call *call);

RESULT verb_session(struct command_call *call);

/* Applications. */
RESULT verb_apply(struct command_call *call);
RESULT verb_amend(struct command_call *call);
RESULT verb_copy(struct command_call *call);
RESULT verb_list(struct command_call *call);
RESULT verb_show(struct command_call *call);
RESULT verb_evidence(struct command_call *call);
RESULT verb_agreements(struct command_call *call);

/* The counter's desk. */
RESULT verb_queue(struct command_call *call);
RESULT verb_search(struct command_call *call);
RESULT verb_take(struct command_call *call);
RESULT verb_history(struct command_call *call);
RESULT verb_duplicates(struct command_call *call);
RESULT verb_preview(struct command_call *call);
RESULT verb_office(struct command_call *call);
RESULT verb_identity_rules(struct command_call *call);

/* Many applications out of one file. */
RESULT verb_import(struct command_call *call);
RESULT verb_import_start(struct command_call *call);
RESULT verb_import_show(struct command_call *call);
RESULT verb_import_list(struct command_call *call);
RESULT verb_import_rows(struct command_call *call);
RESULT verb_import_mend(struct command_call *call);
RESULT verb_import_keep(struct command_call *call);
RESULT verb_import_changes(struct command_call *call);
RESULT verb_import_faults(struct command_call *call);
RESULT verb_import_cancel(struct command_call *call);
RESULT verb_import_template(struct command_call *call);

/* Sealed evidence. */
RESULT verb_evidence_upload(struct command_call *call);
RESULT verb_evidence_list(struct command_call *call);
RESULT verb_evidence_get(struct command_call *call);
RESULT verb_evidence_fetch(struct command_call *call);
RESULT verb_evidence_open(struct command_call *call);
RESULT verb_evidence_due(struct command_call *call);
RESULT verb_evidence_destroy(struct command_call *call);
RESULT verb_evidence_approve(struct command_call *call);

/* Notices. */
RESULT verb_notices_list(struct command_call *call);
RESULT verb_notices_show(struct command_call *call);
RESULT verb_notices_again(struct command_call *call);

/* Ends of certificates. */
RESULT verb_expiring(struct command_call *call);
RESULT verb_trail(struct command_call *call);
RESULT verb_register_import(struct command_call *call);
RESULT verb_register_status(struct command_call *call);
RESULT verb_register_show(struct command_call *call);
RESULT verb_register_check(struct command_call *call);
RESULT verb_register_accept(struct command_call *call);
RESULT verb_calendar_show(struct command_call *call);
RESULT verb_calendar_new(struct command_call *call);
RESULT verb_calendar_end(struct command_call *call);

/* Decisions. */
RESULT verb_identify(struct command_call *call);
RESULT verb_approve(struct command_call *call);
RESULT verb_send_back(struct command_call *call);
RESULT verb_reject(struct command_call *call);
RESULT verb_withdraw(struct command_call *call);
RESULT verb_hold(struct command_call *call);
RESULT verb_resume(struct command_call *call);
RESULT verb_revoke(struct command_call *call);

/* Passkeys. */
RESULT verb_passkey_invite(struct command_call *call);
RESULT verb_passkey_list(struct command_call *call);
RESULT verb_passkey_enrol(struct command_call *call);
RESULT verb_passkey_end(struct command_call *call);

/* Certificates. */
RESULT verb_deliver(struct command_call *call);
RESULT verb_distribute(struct command_call *call);
RESULT verb_distribution_list(struct command_call *call);
RESULT verb_distribution_show(struct command_call *call);
RESULT verb_distribution_rows(struct command_call *call);
RESULT verb_distribution_cancel(struct command_call *call);
RESULT verb_distribution_files(struct command_call *call);
RESULT verb_distribution_taken(struct command_call *call);
RESULT verb_recall(struct command_call *call);
RESULT verb_pin(struct command_call *call);
RESULT verb_certificate(struct command_call *call);
RESULT verb_receipt(struct command_call *call);
RESULT verb_paper_receipt(struct command_call *call);
RESULT verb_pin_letter(struct command_call *call);
RESULT verb_delivery_note(struct command_call *call);
RESULT verb_receipt_form(struct command_call *call);
RESULT verb_ledger(struct command_call *call);
RESULT verb_status(struct command_call *call);
RESULT verb_pack(struct command_call *call);

/* The settings of the daemon that --config names; faults are printed, and the exit is COMMAND_CONFIG. */
struct lra_conf;
RESULT verbs_load_conf(struct command_call *call, struct lra_conf *conf);
/* "2026-11-01" as the time when that day of the Japanese calendar begins, nine hours before that of UTC. */
RESULT verbs_day_begins(const char *option, const char *day, char out[static 32]);

#endif
