/* fuzz_frame: what a taken-over neighbour process may write into our pipe. */
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/limits.h"
#include "common/proc/proc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int pair[2], passed;
	AUTO(buf_clear) struct buf bytes = BUF(size % 2 == 0 ? LIMIT_FRAME : 64);
	if (size > 64 * 1024 || err_is(proc_socketpair(pair)))
		return 0;
	ssize_t done = send(pair[1], data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
	close(pair[1]);
	size_t total = 0;
	while (done == (ssize_t)size) {
		struct err err =
			frame_receive(pair[0], &bytes, size % 3 == 0 ? NULL : &passed);
		if (err_is(err))
			break;
		total += 4 + bytes.len;
		if (total > size || bytes.len > bytes.max)
			abort(); /* more came out than went in */
	}
	close(pair[0]);
	return 0;
}
