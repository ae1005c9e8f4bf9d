// The namespaces that a sandbox holds for its containers.
//
// Without a user namespace the shim itself enters the new network, IPC and UTS namespaces: its
// containers inherit them with their clone, and /proc/SHIM/ns/net is the sandbox's for anyone who
// looks. With a user namespace the others must be owned by it, so a child makes them all at once
// and the shim only keeps descriptors. A shared PID namespace has an init of the shim's own, which
// is that same child where there is a user namespace.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/failure.h"
#include "containers/children.h"
#include "wire/messages.h"

enum sandbox_namespace {
  SANDBOX_NETWORK,
  SANDBOX_IPC,
  SANDBOX_UTS,
  SANDBOX_PID,
  SANDBOX_USER,
  SANDBOX_NAMESPACES,
};

struct sandbox {
  bool created;
  // The network, IPC and UTS namespaces and the /dev/shm are made, for a sandbox to come.
  bool ahead;
  uint64_t shm_size_bytes;
  // What the shim holds; -1 for those that are the host's. The PID and user namespace always by
  // descriptor.
  int held[SANDBOX_NAMESPACES];
  // The shim's own from before it entered the sandbox's: the way back, and what a container that
  // wants the host's joins. -1 where the shim has not moved.
  int host[SANDBOX_NAMESPACES];
  int host_pid_namespace; // for the way back after a clone into another
  bool inside;            // the shim is in the network, IPC and UTS namespaces
  int shm_mount;          // the sandbox's /dev/shm, detached; -1: none, or by the next
  int shm_namespace;      // a mount namespace with nothing but the sandbox's /dev/shm; -1
  int host_mount_namespace;
  struct child init;
  int init_process; // pidfd
  // The maps of the user namespace, for the owners of pipes.
  IdMapping *uid_mappings;
  IdMapping *gid_mappings;
  size_t uid_mapping_count;
  size_t gid_mapping_count;
  struct warnings warnings;
};

struct shim;

extern const char *const sandbox_namespace_files[SANDBOX_NAMESPACES];
extern const int sandbox_namespace_flags[SANDBOX_NAMESPACES];

void sandbox_prepare(struct sandbox *sandbox);
// All of it or nothing: after a failure the shim is where it was. A request "ahead" makes what does
// not depend on the sandbox; the next one takes that over.
int sandbox_create(struct shim *shim, const CreateSandboxRequest *request, struct failure *failure);
void sandbox_release(struct shim *shim);
// The path by which others reach a namespace; empty for the host's.
void sandbox_namespace_path(const struct shim *shim, enum sandbox_namespace which, char *path, size_t size);

// Runs the rest of a new process as the init of a PID namespace: never returns.
_Noreturn void sandbox_init_run(int ready);

// The sandbox's /dev/shm.
int sandbox_shm_create(struct sandbox *sandbox, const CreateSandboxRequest *request, struct failure *failure);
// A detached mount of it, to be moved into a container.
int sandbox_shm_clone(const struct sandbox *sandbox, struct failure *failure);

// Brings the loopback interface of the calling process's network namespace up.
int loopback_up(struct failure *failure);
