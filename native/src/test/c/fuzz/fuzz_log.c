// The log writer's line splitting: any bytes in any pieces, read back, are the bytes written.
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "containers/log_writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { PREFIX = 31 + 7 + 2 }; // the time, "stdout ", "F "

static bool joins_to(const char *log, size_t length, const uint8_t *data, size_t size, unsigned limit) {
  size_t at = 0;
  while (length > 0) {
    const char *end = memchr(log, '\n', length);
    if (end == NULL || end - log < PREFIX || (log[38] != 'F' && log[38] != 'P')) {
      return false;
    }
    size_t text = (size_t)(end - log) - PREFIX;
    if (text > limit || text > size - at || memcmp(log + PREFIX, data + at, text) != 0) {
      return false;
    }
    at += text;
    if (log[38] == 'F' && (at == size || data[at++] != '\n')) {
      return false;
    }
    length -= (size_t)(end - log) + 1;
    log = end + 1;
  }
  return at == size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2) {
    return 0;
  }
  unsigned limit = data[0] % 32 + 1;
  size_t step = (size_t)data[1] % 64 + 1;
  data += 2;
  size -= 2;
  static int file = -1;
  if (file < 0) {
    file = memfd_create("log", MFD_CLOEXEC);
  }
  if (ftruncate(file, 0) < 0 || lseek(file, 0, SEEK_SET) < 0) {
    abort();
  }
  struct log_writer writer = {.file = file, .line_limit = limit};
  struct log_stream stream = {.name = "stdout"};
  for (size_t at = 0; at < size; at += step) {
    log_write(&writer, &stream, (const char *)data + at, size - at < step ? size - at : step);
  }
  log_finish(&writer, &stream);
  off_t length = lseek(file, 0, SEEK_END);
  char *log = malloc((size_t)length + 1);
  if (log == NULL || pread(file, log, (size_t)length, 0) != length || !joins_to(log, (size_t)length, data, size, limit)) {
    abort();
  }
  free(log);
  return 0;
}
