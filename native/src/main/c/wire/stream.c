#include "wire/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "containers/exit_record.h"
#include "shim.h"

enum { FIRST_CAPACITY = 4096 };

static void update_interest(struct stream *stream) {
  uint32_t events = stream->blocked ? 0 : EPOLLIN;
  if (stream_waiting(stream) > 0) {
    events |= EPOLLOUT;
  }
  if (loop_change(&stream->shim->loop, &stream->source, events) < 0) {
    log_line("a stream cannot be watched: errno %d", errno);
  }
}

static void release_stream(void *object) {
  struct stream *stream = object;
  free(stream->incoming);
  free(stream->outgoing);
  free(stream);
}

void stream_close(struct stream *stream) {
  struct shim *shim = stream->shim;
  if (stream->source.descriptor < 0) {
    return;
  }
  loop_unwatch(&shim->loop, &stream->source);
  close_and_clear(&stream->source.descriptor);
  for (struct stream **place = &shim->streams; *place != NULL; place = &(*place)->next) {
    if (*place == stream) {
      *place = stream->next;
      break;
    }
  }
  stream->owner = NULL;
  loop_defer(&shim->loop, &stream->deferred, release_stream, stream);
}

void streams_close_all(struct shim *shim) {
  while (shim->streams != NULL) {
    stream_close(shim->streams);
  }
}

static void lose(struct stream *stream) {
  void *owner = stream->owner;
  const struct stream_owner *calls = stream->owner_calls;
  stream_close(stream);
  if (owner != NULL) {
    calls->gone(owner);
  }
}

// Hands on what has come, as far as the owner takes it. What is left stays; -1 for a broken client.
static int hand_on(struct stream *stream, const uint8_t **bytes, size_t *length) {
  while (*length > 0 && !stream->blocked && stream->owner != NULL) {
    size_t piece = 0;
    switch (stream_reader_next(&stream->reader, bytes, length, &piece)) {
      case STREAM_PIECE_NONE:
        break;
      case STREAM_PIECE_INVALID:
        return -1;
      case STREAM_PIECE_CLOSE:
        stream->owner_calls->input_closed(stream->owner);
        break;
      case STREAM_PIECE_DATA: {
        size_t taken = stream->owner_calls->input(stream->owner, *bytes, piece);
        stream_reader_taken(&stream->reader, taken);
        *bytes += taken;
        *length -= taken;
        stream->blocked = taken < piece;
        break;
      }
    }
  }
  return 0;
}

static void keep_incoming(struct stream *stream, const uint8_t *bytes, size_t length) {
  stream->incoming = malloc(length);
  if (stream->incoming == NULL) {
    log_line("no memory for a stream's input; stream closed");
    lose(stream);
    return;
  }
  memcpy(stream->incoming, bytes, length);
  stream->incoming_start = 0;
  stream->incoming_end = length;
}

static void read_input(struct stream *stream) {
  uint8_t *scratch = stream->shim->scratch;
  ssize_t count = recv(stream->source.descriptor, scratch, SCRATCH_BYTES, MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
    return;
  }
  if (count <= 0) {
    lose(stream);
    return;
  }
  if (stream->owner == NULL) {
    return; // behind the end: read only so that the client, which still writes, gets to read that end
  }
  const uint8_t *bytes = scratch;
  size_t length = (size_t)count;
  if (hand_on(stream, &bytes, &length) < 0) {
    log_line("a client sent a stream frame of an unknown kind; stream closed");
    lose(stream);
    return;
  }
  if (stream->owner == NULL) {
    return;
  }
  if (length > 0) {
    keep_incoming(stream, bytes, length);
  }
  if (stream->owner != NULL) {
    update_interest(stream);
  }
}

void stream_resume(struct stream *stream) {
  stream->blocked = false;
  if (stream->incoming != NULL) {
    const uint8_t *bytes = stream->incoming + stream->incoming_start;
    size_t length = stream->incoming_end - stream->incoming_start;
    if (hand_on(stream, &bytes, &length) < 0) {
      lose(stream);
      return;
    }
    stream->incoming_start = stream->incoming_end - length;
    if (length == 0) {
      free(stream->incoming);
      stream->incoming = NULL;
    }
  }
  if (stream->owner != NULL) {
    update_interest(stream);
  }
}

static int flush(struct stream *stream) {
  while (stream_waiting(stream) > 0) {
    ssize_t sent = send(stream->source.descriptor, stream->outgoing + stream->outgoing_start, stream_waiting(stream),
                        MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) {
        continue;
      }
      return errno == EAGAIN ? 0 : -1;
    }
    stream->outgoing_start += (size_t)sent;
  }
  free(stream->outgoing);
  stream->outgoing = NULL;
  stream->outgoing_start = stream->outgoing_end = stream->outgoing_capacity = 0;
  return stream->owner == NULL ? shutdown(stream->source.descriptor, SHUT_WR) : 0;
}

static void stream_event(struct source *source, uint32_t events) {
  struct stream *stream = source->owner;
  if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
    lose(stream);
    return;
  }
  if ((events & EPOLLOUT) != 0) {
    if (flush(stream) < 0) {
      lose(stream);
      return;
    }
    update_interest(stream);
    if (stream->owner != NULL) {
      stream->owner_calls->drained(stream->owner);
    }
  }
  if (source->watched && (events & EPOLLIN) != 0 && !stream->blocked) {
    read_input(stream);
  }
}

// ---------------------------------------------------------------- frames out

static bool keep_outgoing(struct stream *stream, const uint8_t *bytes, size_t length) {
  if (stream->outgoing_capacity - stream->outgoing_end < length) {
    size_t waiting = stream_waiting(stream);
    if (stream->outgoing_start > 0) {
      memmove(stream->outgoing, stream->outgoing + stream->outgoing_start, waiting);
      stream->outgoing_start = 0;
      stream->outgoing_end = waiting;
    }
    size_t capacity = stream->outgoing_capacity == 0 ? FIRST_CAPACITY : stream->outgoing_capacity;
    while (capacity - waiting < length) {
      capacity *= 2;
    }
    if (capacity > stream->outgoing_capacity) {
      uint8_t *grown = realloc(stream->outgoing, capacity);
      if (grown == NULL) {
        return false;
      }
      stream->outgoing = grown;
      stream->outgoing_capacity = capacity;
    }
  }
  memcpy(stream->outgoing + stream->outgoing_end, bytes, length);
  stream->outgoing_end += length;
  return true;
}

// What the socket takes at once; a dead peer is noticed by its event.
static size_t send_now(struct stream *stream, const uint8_t *header, const void *data, size_t length) {
  if (stream_waiting(stream) > 0) {
    return 0;
  }
  struct iovec parts[2] = {{(void *)header, STREAM_HEADER_BYTES}, {(void *)data, length}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  ssize_t sent = sendmsg(stream->source.descriptor, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent < 0 ? 0 : (size_t)sent;
}

bool stream_send(struct stream *stream, enum stream_channel channel, const void *data, size_t length) {
  uint32_t claimed = (uint32_t)length + 1;
  uint8_t header[STREAM_HEADER_BYTES] = {(uint8_t)(claimed >> 24), (uint8_t)(claimed >> 16), (uint8_t)(claimed >> 8),
                                         (uint8_t)claimed, (uint8_t)channel};
  size_t sent = send_now(stream, header, data, length);
  if (sent == STREAM_HEADER_BYTES + length) {
    return true;
  }
  bool kept = true;
  if (sent < STREAM_HEADER_BYTES) {
    kept = keep_outgoing(stream, header + sent, STREAM_HEADER_BYTES - sent);
    sent = STREAM_HEADER_BYTES;
  }
  size_t rest = sent - STREAM_HEADER_BYTES;
  kept = kept && keep_outgoing(stream, (const uint8_t *)data + rest, length - rest);
  update_interest(stream);
  return kept;
}

void stream_end(struct stream *stream, const struct exit_status *status) {
  Berth__Shim__V1__StreamEnd end = BERTH__SHIM__V1__STREAM_END__INIT;
  end.exit_code = status->code;
  end.signal = status->signal;
  uint8_t packed[64];
  size_t length = berth__shim__v1__stream_end__pack(&end, packed);
  stream->owner = NULL;
  stream->blocked = false;
  free(stream->incoming);
  stream->incoming = NULL;
  if (!stream_send(stream, STREAM_END, packed, length) || flush(stream) < 0) {
    stream_close(stream);
  } else {
    update_interest(stream);
  }
}

struct stream *stream_open(struct shim *shim, struct request_token token, uint64_t number,
                           const struct stream_owner *calls, void *owner) {
  struct stream *stream = calloc(1, sizeof *stream);
  if (stream == NULL) {
    return NULL;
  }
  Berth__Shim__V1__StreamOpened opened = BERTH__SHIM__V1__STREAM_OPENED__INIT;
  opened.stream = number;
  Reply reply = BERTH__SHIM__V1__REPLY__INIT;
  reply.kind_case = BERTH__SHIM__V1__REPLY__KIND_STREAM_OPENED;
  reply.stream_opened = &opened;
  reply_send(shim, token, &reply);
  int descriptor = connection_detach(shim, token.connection);
  if (descriptor < 0) {
    free(stream);
    return NULL;
  }
  *stream = (struct stream){
      .next = shim->streams,
      .shim = shim,
      .source = {.descriptor = descriptor, .handler = stream_event, .owner = stream},
      .owner_calls = calls,
      .owner = owner,
  };
  if (loop_watch(&shim->loop, &stream->source, EPOLLIN) < 0) {
    close_quietly(descriptor);
    free(stream);
    return NULL;
  }
  shim->streams = stream;
  return stream;
}
