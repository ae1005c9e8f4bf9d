// The root file system: made detached, put in place in the container's own mount namespace, and
// entered at the very end.
#include <errno.h>

#include "base/cleanup.h"
#include "base/kernel.h"
#include "launch/stages.h"

static int directory_make(const struct child_context *context, struct failure *failure) {
  const RootFilesystem *root = context->plan->root;
  AUTO_CLOSE int tree =
      sys_open_tree(AT_FDCWD, root->directory, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
  if (tree < 0) {
    return fail(failure, errno, "open rootfs", root->directory);
  }
  if (mount_set_propagation(tree, root->directory, "rprivate", failure) < 0) {
    return -1;
  }
  if (root->idmapped) {
    if (context->user_namespace < 0) {
      return fail_with(failure, EINVAL, "map owners of mount", root->directory,
                       "the container has no user namespace");
    }
    if (mount_map_owners(tree, root->directory, context->user_namespace, false, failure) < 0) {
      return -1;
    }
  }
  return take_descriptor(&tree);
}

int root_make(const struct child_context *context, struct failure *failure) {
  const RootFilesystem *root = context->plan->root;
  AUTO_CLOSE int tree = root->source_case == BERTH__SHIM__V1__ROOT_FILESYSTEM__SOURCE_OVERLAY
                            ? overlay_make(context, failure)
                            : directory_make(context, failure);
  if (tree < 0 ||
      (root->no_devices && mount_set_attributes(tree, "/", MOUNT_ATTR_NODEV, 0, false, failure) < 0)) {
    return -1;
  }
  return take_descriptor(&tree);
}

int root_attach(struct child_context *context, struct failure *failure) {
  const char *staging = context->plan->root->staging_directory;
  if (staging[0] != '\0' &&
      sys_move_mount(context->root, "", AT_FDCWD, staging, MOVE_MOUNT_F_EMPTY_PATH) == 0) {
    return 0;
  }
  if (staging[0] != '\0' && errno != EACCES && errno != ENOENT) {
    return fail(failure, errno, "attach rootfs", staging);
  }
  // On top of the old root: always there, and within the reach of a user namespace that may not
  // search the host's directories. Lookups from the process's root do not see it until pivot_root.
  if (sys_move_mount(context->root, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0) {
    return fail(failure, errno, "attach rootfs", "/");
  }
  return 0;
}

int root_finish(const struct child_context *context, struct failure *failure) {
  const RootFilesystem *root = context->plan->root;
  if (root->read_only &&
      mount_set_attributes(context->root, "/", MOUNT_ATTR_RDONLY, 0, false, failure) < 0) {
    return -1;
  }
  if (fchdir(context->root) < 0 || sys_pivot_root(".", ".") < 0) {
    return fail(failure, errno, "pivot_root", "");
  }
  // The old root now lies on top of the new one, and the working directory is it.
  if (sys_umount(".", MNT_DETACH) < 0 || chdir("/") < 0) {
    return fail(failure, errno, "leave old root", "");
  }
  bool recursive = false;
  uint64_t flag = propagation_flag(root->propagation, &recursive);
  if (root->propagation[0] != '\0' && flag == 0) {
    return fail_with(failure, EINVAL, "set mount propagation", "/", "\"%.60s\" is none", root->propagation);
  }
  // Only the root itself: the volumes below have been given their own. It is private already, and
  // a private mount made a slave stays what it is.
  if ((flag == MS_SHARED || flag == MS_UNBINDABLE) && sys_mount(NULL, "/", NULL, flag, NULL) < 0) {
    return fail_with(failure, errno, "set mount propagation", "/", "%s", root->propagation);
  }
  return 0;
}
