// The supervisor of one sandbox: everything that a handler needs, passed along by pointer.
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "base/loop.h"
#include "sandbox/sandbox.h"

struct connection;
struct container;
struct child;
struct exec;
struct exec_stream;
struct stream;
struct shutdown;

enum {
  // Streams are connections of requests only until they are open.
  CONNECTIONS_LIMIT = 160,
  CONTAINERS_LIMIT = 1024,
  EXECS_LIMIT = 128,
  SCRATCH_BYTES = 32 * 1024,
};

struct shim {
  struct loop loop;
  int directory; // the sandbox's run directory
  int exits;     // DIRECTORY/exits
  pid_t pid;
  struct source listener;
  struct source signals; // signalfd
  struct connection *connections;
  uint64_t last_connection;
  struct sandbox sandbox;
  struct container *containers;
  unsigned container_count;
  struct stream *streams;
  struct exec *execs;
  struct exec_stream *exec_streams;
  unsigned exec_count; // of both kinds
  uint64_t last_exec; // names the cgroups of execs
  struct child *children;
  struct shutdown *shutdown; // set while ending
  uint8_t *scratch;          // SCRATCH_BYTES, for one read at a time
};
