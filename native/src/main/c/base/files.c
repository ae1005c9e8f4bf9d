#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"

int write_all(int descriptor, const void *data, size_t length) {
  const char *next = data;
  while (length > 0) {
    ssize_t written = write(descriptor, next, length);
    if (written < 0) {
      if (errno == EINTR) {
        continue;
      }
      return -1;
    }
    next += written;
    length -= (size_t)written;
  }
  return 0;
}

int write_file_at(int directory, const char *path, const void *data, size_t length) {
  AUTO_CLOSE int file = openat(directory, path, O_WRONLY | O_CLOEXEC);
  if (file < 0) {
    return -1;
  }
  ssize_t written = write(file, data, length);
  if (written < 0) {
    return -1;
  }
  if ((size_t)written != length) {
    errno = EIO;
    return -1;
  }
  return 0;
}

int write_text_at(int directory, const char *path, const char *text) {
  return write_file_at(directory, path, text, strlen(text));
}

ssize_t read_text_at(int directory, const char *path, char *buffer, size_t size) {
  AUTO_CLOSE int file = openat(directory, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return -1;
  }
  size_t length = 0;
  while (length < size - 1) {
    ssize_t count = read(file, buffer + length, size - 1 - length);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return -1;
    }
    if (count == 0) {
      break;
    }
    length += (size_t)count;
  }
  buffer[length] = '\0';
  return (ssize_t)length;
}

int replace_file_at(int directory, const char *name, const void *data, size_t length, mode_t mode) {
  char aside[256];
  if ((size_t)snprintf(aside, sizeof aside, ".%s.new", name) >= sizeof aside) {
    errno = ENAMETOOLONG;
    return -1;
  }
  AUTO_CLOSE int file = openat(directory, aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
  if (file < 0) {
    return -1;
  }
  if (write_all(file, data, length) < 0 || fsync(file) < 0 || renameat(directory, aside, directory, name) < 0) {
    int kept = errno;
    unlinkat(directory, aside, 0);
    errno = kept;
    return -1;
  }
  return 0;
}

static int64_t read_clock(clockid_t clock) {
  struct timespec time = {0};
  clock_gettime(clock, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t now_realtime(void) { return read_clock(CLOCK_REALTIME); }

int64_t now_monotonic(void) { return read_clock(CLOCK_MONOTONIC); }
