// A process on its way from clone to exec, as the shim sees it: it listens to the status channel
// without waiting, and says how it went once the exec has happened or the process has been reaped.
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/failure.h"
#include "base/loop.h"
#include "containers/children.h"

struct shim;
struct launch_context;

struct launch {
  struct shim *shim;
  struct source channel;
  struct child go_between; // with a user namespace: the process that the shim cloned
  struct child child;      // the process itself
  int process;             // its pidfd
  int terminal;            // the terminal's master, or -1
  pid_t pid;
  bool ready; // it was about to exec when last heard of
  bool failed;
  bool exited;
  int exit_status; // as wait gives it
  bool done;
  struct failure failure;
  struct warnings warnings;
  // The exec has succeeded, or (launch->failed) nothing is left of the process. Called once.
  void (*finished)(struct launch *launch);
  // The process waits for hooks, until launch_go or launch_abort. NULL where it never does.
  void (*paused)(struct launch *launch);
  // The process of a launch that succeeded has ended; after `finished`.
  void (*ended)(struct launch *launch);
  void *owner;
};

struct clone_request {
  int pid_namespace; // descriptor of the one to be cloned into; -1: the shim's, or new by flags
  int flags;         // CLONE_NEW*
  int cgroup; // -1: the shim's own
  const char *cgroup_path;
  // The process is a go-between, which clones the real one and sends its pid.
  bool go_between;
  // Nobody waits for the exec, only for the process's end: the channel is read then, and `finished` comes right
  // before `ended`. It spares the shim two wake-ups on the way.
  bool end_only;
  // Runs in the child and does not return.
  void (*child)(void *argument, int channel);
  void *argument;
};

// Clones; what comes after is told by `finished`. -1 with the failure when there is no process,
// and then `finished` is not called.
int launch_start(struct shim *shim, struct launch *launch, const struct clone_request *request,
                 struct failure *failure);
// Releases descriptors and registrations; the launch's memory is the caller's.
void launch_release(struct launch *launch);
int launch_signal(struct launch *launch, int signal);
// A process that waits goes on; or is killed, and its launch fails with that.
void launch_go(struct launch *launch);
void launch_abort(struct launch *launch, const struct failure *failure);
