#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/limits.h"
#include "common/proc/proc.h"

enum {
	HEAD = 4,
	/* A signal between the look at proc_stop and the wait would be slept through without this. */
	LOOK_MS = 500,
};

RESULT proc_socketpair(int out[static 2])
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return FAIL(E_IO, "socketpair: %s", strerror(errno));
	out[0] = pair[0];
	out[1] = pair[1];
	return OK;
}

static RESULT wait_for(int fd, short events)
{
	for (;;) {
		struct pollfd one = { .fd = fd, .events = events };
		int ready = poll(&one, 1, LOOK_MS);
		if (ready > 0)
			return OK; /* a hang-up too: the next call tells what it is */
		if (ready < 0 && errno != EINTR)
			return FAIL(E_IO, "poll: %s", strerror(errno));
		if (proc_stop)
			return FAIL(E_STATE, "stopping");
	}
}

/* What errno after a send or receive means: OK is "again". */
static RESULT again(int fd, short events, const char *what)
{
	if (errno == EINTR)
		return proc_stop ? FAIL(E_STATE, "stopping") : OK;
	if (errno == EAGAIN)
		return wait_for(fd, events);
	if (errno == EPIPE || errno == ECONNRESET)
		return FAIL(E_STATE, "closed");
	return FAIL(E_IO, "%s: %s", what, strerror(errno));
}

union control {
	struct cmsghdr align;
	char room[CMSG_SPACE(sizeof(int))];
};

static void attach(struct msghdr *message, union control *control, int passed)
{
	memset(control, 0, sizeof *control);
	message->msg_control = control->room;
	message->msg_controllen = sizeof control->room;
	struct cmsghdr *head = CMSG_FIRSTHDR(message);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(sizeof passed);
	memcpy(CMSG_DATA(head), &passed, sizeof passed);
}

RESULT frame_send_fd(int fd, struct blob bytes, int passed)
{
	if (bytes.len > LIMIT_FRAME)
		return FAIL(E_INPUT, "frame: longer than %d bytes", LIMIT_FRAME);
	uint32_t head = htonl((uint32_t)bytes.len);
	size_t sent = 0;
	while (sent < HEAD + bytes.len) {
		size_t in_body = sent > HEAD ? sent - HEAD : 0;
		size_t in_head = sent < HEAD ? sent : HEAD;
		struct iovec parts[2] = {
			{ (uint8_t *)&head + in_head, HEAD - in_head },
			{ (uint8_t *)(uintptr_t)bytes.data + in_body,
				bytes.len - in_body },
		};
		if (bytes.len == 0)
			parts[1].iov_base = &head; /* never NULL + 0 */
		struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
		union control control;
		if (sent == 0 && passed >= 0)
			attach(&message, &control, passed);
		ssize_t done = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (done < 0)
			TRY(again(fd, POLLOUT, "send"));
		else
			sent += (size_t)done;
	}
	return OK;
}

RESULT frame_send(int fd, struct blob bytes)
{
	return frame_send_fd(fd, bytes, -1);
}

/*
 * Takes the descriptors of one message: the first into *held, all others are closed at once. False: there were more, or
 * of another kind.
 */
static bool take_rights(struct msghdr *message, int *held)
{
	bool good = (message->msg_flags & MSG_CTRUNC) == 0;
	for (struct cmsghdr *head = CMSG_FIRSTHDR(message); head != NULL;
		head = CMSG_NXTHDR(message, head)) {
		if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) {
			good = false;
			continue;
		}
		size_t count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < count; i++) {
			int one;
			memcpy(&one, CMSG_DATA(head) + i * sizeof one, sizeof one);
			if (*held < 0) {
				*held = one;
				continue;
			}
			close(one);
			good = false;
		}
	}
	return good;
}

/* held: the descriptor that came with these bytes. Without room for one, the kernel drops what comes. */
static RESULT receive_all(int fd, uint8_t *out, size_t len, size_t *got, int *held)
{
	while (*got < len) {
		struct iovec part = { out + *got, len - *got };
		/* Room for a second descriptor, so that one too many is seen and not only cut off. */
		union {
			struct cmsghdr align;
			char room[CMSG_SPACE(2 * sizeof(int))];
		} control;
		struct msghdr message = { .msg_iov = &part,
			.msg_iovlen = 1,
			.msg_control = control.room,
			.msg_controllen = sizeof control.room };
		ssize_t done = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		if (done < 0) {
			TRY(again(fd, POLLIN, "receive"));
			continue;
		}
		if (!take_rights(&message, held))
			return FAIL(E_INPUT, "frame: more than one descriptor");
		if (done == 0)
			return FAIL(E_STATE, "closed");
		*got += (size_t)done;
	}
	return OK;
}

static RESULT receive_frame(int fd, struct buf *bytes, int *held)
{
	uint32_t head;
	size_t got = 0;
	struct err err = receive_all(fd, (uint8_t *)&head, HEAD, &got, held);
	if (err_is(err))
		return got == 0 ? err : err_in(err, "within a frame");
	size_t len = ntohl(head);
	if (len > LIMIT_FRAME)
		return FAIL(E_INPUT, "frame: longer than %d bytes", LIMIT_FRAME);
	bytes->len = 0;
	TRY_IN(buf_reserve(bytes, len), "frame");
	got = 0;
	TRY_IN(receive_all(fd, bytes->data, len, &got, held), "within a frame");
	bytes->len = len;
	bytes->data[len] = 0;
	return OK;
}

RESULT frame_receive(int fd, struct buf *bytes, int *passed)
{
	int held = -1;
	struct err err = receive_frame(fd, bytes, &held);
	if (!err_is(err) && held >= 0 && passed == NULL)
		err = FAIL(E_INPUT, "frame: a descriptor that was not asked for");
	if (err_is(err)) {
		if (held >= 0)
			close(held);
		return err;
	}
	if (passed != NULL)
		*passed = held;
	return OK;
}
