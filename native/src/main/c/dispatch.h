// One frame in, one action out.
#pragma once

#include <stddef.h>
#include <stdint.h>

struct shim;
struct connection;

void dispatch_frame(struct shim *shim, struct connection *connection, const uint8_t *payload, size_t length);
