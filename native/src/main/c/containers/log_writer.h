// The CRI log file: `2016-10-06T00:17:09.669794202Z stdout F text\n`, where the tag is P for a piece
// of a line that goes on and F for the end of one. A last line without an end of line is tagged P,
// as other runtimes do it: the kubelet ends an F line with a newline when it shows it and leaves a P
// piece as it is, so what `kubectl logs` prints is byte for byte what the container wrote.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LOG_LINE_LIMIT_DEFAULT = 16384 };

struct log_writer {
  int file; // -1: everything is dropped
  uint32_t line_limit;
  bool torn;        // the last write stopped within a line
  uint64_t dropped; // bytes that could not be written
};

// One of a container's streams, with what came without an end of line.
struct log_stream {
  const char *name; // "stdout" or "stderr"
  bool strip_carriage_return; // a terminal's line ends are CR LF
  char *pending;
  size_t pending_length;
};

// Opens the file to append to, made 0640 when missing; never through a symbolic link as its last
// component, and only a regular file. -1 with errno.
int log_file_open(const char *path);

// Takes bytes as they come. Never fails: what a full disk does not take is counted and dropped.
void log_write(struct log_writer *writer, struct log_stream *stream, const char *data, size_t length);
// The stream has ended: writes what is pending.
void log_finish(struct log_writer *writer, struct log_stream *stream);
