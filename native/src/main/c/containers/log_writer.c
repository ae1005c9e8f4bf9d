#include "containers/log_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"

enum { HEADER_BYTES = 64, BATCH_PARTS = 128, PARTS_PER_PIECE = 4 };

int log_file_open(const char *path) {
  // Without O_NONBLOCK a FIFO in the place of the log would hold the shim up.
  const int flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
  AUTO_CLOSE int file = open(path, flags);
  if (file < 0 && errno == ENOENT) {
    file = open(path, flags | O_CREAT | O_EXCL, 0640);
    // The shim's umask is stricter than what log collectors need.
    if (file < 0 || fchmod(file, 0640) < 0) {
      return -1;
    }
  }
  if (file < 0) {
    return -1;
  }
  struct stat status;
  if (fstat(file, &status) < 0) {
    return -1;
  }
  if (!S_ISREG(status.st_mode)) {
    errno = EINVAL;
    return -1;
  }
  return take_descriptor(&file);
}

// Pieces of lines on their way into one writev. All of a batch carry the same time.
struct batch {
  struct log_writer *writer;
  struct iovec parts[BATCH_PARTS];
  int count;
  char full[HEADER_BYTES];
  char partial[HEADER_BYTES];
  int header_length;
};

static void batch_open(struct batch *batch, struct log_writer *writer, const struct log_stream *stream) {
  struct timespec now = {0};
  struct tm parts = {0};
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &parts);
  batch->writer = writer;
  batch->count = 0;
  size_t length = strftime(batch->full, HEADER_BYTES, "%Y-%m-%dT%H:%M:%S", &parts);
  int rest = snprintf(batch->full + length, HEADER_BYTES - length, ".%09ldZ %.10s F ", now.tv_nsec, stream->name);
  batch->header_length = (int)length + rest;
  memcpy(batch->partial, batch->full, HEADER_BYTES);
  batch->partial[batch->header_length - 2] = 'P';
}

static size_t total_of(const struct iovec *parts, int count) {
  size_t total = 0;
  for (int i = 0; i < count; i++) {
    total += parts[i].iov_len;
  }
  return total;
}

// Text has no line ends in it, so this can only be the end of a piece.
static bool is_line_end(const struct iovec *part) { return part->iov_len == 1 && *(char *)part->iov_base == '\n'; }

static void batch_flush(struct batch *batch) {
  struct log_writer *writer = batch->writer;
  struct iovec *next = batch->parts;
  int count = batch->count;
  batch->count = 0;
  if (writer->file < 0) {
    return;
  }
  if (writer->torn && count > 0) {
    // Ends the line that a full disk cut, so that only that one is lost to readers.
    if (write(writer->file, "\n", 1) != 1) {
      writer->dropped += total_of(next, count);
      return;
    }
    writer->torn = false;
  }
  while (count > 0) {
    ssize_t written = writev(writer->file, next, count);
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      writer->dropped += total_of(next, count);
      return;
    }
    size_t left = (size_t)written;
    while (count > 0 && left >= next->iov_len) {
      left -= next->iov_len;
      next++;
      count--;
    }
    writer->torn = count > 0 && (left > 0 || !is_line_end(next - 1));
    if (count > 0) {
      next->iov_base = (char *)next->iov_base + left;
      next->iov_len -= left;
    }
  }
}

static void batch_add(struct batch *batch, const void *data, size_t length) {
  if (length > 0) {
    batch->parts[batch->count++] = (struct iovec){.iov_base = (void *)data, .iov_len = length};
  }
}

static void batch_piece(struct batch *batch, bool whole, const char *head, size_t head_length, const char *tail,
                        size_t tail_length) {
  if (batch->count + PARTS_PER_PIECE > BATCH_PARTS) {
    batch_flush(batch);
  }
  batch_add(batch, whole ? batch->full : batch->partial, (size_t)batch->header_length);
  batch_add(batch, head, head_length);
  batch_add(batch, tail, tail_length);
  batch_add(batch, "\n", 1);
}

static bool keep_pending(struct log_writer *writer, struct log_stream *stream, const char *data, size_t length) {
  if (stream->pending == NULL && (stream->pending = malloc(writer->line_limit)) == NULL) {
    return false;
  }
  memcpy(stream->pending + stream->pending_length, data, length);
  stream->pending_length += length;
  return true;
}

static void drop_pending(struct log_stream *stream) {
  // Most lines come whole: the buffer is there only while one does not.
  free(stream->pending);
  stream->pending = NULL;
  stream->pending_length = 0;
}

void log_write(struct log_writer *writer, struct log_stream *stream, const char *data, size_t length) {
  struct batch batch;
  batch_open(&batch, writer, stream);
  size_t head = stream->pending_length;
  bool used = false;
  while (length > 0) {
    const char *end = memchr(data, '\n', length);
    size_t piece = end == NULL ? length : (size_t)(end - data);
    if (head + piece > writer->line_limit) {
      size_t room = writer->line_limit - head;
      batch_piece(&batch, false, stream->pending, head, data, room);
      data += room;
      length -= room;
    } else if (end != NULL) {
      size_t shown = piece;
      if (stream->strip_carriage_return && shown > 0 && data[shown - 1] == '\r') {
        shown--;
      }
      batch_piece(&batch, true, stream->pending, head, data, shown);
      data += piece + 1;
      length -= piece + 1;
    } else {
      break;
    }
    head = 0;
    used = true;
  }
  batch_flush(&batch);
  if (used) {
    drop_pending(stream);
  }
  if (length > 0 && !keep_pending(writer, stream, data, length)) {
    // No memory to wait for the rest of the line: it goes out in pieces.
    batch_piece(&batch, false, data, length, NULL, 0);
    batch_flush(&batch);
  }
}

void log_finish(struct log_writer *writer, struct log_stream *stream) {
  if (stream->pending_length > 0) {
    struct batch batch;
    batch_open(&batch, writer, stream);
    batch_piece(&batch, false, stream->pending, stream->pending_length, NULL, 0);
    batch_flush(&batch);
  }
  drop_pending(stream);
}
