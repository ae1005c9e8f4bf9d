// Paths of the container that it may not read, or not write.
#include <errno.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/kernel.h"
#include "launch/resolve.h"
#include "launch/stages.h"

static bool absent(int error) { return error == ENOENT || error == ENOTDIR; }

static int move_onto(int tree, int destination, const char *step, const char *path, struct failure *failure) {
  if (sys_move_mount(tree, "", destination, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0) {
    return fail(failure, errno, step, path);
  }
  return 0;
}

static int make_read_only(const struct child_context *context, const char *path, struct failure *failure) {
  static const char step[] = "make path read-only";
  AUTO_CLOSE int handle = root_open(context->root, path, MISSING_FAIL, NULL);
  if (handle < 0) {
    return absent(errno) ? 0 : fail(failure, errno, step, path);
  }
  AUTO_CLOSE int tree = sys_open_tree(handle, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
  if (tree < 0) {
    return fail(failure, errno, step, path);
  }
  if (mount_set_attributes(tree, path, MOUNT_ATTR_RDONLY, 0, true, failure) < 0) {
    return -1;
  }
  return move_onto(tree, handle, step, path, failure);
}

// One empty tmpfs serves all masked directories of a container: the first is made, the others are
// clones of it where it is attached.
static int empty_directory(int attached, struct failure *failure) {
  if (attached >= 0) {
    int tree = sys_open_tree(attached, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    return tree < 0 ? fail(failure, errno, "mask path", "tmpfs") : tree;
  }
  AUTO_CLOSE int file_system = sys_fsopen("tmpfs", FSOPEN_CLOEXEC);
  if (file_system < 0) {
    return fail(failure, errno, "mask path", "tmpfs");
  }
  if (file_system_option(file_system, "tmpfs", "size=4k", failure) < 0 ||
      file_system_option(file_system, "tmpfs", "mode=555", failure) < 0 ||
      file_system_option(file_system, "tmpfs", "ro", failure) < 0) {
    return -1;
  }
  if (sys_fsconfig(file_system, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0) {
    return file_system_fail(failure, errno, file_system, "mask path", "tmpfs");
  }
  int tree = sys_fsmount(file_system, FSMOUNT_CLOEXEC,
                         MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
  return tree < 0 ? fail(failure, errno, "mask path", "tmpfs") : tree;
}

static int mask(const struct child_context *context, const char *path, int *empty, struct failure *failure) {
  AUTO_CLOSE int handle = root_open(context->root, path, MISSING_FAIL, NULL);
  struct stat status;
  if (handle < 0 || fstat(handle, &status) < 0) {
    return absent(errno) ? 0 : fail(failure, errno, "mask path", path);
  }
  if (!S_ISDIR(status.st_mode)) {
    // The host's /dev/null: the image's or the container's could be anything.
    AUTO_CLOSE int null = sys_open_tree(context->null_device, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    return null < 0 ? fail(failure, errno, "mask path", path) : move_onto(null, handle, "mask path", path, failure);
  }
  AUTO_CLOSE int tree = empty_directory(*empty, failure);
  if (tree < 0 || move_onto(tree, handle, "mask path", path, failure) < 0) {
    return -1;
  }
  if (*empty < 0) {
    *empty = take_descriptor(&tree);
  }
  return 0;
}

int paths_protect(struct child_context *context, struct failure *failure) {
  const LaunchPlan *plan = context->plan;
  for (size_t i = 0; i < plan->n_readonly_paths; i++) {
    if (make_read_only(context, plan->readonly_paths[i], failure) < 0) {
      return -1;
    }
  }
  AUTO_CLOSE int empty = -1;
  for (size_t i = 0; i < plan->n_masked_paths; i++) {
    if (mask(context, plan->masked_paths[i], &empty, failure) < 0) {
      return -1;
    }
  }
  return 0;
}
