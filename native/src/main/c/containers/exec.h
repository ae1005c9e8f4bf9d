// ExecSync: one process in a running container, to its end.
#pragma once

#include "wire/connection.h"

struct shim;

// The reply comes from here in all cases.
void exec_start(struct shim *shim, struct request_token token, const ExecRequest *request);
// Kills the execs whose client has gone: nobody waits for them any more.
void execs_abandon(struct shim *shim, uint64_t connection);
void execs_free_all(struct shim *shim);
