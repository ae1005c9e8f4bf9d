// StartContainer: from a plan to a cloned process. What the process then does is launch/.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/files.h"
#include "base/kernel.h"
#include "base/log.h"
#include "containers/cgroup.h"
#include "containers/lifecycle.h"
#include "launch/child.h"
#include "sandbox/user_namespace.h"
#include "shim.h"
#include "wire/replies.h"
#include "wire/validate.h"

// What a start holds until the clone: the child's ends of everything.
struct start {
  struct shim *shim;
  struct container *container;
  const LaunchPlan *plan;
  struct child_context context;
  struct clone_request clone;
  int outputs[2]; // the shim's ends
  int user_namespace;
  int pid_namespace;
};

// One way for each kind of namespace: a flag for the clone, or a descriptor or path to join.
static int choose_namespace(struct start *start, const NamespaceChoice *choice, int which, int flag,
                            struct failure *failure) {
  struct child_context *context = &start->context;
  const struct sandbox *sandbox = &start->shim->sandbox;
  struct namespace_join join = {.flag = flag, .descriptor = -1};
  switch (namespace_kind(choice)) {
    case NAMESPACE_NEW:
      start->clone.flags |= flag;
      start->container->exec_flags |= flag;
      return 0;
    case NAMESPACE_PATH:
      join.path = choice->path;
      break;
    case NAMESPACE_SANDBOX:
      if (which < 0 || sandbox->held[which] < 0) {
        return 0; // the sandbox's is the host's, where the shim is
      }
      if (sandbox->inside) {
        return 0; // inherited
      }
      join.descriptor = sandbox->held[which];
      break;
    default:
      if (which < 0 || !sandbox->inside || sandbox->host[which] < 0) {
        return 0; // inherited
      }
      join.descriptor = sandbox->host[which];
      break;
  }
  if (context->join_count == JOINS_LIMIT) {
    return fail(failure, E2BIG, "join namespace", "");
  }
  context->joins[context->join_count++] = join;
  start->container->exec_flags |= flag;
  return 0;
}

static int choose_pid_namespace(struct start *start, const NamespaceChoice *choice, struct failure *failure) {
  struct container *container = start->container;
  switch (namespace_kind(choice)) {
    case NAMESPACE_NEW:
      start->clone.flags |= CLONE_NEWPID;
      container->own_pid_namespace = true;
      return 0;
    case NAMESPACE_SANDBOX:
      if (start->shim->sandbox.held[SANDBOX_PID] < 0) {
        return fail_with(failure, EINVAL, "join pid namespace", "sandbox", "the sandbox was made without one");
      }
      start->clone.pid_namespace = start->shim->sandbox.held[SANDBOX_PID];
      return 0;
    case NAMESPACE_PATH:
      start->pid_namespace = open(choice->path, O_RDONLY | O_CLOEXEC);
      if (start->pid_namespace < 0) {
        return fail(failure, errno, "join pid namespace", choice->path);
      }
      start->clone.pid_namespace = start->pid_namespace;
      return 0;
    default:
      return 0;
  }
}

static gid_t root_group(const struct start *start) {
  const PlanNamespaces *namespaces = start->plan->namespaces;
  const struct sandbox *sandbox = &start->shim->sandbox;
  bool own = namespace_kind(namespaces->user) == NAMESPACE_NEW;
  size_t count = own ? namespaces->n_gid_mappings : sandbox->gid_mapping_count;
  for (size_t i = 0; i < count; i++) {
    const IdMapping *mapping = own ? namespaces->gid_mappings[i] : &sandbox->gid_mappings[i];
    if (mapping->container_id == 0) {
      return mapping->host_id;
    }
  }
  return (gid_t)-1;
}

static int keep_maps(struct container *container, size_t count, IdMapping *const *mappings) {
  container->uid_mappings = calloc(count, sizeof *container->uid_mappings);
  if (container->uid_mappings == NULL) {
    return -1;
  }
  for (size_t i = 0; i < count; i++) {
    container->uid_mappings[i] = *mappings[i];
  }
  container->uid_mapping_count = count;
  return 0;
}

static int choose_user_namespace(struct start *start, const PlanNamespaces *namespaces, struct failure *failure) {
  const struct sandbox *sandbox = &start->shim->sandbox;
  struct child_context *context = &start->context;
  IdMapping *sandbox_maps[512];
  switch (namespace_kind(namespaces->user)) {
    case NAMESPACE_NEW:
      context->new_user_namespace = true;
      if (keep_maps(start->container, namespaces->n_uid_mappings, namespaces->uid_mappings) < 0) {
        return fail(failure, ENOMEM, "keep id mappings", "");
      }
      break;
    case NAMESPACE_SANDBOX:
      if (sandbox->held[SANDBOX_USER] < 0) {
        return 0;
      }
      context->user_namespace = sandbox->held[SANDBOX_USER];
      for (size_t i = 0; i < sandbox->uid_mapping_count; i++) {
        sandbox_maps[i] = &sandbox->uid_mappings[i];
      }
      if (keep_maps(start->container, sandbox->uid_mapping_count, sandbox_maps) < 0) {
        return fail(failure, ENOMEM, "keep id mappings", "");
      }
      break;
    case NAMESPACE_PATH:
      start->user_namespace = open(namespaces->user->path, O_RDONLY | O_CLOEXEC);
      if (start->user_namespace < 0) {
        return fail(failure, errno, "join user namespace", namespaces->user->path);
      }
      context->user_namespace = start->user_namespace;
      break;
    default:
      return 0;
  }
  context->root_uid = container_uid_to_host(start->container, 0);
  context->root_gid = root_group(start);
  start->container->exec_flags |= CLONE_NEWUSER;
  start->clone.go_between = true;
  return 0;
}

static int choose_namespaces(struct start *start, struct failure *failure) {
  const PlanNamespaces *namespaces = start->plan->namespaces;
  // setns takes several kinds at once for an exec, whether they differ from the shim's or not.
  start->container->exec_flags = CLONE_NEWNS;
  start->clone.flags = CLONE_NEWNS;
  if (choose_namespace(start, namespaces->network, SANDBOX_NETWORK, CLONE_NEWNET, failure) < 0 ||
      choose_namespace(start, namespaces->ipc, SANDBOX_IPC, CLONE_NEWIPC, failure) < 0 ||
      choose_namespace(start, namespaces->uts, SANDBOX_UTS, CLONE_NEWUTS, failure) < 0 ||
      choose_namespace(start, namespaces->cgroup, -1, CLONE_NEWCGROUP, failure) < 0 ||
      choose_namespace(start, namespaces->time, -1, CLONE_NEWTIME, failure) < 0 ||
      choose_pid_namespace(start, namespaces->pid, failure) < 0 ||
      choose_user_namespace(start, namespaces, failure) < 0) {
    return -1;
  }
  if (start->clone.go_between) {
    // The go-between is a plain process; it makes the namespaces once it is in the user namespace.
    start->context.new_namespaces = start->clone.flags;
    start->context.pid_namespace = start->clone.pid_namespace;
    start->clone.flags = 0;
    start->clone.pid_namespace = -1;
  } else {
    // A cgroup namespace shows the cgroup that its maker is in, and at the time of the clone that
    // is still the shim's: the child makes it by unshare.
    start->context.new_namespaces = start->clone.flags & CLONE_NEWCGROUP;
    start->clone.flags &= ~CLONE_NEWCGROUP;
  }
  return 0;
}

static int make_pipe(int *shim_end, int *child_end, bool to_child, uid_t owner, struct failure *failure) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) {
    return fail(failure, errno, "make pipe", "");
  }
  *shim_end = ends[to_child ? 1 : 0];
  *child_end = ends[to_child ? 0 : 1];
  // /dev/stdout is a path to the pipe's inode: a container's user may open it only as its owner.
  if (fchown(*child_end, owner, (gid_t)-1) < 0) {
    return fail(failure, errno, "set owner of pipe", "");
  }
  return 0;
}

static int open_streams(struct start *start, struct failure *failure) {
  struct container *container = start->container;
  const ProcessPlan *process = start->plan->process;
  if (process->terminal) {
    return 0;
  }
  uid_t owner = process->uid;
  if (container->uid_mapping_count > 0) {
    owner = container_uid_to_host(container, process->uid);
  }
  if (start->plan->standard_input &&
      make_pipe(&container->standard_input, &start->context.streams[0], true, owner, failure) < 0) {
    return -1;
  }
  if (container->standard_input >= 0 && fcntl(container->standard_input, F_SETFL, O_WRONLY | O_NONBLOCK) < 0) {
    return fail(failure, errno, "make pipe", "");
  }
  for (int i = 0; i < 2; i++) {
    if (make_pipe(&start->outputs[i], &start->context.streams[1 + i], false, owner, failure) < 0) {
      return -1;
    }
  }
  return 0;
}

static int open_log(struct container *container, const LaunchPlan *plan, struct failure *failure) {
  container->log = (struct log_writer){
      .file = -1,
      .line_limit = plan->log_line_limit_bytes == 0 ? LOG_LINE_LIMIT_DEFAULT : plan->log_line_limit_bytes,
  };
  if (plan->log_path[0] == '\0') {
    return 0;
  }
  container->log_path = strdup(plan->log_path);
  if (container->log_path == NULL) {
    return fail(failure, ENOMEM, "open log", plan->log_path);
  }
  container->log.file = log_file_open(plan->log_path);
  return container->log.file < 0 ? fail(failure, errno, "open log", plan->log_path) : 0;
}

static bool needs_shm(const LaunchPlan *plan) {
  for (size_t i = 0; i < plan->n_mounts; i++) {
    if (plan->mounts[i]->source_kind == SOURCE_SANDBOX_SHM) {
      return true;
    }
  }
  return false;
}

static int watch_outputs(struct start *start, struct failure *failure) {
  static const char *const names[] = {"stdout", "stderr"};
  for (int i = 0; i < 2; i++) {
    if (start->outputs[i] >= 0) {
      int descriptor = take_descriptor(&start->outputs[i]);
      if (output_watch(start->container, i, descriptor, names[i], false) < 0) {
        return fail(failure, errno, "watch output", names[i]);
      }
    }
  }
  return 0;
}

static int start_process(struct start *start, struct failure *failure) {
  struct container *container = start->container;
  container->cgroup = cgroup_open(start->plan->cgroup_path, failure);
  if (container->cgroup < 0 || choose_namespaces(start, failure) < 0 ||
      open_log(container, start->plan, failure) < 0 || open_streams(start, failure) < 0 ||
      hooks_keep(container, start->plan, failure) < 0) {
    return -1;
  }
  start->context.wait_for_hooks = container->hooks.counts[HOOKS_CREATE_RUNTIME] > 0;
  if (needs_shm(start->plan) && (start->context.shm = sandbox_shm_clone(&start->shim->sandbox, failure)) < 0) {
    return -1;
  }
  container->oom_kills_before = cgroup_oom_kills(container->cgroup);
  start->clone.cgroup = container->cgroup;
  start->clone.cgroup_path = start->plan->cgroup_path;
  start->clone.child = container_child_run;
  start->clone.argument = &start->context;
  if (watch_outputs(start, failure) < 0) {
    return -1;
  }
  return launch_start(start->shim, &container->launch, &start->clone, failure);
}

static void release_start(struct start *start) {
  for (int i = 0; i < 3; i++) {
    close_quietly(start->context.streams[i]);
  }
  close_quietly(start->outputs[0]);
  close_quietly(start->outputs[1]);
  close_quietly(start->context.shm);
  close_quietly(start->user_namespace);
  close_quietly(start->pid_namespace);
}

static struct container *container_new(struct shim *shim, const LaunchPlan *plan) {
  struct container *container = calloc(1, sizeof *container);
  if (container == NULL) {
    return NULL;
  }
  container->shim = shim;
  container->standard_input = container->terminal = container->cgroup = container->log.file = -1;
  container->idle_exec.directory = container->idle_exec.events = -1;
  container->outputs[0].source.descriptor = container->outputs[1].source.descriptor = -1;
  container->launch.finished = container_started;
  container->launch.paused = container_paused;
  container->launch.ended = container_ended;
  container->launch.owner = container;
  container->launch.process = container->launch.terminal = container->launch.channel.descriptor = -1;
  container->standard_input_once = plan->standard_input_once;
  container->accepts_input = plan->standard_input;
  container->id = strdup(plan->container_id);
  if (container->id == NULL) {
    free(container);
    return NULL;
  }
  container->next = shim->containers;
  shim->containers = container;
  shim->container_count++;
  return container;
}

static int check_room(const struct shim *shim, const LaunchPlan *plan, struct failure *failure) {
  if (shim->shutdown != NULL) {
    return fail_with(failure, ESHUTDOWN, "start container", plan->container_id, "the sandbox is ending");
  }
  if (!shim->sandbox.created) {
    return fail_with(failure, EINVAL, "start container", plan->container_id, "the sandbox has not been created");
  }
  if (container_find(shim, plan->container_id) != NULL) {
    return fail_with(failure, EEXIST, "start container", plan->container_id, "a container of this id is known");
  }
  if (shim->container_count >= CONTAINERS_LIMIT) {
    return fail_with(failure, E2BIG, "start container", plan->container_id, "at most %d containers a sandbox",
                     CONTAINERS_LIMIT);
  }
  return 0;
}

void container_start(struct shim *shim, struct request_token token, const LaunchPlan *plan) {
  struct failure failure;
  if (validate_plan(plan, &failure) < 0 || check_room(shim, plan, &failure) < 0) {
    reply_failure(shim, token, &failure);
    return;
  }
  struct container *container = container_new(shim, plan);
  if (container == NULL) {
    fail(&failure, ENOMEM, "start container", plan->container_id);
    reply_failure(shim, token, &failure);
    return;
  }
  container->starter = token;
  struct start start = {
      .shim = shim,
      .container = container,
      .plan = plan,
      .context = {.plan = plan,
                  .process = plan->process,
                  .streams = {-1, -1, -1},
                  .pid_namespace = -1,
                  .user_namespace = -1,
                  .root_uid = (uid_t)-1,
                  .root_gid = (gid_t)-1,
                  .shm = -1,
                  .container = -1},
      .clone = {.pid_namespace = -1},
      .outputs = {-1, -1},
      .user_namespace = -1,
      .pid_namespace = -1,
  };
  int result = start_process(&start, &failure);
  release_start(&start);
  if (result < 0) {
    container_free(container);
    reply_failure(shim, token, &failure);
  }
}
