#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/proc/proc.h"

/* sd_notify(3): one datagram to the socket named in the environment; a leading @ names the abstract namespace. */
static RESULT notify(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t len = strlen(path);
	if ((path[0] != '/' && path[0] != '@') || len >= sizeof address.sun_path)
		return FAIL(E_INPUT,
			"NOTIFY_SOCKET: neither a path nor an abstract name");
	memcpy(address.sun_path, path, len);
	if (path[0] == '@')
		address.sun_path[0] = 0;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return FAIL(E_IO, "NOTIFY_SOCKET: %s", strerror(errno));
	ssize_t done = sendto(fd, "READY=1", 7, MSG_NOSIGNAL, (struct sockaddr *)&address,
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + len));
	int why = errno;
	close(fd);
	return done == 7 ? OK : FAIL(E_IO, "NOTIFY_SOCKET: %s", strerror(why));
}

RESULT proc_ready(int ready_fd, const char *line)
{
	const char *path = getenv("NOTIFY_SOCKET");
	if (ready_fd >= 3) {
		AUTO(buf_clear) struct buf text = BUF(1024);
		TRY(buf_append_format(&text, "%s\n", line));
		/* Less than PIPE_BUF: one write takes all or nothing. */
		ssize_t done = write(ready_fd, text.data, text.len);
		int why = errno;
		close(ready_fd);
		if (done != (ssize_t)text.len)
			return FAIL(E_IO, "ready: %s", strerror(done < 0 ? why : EIO));
	}
	return path == NULL ? OK : notify(path);
}
