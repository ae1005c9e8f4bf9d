// A client of berth-shim for the tests: blocking, one connection, replies matched by id, events kept.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "wire/messages.h"

struct client {
  int socket;
  uint64_t last_id;
  Reply *events[64];
  unsigned event_count;
};

struct client client_connect(const char *directory);
void client_close(struct client *client);
// Sends; the id.
uint64_t client_send(struct client *client, Request *request);
// Waits for the reply with this id. NULL after the deadline or when the shim has gone.
Reply *client_receive(struct client *client, uint64_t id, int milliseconds);
Reply *client_call(struct client *client, Request *request);
// Waits for the exit of a container.
Reply *client_wait_exit(struct client *client, const char *container, int milliseconds);
void reply_free(Reply *reply);
