#include "containers/exec_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "containers/cgroup.h"
#include "containers/container.h"
#include "containers/lifecycle.h"
#include "launch/child.h"
#include "shim.h"
#include "wire/validate.h"

static const char STEP[] = "exec in container";

int exec_process_check(const struct shim *shim, const char *container_id, const ProcessPlan *plan,
                       struct container **found, struct failure *failure) {
  *found = container_find(shim, container_id);
  if (*found == NULL) {
    return fail_with(failure, ENOENT, STEP, container_id, "this shim knows no such container");
  }
  if ((*found)->phase != CONTAINER_RUNNING) {
    return fail_with(failure, ESRCH, STEP, container_id, "it is not running");
  }
  if (validate_process(plan, failure) < 0) {
    return -1;
  }
  if (shim->exec_count >= EXECS_LIMIT) {
    return fail_with(failure, EAGAIN, STEP, container_id, "%d execs are running already", EXECS_LIMIT);
  }
  return 0;
}

void exec_process_prepare(struct exec_process *process, struct shim *shim, struct request_token client, void *owner) {
  process->shim = shim;
  process->client = client;
  process->launch.owner = owner;
  process->launch.process = process->launch.terminal = process->launch.channel.descriptor = -1;
  process->number = ++shim->last_exec;
  process->container_cgroup = process->cgroup.directory = process->cgroup.events = -1;
  shim->exec_count++;
}

// Making a cgroup and removing it takes a seventh of a short exec's time, so one is kept. It is looked at here:
// something may have been left in it, and a container with rights over its cgroups may have removed it.
static void enter_cgroup(struct exec_process *process, struct container *container) {
  struct exec_cgroup *idle = &container->idle_exec;
  if (container->stale_exec_cgroups) {
    container->stale_exec_cgroups = false;
    exec_cgroup_close(idle); // it goes with them
    cgroup_remove_execs(container->cgroup, &container->stale_exec_cgroups);
  }
  if (idle->directory >= 0 && exec_cgroup_is_empty(idle)) {
    process->cgroup = *idle;
    *idle = (struct exec_cgroup){.directory = -1, .events = -1};
    return;
  }
  container->stale_exec_cgroups |= idle->directory >= 0;
  exec_cgroup_close(idle);
  process->cgroup = exec_cgroup_make(container->cgroup, process->number);
}

int exec_process_start(struct exec_process *process, struct container *container, struct child_context *context,
                       bool end_only, struct failure *failure) {
  process->container_cgroup = fcntl(container->cgroup, F_DUPFD_CLOEXEC, 3);
  if (process->container_cgroup < 0) {
    return fail(failure, errno, "open cgroup", container->id);
  }
  process->container = container;
  enter_cgroup(process, container);
  // setns by pidfd: the container's PID namespace is joined by the shim's next child.
  struct clone_request clone = {
      .pid_namespace = container->launch.process,
      .cgroup = process->cgroup.directory >= 0 ? process->cgroup.directory : process->container_cgroup,
      .cgroup_path = container->id,
      .end_only = end_only,
      .child = exec_child_run,
      .argument = context,
  };
  context->container = container->launch.process;
  context->container_flags = container->exec_flags;
  return launch_start(process->shim, &process->launch, &clone, failure);
}

int exec_pipe(const struct container *container, const ProcessPlan *plan, bool to_process, int *shim_end,
              int *process_end, struct failure *failure) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) {
    return fail(failure, errno, "make pipe", "");
  }
  *shim_end = ends[to_process ? 1 : 0];
  *process_end = ends[to_process ? 0 : 1];
  uid_t owner = container->uid_mapping_count > 0 ? container_uid_to_host(container, plan->uid) : plan->uid;
  if (owner != geteuid() && fchown(*process_end, owner, (gid_t)-1) < 0) {
    return fail(failure, errno, "set owner of pipe", "");
  }
  if (fcntl(*shim_end, F_SETFL, O_NONBLOCK) < 0) {
    return fail(failure, errno, "make pipe", "");
  }
  return 0;
}

void exec_process_kill(struct exec_process *process) {
  if (process->cgroup.directory >= 0 && cgroup_kill(process->cgroup.directory) == 0) {
    process->killed = true;
    return;
  }
  if (process->launch.pid > 0 && !process->ended) {
    (void)kill(-process->launch.pid, SIGKILL);
  }
  (void)launch_signal(&process->launch, SIGKILL);
}

// The container, unless it is gone.
static struct container *container_of(const struct exec_process *process) {
  struct container *container = process->shim->containers;
  while (container != NULL && container != process->container) {
    container = container->next;
  }
  return container;
}

static void leave_cgroup(struct exec_process *process) {
  struct container *container = container_of(process);
  // Into a cgroup that was ever killed the kernel (6.18) clones only processes that it kills as well.
  if (container != NULL && container->phase == CONTAINER_RUNNING && container->idle_exec.directory < 0 &&
      !process->killed) {
    container->idle_exec = process->cgroup;
    process->cgroup.directory = process->cgroup.events = -1;
  } else if (!exec_cgroup_remove(process->container_cgroup, process->cgroup.number) && container != NULL) {
    // A process was left in it, or is still on its way out: the next exec, or the container's end, clears up.
    container->stale_exec_cgroups = true;
  }
}

void exec_process_release(struct exec_process *process) {
  launch_release(&process->launch);
  if (process->cgroup.directory >= 0) {
    leave_cgroup(process);
  }
  exec_cgroup_close(&process->cgroup);
  close_and_clear(&process->container_cgroup);
  process->shim->exec_count--;
}
