// What a launch needs the host's rights for: mounts that have their source on the host, opened and
// adjusted while nothing of the container is in the way, and held as detached trees.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/kernel.h"
#include "launch/stages.h"

// The source of the cgroup file system for containers in the host's cgroup namespace: the mount
// that holds their cgroup. (A new mount of it from that namespace would change the mount options
// of the host's.)
static int open_cgroup_tree(const char *cgroup_path, struct failure *failure) {
  AUTO_CLOSE int directory = open(cgroup_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  while (directory >= 0) {
    struct statx status;
    if (statx(directory, "", AT_EMPTY_PATH, 0, &status) < 0) {
      break;
    }
    if ((status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0) {
      int tree = sys_open_tree(directory, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
      return tree < 0 ? fail(failure, errno, "open mount source", "cgroup") : tree;
    }
    int parent = openat(directory, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
    close_quietly(directory);
    directory = parent;
  }
  return fail(failure, errno, "open mount source", cgroup_path);
}

static int prepare_fallback(struct child_context *context, const PlanMount *mount, struct failure *failure) {
  const PlanNamespaces *namespaces = context->plan->namespaces;
  bool cgroup = strcmp(mount->file_system_type, "cgroup") == 0 || strcmp(mount->file_system_type, "cgroup2") == 0;
  if (cgroup && context->cgroup_tree < 0 && namespace_kind(namespaces->cgroup) != NAMESPACE_NEW) {
    context->cgroup_tree = open_cgroup_tree(context->plan->cgroup_path, failure);
    return context->cgroup_tree < 0 ? -1 : 0;
  }
  if (strcmp(mount->file_system_type, "sysfs") == 0 && context->sysfs_tree < 0 &&
      namespace_kind(namespaces->user) != NAMESPACE_HOST) {
    // Only the owner of the network namespace may mount sysfs; everybody else gets the host's.
    context->sysfs_tree =
        sys_open_tree(AT_FDCWD, "/sys", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
  }
  return 0;
}

static int user_namespace_of(const struct child_context *context, const PlanMount *mount, bool *made,
                             struct failure *failure) {
  *made = mount->n_uid_mappings > 0;
  if (*made) {
    struct id_maps maps = {mount->n_uid_mappings, mount->uid_mappings, mount->n_gid_mappings, mount->gid_mappings};
    return user_namespace_create(&maps, failure);
  }
  if (context->user_namespace < 0) {
    return fail_with(failure, EINVAL, "map owners of mount", mount->destination,
                     "no mappings of its own, and the container has no user namespace");
  }
  return context->user_namespace;
}

static int prepare_bind(const struct child_context *context, const PlanMount *mount, int tree,
                        struct failure *failure) {
  const char *propagation = mount->propagation;
  if (propagation[0] == '\0') {
    // As the parent gives it, and the container's mounts are slaves of the host's: never left in
    // the host's own peer group unasked.
    propagation = mount->recursive ? "rslave" : "slave";
  }
  if (mount_set_attributes(tree, mount->destination, mount->attributes_set, mount->attributes_clear,
                           mount->attributes_recursive, failure) < 0 ||
      mount_set_propagation(tree, mount->destination, propagation, failure) < 0) {
    return -1;
  }
  if (mount->idmapped) {
    bool made;
    int user_namespace = user_namespace_of(context, mount, &made, failure);
    if (user_namespace < 0) {
      return -1;
    }
    int result = mount_map_owners(tree, mount->destination, user_namespace, mount->idmapped_recursive, failure);
    if (made) {
      close_quietly(user_namespace);
    }
    return result;
  }
  return 0;
}

static int open_source(const struct child_context *context, const PlanMount *mount, struct failure *failure) {
  int tree;
  if (mount->source_kind == SOURCE_SANDBOX_SHM) {
    tree = fcntl(context->shm, F_DUPFD_CLOEXEC, 3);
    if (tree < 0) {
      return fail(failure, errno, "open mount source", "sandbox shm");
    }
  } else {
    tree = sys_open_tree(AT_FDCWD, mount->source,
                         OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (mount->recursive ? AT_RECURSIVE : 0u));
    if (tree < 0) {
      return fail_with(failure, errno, "open mount source", mount->source, "for %.400s", mount->destination);
    }
  }
  if (prepare_bind(context, mount, tree, failure) < 0) {
    close_quietly(tree);
    return -1;
  }
  return tree;
}

static int prepare_devices(struct child_context *context, struct failure *failure) {
  const LaunchPlan *plan = context->plan;
  for (size_t i = 0; i < plan->n_devices; i++) {
    const DeviceNode *device = plan->devices[i];
    context->device_trees[i] = -1;
    if (device->bind_from[0] != '\0') {
      context->device_trees[i] = sys_open_tree(AT_FDCWD, device->bind_from, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
      if (context->device_trees[i] < 0) {
        return fail(failure, errno, "open device", device->bind_from);
      }
      if (mount_set_propagation(context->device_trees[i], device->path, "private", failure) < 0) {
        return -1;
      }
    }
  }
  return 0;
}

static int prepare_image_volumes(const struct child_context *context, struct failure *failure) {
  const LaunchPlan *plan = context->plan;
  for (size_t i = 0; i < plan->n_mounts; i++) {
    if (plan->mounts[i]->source_kind == SOURCE_IMAGE &&
        (context->trees[i] = image_volume_make(context, plan->mounts[i], failure)) < 0) {
      return -1;
    }
  }
  return 0;
}

int prepare_mounts(struct child_context *context, struct failure *failure) {
  const LaunchPlan *plan = context->plan;
  context->trees = calloc(plan->n_mounts + 1, sizeof *context->trees);
  context->device_trees = calloc(plan->n_devices + 1, sizeof *context->device_trees);
  context->sysfs_tree = context->cgroup_tree = -1;
  if (context->trees == NULL || context->device_trees == NULL) {
    return fail(failure, ENOMEM, "prepare mounts", "");
  }
  for (size_t i = 0; i < plan->n_mounts; i++) {
    const PlanMount *mount = plan->mounts[i];
    context->trees[i] = -1;
    if (mount->source_kind == SOURCE_FILE_SYSTEM) {
      if (prepare_fallback(context, mount, failure) < 0) {
        return -1;
      }
    } else if (mount->source_kind != SOURCE_IMAGE && (context->trees[i] = open_source(context, mount, failure)) < 0) {
      return -1;
    }
  }
  if (prepare_devices(context, failure) < 0) {
    return -1;
  }
  // From here on nothing that happens in this mount namespace reaches the host's; what happens
  // there still reaches the volumes that asked for it.
  if (sys_mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0) {
    return fail(failure, errno, "set mount propagation", "/");
  }
  context->root = root_make(context, failure);
  return context->root < 0 ? -1 : prepare_image_volumes(context, failure);
}
