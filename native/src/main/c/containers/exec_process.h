// A process that is run in a running container, whatever becomes of its streams: checked, cloned into
// a cgroup of its own, killed as a whole, released.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "containers/cgroup.h"
#include "containers/launch.h"
#include "wire/connection.h"

struct shim;
struct container;
struct child_context;

struct exec_process {
  struct shim *shim;
  struct request_token client; // who asked, while the connection is one of requests
  struct launch launch;
  uint64_t number;
  struct container *container; // to be looked for before it is used: it may be gone
  int container_cgroup;        // a descriptor of its own: the container may be forgotten first
  struct exec_cgroup cgroup;   // the exec's own; with none it is in the container's
  bool killed;                 // by its cgroup
  bool ended;
};

// Finds the running container and checks what is to be run in it.
int exec_process_check(const struct shim *shim, const char *container_id, const ProcessPlan *plan,
                       struct container **found, struct failure *failure);
// Makes it ready to be started or released. The launch's callbacks are the caller's.
void exec_process_prepare(struct exec_process *process, struct shim *shim, struct request_token client, void *owner);
// Clones it; context->streams are the caller's to close, in both cases. With end_only as a clone_request has it.
int exec_process_start(struct exec_process *process, struct container *container, struct child_context *context,
                       bool end_only, struct failure *failure);
// A pipe between the shim's end, which does not block, and one that the process may open again by its path.
int exec_pipe(const struct container *container, const ProcessPlan *plan, bool to_process, int *shim_end,
              int *process_end, struct failure *failure);
// Kills it and all that it has started.
void exec_process_kill(struct exec_process *process);
void exec_process_release(struct exec_process *process);
