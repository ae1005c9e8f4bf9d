// What the shim does with a container's cgroup v2 directory; limits are Java's.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/failure.h"

// Opens the directory and makes sure that it is cgroup v2. The descriptor, or -1 with the failure.
int cgroup_open(const char *path, struct failure *failure);

// Kills every process in it and below: cgroup.kill, or one by one where the kernel lacks it.
// 0, or -1 with errno.
int cgroup_kill(int cgroup);

// The oom_kill count of memory.events; 0 where there is no memory controller.
uint64_t cgroup_oom_kills(int cgroup);

// A cgroup of its own, below the container's, for one exec: the only handle by which a deadline
// reaches everything that the exec has started. Accounting stays the container's.
struct exec_cgroup {
  uint64_t number; // of its name
  int directory;   // -1: there is none
  int events;      // its cgroup.events
};

// Makes it. Its directory is -1 when the container's cgroup cannot have children.
struct exec_cgroup exec_cgroup_make(int cgroup, uint64_t number);
// Whether it is still there and no process is in it or below, not even one that is on its way out.
bool exec_cgroup_is_empty(const struct exec_cgroup *made);
// Removes it; false while processes are left in it.
bool exec_cgroup_remove(int cgroup, uint64_t number);
// Closes its descriptors: there is none then.
void exec_cgroup_close(struct exec_cgroup *made);
// Removes all those that earlier execs have left behind; *left is set when one still has a process.
void cgroup_remove_execs(int cgroup, bool *left);
