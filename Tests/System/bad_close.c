/* Preloaded by scripts/test: tells who closes a descriptor that is not open.
 *
 * Such a close does nothing as long as nobody else has the number. With other threads about, it
 * closes their file, and they fail with errors that nobody understands.
 *
 *   REPORTWIRE_BAD_CLOSES=FILE LD_PRELOAD=bad_close.so PROGRAM
 *
 * FILE gets a line "PROGRAM (process N) closed D, which is not open" for each, and its stack. Only
 * programs whose name begins with "reportwire" are watched: their children may do as they like. */
#define _GNU_SOURCE
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FRAMES_MAX = 48 };

static void report(int descriptor) {
  const char *path = getenv("REPORTWIRE_BAD_CLOSES");
  if (!path || strncmp(program_invocation_short_name, "reportwire", 10) != 0) return;
  int log = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (log < 0) return;
  char line[256];
  int length = snprintf(line, sizeof line, "%.64s (process %d) closed %d, which is not open\n",
                        program_invocation_short_name, (int)getpid(), descriptor);
  void *frames[FRAMES_MAX];
  if (write(log, line, (size_t)length) == length) {
    backtrace_symbols_fd(frames, backtrace(frames, FRAMES_MAX), log);
  }
  syscall(SYS_close, log);
}

int close(int descriptor) {
  long result = syscall(SYS_close, descriptor);
  if (result < 0 && errno == EBADF) {
    report(descriptor);
    errno = EBADF;
  }
  return (int)result;
}
