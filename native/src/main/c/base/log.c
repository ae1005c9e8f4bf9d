#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/files.h"

void log_line(const char *format, ...) {
  char line[1024];
  struct timespec now = {0};
  struct tm parts = {0};
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &parts);
  size_t length = strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%SZ ", &parts);
  va_list arguments;
  va_start(arguments, format);
  int written = vsnprintf(line + length, sizeof line - length - 1, format, arguments);
  va_end(arguments);
  if (written > 0) {
    size_t room = sizeof line - length - 2;
    length += (size_t)written < room ? (size_t)written : room;
  }
  line[length++] = '\n';
  // A log that cannot be written (a full disk) must not stop the supervision.
  (void)write_all(STDERR_FILENO, line, length);
}
