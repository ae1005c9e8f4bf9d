// Exec with streams: one process in a running container, its standard input and outputs on the
// connection that asked for it. It ends with the process, or with the client, which takes the
// process along.
#pragma once

#include "base/failure.h"
#include "wire/connection.h"

struct shim;

typedef Berth__Shim__V1__ExecStreamRequest ExecStreamRequest;

// The reply comes from here in all cases.
void exec_stream_start(struct shim *shim, struct request_token token, const ExecStreamRequest *request);
int exec_stream_resize(struct shim *shim, uint64_t number, unsigned rows, unsigned columns, struct failure *failure);
// Kills those whose client has gone before they had streams.
void exec_streams_abandon(struct shim *shim, uint64_t connection);
void exec_streams_free_all(struct shim *shim);
