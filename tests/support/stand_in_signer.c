#include "tests/support/stand_in_signer.h"

#include <openssl/pem.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ca/signer/message.h"
#include "common/base/limits.h"
#include "common/proc/proc.h"

static RESULT certify(const struct ca *ca, const struct issuer *issuer,
	const struct signing_key *key, const struct signer_request *request, bool wrong,
	struct der_writer *out)
{
	uint8_t room[2][LIMIT_CERT];
	struct der_writer tbs = DER_WRITER(room[0]), whole = DER_WRITER(room[1]);
	struct blob der;
	const struct cert_fields fields = { .profile = profile_set_find(ca->profiles,
						    request->profile,
						    request->profile_version),
		.issuer = &issuer->issuer,
		.serial_number = request->serial_number,
		.not_before = request->not_before,
		.not_after = request->not_after - wrong,
		.subject = request->subject,
		.subject_alt_name = request->subject_alt_name,
		.subject_public_key_info = request->subject_public_key_info };
	TRY(cert_write_tbs(&fields, &tbs));
	TRY(der_finish(&tbs, &der));
	TRY(cert_write_signed(der, key, &whole));
	TRY(der_finish(&whole, &der));
	message_put_answer(out, OK, der);
	return OK;
}

static RESULT serve(const struct ca *ca, const struct issuer *issuer,
	const struct signing_key *key, int wrong, int fd)
{
	static struct message message;
	static uint8_t room[LIMIT_FRAME];
	AUTO(buf_clear) struct buf frame = BUF(LIMIT_FRAME);
	for (;;) {
		struct der_writer w = DER_WRITER(room);
		struct blob answer;
		TRY(frame_receive(fd, &frame, NULL));
		TRY(message_parse(buf_view(&frame), &message));
		size_t mark = der_open(&w, DER_SEQUENCE);
		for (size_t i = 0; i < message.count; i++)
			TRY(certify(ca, issuer, key, &message.item[i].request,
				(int)i == wrong, &w));
		der_close(&w, mark);
		TRY(der_finish(&w, &answer));
		TRY(frame_send(fd, answer));
	}
}

static RESULT run(const struct ca *ca, const char *name, const char *key_file, int wrong,
	int fd)
{
	struct signing_key key;
	AUTO(BIO_free_all) BIO *bio = BIO_new_file(key_file, "r");
	AUTO(EVP_PKEY_free)
	EVP_PKEY *pkey = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	TRY(signature_software_key(pkey, &key));
	for (size_t i = 0; i < issuer_set_count(ca->issuers); i++)
		if (strcmp(issuer_set_at(ca->issuers, i)->name, name) == 0)
			return serve(ca, issuer_set_at(ca->issuers, i), &key, wrong, fd);
	return FAIL(E_NOT_FOUND, "issuer %s", name);
}

pid_t stand_in_signer_start(const struct ca *ca, const char *issuer, const char *key_file,
	int wrong, int *fd)
{
	int pair[2];
	if (err_is(proc_socketpair(pair)))
		abort();
	pid_t pid = fork();
	if (pid == 0) {
		close(pair[0]);
		struct err err = run(ca, issuer, key_file, wrong, pair[1]);
		if (err.code != E_STATE)
			fprintf(stderr, "stand-in signer: %s\n", err.text);
		_exit(0); /* what was inherited belongs to the parent */
	}
	close(pair[1]);
	*fd = pair[0];
	return pid;
}

void stand_in_signer_stop(pid_t pid, int *fd)
{
	close(*fd);
	*fd = -1;
	waitpid(pid, NULL, 0);
}
