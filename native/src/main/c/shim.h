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
struct shutdown;

enum {
  CONNECTIONS_LIMIT = 16,
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
  struct exec *execs;
  unsigned exec_count;
  uint64_t last_exec; // names the cgroups of execs
  struct child *children;
  struct shutdown *shutdown; // set while ending
  uint8_t *scratch;          // SCRATCH_BYTES, for one read at a time
};
