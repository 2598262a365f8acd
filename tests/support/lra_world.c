#include "tests/support/lra_world.h"

#include <stdarg.h>
#include <unistd.h>

#include "common/base/limits.h"
#include "tests/support/postgres.h"

/* Three CAs that are their own roots, and a certificate for everybody. */
static const char make_people[] =
	"set -e\n"
	"ca() {\n"
	"  openssl ecparam -name prime256v1 -genkey -noout -out $1.key\n"
	"  openssl req -x509 -new -key $1.key -days 3650 -subj \"/C=JP/O=Mirai Bank, "
	"Ltd./CN=$1 CA\" -out $1.pem \\\n"
	"    -addext basicConstraints=critical,CA:TRUE -addext "
	"keyUsage=critical,keyCertSign,cRLSign -config empty.cnf\n"
	"}\n"
	"leaf() { # CA NAME EKU SAN\n"
	"  openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 "
	"-nocrypt -out $2.key; chmod 600 $2.key\n"
	"  { echo keyUsage=critical,digitalSignature; echo extendedKeyUsage=$3; echo "
	"subjectKeyIdentifier=hash;\n"
	"    echo authorityKeyIdentifier=keyid; [ -z \"$4\" ] || echo subjectAltName=$4; "
	"} >$2.ext\n"
	"  openssl req -new -key $2.key -subj \"/C=JP/CN=$2\" -config empty.cnf |\n"
	"    openssl x509 -req -CA $1.pem -CAkey $1.key -days 30 -set_serial "
	"0x40$(openssl rand -hex 15) \\\n"
	"    -extfile $2.ext -out $2.pem 2>/dev/null\n"
	"}\n"
	"digest() { openssl x509 -in $1.pem -outform DER | sha256sum | cut -c1-64; }\n"
	"person() { # ID LRA ROLE\n"
	"  leaf staff $1-auth clientAuth ''; leaf staff $1-sign 2.999.3.1 ''\n"
	"  cat >>people <<-END\n"
	"\t{ id = \"$1\"; name = \"$1\"; $2 roles = [ \"$3\" ]; authCertificate = "
	"\"$(digest $1-auth)\";\n"
	"\t  signCertificate = \"$(digest $1-sign)\"; validFrom = "
	"\"2020-01-01T00:00:00Z\"; validUntil = \"2090-01-01T00:00:00Z\"; },\n"
	"\tEND\n"
	"}\n"
	"lra() {\n"
	"  cat <<-END\n"
	"\t{ id = \"$1\"; name = \"$1\"; organizationName = [ \"Mirai Bank, Ltd.\" ];\n"
	"\t  organizationIdentifier = [ \"VATJP-7000012050002\" ]; mailDomains = [ "
	"\"mirai.example\" ];\n"
	"\t  profiles = [ \"P-PERSON-MP\" ]; validityMax = \"900 d\"; validFrom = "
	"\"2020-01-01T00:00:00Z\";\n"
	"\t  validUntil = \"2090-01-01T00:00:00Z\"; }\n"
	"\tEND\n"
	"}\n"
	"printf '[req]\\ndistinguished_name=dn\\nprompt=no\\n[dn]\\n' >empty.cnf\n"
	"for name in staff systems person; do ca $name; done\n"
	"cat staff.pem person.pem >clients.pem\n"
	"leaf systems server serverAuth DNS:localhost,IP:127.0.0.1\n"
	"leaf systems gateway 2.999.3.2 URI:urn:inkan:lra-gateway\n"
	"leaf systems orders 2.999.3.2 URI:urn:inkan:ra-orders\n"
	": >people\n"
	"mine='lra = \"LRA-0001\";'\n"
	"person sato \"$mine\" lraClerk; person tanaka \"$mine\" lraClerk; person suzuki "
	"\"$mine\" lraApprover\n"
	"person kanri \"$mine\" lraAdmin\n"
	"person other 'lra = \"LRA-0002\";' lraClerk; person mieru '' auditor\n"
	"{ echo 'lras = ('; lra LRA-0001; echo ,; lra LRA-0002; echo ');'\n"
	"  echo 'people = ('; sed '$s/},$/}/' people; echo ');'\n"
	"  echo \"components = ( { id = \\\"lra-gateway\\\"; role = \\\"lraGateway\\\"; "
	"lra = \\\"LRA-0001\\\";\"\n"
	"  echo \" certificate = \\\"$(digest gateway)\\\"; },\"\n"
	"  echo \"{ id = \\\"ra-orders\\\"; role = \\\"ra\\\"; certificate = "
	"\\\"$(digest orders)\\\"; } );\"; } >roster.cfg\n"
	"{ echo 'issuers = ('\n"
	"  echo '{ name = \"staff\"; profile = \"P-SUB-STAFF\"; certificate = "
	"\"staff.pem\"; },'\n"
	"  echo '{ name = \"systems\"; profile = \"P-SUB-SYSTEMS\"; certificate = "
	"\"systems.pem\"; },'\n"
	"  echo '{ name = \"person\"; profile = \"P-SUB-PERSON\"; certificate = "
	"\"person.pem\";'\n"
	"  echo ' crl_uri = \"http://pki.mirai.example/person.crl\"; ocsp_uri = "
	"\"http://ocsp.mirai.example/\";'\n"
	"  echo ' ca_issuers_uri = \"http://pki.mirai.example/person.cer\"; } );'; } "
	">issuers.cfg\n"
	"(umask 077; openssl rand -hex 32 >seal; openssl rand -hex 32 >vault.seal; mkdir "
	"vault)\n"
	"openssl req -x509 -newkey rsa:3072 -nodes -keyout archive.key -out archive.pem "
	"-days 30 -subj /CN=archive 2>/dev/null\n"
	"chmod 600 archive.key\n"
	"openssl ecparam -name prime256v1 -genkey -noout -out own.key; chmod 600 "
	"own.key\n"
	"openssl req -new -key own.key -subj /CN=own -config empty.cnf -out own.csr\n"
	"echo 'terms of use' >terms.txt\n";

static const char make_forms[] =
	"set -e\n"
	"agreement=$(sha256sum terms.txt | cut -c1-64)\n"
	"form() { # FILE EMPLOYEE KEY\n"
	"  cat >$1 <<-END\n"
	"\t{ \"profile\": \"P-PERSON-MP\", \"method\": \"counter\", \"employeeNumber\": "
	"\"$2\", \"validity\": \"365 d\",\n"
	"\t  \"subject\": { \"commonName\": \"Ichiro　Takahashi\", \"countryName\": "
	"\"JP\", \"organizationName\": \"Mirai Bank, Ltd.\",\n"
	"\t    \"organizationIdentifier\": \"VATJP-7000012050002\", \"surname\": "
	"\"Takahashi\", \"givenName\": \"Ichiro\" },\n"
	"\t  \"mailboxes\": [ \"takahashi.$2@mirai.example\" ], \"key\": $3, "
	"\"idempotencyKey\": \"key-$2\",\n"
	"\t  \"acceptance\": { \"agreement\": \"$agreement\", \"acceptedBy\": "
	"\"100-$2\", \"means\": \"paper\", \"recordKeeping\": true,\n"
	"\t    \"correctness\": true, \"keyObligations\": true, \"publication\": false } "
	"}\n"
	"\tEND\n"
	"}\n"
	"csr=$(sed ':a;N;$!ba;s/\\n/\\\\n/g' own.csr)\n"
	"form handover.json 100234 '{ \"origin\": \"handover\" }'\n"
	"form csr.json 100235 \"{ \\\"origin\\\": \\\"csr\\\", \\\"csr\\\": \\\"$csr\\\" "
	"}\"\n"
	"paper=$(echo paper | sha256sum | cut -c1-64)\n"
	"cat >papers.json <<-END\n"
	"\t[ { \"kind\": \"personnelRegister\", \"method\": \"register\", \"sha256\": "
	"\"$paper\", \"proves\": [ \"organizationName\",\n"
	"\t  \"organizationIdentifier\", \"surname\", \"givenName\", \"commonName\", "
	"\"rfc822Name\" ] } ]\n"
	"\tEND\n"
	"mkdir -p identity\n"
	"cat >identity/WORLD.cfg <<-END\n"
	"\trules = \"WORLD\"; from = \"2020-01-01\"; needed = 1;\n"
	"\tdocuments = ( { kind = \"personnelRegister\"; name = \"Register\"; nameJa "
	"= \"台帳\"; photo = false;\n"
	"\t  counts = 1; methods = [ \"register\" ]; proves = [ \"organizationName\", "
	"\"organizationIdentifier\",\n"
	"\t  \"surname\", \"givenName\", \"commonName\", \"rfc822Name\" ]; } );\n"
	"\tEND\n"
	"for who in sato tanaka suzuki kanri other mieru; do\n"
	"  cat >$who.cfg <<-END\n"
	"\turl = \"https://localhost:PORT\"; ca = \"systems.pem\";\n"
	"\tauth = { certificate = \"$who-auth.pem\"; key = \"$who-auth.key\"; };\n"
	"\tsign = { certificate = \"$who-sign.pem\"; key = \"$who-sign.key\"; };\n"
	"\tEND\n"
	"done\n";

/* For the key in the file spki: WHO.pem, WHO.hex, WHO.serial. */
static const char make_certificate[] =
	"set -e\n"
	"serial=40$(openssl rand -hex 15)\n"
	"{ echo keyUsage=critical,digitalSignature; echo "
	"extendedKeyUsage=clientAuth,emailProtection;\n"
	"  echo subjectKeyIdentifier=hash; echo authorityKeyIdentifier=keyid; } >$1.ext\n"
	"openssl pkey -pubin -inform DER -in spki -out $1.pub\n"
	"openssl x509 -new -force_pubkey $1.pub -subj /C=JP/CN=$1 -CA person.pem -CAkey "
	"person.key -days 30 \\\n"
	"  -set_serial 0x$serial -extfile $1.ext -out $1.pem 2>/dev/null\n"
	"openssl x509 -in $1.pem -outform DER | od -An -v -tx1 | tr -d ' \\n' >$1.hex\n"
	"printf %s $serial >$1.serial\n";

static bool script(struct lra_world *world, const char *name, const char *text)
{
	outside_write(&world->outside, name, blob_text(text));
	return outside_run(&world->outside, &world->said, "bash %s", name) == 0;
}

static void write_settings(struct lra_world *world)
{
	AUTO(buf_clear) struct buf text = BUF(8192);
	const char *folder = world->outside.folder;
	char root[2048];
	if (getcwd(root, sizeof root) == NULL)
		abort();
	struct err err = buf_append_format(&text,
		"database = \"%s\";\n"
		"issuers = \"%s/issuers.cfg\"; profiles = \"%s/policies/profiles\"; "
		"roster = \"%s/roster.cfg\"; identityRules = \"%s/identity\";\n"
		"weakKeys = \"%s/policies/keys/debian-weak-keys.txt\";\n"
		"http = { listen = \"127.0.0.1:0\"; };\n"
		"tls = { certificate = \"%s/server.pem\"; key = \"%s/server.key\"; "
		"clientCa = \"%s/clients.pem\"; };\n"
		"gateway = { certificate = \"%s/gateway.pem\"; key = \"%s/gateway.key\"; "
		"};\n"
		"delivery = { seal = \"file:%s/seal\"; wait = \"4 s\"; };\n"
		"evidence = { folder = \"%s/vault\"; archive = \"%s/archive.pem\"; seal "
		"= "
		"\"file:%s/vault.seal\"; largest = \"1 MiB\"; check = \"1 s\"; };\n"
		"pkcs12 = { iterations = 10000; };\nworkers = 3;\nreadyFd = 9;\n",
		postgres_conninfo("inkan_lra"), folder, root, folder, folder, root,
		folder, folder, folder, folder, folder, folder, folder, folder, folder);
	if (err_is(err))
		abort();
	outside_write(&world->outside, "lra.cfg", buf_view(&text));
}

static bool start(struct lra_world *world)
{
	char settings[128], log[128];
	snprintf(settings, sizeof settings, "%s/lra.cfg", world->outside.folder);
	snprintf(log, sizeof log, "%s/lra.log", world->outside.folder);
	const char *const argv[] = { "serve", "-c", settings, NULL };
	if (!program_start(&world->program, "inkan-lra", argv, log))
		return false;
	snprintf(world->port, sizeof world->port, "%.8s",
		world->program.ready + strlen("https "));
	return outside_run(&world->outside, &world->said, "sed -i s/PORT/%s/ *.cfg",
		       world->port) == 0;
}

struct lra_world lra_world_open(void)
{
	struct lra_world world = { .outside = outside_open(), .said = BUF(1 << 20) };
	char program[4096];
	postgres_fresh();
	if (!program_path("inkan-lra", program) ||
		!script(&world, "people.sh", make_people) ||
		!script(&world, "forms.sh", make_forms)) {
		fprintf(stderr, "lra_world: %s\n", buf_text(&world.said));
		return world;
	}
	write_settings(&world);
	world.good = outside_run(&world.outside, &world.said,
			     "%s publish-agreement terms.txt --title Terms --edition 1 "
			     "-c lra.cfg",
			     program) == 0 &&
		     start(&world);
	if (!world.good)
		fprintf(stderr, "lra_world: %s\n", buf_text(&world.said));
	return world;
}

void lra_world_clear(struct lra_world *world)
{
	program_stop(&world->program);
	buf_clear(&world->said);
	outside_clear(&world->outside);
}

int lra_world_run(struct lra_world *world, const char *who, const char *format, ...)
{
	char program[4096], line[1024];
	va_list args;
	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	if (!program_path("inkan-lra", program))
		return -1;
	return outside_run(&world->outside, &world->said, "%.900s %s -c %s.cfg", program,
		line, who);
}

int lra_world_curl(struct lra_world *world, const char *who, const char *method,
	const char *path, const char *body)
{
	if (body != NULL)
		outside_write(&world->outside, "body", blob_text(body));
	int code = outside_run(&world->outside, &world->said,
		"curl -s -o answer -w '%%{http_code}' --cacert systems.pem --cert %s.pem "
		"--key %s.key -X %s %s"
		" 'https://localhost:%s%s'",
		who, who, method,
		body == NULL ? ""
			     : "-H 'Content-Type: application/json' --data-binary @body",
		world->port, path);
	int status = code == 0 ? (int)strtol(buf_text(&world->said), NULL, 10) : -1;
	if (code == 0)
		outside_run(&world->outside, &world->said,
			"cat answer 2>/dev/null || true");
	return status;
}

const char *lra_world_apply(struct lra_world *world, const char *file)
{
	static char receipt[24];
	if (lra_world_run(world, "sato", "apply %s", file) != 0) {
		fprintf(stderr, "apply: %s\n", buf_text(&world->said));
		return NULL;
	}
	/* The line that begins with it; a repair is told on another one. */
	const char *at = strstr(buf_text(&world->said), "A2");
	snprintf(receipt, sizeof receipt, "%.*s",
		at == NULL ? 0 : (int)strcspn(at, " \n"), at == NULL ? "" : at);
	return receipt;
}

bool lra_world_submit(struct lra_world *world, const char *receipt)
{
	return lra_world_run(world, "sato", "evidence %s papers.json", receipt) == 0 &&
	       lra_world_run(world, "sato", "identify %s --yes --keep .", receipt) == 0 &&
	       lra_world_run(world, "suzuki", "approve %s --yes --keep .", receipt) == 0;
}

#define AS_ORDERS "SET SESSION AUTHORIZATION inkan_orders; SET search_path = inkan; "

static void step(const char *receipt, const char *event, const char *state)
{
	postgres_sql(AS_ORDERS "UPDATE application SET state = '%s', event = '%s', "
			       "event_role = 'ra', changed_at = now()"
			       " WHERE receipt_number = '%s'",
		state, event, receipt);
}

void lra_world_verify(const char *receipt)
{
	step(receipt, "verify", "verified");
}

bool lra_world_issue(struct lra_world *world, const char *receipt, const char *who)
{
	AUTO(buf_clear) struct buf key = BUF(LIMIT_SPKI);
	char spki[2048], der[8192], serial[64];
	snprintf(spki, sizeof spki, "%s",
		postgres_sql("SELECT encode(subject_public_key_info, 'hex') FROM "
			     "application WHERE receipt_number = '%s'",
			receipt));
	if (spki[0] == 0 || err_is(hex_decode(spki, &key)))
		return false;
	outside_write(&world->outside, "spki", buf_view(&key));
	outside_write(&world->outside, "issue.sh", blob_text(make_certificate));
	if (outside_run(&world->outside, &world->said, "bash issue.sh %s", who) != 0)
		return false;
	outside_run(&world->outside, &world->said, "cat %s.serial", who);
	snprintf(serial, sizeof serial, "%s", buf_text(&world->said));
	outside_run(&world->outside, &world->said, "cat %s.hex", who);
	snprintf(der, sizeof der, "%s", buf_text(&world->said));
	step(receipt, "place", "ordered");
	postgres_sql(
		"INSERT INTO issuer (id, name, certificate) VALUES (3, 'person', 'x') ON "
		"CONFLICT DO NOTHING;"
		" WITH o AS (INSERT INTO certificate_order (application_id, document, "
		"signature, document_sha256)"
		" SELECT id, '\\x%s', 's', sha256('\\x%s') FROM application WHERE "
		"receipt_number = '%s' RETURNING id)"
		" INSERT INTO serial_reservation (issuer_id, serial_number, order_id, "
		"not_before, not_after)"
		" SELECT 3, '\\x%s', id, now(), now() + '30 d' FROM o;"
		" INSERT INTO certificate (issuer_id, serial_number, issued_at, "
		"order_id, profile, profile_version, not_after,"
		" subject_digest, key_digest, der) SELECT 3, '\\x%s', now(), order_id, "
		"'P-PERSON-MP', 1, not_after, sha256('n'),"
		" sha256('\\x%s'), '\\x%s' FROM serial_reservation WHERE serial_number = "
		"'\\x%s';"
		" UPDATE certificate_order SET state = 'accepted' WHERE state = 'placed';"
		" UPDATE certificate_order SET state = 'issued', answered_at = now() "
		"WHERE state = 'accepted'",
		serial, serial, receipt, serial, serial, spki, der, serial);
	step(receipt, "issue", "issued");
	postgres_sql("NOTIFY inkan_certificate");
	return true;
}

const char *lra_world_state(const char *receipt)
{
	return postgres_sql("SELECT state FROM application WHERE receipt_number = '%s'",
		receipt);
}
