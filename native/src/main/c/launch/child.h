// What a cloned process does until it has become the container's: the launch stages in their
// order. Everything here runs in the child; it may allocate (the shim has one thread) and need not
// free, for it ends in execve or _exit.
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/failure.h"
#include "wire/messages.h"

// Namespaces that the child joins by descriptor or path before anything else.
enum { JOINS_LIMIT = 8 };
struct namespace_join {
  int flag;
  int descriptor;   // -1: by path
  const char *path; // of the host
};

struct child_context {
  const LaunchPlan *plan;
  const ProcessPlan *process;
  int channel;      // to the shim
  int streams[3];   // standard input, output, error; -1: /dev/null, or the terminal
  struct namespace_join joins[JOINS_LIMIT];
  unsigned join_count;
  int new_namespaces;  // CLONE_NEW* of a container behind a go-between
  int pid_namespace;   // to be joined by a go-between; -1
  int user_namespace;  // of the sandbox or by path; -1
  bool new_user_namespace;
  uid_t root_uid;      // the host's ids of the user namespace's root; -1 without one
  gid_t root_gid;
  int shm;             // a detached mount of the sandbox's shm; -1
  bool wait_for_hooks; // the shim has hooks to run once the mounts are there
  int container;       // exec: the container's pidfd
  int container_flags; // exec: which of its namespaces to join

  // Filled on the way.
  int host_proc;      // /proc of the host, for what must not be read from the container's
  int host_sysctls;   // its sys
  int host_attributes; // its thread-self/attr
  int null_device;    // the host's /dev/null
  int root;           // the root file system: detached, then attached
  int *trees;         // one detached mount for each bind of plan->mounts; -1 for the others
  int *device_trees;  // the same for plan->devices with bind_from
  int sysfs_tree;     // the host's /sys, where a user namespace may not mount its own; -1
  int cgroup_tree;    // the host's cgroup hierarchy, for containers in its cgroup namespace; -1
};

// The whole of a container's launch; for a context with a user namespace that of the go-between.
void container_child_run(void *context, int channel);
// The shim blocks signals (supervise.c); what it starts must not.
void signals_unblock(void);
// An exec's.
void exec_child_run(void *context, int channel);
