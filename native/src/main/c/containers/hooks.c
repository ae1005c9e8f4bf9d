#include "containers/hooks.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/kernel.h"
#include "base/log.h"
#include "containers/container.h"
#include "containers/status.h"
#include "launch/child.h"
#include "launch/hooks.h"
#include "shim.h"

struct moment {
  struct container *container;
  enum hooks_moment which;
};

static int enter_host(const struct sandbox *sandbox, struct failure *failure) {
  for (int i = 0; i < SANDBOX_NAMESPACES; i++) {
    if (sandbox->inside && sandbox->host[i] >= 0 && setns(sandbox->host[i], sandbox_namespace_flags[i]) < 0) {
      return fail(failure, errno, "join namespace of the host", sandbox_namespace_files[i]);
    }
  }
  return 0;
}

// All of them, whatever they say: the container is gone already.
static void run_poststop(const struct container *container, const PlanHooks *hooks) {
  for (size_t i = 0; i < hooks->n_poststop; i++) {
    struct failure failure;
    if (hooks_run(hooks, 1, &hooks->poststop[i], "stopped", 0, -1, &failure) < 0) {
      log_line("container %s: %s %s: errno %d, %s", container->id, failure.step, failure.subject,
               failure.errno_number, failure.detail);
    }
  }
}

static int run_moment(const struct moment *moment, int channel, struct failure *failure) {
  const struct container *container = moment->container;
  const PlanHooks *hooks =
      berth__shim__v1__hooks__unpack(NULL, container->hooks.length, container->hooks.packed);
  if (hooks == NULL) {
    return fail(failure, ENOMEM, "run hooks", container->id);
  }
  if (enter_host(&container->shim->sandbox, failure) < 0) {
    return -1;
  }
  switch (moment->which) {
    case HOOKS_CREATE_RUNTIME:
      return hooks_run(hooks, hooks->n_create_runtime, hooks->create_runtime, "creating", container->launch.pid,
                       channel, failure);
    case HOOKS_POSTSTART:
      return hooks_run(hooks, hooks->n_poststart, hooks->poststart, "running", container->launch.pid,
                       channel, failure);
    default:
      run_poststop(container, hooks);
      return 0;
  }
}

// In the process that runs the hooks.
static void run_child(void *argument, int channel) {
  const struct moment *moment = argument;
  struct failure failure = {0};
  signals_unblock();
  if (run_moment(moment, channel, &failure) < 0) {
    (void)status_send_failure(channel, &failure);
    _exit(1);
  }
  (void)status_send_ready(channel);
  _exit(0);
}

static void settle(struct launch *launch, const struct failure *failure) {
  struct container *container = launch->owner;
  launch_release(launch);
  container->hooks.running = false;
  container->hooks.done(container, failure);
}

static void finished(struct launch *launch) {
  if (launch->failed) {
    struct failure failure = launch->failure;
    settle(launch, &failure);
  }
}

static void ended(struct launch *launch) { settle(launch, NULL); }

int hooks_keep(struct container *container, const LaunchPlan *plan, struct failure *failure) {
  const PlanHooks *hooks = plan->hooks;
  if (hooks == NULL) {
    return 0;
  }
  struct hooks *kept = &container->hooks;
  kept->counts[HOOKS_CREATE_RUNTIME] = hooks->n_create_runtime;
  kept->counts[HOOKS_POSTSTART] = hooks->n_poststart;
  kept->counts[HOOKS_POSTSTOP] = hooks->n_poststop;
  kept->packed = malloc(berth__shim__v1__hooks__get_packed_size(hooks) + 1);
  if (kept->packed == NULL) {
    return fail(failure, ENOMEM, "keep hooks", plan->container_id);
  }
  kept->length = berth__shim__v1__hooks__pack(hooks, kept->packed);
  return 0;
}

void hooks_start(struct container *container, enum hooks_moment moment,
                 void (*done)(struct container *container, const struct failure *failure)) {
  struct hooks *hooks = &container->hooks;
  if (hooks->counts[moment] == 0) {
    done(container, NULL);
    return;
  }
  struct moment argument = {.container = container, .which = moment};
  struct clone_request clone = {.pid_namespace = -1, .cgroup = -1, .child = run_child, .argument = &argument};
  hooks->launch = (struct launch){.finished = finished, .ended = ended, .owner = container};
  hooks->done = done;
  hooks->running = true;
  struct failure failure;
  if (launch_start(container->shim, &hooks->launch, &clone, &failure) < 0) {
    hooks->running = false;
    done(container, &failure);
  }
}

// Anything that is said to the process makes it kill its hook, with all that this has started.
void hooks_kill(struct container *container) { launch_go(&container->hooks.launch); }

void hooks_release(struct container *container) {
  launch_release(&container->hooks.launch);
  free(container->hooks.packed);
  container->hooks.packed = NULL;
}
