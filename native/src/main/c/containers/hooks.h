// A container's OCI hooks in the host's namespaces. A process of the shim's own runs those of one
// moment, one after the other, while the shim goes on; it belongs to no cgroup of the container, and
// a shim that dies does not stop it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/failure.h"
#include "containers/launch.h"
#include "wire/messages.h"

struct container;

enum hooks_moment { HOOKS_CREATE_RUNTIME, HOOKS_POSTSTART, HOOKS_POSTSTOP, HOOKS_MOMENTS };

struct hooks {
  uint8_t *packed; // as the plan had them, which is gone by then; NULL: none
  size_t length;
  size_t counts[HOOKS_MOMENTS];
  bool running;
  struct launch launch;
  void (*done)(struct container *container, const struct failure *failure);
};

// Keeps those of the plan.
int hooks_keep(struct container *container, const LaunchPlan *plan, struct failure *failure);
// Runs those of a moment; then `done`, with NULL or the failure. At once when there are none.
void hooks_start(struct container *container, enum hooks_moment moment,
                 void (*done)(struct container *container, const struct failure *failure));
// Those that run end, and `done` is told so.
void hooks_kill(struct container *container);
void hooks_release(struct container *container);
