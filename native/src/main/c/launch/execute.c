// The last stages of every process that the shim starts.
#include <errno.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/kernel.h"
#include "containers/status.h"
#include "launch/hooks.h"
#include "launch/program.h"
#include "launch/stages.h"

enum { CHANNEL_NUMBER = 3 };

// The container's own /dev/null, if that is what it is: then nothing of the host's stays open.
static void use_own_null(struct child_context *context) {
  struct stat status;
  dev_t null = makedev(1, 3);
  if (lstat("/dev/null", &status) < 0 || !S_ISCHR(status.st_mode) || status.st_rdev != null) {
    return;
  }
  AUTO_CLOSE int own = open("/dev/null", O_RDWR | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (own >= 0 && fstat(own, &status) == 0 && S_ISCHR(status.st_mode) && status.st_rdev == null &&
      fcntl(own, F_SETFL, 0) == 0) {
    close_quietly(context->null_device);
    context->null_device = take_descriptor(&own);
  }
}

static int set_streams(struct child_context *context, struct failure *failure) {
  use_own_null(context);
  for (int i = 0; i < 3; i++) {
    int stream = context->streams[i] >= 0 ? context->streams[i] : context->null_device;
    if (dup2(stream, i) < 0) {
      return fail(failure, errno, "set standard stream", "");
    }
  }
  return 0;
}

// After this only the standard streams and the channel are open. It comes before the change of the
// working directory: a path such as /proc/self/fd/7 must lead nowhere.
static int close_others(struct child_context *context, struct failure *failure) {
  if (context->channel != CHANNEL_NUMBER && dup3(context->channel, CHANNEL_NUMBER, O_CLOEXEC) < 0) {
    return fail(failure, errno, "close descriptors", "");
  }
  context->channel = CHANNEL_NUMBER;
  if (sys_close_range(CHANNEL_NUMBER + 1, ~0U, 0) < 0) {
    return fail(failure, errno, "close descriptors", "");
  }
  return 0;
}

static int enter_directory(const char *path, struct failure *failure) {
  if (chdir(path[0] == '\0' ? "/" : path) < 0) {
    return fail(failure, errno, "enter working directory", path);
  }
  char reached[PATH_MAX];
  // A directory outside of the root would show as "(unreachable)".
  if (getcwd(reached, sizeof reached) == NULL || reached[0] != '/') {
    return fail_with(failure, EPERM, "enter working directory", path, "it is outside of the container's root");
  }
  return 0;
}

static int install_filter(const ProcessPlan *process, struct failure *failure) {
  if (process->seccomp_filter.len == 0) {
    return 0;
  }
  struct sock_fprog program = {
      .len = (unsigned short)(process->seccomp_filter.len / sizeof(struct sock_filter)),
      .filter = (struct sock_filter *)process->seccomp_filter.data,
  };
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, process->seccomp_flags, &program) < 0) {
    return fail_with(failure, errno, "install seccomp filter", "", "%u instructions, flags %#x", program.len,
                     process->seccomp_flags);
  }
  return 0;
}

static char **vector(size_t count, char **items) {
  char **made = calloc(count + 1, sizeof *made);
  if (made != NULL && count > 0) {
    memcpy(made, items, count * sizeof *made);
  }
  return made;
}

int become_process(struct child_context *context, bool limits, struct failure *failure) {
  const ProcessPlan *process = context->process;
  char path[PATH_MAX];
  char **arguments = vector(process->n_arguments, process->arguments);
  char **environment = vector(process->n_environment, process->environment);
  if (arguments == NULL || environment == NULL) {
    return fail(failure, ENOMEM, "exec", process->arguments[0]);
  }
  // A session keyring of its own; a kernel without keyrings, or a full quota, is no reason to stop.
  (void)syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
  if (set_streams(context, failure) < 0 || security_labels_set(context, failure) < 0 ||
      close_others(context, failure) < 0 || (limits && (resource_limits_set(context, failure) < 0 || scheduling_set(context, failure) < 0))) {
    return -1;
  }
  umask(PROCESS_HAS_UMASK(process) ? process->umask : 0022);
  // With the launch's rights first, because the user may not be allowed to get there; then with the
  // user's, because root may not (a network file system).
  bool entered = enter_directory(process->working_directory, failure) == 0;
  if (!entered && failure->errno_number != EACCES && failure->errno_number != EPERM) {
    return -1;
  }
  if (credentials_set(context, failure) < 0 ||
      (!entered && enter_directory(process->working_directory, failure) < 0)) {
    return -1;
  }
  // A change of credentials clears it, so it is set here: without the shim nobody would record
  // the end of this process, nor read its output.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) {
    return fail(failure, errno, "set death signal", "");
  }
  const PlanHooks *hooks = context->plan == NULL ? NULL : context->plan->hooks;
  if (hooks != NULL && hooks_run(hooks, hooks->n_start_container, hooks->start_container, "created", getpid(),
                                 context->channel, failure) < 0) {
    return -1;
  }
  if (program_find(process, path, sizeof path, failure) < 0) {
    return -1;
  }
  if (process->no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
    return fail(failure, errno, "set no_new_privs", "");
  }
  if (status_send_ready(context->channel) < 0) {
    return fail(failure, errno, "reach the shim", "");
  }
  if (install_filter(process, failure) < 0) {
    return -1;
  }
  execve(path, arguments, environment);
  return program_explain(path, errno, failure);
}
