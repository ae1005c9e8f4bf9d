// OCI hooks, run one after the other in the namespaces and with the rights of the calling process.
#pragma once

#include <sys/types.h>

#include "base/failure.h"
#include "wire/messages.h"

// Runs them until one fails: -1 then, with a failure that names the hook. Each is told the status
// ("creating") and the container's pid, as the namespace in which it runs sees it. Waits for each,
// at most its time-out, or until something comes from the shim (the channel, -1: none): one that is
// not to go on is killed.
int hooks_run(const PlanHooks *hooks, size_t count, PlanHook *const *list, const char *status, pid_t pid,
              int channel, struct failure *failure);
