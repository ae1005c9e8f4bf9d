// A connection that has become a stream: frames of raw bytes both ways, each for one channel (the
// protocol's file says how). Bounded both ways: what the other end of a channel does not take is not
// read from the client, and whoever sends looks at what still waits for the client before it sends
// more. The loop never waits for either.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/loop.h"
#include "wire/connection.h"
#include "wire/stream_reader.h"

struct shim;
struct exit_status;

// What the owner of a stream is told.
struct stream_owner {
  // Standard input came: how much of it was taken. Less than all stops the reading from the client
  // until stream_resume.
  size_t (*input)(void *owner, const uint8_t *data, size_t length);
  // Standard input has ended.
  void (*input_closed)(void *owner);
  // Less waits for the client than before.
  void (*drained)(void *owner);
  // The client has gone or broke the protocol. The stream is gone with it.
  void (*gone)(void *owner);
};

struct stream {
  struct stream *next;
  struct shim *shim;
  struct source source;
  struct deferred deferred;
  struct stream_reader reader;
  uint8_t *incoming; // read from the client and not yet taken
  size_t incoming_start;
  size_t incoming_end;
  uint8_t *outgoing; // sent and not yet taken by the client
  size_t outgoing_start;
  size_t outgoing_end;
  size_t outgoing_capacity;
  bool blocked; // the owner takes no input at the moment
  const struct stream_owner *owner_calls;
  void *owner; // NULL: it has ended, and the client is to close it
};

// Turns the connection that asked into a stream: sends StreamOpened and takes its descriptor over.
// NULL when the client has gone, or has sent more than it may.
struct stream *stream_open(struct shim *shim, struct request_token token, uint64_t number,
                           const struct stream_owner *calls, void *owner);
// Sends at most STREAM_DATA_LIMIT bytes. False when there is no memory for what the client does not
// take at once: the stream has then lost its order and is to be closed.
bool stream_send(struct stream *stream, enum stream_channel channel, const void *data, size_t length);
// Bytes that wait for the client.
static inline size_t stream_waiting(const struct stream *stream) {
  return stream->outgoing_end - stream->outgoing_start;
}
// The owner takes input again.
void stream_resume(struct stream *stream);
// Sends the last frame and leaves the stream to itself, until the client closes it.
void stream_end(struct stream *stream, const struct exit_status *status);
// Closes it at once; the owner is told nothing.
void stream_close(struct stream *stream);
void streams_close_all(struct shim *shim);
