// The life of a supervisor: from the socket in its directory to its end.
#pragma once

#include "base/failure.h"
#include "shim.h"

// What there must be before a process goes into the background, so that whoever asked for it can
// still be told what went wrong.
struct supervisor {
  struct shim shim;
  int nothing; // /dev/null
  int log;     // DIRECTORY/shim.log
};

// Opens the directory and its log and binds DIRECTORY/shim.sock, which listens from then on: a client
// that connects now waits in its queue.
int supervisor_open(struct supervisor *supervisor, const char *directory, struct failure *failure);

// Closes what supervisor_open opened, in a process that does not supervise.
void supervisor_close(struct supervisor *supervisor);

// In a process of its own: a session of its own, DIRECTORY/shim.pid, the event loop until the sandbox
// has ended. Returns the exit code; errors go to the log.
int supervisor_run(struct supervisor *supervisor);
