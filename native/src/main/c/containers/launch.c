#include "containers/launch.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/kernel.h"
#include "containers/status.h"
#include "shim.h"

static void finish(struct launch *launch) {
  if (!launch->done) {
    launch->done = true;
    launch->finished(launch);
  }
}

static void set_failure(struct launch *launch, const struct failure *failure) {
  if (!launch->failed) {
    launch->failed = true;
    launch->failure = *failure;
  }
}

static void close_channel(struct launch *launch) {
  if (launch->channel.descriptor >= 0) {
    loop_unwatch(&launch->shim->loop, &launch->channel);
    close_and_clear(&launch->channel.descriptor);
  }
}

static bool processes_gone(const struct launch *launch) {
  return launch->go_between.pid == 0 && launch->child.pid == 0;
}

// Moves on when the channel is closed and, after a failure, when nothing is left to be reaped.
static void advance(struct launch *launch) {
  if (launch->done || launch->channel.descriptor >= 0) {
    return;
  }
  if (!launch->ready) {
    struct failure lost;
    fail_with(&lost, ESRCH, "start process", "", "it ended, or was killed, before the exec");
    set_failure(launch, &lost);
  }
  if (!launch->failed) {
    finish(launch);
    if (launch->exited) {
      launch->ended(launch);
    }
  } else if (processes_gone(launch)) {
    finish(launch);
  } else if (launch->process >= 0) {
    // A child that has reported a failure is about to exit; one that lingers is helped.
    (void)sys_pidfd_send_signal(launch->process, SIGKILL);
  }
}

static void child_exited(struct child *child, int status);

static void adopt(struct launch *launch, pid_t pid) {
  struct failure failure;
  siginfo_t info = {0};
  int process = sys_pidfd_open(pid);
  // Only a child of ours (living or not) can be waited for: a pid that has been given to somebody
  // else in the meantime is told apart by that.
  if (process < 0 || waitid(P_PIDFD, (id_t)process, &info, WEXITED | WNOHANG | WNOWAIT) < 0) {
    fail(&failure, errno, "open process", "");
    close_quietly(process);
    set_failure(launch, &failure);
    return;
  }
  launch->process = process;
  launch->pid = pid;
  child_register(launch->shim, &launch->child, pid);
  if (status_send_go(launch->channel.descriptor) < 0) {
    fail(&failure, errno, "start process", "");
    set_failure(launch, &failure);
  }
}

static void receive(struct launch *launch) {
  while (launch->channel.descriptor >= 0) {
    struct status_message message;
    int descriptor;
    int result = status_receive(launch->channel.descriptor, &message, &descriptor);
    if (result < 0 && errno == EAGAIN) {
      return;
    }
    if (result <= 0) {
      close_channel(launch);
      break;
    }
    switch (message.kind) {
      case STATUS_FAILURE:
        set_failure(launch, &message.failure);
        break;
      case STATUS_WARNING:
        warnings_add(&launch->warnings, &message.failure);
        break;
      case STATUS_PID:
        if (launch->pid == 0) {
          adopt(launch, message.pid);
        }
        break;
      case STATUS_TERMINAL:
        close_quietly(launch->terminal);
        launch->terminal = take_descriptor(&descriptor);
        break;
      case STATUS_READY:
        launch->ready = true;
        break;
      case STATUS_HOOKS:
        if (launch->paused != NULL) {
          launch->paused(launch);
        }
        break;
    }
    close_quietly(descriptor);
  }
}

static void channel_event(struct source *source, uint32_t events) {
  (void)events;
  struct launch *launch = source->owner;
  receive(launch);
  advance(launch);
}

static void go_between_exited(struct child *child, int status) {
  struct launch *launch = child->owner;
  (void)status;
  receive(launch);
  if (launch->pid == 0) {
    // It died without a word, so nobody else holds the channel.
    close_channel(launch);
  }
  advance(launch);
}

static void child_exited(struct child *child, int status) {
  struct launch *launch = child->owner;
  launch->exited = true;
  launch->exit_status = status;
  bool was_done = launch->done;
  receive(launch);
  if (!was_done) {
    // A process that is gone holds nothing open; a descendant can have no hold on the channel
    // either, which closes on exec.
    close_channel(launch);
    advance(launch);
  } else {
    launch->ended(launch);
  }
}

static pid_t clone_process(struct shim *shim, const struct clone_request *request, int *process,
                           struct failure *failure) {
  // A clone lands in the PID namespace chosen beforehand; the shim itself does not move.
  if (request->pid_namespace >= 0 && setns(request->pid_namespace, CLONE_NEWPID) < 0) {
    return fail(failure, errno, "join pid namespace", "");
  }
  struct clone_args arguments = {
      .flags = (uint64_t)(unsigned)request->flags | CLONE_PIDFD | (request->cgroup < 0 ? 0 : CLONE_INTO_CGROUP),
      .pidfd = (uint64_t)(uintptr_t)process,
      .exit_signal = SIGCHLD,
      .cgroup = request->cgroup < 0 ? 0 : (uint64_t)request->cgroup,
  };
  pid_t pid = sys_clone3(&arguments);
  if (pid == 0) {
    return 0;
  }
  int kept = errno;
  if (request->pid_namespace >= 0 && setns(shim->sandbox.host_pid_namespace, CLONE_NEWPID) < 0 && pid < 0) {
    kept = errno;
  }
  return pid < 0 ? fail(failure, kept, "clone into cgroup", request->cgroup_path) : pid;
}

int launch_start(struct shim *shim, struct launch *launch, const struct clone_request *request,
                 struct failure *failure) {
  launch->shim = shim;
  launch->process = launch->terminal = launch->channel.descriptor = -1;
  launch->child = (struct child){.exited = child_exited, .owner = launch};
  launch->go_between = (struct child){.exited = go_between_exited, .owner = launch};
  int ends[2];
  if (status_open(ends) < 0) {
    return fail(failure, errno, "make status channel", "");
  }
  int process = -1;
  pid_t pid = clone_process(shim, request, &process, failure);
  if (pid == 0) {
    request->child(request->argument, ends[1]);
    _exit(1);
  }
  close_quietly(ends[1]);
  if (pid < 0) {
    close_quietly(ends[0]);
    return -1;
  }
  launch->channel = (struct source){.descriptor = ends[0], .handler = channel_event, .owner = launch};
  if (request->go_between) {
    close_quietly(process);
    child_register(shim, &launch->go_between, pid);
  } else {
    launch->process = process;
    launch->pid = pid;
    child_register(shim, &launch->child, pid);
  }
  if (!request->end_only && loop_watch(&shim->loop, &launch->channel, EPOLLIN) < 0) {
    struct failure unwatched;
    fail(&unwatched, errno, "watch status channel", "");
    set_failure(launch, &unwatched);
    close_channel(launch);
    kill(pid, SIGKILL);
  }
  return 0;
}

void launch_release(struct launch *launch) {
  if (launch->shim == NULL) {
    return;
  }
  close_channel(launch);
  if (launch->child.pid != 0) {
    child_unregister(launch->shim, &launch->child);
  }
  if (launch->go_between.pid != 0) {
    child_unregister(launch->shim, &launch->go_between);
  }
  close_and_clear(&launch->process);
  close_and_clear(&launch->terminal);
  warnings_release(&launch->warnings);
}

int launch_signal(struct launch *launch, int signal) {
  if (launch->process < 0) {
    errno = ESRCH;
    return -1;
  }
  return sys_pidfd_send_signal(launch->process, signal);
}

void launch_go(struct launch *launch) {
  if (launch->channel.descriptor >= 0 && status_send_go(launch->channel.descriptor) < 0) {
    struct failure failure;
    fail(&failure, errno, "start process", "");
    launch_abort(launch, &failure);
  }
}

void launch_abort(struct launch *launch, const struct failure *failure) {
  set_failure(launch, failure);
  (void)launch_signal(launch, SIGKILL);
}
