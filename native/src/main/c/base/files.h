// Small file helpers: whole reads and writes, and the clocks.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Writes everything or returns -1 with errno.
int write_all(int descriptor, const void *data, size_t length);

// Opens a file relative to a directory, writes the data with one write call (what /proc and cgroup
// files want) and closes it. -1 with errno.
int write_file_at(int directory, const char *path, const void *data, size_t length);
int write_text_at(int directory, const char *path, const char *text);

// Reads a small file whole, at most size - 1 bytes, and ends it with a NUL. The length, or -1.
ssize_t read_text_at(int directory, const char *path, char *buffer, size_t size);

// Puts a file in place so that a reader (or a crash) sees all of it or none: write aside, fsync, rename.
int replace_file_at(int directory, const char *name, const void *data, size_t length, mode_t mode);

// Nanoseconds since the epoch, and of the monotonic clock.
int64_t now_realtime(void);
int64_t now_monotonic(void);
