#include "containers/exec.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "containers/container.h"
#include "containers/exec_output.h"
#include "containers/exec_process.h"
#include "containers/exec_stream.h"
#include "launch/child.h"
#include "shim.h"
#include "wire/replies.h"

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
  struct exec_process process;
  struct exec_output outputs[2];
  size_t output_budget; // bytes that both streams together may still keep
  struct timer timer;   // the deadline, then the drain's end
  bool timed_out;
  bool finished;
};

static void release_exec(void *object) {
  struct exec *exec = object;
  exec_output_release(&exec->outputs[0]);
  exec_output_release(&exec->outputs[1]);
  free(exec);
}

static void exec_free(struct exec *exec) {
  struct shim *shim = exec->shim;
  loop_disarm(&shim->loop, &exec->timer);
  exec_output_close(&exec->outputs[0]);
  exec_output_close(&exec->outputs[1]);
  exec_process_release(&exec->process);
  for (struct exec **place = &shim->execs; *place != NULL; place = &(*place)->next) {
    if (*place == exec) {
      *place = exec->next;
      break;
    }
  }
  loop_defer(&shim->loop, &exec->deferred, release_exec, exec);
}

static void send_result(struct exec *exec) {
  struct exit_status status = exit_status_of(exec->process.launch.exit_status);
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
  reply_send(exec->shim, exec->process.client, &reply);
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
  if (exec->process.ended && !exec->finished && !outputs_open(exec)) {
    finish(exec);
  }
}

static void timer_due(struct timer *timer) {
  struct exec *exec = timer->owner;
  if (exec->process.ended || exec->timed_out) {
    finish(exec);
    return;
  }
  exec->timed_out = true;
  loop_arm(&exec->shim->loop, timer, KILL_NANOSECONDS);
  exec_process_kill(&exec->process);
}

static void exec_started(struct launch *launch) {
  struct exec *exec = launch->owner;
  if (launch->failed) {
    if (exec->timed_out) {
      // Killed by its own deadline before the exec: that is what the client must hear.
      exec->process.ended = true;
      finish(exec);
      return;
    }
    reply_failure(exec->shim, exec->process.client, &launch->failure);
    exec->finished = true;
    exec_free(exec);
  }
}

static void exec_ended(struct launch *launch) {
  struct exec *exec = launch->owner;
  exec->process.ended = true;
  exec_output_drain(&exec->outputs[0]);
  exec_output_drain(&exec->outputs[1]);
  if (outputs_open(exec)) {
    loop_arm(&exec->shim->loop, &exec->timer, DRAIN_NANOSECONDS);
  }
  advance(exec);
}

static void output_ended(void *owner) { advance(owner); }

static int open_outputs(struct exec *exec, const struct container *container, const ExecRequest *request,
                        struct child_context *context, struct failure *failure) {
  size_t limit = request->output_limit_bytes > EXEC_OUTPUT_BUDGET || request->output_limit_bytes == 0
                     ? EXEC_OUTPUT_BUDGET
                     : (size_t)request->output_limit_bytes;
  for (int i = 0; i < 2; i++) {
    exec->outputs[i] = (struct exec_output){
        .loop = &exec->shim->loop,
        .source = {.descriptor = -1},
        .limit = limit,
        .budget = &exec->output_budget,
        .scratch = exec->shim->scratch,
        .ended = output_ended,
        .owner = exec,
    };
    int ours = -1;
    int result = exec_pipe(container, request->process, false, &ours, &context->streams[1 + i], failure);
    if (result < 0 || exec_output_watch(&exec->outputs[i], ours) < 0) {
      close_quietly(result < 0 ? ours : -1);
      return result < 0 ? -1 : fail(failure, errno, "watch output", "");
    }
  }
  return 0;
}

static int start(struct exec *exec, struct container *container, const ExecRequest *request,
                 struct failure *failure) {
  struct child_context context = {.process = request->process, .streams = {-1, -1, -1}, .shm = -1};
  int result = open_outputs(exec, container, request, &context, failure);
  if (result == 0) {
    result = exec_process_start(&exec->process, container, &context, true, failure);
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
  int result = exec_process_check(shim, request->container_id, request->process, &container, &failure);
  if (result == 0 && request->process->terminal) {
    result = fail_with(&failure, ENOSYS, "exec in container", request->container_id,
                       "this request has no streams to put a terminal on");
  }
  struct exec *exec = result == 0 ? calloc(1, sizeof *exec) : NULL;
  if (exec == NULL) {
    if (result == 0) {
      fail(&failure, ENOMEM, "exec in container", request->container_id);
    }
    reply_failure(shim, token, &failure);
    return;
  }
  *exec = (struct exec){
      .next = shim->execs,
      .shim = shim,
      .process = {.launch = {.finished = exec_started, .ended = exec_ended}},
      .output_budget = EXEC_OUTPUT_BUDGET,
      .timer = {.handler = timer_due, .owner = exec},
  };
  exec_process_prepare(&exec->process, shim, token, exec);
  exec->outputs[0].source.descriptor = exec->outputs[1].source.descriptor = -1;
  shim->execs = exec;
  if (start(exec, container, request, &failure) < 0) {
    exec_free(exec);
    reply_failure(shim, token, &failure);
  }
}

void execs_abandon(struct shim *shim, uint64_t connection) {
  exec_streams_abandon(shim, connection);
  for (struct exec *exec = shim->execs; exec != NULL; exec = exec->next) {
    if (exec->process.client.connection == connection) {
      exec_process_kill(&exec->process);
    }
  }
}

void execs_free_all(struct shim *shim) {
  while (shim->execs != NULL) {
    exec_process_kill(&shim->execs->process);
    exec_free(shim->execs);
  }
}
