#include "client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/files.h"

struct client client_connect(const char *directory) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s/shim.sock", directory);
  struct client client = {.socket = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (connect(client.socket, (struct sockaddr *)&address, sizeof address) < 0) {
    perror("connect");
    close(client.socket);
    client.socket = -1;
  }
  return client;
}

void client_close(struct client *client) {
  for (unsigned i = 0; i < client->event_count; i++) {
    reply_free(client->events[i]);
  }
  close(client->socket);
}

uint64_t client_send(struct client *client, Request *request) {
  request->id = ++client->last_id;
  size_t length = berth__shim__v1__request__get_packed_size(request);
  uint8_t *frame = malloc(4 + length);
  frame[0] = (uint8_t)(length >> 24);
  frame[1] = (uint8_t)(length >> 16);
  frame[2] = (uint8_t)(length >> 8);
  frame[3] = (uint8_t)length;
  berth__shim__v1__request__pack(request, frame + 4);
  if (write_all(client->socket, frame, length + 4) < 0) {
    perror("send");
  }
  free(frame);
  return request->id;
}

static bool read_exactly(int socket, uint8_t *data, size_t length, int64_t deadline) {
  while (length > 0) {
    int64_t left = (deadline - now_monotonic()) / 1000000;
    struct pollfd wait = {.fd = socket, .events = POLLIN};
    if (left < 0 || poll(&wait, 1, (int)left) <= 0) {
      return false;
    }
    ssize_t count = recv(socket, data, length, 0);
    if (count <= 0) {
      return false;
    }
    data += count;
    length -= (size_t)count;
  }
  return true;
}

static Reply *receive_one(struct client *client, int64_t deadline) {
  uint8_t header[4];
  if (!read_exactly(client->socket, header, 4, deadline)) {
    return NULL;
  }
  size_t length = (size_t)header[0] << 24 | (size_t)header[1] << 16 | (size_t)header[2] << 8 | header[3];
  uint8_t *payload = malloc(length + 1);
  Reply *reply = NULL;
  if (read_exactly(client->socket, payload, length, deadline)) {
    reply = berth__shim__v1__reply__unpack(NULL, length, payload);
  }
  free(payload);
  return reply;
}

static void keep_event(struct client *client, Reply *event) {
  if (client->event_count < sizeof client->events / sizeof *client->events) {
    client->events[client->event_count++] = event;
  } else {
    reply_free(event);
  }
}

Reply *client_receive(struct client *client, uint64_t id, int milliseconds) {
  int64_t deadline = now_monotonic() + (int64_t)milliseconds * 1000000;
  for (;;) {
    Reply *reply = receive_one(client, deadline);
    if (reply == NULL || reply->id == id) {
      return reply;
    }
    if (reply->id == 0) {
      keep_event(client, reply);
    } else {
      reply_free(reply);
    }
  }
}

Reply *client_call(struct client *client, Request *request) {
  return client_receive(client, client_send(client, request), 20000);
}

Reply *client_wait_exit(struct client *client, const char *container, int milliseconds) {
  int64_t deadline = now_monotonic() + (int64_t)milliseconds * 1000000;
  for (;;) {
    for (unsigned i = 0; i < client->event_count; i++) {
      Reply *event = client->events[i];
      if (event->kind_case == BERTH__SHIM__V1__REPLY__KIND_CONTAINER_EXITED &&
          strcmp(event->container_exited->exit->container_id, container) == 0) {
        client->events[i] = client->events[--client->event_count];
        return event;
      }
    }
    Reply *reply = receive_one(client, deadline);
    if (reply == NULL) {
      return NULL;
    }
    keep_event(client, reply);
  }
}

void reply_free(Reply *reply) {
  if (reply != NULL) {
    berth__shim__v1__reply__free_unpacked(reply, NULL);
  }
}
