#include <errno.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/kernel.h"
#include "launch/resolve.h"
#include "launch/stages.h"

static mode_t type_of(const DeviceNode *device) {
  switch ((int)device->type) {
    case BERTH__SHIM__V1__DEVICE_NODE__TYPE__BLOCK:
      return S_IFBLK;
    case BERTH__SHIM__V1__DEVICE_NODE__TYPE__FIFO:
      return S_IFIFO;
    default:
      return S_IFCHR;
  }
}

static int bind_device(const struct child_context *context, const DeviceNode *device, int tree,
                       struct failure *failure) {
  AUTO_CLOSE int destination = root_open(context->root, device->path, MISSING_FILE, NULL);
  if (destination < 0) {
    return fail(failure, errno, "make device", device->path);
  }
  if (sys_move_mount(tree, "", destination, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0) {
    return fail_with(failure, errno, "bind device", device->path, "from %.400s", device->bind_from);
  }
  return 0;
}

// By a handle that cannot have become a symbolic link in between.
static int set_owner_and_mode(int parent, const char *name, const DeviceNode *device, struct failure *failure) {
  AUTO_CLOSE int node = openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (node < 0 || fchownat(node, "", device->uid, device->gid, AT_EMPTY_PATH) < 0) {
    return fail(failure, errno, "set owner of device", device->path);
  }
  // chown clears no mode bits of a device.
  if (fchmodat(parent, name, device->mode & 07777, 0) < 0) {
    return fail(failure, errno, "set mode of device", device->path);
  }
  return 0;
}

static int make_node(const struct child_context *context, struct parent *parent, const DeviceNode *device,
                     struct failure *failure) {
  const char *name;
  int directory = root_open_parent(parent, context->root, device->path, &name);
  if (directory < 0) {
    return fail(failure, errno, "make device", device->path);
  }
  mode_t type = type_of(device);
  dev_t number = type == S_IFIFO ? 0 : makedev(device->major, device->minor);
  if (mknodat(directory, name, type | (device->mode & 07777), number) < 0) {
    struct stat status;
    int kept = errno;
    if (kept != EEXIST || fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) < 0 ||
        (status.st_mode & S_IFMT) != type || (type != S_IFIFO && status.st_rdev != number)) {
      return fail_with(failure, kept, "make device", device->path, "%u:%u", device->major, device->minor);
    }
  } else if (device->uid == 0 && device->gid == 0 && (parent->mode & S_ISGID) == 0) {
    return 0; // as it was made, without the umask's say
  }
  return set_owner_and_mode(directory, name, device, failure);
}

int devices_make(struct child_context *context, struct failure *failure) {
  const LaunchPlan *plan = context->plan;
  AUTO_PARENT parent = PARENT_NONE;
  mode_t strict = umask(0);
  for (size_t i = 0; i < plan->n_devices; i++) {
    AUTO_CLOSE int tree = take_descriptor(&context->device_trees[i]);
    int result = tree >= 0 ? bind_device(context, plan->devices[i], tree, failure)
                           : make_node(context, &parent, plan->devices[i], failure);
    if (result < 0) {
      return -1;
    }
  }
  umask(strict);
  return 0;
}

int symlinks_make(struct child_context *context, struct failure *failure) {
  const LaunchPlan *plan = context->plan;
  AUTO_PARENT parent = PARENT_NONE;
  for (size_t i = 0; i < plan->n_symlinks; i++) {
    const PlanSymlink *link = plan->symlinks[i];
    const char *name;
    int directory = root_open_parent(&parent, context->root, link->path, &name);
    // What the image has in that place stays.
    if (directory < 0 || (symlinkat(link->target, directory, name) < 0 && errno != EEXIST)) {
      return fail_with(failure, errno, "make symbolic link", link->path, "to %.400s", link->target);
    }
  }
  return 0;
}
