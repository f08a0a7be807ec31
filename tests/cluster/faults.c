/* Faults of a machine, for a process that is started with this library in LD_PRELOAD:
 * NO_LOCKS=1       files cannot be locked, as on some network file systems
 * CLOCK_AHEAD=S    the clock is S seconds ahead
 * DISK_LEFT=B      the disk is full after B more bytes */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int flock(int file, int operation) {
  if (getenv("NO_LOCKS")) {
    errno = ENOLCK;
    return -1;
  }
  return syscall(SYS_flock, file, operation);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = syscall(SYS_clock_gettime, clock, time);
  const char *ahead = getenv("CLOCK_AHEAD");
  if (result == 0 && ahead && clock == CLOCK_REALTIME) time->tv_sec += atol(ahead);
  return result;
}

ssize_t write(int file, const void *bytes, size_t length) {
  static long long written = 0;
  const char *left = getenv("DISK_LEFT");
  struct stat found;
  if (left && fstat(file, &found) == 0 && S_ISREG(found.st_mode)) {
    if (__atomic_add_fetch(&written, length, __ATOMIC_RELAXED) > atoll(left)) {
      errno = ENOSPC;
      return -1;
    }
  }
  return syscall(SYS_write, file, bytes, length);
}
