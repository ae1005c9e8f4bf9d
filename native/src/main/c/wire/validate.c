#include "wire/validate.h"

#include <errno.h>
#include <linux/filter.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char STEP[] = "validate plan";

const char *const shim_features[] = {"streams", "image-mounts", "hooks", "scheduling", NULL};

enum {
  ID_LIMIT = 128,
  PATH_LIMIT = 4096,
  MOUNTS_LIMIT = 4096,
  LIST_LIMIT = 16384,
  LAYERS_LIMIT = 500,   // what overlayfs takes
  ID_MAPPINGS_LIMIT = 340, // what the kernel takes
  HOOKS_LIMIT = 256,
  MEMORY_NODE_WORDS_LIMIT = 16, // 1024 nodes
  HOOK_TIME_LIMIT = 24 * 3600 * 1000,
};

bool valid_id(const char *id) {
  size_t length = strlen(id);
  if (length == 0 || length > ID_LIMIT || id[0] == '.') {
    return false;
  }
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  return strspn(id, allowed) == length;
}

static int refuse(struct failure *failure, const char *subject, const char *detail) {
  return fail_with(failure, EINVAL, STEP, subject, "%s", detail);
}

static int check_count(struct failure *failure, const char *field, size_t count, size_t limit) {
  if (count > limit) {
    return fail_with(failure, E2BIG, STEP, field, "%zu entries, at most %zu", count, limit);
  }
  return 0;
}

static int check_absolute(struct failure *failure, const char *field, const char *path) {
  if (path[0] != '/' || strlen(path) >= PATH_LIMIT) {
    return fail_with(failure, EINVAL, STEP, path, "%s is not an absolute path of less than %d bytes", field,
                     PATH_LIMIT);
  }
  return 0;
}

static int check_maps(struct failure *failure, size_t uid_count, IdMapping **uids, size_t gid_count,
                      IdMapping **gids) {
  if (check_count(failure, "uid_mappings", uid_count, ID_MAPPINGS_LIMIT) < 0 ||
      check_count(failure, "gid_mappings", gid_count, ID_MAPPINGS_LIMIT) < 0) {
    return -1;
  }
  if ((uid_count == 0) != (gid_count == 0)) {
    return refuse(failure, "uid_mappings", "user and group ids are mapped together or not at all");
  }
  for (size_t i = 0; i < uid_count + gid_count; i++) {
    const IdMapping *mapping = i < uid_count ? uids[i] : gids[i - uid_count];
    if (mapping->size == 0 || (uint64_t)mapping->container_id + mapping->size > UINT32_MAX ||
        (uint64_t)mapping->host_id + mapping->size > UINT32_MAX) {
      return refuse(failure, "uid_mappings", "an id mapping is empty or beyond 32 bits");
    }
  }
  return 0;
}

static int check_namespace(struct failure *failure, const char *name, const NamespaceChoice *choice) {
  int kind = namespace_kind(choice);
  if (kind < NAMESPACE_HOST || kind > NAMESPACE_PATH) {
    return fail_with(failure, ENOSYS, STEP, name, "namespace choice %d is unknown to this shim", kind);
  }
  return kind == NAMESPACE_PATH ? check_absolute(failure, name, choice->path) : 0;
}

static int check_namespaces(struct failure *failure, const PlanNamespaces *namespaces) {
  if (namespaces == NULL) {
    return refuse(failure, "namespaces", "missing");
  }
  if (check_namespace(failure, "network namespace", namespaces->network) < 0 ||
      check_namespace(failure, "ipc namespace", namespaces->ipc) < 0 ||
      check_namespace(failure, "uts namespace", namespaces->uts) < 0 ||
      check_namespace(failure, "pid namespace", namespaces->pid) < 0 ||
      check_namespace(failure, "cgroup namespace", namespaces->cgroup) < 0 ||
      check_namespace(failure, "user namespace", namespaces->user) < 0 ||
      check_namespace(failure, "time namespace", namespaces->time) < 0) {
    return -1;
  }
  if (namespace_kind(namespaces->mount) != NAMESPACE_NEW) {
    return refuse(failure, "mount namespace", "a container always gets a new one");
  }
  if (check_maps(failure, namespaces->n_uid_mappings, namespaces->uid_mappings, namespaces->n_gid_mappings,
                 namespaces->gid_mappings) < 0) {
    return -1;
  }
  if (namespace_kind(namespaces->user) == NAMESPACE_NEW && namespaces->n_uid_mappings == 0) {
    return refuse(failure, "user namespace", "a new one needs id mappings");
  }
  return 0;
}

static int check_layers(struct failure *failure, const char *field, size_t count, char **layers) {
  if (count == 0) {
    return refuse(failure, field, "no lower directory");
  }
  if (check_count(failure, field, count, LAYERS_LIMIT) < 0) {
    return -1;
  }
  for (size_t i = 0; i < count; i++) {
    if (check_absolute(failure, field, layers[i]) < 0) {
      return -1;
    }
  }
  return 0;
}

static int check_root(struct failure *failure, const RootFilesystem *root) {
  if (root == NULL) {
    return refuse(failure, "root", "missing");
  }
  if (root->staging_directory[0] != '\0' &&
      check_absolute(failure, "root.staging_directory", root->staging_directory) < 0) {
    return -1;
  }
  switch (root->source_case) {
    case BERTH__SHIM__V1__ROOT_FILESYSTEM__SOURCE_DIRECTORY:
      return check_absolute(failure, "root.directory", root->directory);
    case BERTH__SHIM__V1__ROOT_FILESYSTEM__SOURCE_OVERLAY:
      break;
    default:
      return refuse(failure, "root", "neither an overlay nor a directory");
  }
  const OverlayMount *overlay = root->overlay;
  if (check_layers(failure, "root.overlay.lower_directories", overlay->n_lower_directories,
                   overlay->lower_directories) < 0 ||
      check_count(failure, "root.overlay.options", overlay->n_options, LAYERS_LIMIT) < 0) {
    return -1;
  }
  if ((overlay->upper_directory[0] == '\0') != (overlay->work_directory[0] == '\0')) {
    return refuse(failure, "root.overlay", "upper and work directory go together");
  }
  if (overlay->upper_directory[0] != '\0' &&
      (check_absolute(failure, "root.overlay.upper_directory", overlay->upper_directory) < 0 ||
       check_absolute(failure, "root.overlay.work_directory", overlay->work_directory) < 0)) {
    return -1;
  }
  return 0;
}

static int check_mount(struct failure *failure, const PlanMount *mount) {
  if (check_absolute(failure, "mount.destination", mount->destination) < 0 ||
      check_count(failure, "mount.options", mount->n_options, LIST_LIMIT) < 0 ||
      check_maps(failure, mount->n_uid_mappings, mount->uid_mappings, mount->n_gid_mappings, mount->gid_mappings) <
          0) {
    return -1;
  }
  switch ((int)mount->source_kind) {
    case SOURCE_FILE_SYSTEM:
      return mount->file_system_type[0] == '\0' ? refuse(failure, mount->destination, "no file system type") : 0;
    case SOURCE_BIND:
      return check_absolute(failure, "mount.source", mount->source);
    case SOURCE_SANDBOX_SHM:
      return 0;
    case SOURCE_IMAGE:
      return check_layers(failure, "mount.lower_directories", mount->n_lower_directories, mount->lower_directories);
    default:
      return fail_with(failure, ENOSYS, STEP, mount->destination, "mount source kind %d is unknown to this shim",
                       (int)mount->source_kind);
  }
}

static int check_paths(struct failure *failure, const char *field, size_t count, char **paths) {
  if (check_count(failure, field, count, LIST_LIMIT) < 0) {
    return -1;
  }
  for (size_t i = 0; i < count; i++) {
    if (check_absolute(failure, field, paths[i]) < 0) {
      return -1;
    }
  }
  return 0;
}

static int check_file_system_lists(struct failure *failure, const LaunchPlan *plan) {
  if (check_count(failure, "mounts", plan->n_mounts, MOUNTS_LIMIT) < 0 ||
      check_count(failure, "devices", plan->n_devices, LIST_LIMIT) < 0 ||
      check_count(failure, "symlinks", plan->n_symlinks, LIST_LIMIT) < 0 ||
      check_count(failure, "sysctls", plan->n_sysctls, LIST_LIMIT) < 0) {
    return -1;
  }
  for (size_t i = 0; i < plan->n_mounts; i++) {
    if (check_mount(failure, plan->mounts[i]) < 0) {
      return -1;
    }
  }
  for (size_t i = 0; i < plan->n_devices; i++) {
    const DeviceNode *device = plan->devices[i];
    if (check_absolute(failure, "device.path", device->path) < 0 ||
        (device->bind_from[0] != '\0' && check_absolute(failure, "device.bind_from", device->bind_from) < 0)) {
      return -1;
    }
  }
  for (size_t i = 0; i < plan->n_symlinks; i++) {
    if (check_absolute(failure, "symlink.path", plan->symlinks[i]->path) < 0 ||
        plan->symlinks[i]->target[0] == '\0') {
      return refuse(failure, plan->symlinks[i]->path, "a symbolic link needs an absolute path and a target");
    }
  }
  if (check_paths(failure, "masked_paths", plan->n_masked_paths, plan->masked_paths) < 0 ||
      check_paths(failure, "readonly_paths", plan->n_readonly_paths, plan->readonly_paths) < 0) {
    return -1;
  }
  return 0;
}

static int check_features(struct failure *failure, const LaunchPlan *plan) {
  for (size_t i = 0; i < plan->n_required_features; i++) {
    bool known = false;
    for (const char *const *feature = shim_features; *feature != NULL && !known; feature++) {
      known = strcmp(plan->required_features[i], *feature) == 0;
    }
    if (!known) {
      return fail_with(failure, ENOSYS, "check required features", plan->required_features[i],
                       "this shim is older than the plan");
    }
  }
  return 0;
}

int validate_process(const ProcessPlan *process, struct failure *failure) {
  if (process == NULL) {
    return refuse(failure, "process", "missing");
  }
  if (process->n_arguments == 0 || process->arguments[0][0] == '\0') {
    return refuse(failure, "process.arguments", "no program is named");
  }
  if (process->working_directory[0] != '\0' &&
      check_absolute(failure, "process.working_directory", process->working_directory) < 0) {
    return -1;
  }
  if (process->seccomp_filter.len % sizeof(struct sock_filter) != 0 ||
      process->seccomp_filter.len / sizeof(struct sock_filter) > BPF_MAXINSNS) {
    return refuse(failure, "process.seccomp_filter", "not an array of at most 4096 struct sock_filter");
  }
  if (check_count(failure, "process.additional_gids", process->n_additional_gids, 65536) < 0 ||
      check_count(failure, "process.resource_limits", process->n_resource_limits, 64) < 0) {
    return -1;
  }
  if (process->io_priority != NULL && (process->io_priority->priority_class > 7 || process->io_priority->level > 7)) {
    return refuse(failure, "process.io_priority", "a class and a level are 0 to 7");
  }
  if (process->memory_policy != NULL &&
      check_count(failure, "process.memory_policy.nodes", process->memory_policy->n_nodes, MEMORY_NODE_WORDS_LIMIT) < 0) {
    return -1;
  }
  return 0;
}

static int check_hook_list(struct failure *failure, size_t count, PlanHook *const *list) {
  if (check_count(failure, "hooks", count, HOOKS_LIMIT) < 0) {
    return -1;
  }
  for (size_t i = 0; i < count; i++) {
    const PlanHook *hook = list[i];
    if (check_absolute(failure, "hook.path", hook->path) < 0 ||
        check_count(failure, "hook.arguments", hook->n_arguments, LIST_LIMIT) < 0 ||
        check_count(failure, "hook.environment", hook->n_environment, LIST_LIMIT) < 0) {
      return -1;
    }
    if (hook->timeout_milliseconds == 0 || hook->timeout_milliseconds > HOOK_TIME_LIMIT) {
      return refuse(failure, hook->path, "a hook's time-out is a millisecond to a day");
    }
  }
  return 0;
}

static int check_hooks(struct failure *failure, const PlanHooks *hooks) {
  if (hooks == NULL) {
    return 0;
  }
  if (hooks->state[0] != '{') {
    return refuse(failure, "hooks.state", "not the beginning of a JSON object");
  }
  if (check_hook_list(failure, hooks->n_create_runtime, hooks->create_runtime) < 0 ||
      check_hook_list(failure, hooks->n_create_container, hooks->create_container) < 0 ||
      check_hook_list(failure, hooks->n_start_container, hooks->start_container) < 0 ||
      check_hook_list(failure, hooks->n_poststart, hooks->poststart) < 0 ||
      check_hook_list(failure, hooks->n_poststop, hooks->poststop) < 0) {
    return -1;
  }
  return 0;
}

int validate_plan(const LaunchPlan *plan, struct failure *failure) {
  if (plan == NULL) {
    return refuse(failure, "plan", "missing");
  }
  if (!valid_id(plan->container_id)) {
    return refuse(failure, plan->container_id, "not a valid container id");
  }
  if (check_features(failure, plan) < 0 || check_namespaces(failure, plan->namespaces) < 0 ||
      check_root(failure, plan->root) < 0 || check_file_system_lists(failure, plan) < 0 ||
      validate_process(plan->process, failure) < 0 || check_hooks(failure, plan->hooks) < 0 ||
      check_absolute(failure, "cgroup_path", plan->cgroup_path) < 0) {
    return -1;
  }
  if (plan->log_path[0] != '\0' && check_absolute(failure, "log_path", plan->log_path) < 0) {
    return -1;
  }
  if (plan->log_line_limit_bytes > 1024 * 1024) {
    return refuse(failure, "log_line_limit_bytes", "more than 1 MiB");
  }
  return 0;
}

int validate_sandbox(const CreateSandboxRequest *request, struct failure *failure) {
  if (!valid_id(request->sandbox_id)) {
    return refuse(failure, request->sandbox_id, "not a valid sandbox id");
  }
  if (check_count(failure, "sysctls", request->n_sysctls, LIST_LIMIT) < 0 ||
      check_maps(failure, request->n_uid_mappings, request->uid_mappings, request->n_gid_mappings,
                 request->gid_mappings) < 0) {
    return -1;
  }
  if (request->cgroup_path[0] != '\0' && check_absolute(failure, "cgroup_path", request->cgroup_path) < 0) {
    return -1;
  }
  if (request->ahead && (request->new_pid || request->n_uid_mappings > 0 || request->n_sysctls > 0)) {
    return refuse(failure, "ahead", "a PID namespace, a user namespace and sysctls are not made ahead");
  }
  return 0;
}
