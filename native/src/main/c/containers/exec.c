#include "containers/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/kernel.h"
#include "base/log.h"
#include "containers/cgroup.h"
#include "containers/container.h"
#include "containers/exec_output.h"
#include "containers/lifecycle.h"
#include "launch/child.h"
#include "shim.h"
#include "wire/replies.h"
#include "wire/validate.h"

enum {
  // After the first process has ended, a descendant that still holds the pipes is waited for no
  // longer than this.
  DRAIN_NANOSECONDS = 100 * 1000 * 1000,
};
// After its deadline an exec that cannot die (an uninterruptible call) is answered without its end.
static const int64_t KILL_NANOSECONDS = 2LL * 1000 * 1000 * 1000;

struct exec {
  struct exec *next;
  struct shim *shim;
  struct deferred deferred;
  struct request_token client;
  struct launch launch;
  struct exec_output outputs[2];
  size_t output_budget; // bytes that both streams together may still keep
  struct timer timer;   // the deadline, then the drain's end
  uint64_t number;
  struct container *container; // to be looked for before it is used: it may be gone
  int container_cgroup; // a descriptor of its own: the container may be forgotten first
  int cgroup;           // the exec's own; -1: it is in the container's
  bool started;
  bool ended;
  bool timed_out;
  bool finished;
};

static void release_exec(void *object) {
  struct exec *exec = object;
  exec_output_release(&exec->outputs[0]);
  exec_output_release(&exec->outputs[1]);
  free(exec);
}

// A process was left in the exec's cgroup, or is still on its way out: the next exec, or the
// container's end, clears up.
static void leave_cgroup(const struct exec *exec) {
  for (struct container *container = exec->shim->containers; container != NULL; container = container->next) {
    if (container == exec->container) {
      container->stale_exec_cgroups = true;
    }
  }
}

static void exec_free(struct exec *exec) {
  struct shim *shim = exec->shim;
  loop_disarm(&shim->loop, &exec->timer);
  exec_output_close(&exec->outputs[0]);
  exec_output_close(&exec->outputs[1]);
  launch_release(&exec->launch);
  if (exec->cgroup >= 0 && !cgroup_remove_exec(exec->container_cgroup, exec->number)) {
    leave_cgroup(exec);
  }
  close_and_clear(&exec->cgroup);
  close_and_clear(&exec->container_cgroup);
  for (struct exec **place = &shim->execs; *place != NULL; place = &(*place)->next) {
    if (*place == exec) {
      *place = exec->next;
      shim->exec_count--;
      break;
    }
  }
  loop_defer(&shim->loop, &exec->deferred, release_exec, exec);
}

static void kill_exec(struct exec *exec) {
  if (exec->cgroup >= 0 && cgroup_kill(exec->cgroup) == 0) {
    return;
  }
  if (exec->launch.pid > 0 && !exec->ended) {
    (void)kill(-exec->launch.pid, SIGKILL);
  }
  (void)launch_signal(&exec->launch, SIGKILL);
}

static void send_result(struct exec *exec) {
  struct exit_status status = exit_status_of(exec->launch.exit_status);
  Berth__Shim__V1__ExecReply result = BERTH__SHIM__V1__EXEC_REPLY__INIT;
  result.exit_code = status.code;
  result.signal = status.signal;
  result.timed_out = exec->timed_out;
  result.standard_output.data = exec->outputs[0].data;
  result.standard_output.len = exec->outputs[0].length;
  result.standard_error.data = exec->outputs[1].data;
  result.standard_error.len = exec->outputs[1].length;
  result.output_truncated = exec->outputs[0].truncated || exec->outputs[1].truncated;
  Reply reply = BERTH__SHIM__V1__REPLY__INIT;
  reply.kind_case = BERTH__SHIM__V1__REPLY__KIND_EXEC;
  reply.exec = &result;
  reply_send(exec->shim, exec->client, &reply);
}

static void finish(struct exec *exec) {
  if (!exec->finished) {
    exec->finished = true;
    send_result(exec);
    exec_free(exec);
  }
}

static bool outputs_open(const struct exec *exec) {
  return exec->outputs[0].source.descriptor >= 0 || exec->outputs[1].source.descriptor >= 0;
}

static void advance(struct exec *exec) {
  if (exec->ended && !exec->finished && !outputs_open(exec)) {
    finish(exec);
  }
}

static void timer_due(struct timer *timer) {
  struct exec *exec = timer->owner;
  if (exec->ended || exec->timed_out) {
    finish(exec);
    return;
  }
  exec->timed_out = true;
  loop_arm(&exec->shim->loop, timer, KILL_NANOSECONDS);
  kill_exec(exec);
}

static void exec_started(struct launch *launch) {
  struct exec *exec = launch->owner;
  if (launch->failed) {
    if (exec->timed_out) {
      // Killed by its own deadline before the exec: that is what the client must hear.
      exec->ended = true;
      finish(exec);
      return;
    }
    reply_failure(exec->shim, exec->client, &launch->failure);
    exec->finished = true;
    exec_free(exec);
    return;
  }
  exec->started = true;
}

static void exec_ended(struct launch *launch) {
  struct exec *exec = launch->owner;
  exec->ended = true;
  exec_output_drain(&exec->outputs[0]);
  exec_output_drain(&exec->outputs[1]);
  if (outputs_open(exec)) {
    loop_arm(&exec->shim->loop, &exec->timer, DRAIN_NANOSECONDS);
  }
  advance(exec);
}

static void output_ended(void *owner) { advance(owner); }

static int open_outputs(struct exec *exec, struct child_context *context, uid_t owner, size_t limit,
                        struct failure *failure) {
  for (int i = 0; i < 2; i++) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) {
      return fail(failure, errno, "make pipe", "");
    }
    context->streams[1 + i] = ends[1];
    exec->outputs[i] = (struct exec_output){
        .loop = &exec->shim->loop,
        .limit = limit,
        .budget = &exec->output_budget,
        .scratch = exec->shim->scratch,
        .ended = output_ended,
        .owner = exec,
    };
    if (exec_output_watch(&exec->outputs[i], ends[0]) < 0 || fchown(ends[1], owner, (gid_t)-1) < 0) {
      return fail(failure, errno, "watch output", "");
    }
  }
  return 0;
}

static int check(const struct shim *shim, const ExecRequest *request, struct container **found,
                 struct failure *failure) {
  *found = container_find(shim, request->container_id);
  if (*found == NULL) {
    return fail_with(failure, ENOENT, "exec in container", request->container_id, "this shim knows no such container");
  }
  if ((*found)->phase != CONTAINER_RUNNING) {
    return fail_with(failure, ESRCH, "exec in container", request->container_id, "it is not running");
  }
  if (validate_process(request->process, failure) < 0) {
    return -1;
  }
  if (request->process->terminal) {
    return fail_with(failure, ENOSYS, "exec in container", request->container_id,
                     "this request has no streams to put a terminal on");
  }
  if (shim->exec_count >= EXECS_LIMIT) {
    return fail_with(failure, EAGAIN, "exec in container", request->container_id, "%d execs are running already",
                     EXECS_LIMIT);
  }
  return 0;
}

static int clone_exec(struct exec *exec, struct container *container, struct child_context *context,
                      struct failure *failure) {
  // setns by pidfd: the container's PID namespace is joined by the shim's next child.
  struct clone_request clone = {
      .pid_namespace = container->launch.process,
      .cgroup = exec->cgroup >= 0 ? exec->cgroup : exec->container_cgroup,
      .cgroup_path = container->id,
      .child = exec_child_run,
      .argument = context,
  };
  context->container = container->launch.process;
  context->container_flags = container->exec_flags;
  return launch_start(exec->shim, &exec->launch, &clone, failure);
}

static int start(struct exec *exec, struct container *container, const ExecRequest *request,
                 struct failure *failure) {
  struct child_context context = {.process = request->process, .streams = {-1, -1, -1}, .shm = -1};
  exec->container_cgroup = fcntl(container->cgroup, F_DUPFD_CLOEXEC, 3);
  if (exec->container_cgroup < 0) {
    return fail(failure, errno, "open cgroup", container->id);
  }
  if (container->stale_exec_cgroups) {
    container->stale_exec_cgroups = false;
    cgroup_remove_execs(container->cgroup, &container->stale_exec_cgroups);
  }
  exec->container = container;
  exec->cgroup = cgroup_make_exec(container->cgroup, exec->number);
  size_t limit = request->output_limit_bytes > EXEC_OUTPUT_BUDGET || request->output_limit_bytes == 0
                     ? EXEC_OUTPUT_BUDGET
                     : (size_t)request->output_limit_bytes;
  uid_t owner = container->uid_mapping_count > 0 ? container_uid_to_host(container, request->process->uid)
                                                 : request->process->uid;
  int result = open_outputs(exec, &context, owner, limit, failure);
  if (result == 0) {
    result = clone_exec(exec, container, &context, failure);
  }
  close_quietly(context.streams[1]);
  close_quietly(context.streams[2]);
  if (result == 0 && request->timeout_milliseconds > 0) {
    uint64_t most = (uint64_t)INT64_MAX / 4000000;
    uint64_t milliseconds = request->timeout_milliseconds < most ? request->timeout_milliseconds : most;
    loop_arm(&exec->shim->loop, &exec->timer, (int64_t)milliseconds * 1000000);
  }
  return result;
}

void exec_start(struct shim *shim, struct request_token token, const ExecRequest *request) {
  struct failure failure;
  struct container *container;
  if (check(shim, request, &container, &failure) < 0) {
    reply_failure(shim, token, &failure);
    return;
  }
  struct exec *exec = calloc(1, sizeof *exec);
  if (exec == NULL) {
    fail(&failure, ENOMEM, "exec in container", request->container_id);
    reply_failure(shim, token, &failure);
    return;
  }
  *exec = (struct exec){
      .next = shim->execs,
      .shim = shim,
      .client = token,
      .launch = {.finished = exec_started, .ended = exec_ended, .owner = exec, .process = -1, .terminal = -1},
      .output_budget = EXEC_OUTPUT_BUDGET,
      .timer = {.handler = timer_due, .owner = exec},
      .number = ++shim->last_exec,
      .container_cgroup = -1,
      .cgroup = -1,
  };
  exec->launch.channel.descriptor = -1;
  exec->outputs[0].source.descriptor = exec->outputs[1].source.descriptor = -1;
  shim->execs = exec;
  shim->exec_count++;
  if (start(exec, container, request, &failure) < 0) {
    exec_free(exec);
    reply_failure(shim, token, &failure);
  }
}

void execs_abandon(struct shim *shim, uint64_t connection) {
  for (struct exec *exec = shim->execs; exec != NULL; exec = exec->next) {
    if (exec->client.connection == connection) {
      kill_exec(exec);
    }
  }
}

void execs_free_all(struct shim *shim) {
  while (shim->execs != NULL) {
    kill_exec(shim->execs);
    exec_free(shim->execs);
  }
}
