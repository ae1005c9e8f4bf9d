// A client's connection: bounded both ways. A client that does not read gets no more of its
// requests read, and is cut off when what waits for it passes a limit; the loop never waits for it.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"
#include "wire/frame.h"
#include "wire/messages.h"

struct shim;

enum {
  // Above this no further request is read from the client.
  QUEUE_PAUSE_BYTES = 2 * 1024 * 1024,
  // Above this the client is cut off: it comes back and asks for the state.
  QUEUE_LIMIT_BYTES = 16 * 1024 * 1024,
  // Requests of a connection whose replies are still to come.
  PENDING_LIMIT = 256,
};

struct connection {
  struct connection *next;
  struct shim *shim;
  struct source source;
  struct deferred deferred;
  struct frame_reader reader;
  struct frame_queue queue;
  uint64_t serial; // never used again, so that a late reply finds nobody rather than somebody else
  unsigned pending;
  bool greeted; // sent Hello: gets events
};

// Whom to answer, kept by what takes longer than one round.
struct request_token {
  uint64_t connection;
  uint64_t id;
};

// Accepts one client of the listening socket.
void connection_accept(struct shim *shim);
void connection_close(struct connection *connection);
void connections_close_all(struct shim *shim);

// Sends a reply to whoever asked, if still there. Fills in the id.
void reply_send(struct shim *shim, struct request_token token, Reply *reply);
// Sends an event to every connection that has said Hello.
void event_send(struct shim *shim, Reply *event);
// Gives up a connection whose only request has been answered, and returns its descriptor. -1 when it
// has gone, or when bytes are on their way either way that do not belong to what it becomes: it is
// closed then.
int connection_detach(struct shim *shim, uint64_t serial);
bool connection_alive(const struct shim *shim, uint64_t serial);
// Nothing is left to be sent to anyone.
bool connections_drained(const struct shim *shim);
