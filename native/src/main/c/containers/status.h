// The channel between a starting process and the shim: a socket pair of whole messages, closed by
// the exec that succeeds. What the child says: a failure (its last word), warnings, the pid of the
// process that took over, a terminal.
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/failure.h"

enum status_kind {
  STATUS_FAILURE = 1,
  STATUS_WARNING,
  STATUS_PID,      // of the container's process, when the one cloned by the shim was a go-between
  STATUS_TERMINAL, // carries the master's descriptor
  STATUS_READY,    // the next step is the exec
  STATUS_HOOKS,    // its mounts are there: it waits for the host's hooks
};

struct status_message {
  enum status_kind kind;
  pid_t pid;
  struct failure failure;
};

// Both ends close on exec; the first is the shim's and does not block.
int status_open(int ends[2]);

// The child's side. They return -1 with errno when the shim is gone.
int status_send_failure(int channel, const struct failure *failure);
int status_send_warning(int channel, const struct failure *warning);
int status_send_pid(int channel, pid_t pid);
int status_send_terminal(int channel, int master);
int status_send_ready(int channel);
int status_send_hooks(int channel);
// Waits for the shim's word to go on.
int status_wait_go(int channel);

// The shim's side. 1: a message (and a descriptor, or -1); 0: the other end is closed; -1 with errno.
int status_receive(int channel, struct status_message *message, int *descriptor);
int status_send_go(int channel);
