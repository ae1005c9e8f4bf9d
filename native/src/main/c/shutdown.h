// The orderly end: every container is killed and recorded, whoever asked is answered, and the
// process ends.
#pragma once

#include "wire/connection.h"

struct shim;

// Asked by a client (a token with an id) or by a signal (an empty token).
void shutdown_begin(struct shim *shim, struct request_token token);
// Goes on when a container has ended.
void shutdown_advance(struct shim *shim);
