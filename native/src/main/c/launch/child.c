// The order of a launch.
#include "launch/child.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/kernel.h"
#include "containers/status.h"
#include "launch/hooks.h"
#include "launch/resolve.h"
#include "launch/stages.h"
#include "sandbox/sandbox.h"
#include "sandbox/sysctl.h"

void launch_warn(const struct child_context *context, const struct failure *warning) {
  // If the shim is gone there is nobody to warn.
  (void)status_send_warning(context->channel, warning);
}

static _Noreturn void give_up(const struct child_context *context, const struct failure *failure) {
  (void)status_send_failure(context->channel, failure);
  _exit(127);
}

void signals_unblock(void) {
  sigset_t none;
  sigemptyset(&none);
  (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static int open_null(struct child_context *context, struct failure *failure) {
  context->null_device = open("/dev/null", O_RDWR | O_CLOEXEC);
  return context->null_device < 0 ? fail(failure, errno, "open", "/dev/null") : 0;
}

static int open_host(struct child_context *context, struct failure *failure) {
  context->host_proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (context->host_proc < 0) {
    return fail(failure, errno, "open", "/proc");
  }
  context->host_sysctls = openat(context->host_proc, "sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
  context->host_attributes = openat(context->host_proc, "thread-self/attr", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (context->host_sysctls < 0 || context->host_attributes < 0) {
    return fail(failure, errno, "open", context->host_sysctls < 0 ? "/proc/sys" : "/proc/thread-self/attr");
  }
  return open_null(context, failure);
}

static int join_namespaces(const struct child_context *context, struct failure *failure) {
  for (unsigned i = 0; i < context->join_count; i++) {
    const struct namespace_join *join = &context->joins[i];
    AUTO_CLOSE int opened = -1;
    int namespace = join->descriptor;
    if (namespace < 0) {
      namespace = opened = open(join->path, O_RDONLY | O_CLOEXEC);
      if (opened < 0) {
        return fail(failure, errno, "open namespace", join->path);
      }
    }
    if (setns(namespace, join->flag) < 0) {
      return fail_with(failure, errno, "join namespace", join->path, "kind %#x", (unsigned)join->flag);
    }
  }
  return 0;
}

static int set_names(const struct child_context *context, struct failure *failure) {
  const LaunchPlan *plan = context->plan;
  if (plan->hostname[0] != '\0' && sethostname(plan->hostname, strlen(plan->hostname)) < 0) {
    return fail(failure, errno, "set hostname", plan->hostname);
  }
  if (plan->domainname[0] != '\0' && setdomainname(plan->domainname, strlen(plan->domainname)) < 0) {
    return fail(failure, errno, "set domainname", plan->domainname);
  }
  return 0;
}

static int make_working_directory(const struct child_context *context, struct failure *failure) {
  const ProcessPlan *process = context->process;
  if (!process->create_working_directory || process->working_directory[0] == '\0') {
    return 0;
  }
  struct made_owner owner = {process->uid, process->gid};
  AUTO_CLOSE int directory = root_open(context->root, process->working_directory, MISSING_DIRECTORY, &owner);
  return directory < 0 ? fail(failure, errno, "make working directory", process->working_directory) : 0;
}

// The host's namespaces are the shim's to run hooks in; the container's are ours.
static int run_hooks(const struct child_context *context, struct failure *failure) {
  if (context->wait_for_hooks &&
      (status_send_hooks(context->channel) < 0 || status_wait_go(context->channel) < 0)) {
    return fail(failure, errno, "reach the shim", "");
  }
  const PlanHooks *hooks = context->plan->hooks;
  return hooks == NULL ? 0
                       : hooks_run(hooks, hooks->n_create_container, hooks->create_container, "creating", getpid(),
                                   context->channel, failure);
}

// In the container's namespaces, with what prepare_mounts has made ready.
static int build_container(struct child_context *context, struct failure *failure) {
  const PlanNamespaces *namespaces = context->plan->namespaces;
  if (namespace_kind(namespaces->network) == NAMESPACE_NEW && loopback_up(failure) < 0) {
    return -1;
  }
  if (open_host(context, failure) < 0 || root_attach(context, failure) < 0 || attach_mounts(context, failure) < 0 ||
      devices_make(context, failure) < 0 || symlinks_make(context, failure) < 0 ||
      terminal_make(context, failure) < 0 || set_names(context, failure) < 0 ||
      sysctls_write(context->host_sysctls, context->plan->n_sysctls, context->plan->sysctls, failure) < 0 ||
      make_working_directory(context, failure) < 0 || paths_protect(context, failure) < 0 ||
      run_hooks(context, failure) < 0) {
    return -1;
  }
  return root_finish(context, failure);
}

static int run_container(struct child_context *context, struct failure *failure) {
  if (setsid() < 0) {
    return fail(failure, errno, "make session", "");
  }
  if (join_namespaces(context, failure) < 0 || oom_score_set(context, failure) < 0) {
    return -1;
  }
  if (context->new_namespaces != 0 && unshare(context->new_namespaces) < 0) {
    return fail(failure, errno, "make cgroup namespace", "");
  }
  if (prepare_mounts(context, failure) < 0 || build_container(context, failure) < 0) {
    return -1;
  }
  return become_process(context, true, failure);
}

// Behind a go-between: root of the new user namespace, and nobody on the host.
static int run_mapped_container(struct child_context *context, struct failure *failure) {
  if (status_wait_go(context->channel) < 0) {
    return fail(failure, errno, "reach the shim", "");
  }
  if (setsid() < 0) {
    return fail(failure, errno, "make session", "");
  }
  if (setresgid(0, 0, 0) < 0 || setgroups(0, NULL) < 0 || setresuid(0, 0, 0) < 0) {
    return fail(failure, errno, "become root of user namespace", "");
  }
  if ((context->new_namespaces & CLONE_NEWCGROUP) != 0 && unshare(CLONE_NEWCGROUP) < 0) {
    return fail(failure, errno, "make cgroup namespace", "");
  }
  if (build_container(context, failure) < 0) {
    return -1;
  }
  return become_process(context, false, failure);
}

static int open_user_namespace(struct child_context *context, struct failure *failure) {
  if (context->new_user_namespace) {
    const PlanNamespaces *namespaces = context->plan->namespaces;
    struct id_maps maps = {namespaces->n_uid_mappings, namespaces->uid_mappings, namespaces->n_gid_mappings,
                           namespaces->gid_mappings};
    context->user_namespace = user_namespace_create(&maps, failure);
  }
  return context->user_namespace < 0 ? -1 : 0;
}

// A container with a user namespace takes two processes: this one prepares with the host's rights,
// gives them up by joining the namespace, and clones the container's first process from there, so
// that its other namespaces belong to the user namespace. CLONE_PARENT makes it the shim's child.
static int run_go_between(struct child_context *context, struct failure *failure) {
  if (unshare(CLONE_NEWNS) < 0) {
    return fail(failure, errno, "make mount namespace", "");
  }
  if (open_user_namespace(context, failure) < 0 || join_namespaces(context, failure) < 0 ||
      oom_score_set(context, failure) < 0 || prepare_mounts(context, failure) < 0 ||
      resource_limits_set(context, failure) < 0 || scheduling_set(context, failure) < 0) {
    return -1;
  }
  if (context->pid_namespace >= 0 && setns(context->pid_namespace, CLONE_NEWPID) < 0) {
    return fail(failure, errno, "join namespace", "pid");
  }
  if (setns(context->user_namespace, CLONE_NEWUSER) < 0) {
    return fail(failure, errno, "join namespace", "user");
  }
  struct clone_args arguments = {
      .flags = CLONE_PARENT | (uint64_t)(unsigned)(context->new_namespaces & ~CLONE_NEWCGROUP),
  };
  pid_t pid = sys_clone3(&arguments);
  if (pid < 0) {
    return fail(failure, errno, "clone into user namespace", "");
  }
  if (pid == 0) {
    return run_mapped_container(context, failure);
  }
  if (status_send_pid(context->channel, pid) < 0) {
    _exit(127);
  }
  _exit(0);
}

void container_child_run(void *argument, int channel) {
  struct child_context *context = argument;
  struct failure failure = {0};
  context->channel = channel;
  signals_unblock();
  bool mapped = context->new_user_namespace || context->user_namespace >= 0;
  if (mapped) {
    (void)run_go_between(context, &failure);
  } else {
    (void)run_container(context, &failure);
  }
  give_up(context, &failure);
}

// An exec needs them for its labels alone.
static int open_attributes(struct child_context *context, struct failure *failure) {
  const ProcessPlan *process = context->process;
  if (process->apparmor_profile[0] == '\0' && process->selinux_label[0] == '\0') {
    return 0;
  }
  context->host_attributes = open("/proc/thread-self/attr", O_PATH | O_DIRECTORY | O_CLOEXEC);
  return context->host_attributes < 0 ? fail(failure, errno, "open", "/proc/thread-self/attr") : 0;
}

static int run_exec(struct child_context *context, struct failure *failure) {
  if (setsid() < 0) {
    return fail(failure, errno, "make session", "");
  }
  bool mapped = (context->container_flags & CLONE_NEWUSER) != 0;
  if (open_attributes(context, failure) < 0 || open_null(context, failure) < 0 ||
      oom_score_set(context, failure) < 0 ||
      (mapped && (resource_limits_set(context, failure) < 0 || scheduling_set(context, failure) < 0))) {
    return -1;
  }
  // All at once: the kernel checks each with the rights of before the user namespace. The root and
  // the working directory come with the mount namespace.
  if (setns(context->container, context->container_flags) < 0) {
    return fail_with(failure, errno, "join namespaces of container", "", "%s",
                     errno == ESRCH ? "it has ended" : "");
  }
  if (mapped && (setresgid(0, 0, 0) < 0 || setgroups(0, NULL) < 0 || setresuid(0, 0, 0) < 0)) {
    return fail(failure, errno, "become root of user namespace", "");
  }
  if (context->process->terminal) {
    context->root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (context->root < 0) {
      return fail(failure, errno, "open", "/");
    }
    if (terminal_make(context, failure) < 0) {
      return -1;
    }
  }
  return become_process(context, !mapped, failure);
}

void exec_child_run(void *argument, int channel) {
  struct child_context *context = argument;
  struct failure failure = {0};
  context->channel = channel;
  signals_unblock();
  (void)run_exec(context, &failure);
  give_up(context, &failure);
}
