#include "containers/children.h"

#include <stddef.h>
#include <sys/wait.h>

#include "shim.h"

void child_register(struct shim *shim, struct child *child, pid_t pid) {
  child->pid = pid;
  child->next = shim->children;
  shim->children = child;
}

void child_unregister(struct shim *shim, struct child *child) {
  for (struct child **place = &shim->children; *place != NULL; place = &(*place)->next) {
    if (*place == child) {
      *place = child->next;
      break;
    }
  }
  child->pid = 0;
}

void children_reap(struct shim *shim) {
  int status;
  pid_t pid;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    struct child *child = shim->children;
    while (child != NULL && child->pid != pid) {
      child = child->next;
    }
    if (child != NULL) {
      child_unregister(shim, child);
      child->exited(child, status);
    }
  }
}
