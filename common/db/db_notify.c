#include <poll.h>

#include "common/db/db_inner.h"

static RESULT listen_to(struct db *db, const char *channel)
{
	char sql[DB_CHANNEL + 16];
	snprintf(sql, sizeof sql, "LISTEN %s", channel);
	return db_command(db, sql, "listen");
}

RESULT db_listen_again(struct db *db)
{
	for (size_t i = 0; i < db->channel_count; i++)
		TRY(listen_to(db, db->channel[i]));
	return OK;
}

RESULT db_listen(struct db *db, const char *channel)
{
	if (strspn(channel, "abcdefghijklmnopqrstuvwxyz_") != strlen(channel) ||
		strlen(channel) >= DB_CHANNEL)
		return FAIL(E_BUG, "channel: not a word of ours");
	for (size_t i = 0; i < db->channel_count; i++)
		if (strcmp(db->channel[i], channel) == 0)
			return OK; /* stands already, also after a reconnection */
	if (db->channel_count == DB_CHANNELS)
		return FAIL(E_BUG, "more than %d channels", DB_CHANNELS);
	TRY(listen_to(db, channel));
	memcpy(db->channel[db->channel_count++], channel, strlen(channel) + 1);
	return OK;
}

static bool take_notifies(struct db *db)
{
	bool any = false;
	for (PGnotify *notify = PQnotifies(db->conn); notify != NULL;
		notify = PQnotifies(db->conn)) {
		PQfreemem(notify);
		any = true;
	}
	return any;
}

RESULT db_wait(struct db *db, int timeout_ms, bool *woken)
{
	struct pollfd fd = { .fd = PQsocket(db->conn), .events = POLLIN };
	if (db->missed || take_notifies(db)) {
		db->missed = false;
		*woken = true;
		return OK;
	}
	if (PQstatus(db->conn) != CONNECTION_OK)
		return FAIL(E_RETRY, "wait: the connection to the registry is lost");
	/* poll() ends early at a signal: the caller looks at its flags and waits again. */
	if (poll(&fd, 1, timeout_ms) > 0 && PQconsumeInput(db->conn) != 1)
		return FAIL(E_RETRY, "wait: the connection to the registry is lost");
	*woken = take_notifies(db);
	return OK;
}
