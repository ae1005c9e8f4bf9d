// A container's life after its clone: started, ended, recorded, forgotten.
#include "containers/lifecycle.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/files.h"
#include "base/log.h"
#include "containers/attachment.h"
#include "containers/cgroup.h"
#include "sandbox/user_namespace.h"
#include "shim.h"
#include "shutdown.h"
#include "wire/replies.h"

struct container *container_find(const struct shim *shim, const char *id) {
  struct container *container = shim->containers;
  while (container != NULL && strcmp(container->id, id) != 0) {
    container = container->next;
  }
  return container;
}

uid_t container_uid_to_host(const struct container *container, uid_t uid) {
  for (size_t i = 0; i < container->uid_mapping_count; i++) {
    IdMapping *mapping = &container->uid_mappings[i];
    if (uid >= mapping->container_id && uid - mapping->container_id < mapping->size) {
      return mapping->host_id + (uid - mapping->container_id);
    }
  }
  return (uid_t)-1;
}

static void release_container(void *object) {
  struct container *container = object;
  free(container->id);
  free(container->log_path);
  free(container->uid_mappings);
  free(container);
}

void container_free(struct container *container) {
  struct shim *shim = container->shim;
  attachments_free_all(container);
  outputs_close(container);
  launch_release(&container->launch);
  hooks_release(container);
  close_and_clear(&container->log.file);
  close_and_clear(&container->standard_input);
  close_and_clear(&container->cgroup);
  exec_cgroup_close(&container->idle_exec);
  for (struct container **place = &shim->containers; *place != NULL; place = &(*place)->next) {
    if (*place == container) {
      *place = container->next;
      shim->container_count--;
      break;
    }
  }
  loop_defer(&shim->loop, &container->deferred, release_container, container);
}

void container_free_all(struct shim *shim) {
  while (shim->containers != NULL) {
    container_free(shim->containers);
  }
}

static void log_failure(const struct container *container, const struct failure *failure) {
  if (failure != NULL) {
    log_line("container %s: %s %s: errno %d, %s", container->id, failure->step, failure->subject,
             failure->errno_number, failure->detail);
  }
}

// Nothing is left of a container that did not start; whoever asked for it hears why.
static void start_undone(struct container *container, const struct failure *hooks_failure) {
  struct shim *shim = container->shim;
  struct request_token token = container->starter;
  struct failure failure = container->launch.failure;
  log_failure(container, hooks_failure);
  container_free(container);
  reply_failure(shim, token, &failure);
  shutdown_advance(shim);
}

static void start_failed(struct container *container) {
  // Whatever a half-started process has left in the cgroup goes with it.
  (void)cgroup_kill(container->cgroup);
  if (container->hooks.running) {
    hooks_kill(container); // and their end leads here again
  } else {
    hooks_start(container, HOOKS_POSTSTOP, start_undone);
  }
}

static void runtime_hooks_done(struct container *container, const struct failure *failure) {
  if (container->launch.done) {
    start_failed(container); // it did not live to see it
  } else if (failure != NULL) {
    launch_abort(&container->launch, failure);
  } else {
    launch_go(&container->launch);
  }
}

void container_paused(struct launch *launch) {
  hooks_start(launch->owner, HOOKS_CREATE_RUNTIME, runtime_hooks_done);
}

static void reply_started(struct container *container) {
  struct launch *launch = &container->launch;
  struct warning_messages warnings;
  warning_messages_make(&warnings, &launch->warnings);
  Berth__Shim__V1__StartContainerReply started = BERTH__SHIM__V1__START_CONTAINER_REPLY__INIT;
  started.pid = launch->pid;
  started.started_at = container->started_at;
  started.n_warnings = warnings.count;
  started.warnings = warnings.pointers;
  Reply reply = BERTH__SHIM__V1__REPLY__INIT;
  reply.kind_case = BERTH__SHIM__V1__REPLY__KIND_START_CONTAINER;
  reply.start_container = &started;
  reply_send(container->shim, container->starter, &reply);
  warning_messages_release(&warnings);
  warnings_release(&launch->warnings);
}

static void announce_end(struct container *container, const struct failure *hooks_failure);

static void poststart_done(struct container *container, const struct failure *failure) {
  if (failure == NULL) {
    reply_started(container);
  } else {
    // Its end is that of a start that failed.
    container->launch.failed = true;
    container->launch.failure = *failure;
    if (cgroup_kill(container->cgroup) < 0) {
      log_line("container %s: cannot be killed: errno %d", container->id, errno);
    }
  }
  if (container->ended) {
    hooks_start(container, HOOKS_POSTSTOP, announce_end);
  }
}

void container_started(struct launch *launch) {
  struct container *container = launch->owner;
  if (launch->failed) {
    start_failed(container);
    return;
  }
  container->phase = CONTAINER_RUNNING;
  container->started_at = now_realtime();
  if (launch->terminal >= 0) {
    container->terminal = take_descriptor(&launch->terminal);
    if (output_watch(container, 0, container->terminal, "stdout", true) < 0) {
      log_line("container %s: its terminal cannot be watched: errno %d", container->id, errno);
    }
  }
  hooks_start(container, HOOKS_POSTSTART, poststart_done);
}

static void record_exit(struct container *container) {
  struct exit_status status = exit_status_of(container->launch.exit_status);
  ExitRecord record = BERTH__SHIM__V1__EXIT_RECORD__INIT;
  record.container_id = container->id;
  record.exit_code = status.code;
  record.signal = status.signal;
  record.finished_at = now_realtime();
  record.oom_killed = cgroup_oom_kills(container->cgroup) > container->oom_kills_before;
  record.pid = container->launch.pid;
  record.started_at = container->started_at;
  container->exit = record;
  // The state is kept in memory either way: a full disk must not hide an exit.
  if (exit_record_write(container->shim->exits, container->id, &record) < 0) {
    log_line("container %s: cannot write its exit record: errno %d", container->id, errno);
  }
}

static void announce_end(struct container *container, const struct failure *hooks_failure) {
  struct shim *shim = container->shim;
  if (container->launch.failed) {
    (void)unlinkat(shim->exits, container->id, 0);
    start_undone(container, hooks_failure);
    return;
  }
  log_failure(container, hooks_failure);
  container->phase = CONTAINER_EXITED;
  exec_cgroup_close(&container->idle_exec);
  cgroup_remove_execs(container->cgroup, &container->stale_exec_cgroups);
  close_and_clear(&container->cgroup);
  close_and_clear(&container->standard_input);
  close_and_clear(&container->launch.process);
  attachments_end(container);

  Berth__Shim__V1__ContainerExited exited = BERTH__SHIM__V1__CONTAINER_EXITED__INIT;
  exited.exit = &container->exit;
  Reply event = BERTH__SHIM__V1__REPLY__INIT;
  event.kind_case = BERTH__SHIM__V1__REPLY__KIND_CONTAINER_EXITED;
  event.container_exited = &exited;
  event_send(shim, &event);
  shutdown_advance(shim);
}

void container_ended(struct launch *launch) {
  struct container *container = launch->owner;
  if (!container->own_pid_namespace && cgroup_kill(container->cgroup) < 0) {
    log_line("container %s: cannot kill the rest of its processes: errno %d", container->id, errno);
  }
  // What it had written before its end is in the log before anyone hears of the end.
  outputs_drain(container);
  record_exit(container);
  container->ended = true;
  if (!container->hooks.running) { // else it ended before its poststart hooks did
    hooks_start(container, HOOKS_POSTSTOP, announce_end);
  }
}

int container_signal(struct container *container, int signal, bool whole_cgroup, struct failure *failure) {
  if (container->phase == CONTAINER_EXITED) {
    return fail_with(failure, ESRCH, "signal container", container->id, "it has exited");
  }
  if (whole_cgroup) {
    return cgroup_kill(container->cgroup) < 0 ? fail(failure, errno, "kill cgroup", container->id) : 0;
  }
  if (signal < 0 || signal >= NSIG) {
    return fail_with(failure, EINVAL, "signal container", container->id, "no signal %d", signal);
  }
  if (launch_signal(&container->launch, signal) < 0) {
    return fail(failure, errno, "signal container", container->id);
  }
  return 0;
}

int container_reopen_log(struct container *container, struct failure *failure) {
  if (container->log_path == NULL) {
    return 0;
  }
  int file = log_file_open(container->log_path);
  if (file < 0) {
    return fail(failure, errno, "open log", container->log_path);
  }
  close_quietly(container->log.file);
  container->log.file = file;
  container->log.torn = false;
  return 0;
}

void container_close_input(struct container *container) {
  close_and_clear(&container->standard_input);
  // Each client holds a duplicate. A terminal stays: it has no end of input.
  if (container->terminal < 0) {
    attachments_close_input(container);
  }
}

int container_resize(struct container *container, unsigned rows, unsigned columns, struct failure *failure) {
  struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
  if (container->terminal < 0) {
    return fail_with(failure, ENOTTY, "resize terminal", container->id, "it has none");
  }
  return ioctl(container->terminal, TIOCSWINSZ, &size) < 0 ? fail(failure, errno, "resize terminal", container->id)
                                                           : 0;
}

void container_forget(struct container *container) {
  if (unlinkat(container->shim->exits, container->id, 0) < 0 && errno != ENOENT) {
    log_line("container %s: cannot remove its exit record: errno %d", container->id, errno);
  }
  container_free(container);
}
