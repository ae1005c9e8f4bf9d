// The processes that the shim waits for. As the subreaper of its containers it also inherits
// orphans that it has never heard of: they are reaped and forgotten.
#pragma once

#include <sys/types.h>

struct shim;

struct child {
  struct child *next;
  pid_t pid; // 0: not registered
  void (*exited)(struct child *child, int status);
  void *owner;
};

void child_register(struct shim *shim, struct child *child, pid_t pid);
void child_unregister(struct shim *shim, struct child *child);
// Reaps all that have ended and calls their handlers.
void children_reap(struct shim *shim);
