// The plan's mounts, in their order, each moved to a handle of its destination.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/kernel.h"
#include "launch/resolve.h"
#include "launch/stages.h"

static bool is_kernel_view(const PlanMount *mount) {
  return mount->source_kind == SOURCE_FILE_SYSTEM &&
         (strcmp(mount->file_system_type, "proc") == 0 || strcmp(mount->file_system_type, "sysfs") == 0);
}

static int open_destination(const struct child_context *context, const PlanMount *mount, int tree,
                            struct failure *failure) {
  enum missing missing = MISSING_DIRECTORY;
  struct stat status;
  if (fstat(tree, &status) < 0) {
    return fail(failure, errno, "look at mount source", mount->source);
  }
  if (!S_ISDIR(status.st_mode)) {
    missing = MISSING_FILE;
  }
  int destination;
  if (is_kernel_view(mount)) {
    // Later stages and the container's own tools believe what they find at /proc and /sys: an
    // image must not get them put elsewhere.
    destination = root_open_unlinked(context->root, mount->destination, missing);
    if (destination < 0 && errno == ELOOP) {
      return fail_with(failure, ELOOP, "open mount destination", mount->destination,
                       "%s is not mounted over a symbolic link", mount->file_system_type);
    }
  } else {
    destination = root_open(context->root, mount->destination, missing, NULL);
  }
  return destination < 0 ? fail(failure, errno, "open mount destination", mount->destination) : destination;
}

// What may be covered inside a container's /proc by something that is not itself of /proc.
static const char *const PROC_COVERABLE[] = {"cpuinfo", "diskstats", "meminfo", "stat",    "swaps",
                                             "uptime",  "loadavg",   "slabinfo", "sys/kernel/ns_last_pid",
                                             "sys/crypto/fips_enabled", "net/dev", NULL};

static int check_covers_proc(const PlanMount *mount, int destination, int tree, struct failure *failure) {
  struct statfs where;
  struct statfs what;
  if (fstatfs(destination, &where) < 0) {
    return fail(failure, errno, "open mount destination", mount->destination);
  }
  if (where.f_type != MAGIC_PROC) {
    return 0;
  }
  if (fstatfs(tree, &what) < 0) {
    return fail(failure, errno, "open mount source", mount->destination);
  }
  if (what.f_type == MAGIC_PROC) {
    return 0;
  }
  struct statx status;
  if (statx(destination, "", AT_EMPTY_PATH, 0, &status) == 0 && (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0) {
    return 0; // on top of /proc as a whole
  }
  char link[64];
  char path[512];
  snprintf(link, sizeof link, "/proc/self/fd/%d", destination);
  ssize_t length = readlink(link, path, sizeof path - 1);
  path[length < 0 ? 0 : length] = '\0';
  const char *inside = strstr(path, "/proc/");
  for (size_t i = 0; inside != NULL && PROC_COVERABLE[i] != NULL; i++) {
    if (strcmp(inside + strlen("/proc/"), PROC_COVERABLE[i]) == 0) {
      return 0;
    }
  }
  return fail_with(failure, EPERM, "open mount destination", mount->destination,
                   "nothing is mounted over files of the container's /proc");
}

static int attach(struct child_context *context, size_t index, struct failure *failure) {
  const PlanMount *mount = context->plan->mounts[index];
  AUTO_CLOSE int tree = take_descriptor(&context->trees[index]);
  if (mount->source_kind == SOURCE_FILE_SYSTEM) {
    tree = file_system_make(context, mount, failure);
  }
  if (tree < 0) {
    return -1;
  }
  AUTO_CLOSE int destination = open_destination(context, mount, tree, failure);
  if (destination < 0 || check_covers_proc(mount, destination, tree, failure) < 0) {
    return -1;
  }
  if (sys_move_mount(tree, "", destination, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0) {
    return fail_with(failure, errno, "mount", mount->destination, "%.400s",
                     mount->source_kind == SOURCE_FILE_SYSTEM ? mount->file_system_type : mount->source);
  }
  return 0;
}

int attach_mounts(struct child_context *context, struct failure *failure) {
  for (size_t i = 0; i < context->plan->n_mounts; i++) {
    if (attach(context, i, failure) < 0) {
      return -1;
    }
  }
  return 0;
}
