/*
 * replica: the status of every certificate ever issued, in an LMDB file of this machine. One process writes, many read;
 * each may die at any moment. Rows are keyed by issuer and serial number, so that no CA answers for another's number.
 */
#ifndef CA_STATUS_REPLICA_H
#define CA_STATUS_REPLICA_H

#include "common/pki/ocsp.h"

/* One row of the registry's status feed. */
struct replica_row {
	const char *issuer;        /* its name in issuers.cfg */
	struct blob serial_number; /* 1 to 20 octets */
	int64_t id; /* later ones hold more recent truth of the same certificate */
	enum ocsp_status status; /* good or revoked */
	int64_t revocation_date;
	enum revocation_reason reason;
	int64_t not_after;
};

/* How far the registry has been followed, and when the replica was last known to hold all of it. */
struct replica_position {
	int64_t transaction, id;
	int64_t synced_at; /* 0: never */
	char registry[48]; /* which one it is; another one is read from its beginning */
};

enum { REPLICA_RECORD = 27 };
struct replica_status {
	uint8_t record[REPLICA_RECORD]; /* as stored: equal bytes, equal answer */
	int64_t id;
	enum ocsp_status status;
	int64_t revocation_date;
	enum revocation_reason reason;
	int64_t not_after;
};

struct replica;

/*
 * folder: exists. The writer makes the files (0640, the lock file 0660 for readers of the group). E_NOT_FOUND: a reader
 * came before the writer. E_IO. Not for use after fork(); once in a process, which may then look and write.
 */
RESULT replica_open_writer(const char *folder, size_t map_size, struct replica **out);
RESULT replica_open_reader(const char *folder, struct replica **out);
void replica_close(struct replica *replica);
AUTO_DEFINE(struct replica, replica_close)

/*
 * Rows and position, in one step that a crash does or undoes as a whole. Of two rows for one certificate the one with
 * the greater id stays, in whatever order they come. E_STATE: a revoked certificate would become good again (R-REV-08);
 * nothing is written. E_IO: the file is full or the disk failed.
 */
RESULT replica_write(struct replica *replica, const struct replica_row *rows,
	size_t count, const struct replica_position *position);
RESULT replica_get_position(struct replica *replica, struct replica_position *out);
/* Frees what readers that died held back; returns how many there were. */
int replica_sweep(struct replica *replica);

/* One look by a reader: all finds between see the same state. E_IO. */
RESULT replica_look(struct replica *replica, int64_t *synced_at);
/* E_NOT_FOUND: never issued. E_BUG: a record of a form not known here. */
RESULT replica_find(struct replica *replica, const char *issuer,
	const struct serial *serial, struct replica_status *out);
void replica_look_away(struct replica *replica);

#endif
