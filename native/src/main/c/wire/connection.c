#include "wire/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "containers/exec.h"
#include "dispatch.h"
#include "shim.h"
#include "shutdown.h"

enum { READ_LIMIT = 64 * 1024 };

static bool paused(const struct connection *connection) {
  return connection->queue.bytes > QUEUE_PAUSE_BYTES || connection->pending >= PENDING_LIMIT;
}

static void update_interest(struct connection *connection) {
  uint32_t events = paused(connection) ? 0 : EPOLLIN;
  if (connection->queue.head != NULL) {
    events |= EPOLLOUT;
  }
  if (loop_change(&connection->shim->loop, &connection->source, events) < 0) {
    connection_close(connection);
  }
}

static void process_frames(struct connection *connection) {
  while (connection->source.watched && !paused(connection)) {
    const uint8_t *payload;
    size_t length;
    int result = frame_reader_next(&connection->reader, &payload, &length);
    if (result == 0) {
      break;
    }
    if (result < 0) {
      log_line("a client sent a frame over the limit; connection closed");
      connection_close(connection);
      return;
    }
    connection->pending++;
    dispatch_frame(connection->shim, connection, payload, length);
  }
  if (connection->source.watched) {
    frame_reader_trim(&connection->reader);
    update_interest(connection);
  }
}

static void read_frames(struct connection *connection) {
  size_t available;
  uint8_t *space = frame_reader_space(&connection->reader, &available);
  if (space == NULL) {
    connection_close(connection);
    return;
  }
  ssize_t count = recv(connection->source.descriptor, space, available < READ_LIMIT ? available : READ_LIMIT,
                       MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
    return;
  }
  if (count <= 0) {
    connection_close(connection);
    return;
  }
  frame_reader_filled(&connection->reader, (size_t)count);
  process_frames(connection);
}

static void connection_event(struct source *source, uint32_t events) {
  struct connection *connection = source->owner;
  if ((events & EPOLLOUT) != 0) {
    if (frame_queue_flush(&connection->queue, source->descriptor) < 0) {
      connection_close(connection);
      return;
    }
    // Requests that waited in the buffer for the queue to empty.
    process_frames(connection);
  }
  if (source->watched && (events & EPOLLIN) != 0 && !paused(connection)) {
    read_frames(connection);
  } else if (source->watched && (events & (EPOLLHUP | EPOLLERR)) != 0) {
    connection_close(connection);
  }
}

void connection_accept(struct shim *shim) {
  AUTO_CLOSE int client = accept4(shim->listener.descriptor, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (client < 0) {
    return;
  }
  unsigned count = 0;
  for (struct connection *other = shim->connections; other != NULL; other = other->next) {
    count++;
  }
  struct connection *connection = count < CONNECTIONS_LIMIT ? calloc(1, sizeof *connection) : NULL;
  if (connection == NULL) {
    log_line("a client was turned away: too many connections, or no memory");
    return;
  }
  *connection = (struct connection){
      .next = shim->connections,
      .shim = shim,
      .source = {.descriptor = client, .handler = connection_event, .owner = connection},
      .serial = ++shim->last_connection,
  };
  if (loop_watch(&shim->loop, &connection->source, EPOLLIN) < 0) {
    free(connection);
    return;
  }
  take_descriptor(&client);
  shim->connections = connection;
}

// Off the list; the memory goes at the round's end.
static void leave(struct connection *connection) {
  struct shim *shim = connection->shim;
  loop_unwatch(&shim->loop, &connection->source);
  frame_reader_release(&connection->reader);
  frame_queue_release(&connection->queue);
  for (struct connection **place = &shim->connections; *place != NULL; place = &(*place)->next) {
    if (*place == connection) {
      *place = connection->next;
      break;
    }
  }
  loop_defer(&shim->loop, &connection->deferred, free, connection);
}

void connection_close(struct connection *connection) {
  if (!connection->source.watched) {
    return;
  }
  struct shim *shim = connection->shim;
  leave(connection);
  close_and_clear(&connection->source.descriptor);
  execs_abandon(shim, connection->serial);
  if (connection->greeted && shim->connections == NULL && !shim->sandbox.created && shim->shutdown == NULL) {
    // A spare one whose daemon is gone: nobody will ever ask for it.
    shutdown_begin(shim, (struct request_token){0});
  }
}

void connections_close_all(struct shim *shim) {
  while (shim->connections != NULL) {
    connection_close(shim->connections);
  }
}

static void send_to(struct connection *connection, const ProtobufCMessage *message) {
  size_t length = protobuf_c_message_get_packed_size(message);
  struct frame *frame = length > FRAME_LIMIT_BYTES ? NULL : frame_new(length);
  if (frame == NULL || connection->queue.bytes + length > QUEUE_LIMIT_BYTES) {
    free(frame);
    log_line("a client does not read its replies, or there is no memory for one; connection closed");
    connection_close(connection);
    return;
  }
  protobuf_c_message_pack(message, frame_payload(frame));
  frame_queue_push(&connection->queue, frame);
  if (frame_queue_flush(&connection->queue, connection->source.descriptor) < 0) {
    connection_close(connection);
    return;
  }
  update_interest(connection);
}

static struct connection *find(const struct shim *shim, uint64_t serial) {
  struct connection *connection = shim->connections;
  while (connection != NULL && connection->serial != serial) {
    connection = connection->next;
  }
  return connection;
}

int connection_detach(struct shim *shim, uint64_t serial) {
  struct connection *connection = find(shim, serial);
  if (connection == NULL) {
    return -1;
  }
  if (connection->pending > 0 || connection->greeted || connection->queue.head != NULL ||
      connection->reader.start != connection->reader.end) {
    log_line("a client did not wait for its stream to be opened; connection closed");
    connection_close(connection);
    return -1;
  }
  leave(connection);
  return connection->source.descriptor;
}

bool connection_alive(const struct shim *shim, uint64_t serial) { return find(shim, serial) != NULL; }

void reply_send(struct shim *shim, struct request_token token, Reply *reply) {
  struct connection *connection = find(shim, token.connection);
  if (connection != NULL) {
    reply->id = token.id;
    connection->pending--;
    send_to(connection, &reply->base);
  }
}

void event_send(struct shim *shim, Reply *event) {
  event->id = 0;
  struct connection *next;
  for (struct connection *connection = shim->connections; connection != NULL; connection = next) {
    next = connection->next;
    if (connection->greeted) {
      send_to(connection, &event->base);
    }
  }
}

bool connections_drained(const struct shim *shim) {
  for (const struct connection *connection = shim->connections; connection != NULL; connection = connection->next) {
    if (connection->queue.head != NULL) {
      return false;
    }
  }
  return true;
}
