// Clients attached to a running container: what it writes is sent to them beside its log, and what
// they send is its standard input.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "wire/connection.h"

struct container;
struct shim;

typedef Berth__Shim__V1__AttachRequest AttachRequest;

enum { ATTACHMENTS_LIMIT = 64 }; // a container

// The reply comes from here in all cases.
void attachment_start(struct shim *shim, struct request_token token, const AttachRequest *request);
// The container has written to its standard output (0) or error (1).
void attachments_output(struct container *container, int index, const uint8_t *data, size_t length);
// Nothing more reaches the container's standard input.
void attachments_close_input(struct container *container);
// The container has ended: what is on its way to the clients still reaches them.
void attachments_end(struct container *container);
void attachments_free_all(struct container *container);
