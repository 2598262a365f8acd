/* Every process's statements against the schema, as the role it connects as: rights, names and types. */
#include "ca/cert_store.h"
#include "ca/crl_store.h"
#include "ca/order_store.h"
#include "ca/partition_store.h"
#include "ca/status/feed_store.h"
#include "common/base/table.h"
#include "common/flow/audit_store.h"
#include "common/flow/enrolment_store.h"
#include "lra/application_store.h"
#include "lra/calendar_store.h"
#include "lra/certificate_store.h"
#include "lra/decision_store.h"
#include "lra/delivery_store.h"
#include "lra/distribution_store.h"
#include "lra/enrol_store.h"
#include "lra/expiring_store.h"
#include "lra/letter_store.h"
#include "lra/notice_store.h"
#include "lra/notices/queue_store.h"
#include "lra/paper_store.h"
#include "lra/subscriber/store.h"
#include "lra/web_session_store.h"
#include "ra/store.h"
#include "tests/check.h"
#include "tests/support/postgres.h"

static void test_all(void)
{
	const struct db_stmt_list counter[] = { lra_application_stmts, lra_decision_stmts,
		lra_delivery_stmts, lra_distribution_stmts, lra_certificate_stmts,
		lra_paper_stmts, lra_web_session_stmts, lra_enrol_stmts, lra_notice_stmts,
		lra_expiring_stmts, lra_calendar_stmts, lra_letter_stmts,
		audit_store_writing };
	const struct db_stmt_list subscriber[] = { subscriber_stmts,
		audit_store_writing };
	const struct db_stmt_list orders[] = { ra_store_stmts, audit_store_writing,
		enrolment_store_reading };
	const struct db_stmt_list issuer[] = { order_store_stmts, cert_store_stmts,
		audit_store_writing, enrolment_store_reading };
	const struct db_stmt_list publisher[] = { crl_store_stmts, audit_store_writing,
		order_store_stmts };
	const struct db_stmt_list auditor[] = { audit_store_chain,
		partition_store_stmts };
	const struct {
		const char *role;
		const struct db_stmt_list *lists;
		size_t count;
	} rows[] = {
		{ "inkan_lra", counter, COUNT(counter) },
		{ "inkan_ra", &ra_store_view_stmts, 1 },
		{ "inkan_orders", orders, COUNT(orders) },
		{ "inkan_ca", issuer, COUNT(issuer) },
		{ "inkan_publish", publisher, COUNT(publisher) },
		{ "inkan_audit", auditor, COUNT(auditor) },
		{ "inkan_status", &feed_statements, 1 },
		{ "inkan_notices", &notice_queue_stmts, 1 },
		{ "inkan_subscriber", subscriber, COUNT(subscriber) },
	};
	postgres_fresh();
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(db_close) struct db *db = NULL;
		CHECK_OK(db_open(postgres_conninfo(rows[i].role), rows[i].lists,
				 rows[i].count, &db),
			"%s", rows[i].role);
	}
}

static const CU_TestInfo tests[] = {
	{ "each role's statements fit the schema", test_all },
	CU_TEST_INFO_NULL,
};
const struct check_suite suite_statements = { "sql/statements", tests, NULL, NULL };
