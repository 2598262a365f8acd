#include "tests/support/offices.h"

#include <openssl/pem.h>
#include <unistd.h>

#include "ca/cert_store.h"
#include "ca/conf.h"
#include "ca/order_store.h"
#include "common/base/table.h"
#include "common/flow/audit_store.h"
#include "common/flow/enrolment_store.h"
#include "ra/conf.h"
#include "ra/store.h"
#include "tests/support/postgres.h"

static char *in_folder(struct offices *offices, size_t place, const char *name)
{
	snprintf(offices->path[place], sizeof offices->path[place], "%s/%s",
		offices->world.outside.folder, name);
	return offices->path[place];
}

static void settle(struct offices *offices)
{
	char root[4000];
	if (getcwd(root, sizeof root) == NULL)
		abort();
	snprintf(offices->profiles, sizeof offices->profiles, "%s/policies/profiles",
		root);
	snprintf(offices->weak_keys, sizeof offices->weak_keys,
		"%s/policies/keys/debian-weak-keys.txt", root);
	snprintf(offices->database[0], sizeof offices->database[0], "%s",
		postgres_conninfo("inkan_orders"));
	snprintf(offices->database[1], sizeof offices->database[1], "%s",
		postgres_conninfo("inkan_ca"));
	offices->ra_conf = (struct ra_conf){ .orders_id = "ra-orders",
		.issuers = in_folder(offices, 0, "issuers.cfg"),
		.profiles = offices->profiles,
		.roster = in_folder(offices, 1, "roster.cfg"),
		.weak_keys = offices->weak_keys,
		.certificate = in_folder(offices, 2, "orders.pem"),
		.batch = 16 };
	offices->ca_conf = (struct ca_conf){ .id = "ca",
		.issuers = offices->path[0],
		.profiles = offices->profiles,
		.roster = offices->path[1],
		.weak_keys = offices->weak_keys,
		.batch = 16 };
}

static RESULT open_both(struct offices *offices)
{
	const struct db_stmt_list ra[] = { ra_store_stmts, audit_store_writing,
		enrolment_store_reading };
	const struct db_stmt_list ca[] = { order_store_stmts, cert_store_stmts,
		audit_store_writing, enrolment_store_reading };
	struct conf_faults faults = { .count = 0 };
	TRY(ra_open(&offices->ra_conf, offices->database[0], ra, COUNT(ra), &offices->ra,
		&faults));
	TRY(ca_open(&offices->ca_conf, offices->database[1], ca, COUNT(ca), -1,
		&offices->ca, &faults));
	AUTO(buf_clear)
	struct buf pem = outside_read(&offices->world.outside, "orders.key");
	AUTO(BIO_free_all) BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
	offices->order_key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	return signature_software_key(offices->order_key, &offices->ra.signing);
}

struct offices *offices_open(void)
{
	struct offices *offices = calloc(1, sizeof *offices);
	if (offices == NULL)
		abort();
	offices->ca.signer = -1;
	offices->world = lra_world_open();
	if (!offices->world.good)
		return offices;
	settle(offices);
	struct err err = open_both(offices);
	if (err_is(err))
		fprintf(stderr, "offices: %s\n", err.text);
	offices->good = !err_is(err);
	return offices;
}

void offices_free(struct offices *offices)
{
	if (offices == NULL)
		return;
	ra_close(&offices->ra);
	ca_close(&offices->ca);
	EVP_PKEY_free(offices->order_key);
	lra_world_clear(&offices->world);
	free(offices);
}

static const char make_form[] =
	"set -e\n"
	"openssl ecparam -name prime256v1 -genkey -noout -out $1.key\n"
	"csr=$(openssl req -new -key $1.key -subj /CN=own -config empty.cnf |\n"
	"  sed ':a;N;$!ba;s/\\n/\\\\\\\\n/g')\n"
	"sed \"s/100235/$1/g; s|\\\"csr\\\": \\\"-[^\\\"]*\\\"|\\\"csr\\\": "
	"\\\"$csr\\\"|\" "
	"csr.json >$1.json\n";

const char *offices_submit(struct offices *offices, int employee)
{
	static char receipts[4][24];
	static size_t next;
	char *receipt = receipts[next++ % COUNT(receipts)], file[32];
	struct lra_world *world = &offices->world;
	snprintf(file, sizeof file, "%d.json", employee);
	outside_write(&world->outside, "form.sh", blob_text(make_form));
	if (outside_run(&world->outside, &world->said, "bash form.sh %d", employee) != 0)
		fprintf(stderr, "form: %s\n", buf_text(&world->said));
	const char *made = lra_world_apply(world, file);
	snprintf(receipt, sizeof receipts[0], "%s", made == NULL ? "" : made);
	if (made == NULL || !lra_world_submit(world, receipt))
		fprintf(stderr, "submit: %s\n", buf_text(&world->said));
	return receipt;
}
