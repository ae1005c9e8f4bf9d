// The sandbox's /dev/shm: a tmpfs that no mount of the host shows. Kernels from 6.15 on can clone a
// detached mount, so there the descriptor of one is all. On older ones it stands alone as the root
// of a mount namespace of its own, in which nobody is, and the shim makes a short trip there for
// each clone.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/kernel.h"
#include "sandbox/sandbox.h"

static const char STEP[] = "make sandbox shm";

static int configure(int context, const char *key, const char *value, struct failure *failure) {
  if (sys_fsconfig(context, FSCONFIG_SET_STRING, key, value, 0) < 0) {
    return fail_with(failure, errno, STEP, key, "value \"%s\"", value);
  }
  return 0;
}

static int make_tmpfs(const CreateSandboxRequest *request, struct failure *failure) {
  AUTO_CLOSE int context = sys_fsopen("tmpfs", FSOPEN_CLOEXEC);
  if (context < 0) {
    return fail(failure, errno, STEP, "tmpfs");
  }
  char size[32];
  snprintf(size, sizeof size, "%" PRIu64, request->shm_size_bytes);
  if (configure(context, "source", "shm", failure) < 0 || configure(context, "size", size, failure) < 0 ||
      configure(context, "mode", "1777", failure) < 0) {
    return -1;
  }
  for (size_t i = 0; i < request->n_uid_mappings; i++) {
    if (request->uid_mappings[i]->container_id == 0) {
      char owner[16];
      snprintf(owner, sizeof owner, "%u", request->uid_mappings[i]->host_id);
      if (configure(context, "uid", owner, failure) < 0) {
        return -1;
      }
    }
  }
  if (request->mount_label[0] != '\0' && configure(context, "context", request->mount_label, failure) < 0) {
    return -1;
  }
  if (sys_fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0) {
    return fail(failure, errno, STEP, "tmpfs");
  }
  int mount = sys_fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
  return mount < 0 ? fail(failure, errno, STEP, "tmpfs") : mount;
}

// In a new mount namespace: leaves the tmpfs as its only mount.
static int strip_namespace(int tmpfs, struct failure *failure) {
  if (sys_mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
      sys_move_mount(tmpfs, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0 || fchdir(tmpfs) < 0 ||
      sys_pivot_root(".", ".") < 0 || sys_umount(".", MNT_DETACH) < 0) {
    return fail(failure, errno, STEP, "mount namespace");
  }
  return 0;
}

static int clone_detached(int mount) {
  return sys_open_tree(mount, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
}

int sandbox_shm_create(struct sandbox *sandbox, const CreateSandboxRequest *request, struct failure *failure) {
  AUTO_CLOSE int tmpfs = make_tmpfs(request, failure);
  if (tmpfs < 0) {
    return -1;
  }
  AUTO_CLOSE int probe = clone_detached(tmpfs);
  if (probe >= 0) {
    sandbox->shm_mount = take_descriptor(&tmpfs);
    return 0;
  }
  if (unshare(CLONE_NEWNS) < 0) {
    return fail(failure, errno, STEP, "mount namespace");
  }
  AUTO_CLOSE int namespace = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
  int result = namespace < 0 ? fail(failure, errno, STEP, "/proc/self/ns/mnt") : strip_namespace(tmpfs, failure);
  if (setns(sandbox->host_mount_namespace, CLONE_NEWNS) < 0) {
    return fail(failure, errno, "return to mount namespace", "");
  }
  if (result < 0) {
    return -1;
  }
  sandbox->shm_namespace = take_descriptor(&namespace);
  return 0;
}

int sandbox_shm_clone(const struct sandbox *sandbox, struct failure *failure) {
  if (sandbox->shm_mount >= 0) {
    int tree = clone_detached(sandbox->shm_mount);
    return tree < 0 ? fail(failure, errno, "open sandbox shm", "") : tree;
  }
  if (sandbox->shm_namespace < 0) {
    return fail_with(failure, ENOENT, "open sandbox shm", "", "the sandbox was made without one");
  }
  if (setns(sandbox->shm_namespace, CLONE_NEWNS) < 0) {
    return fail(failure, errno, "open sandbox shm", "");
  }
  int tree = sys_open_tree(AT_FDCWD, "/", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  int kept = errno;
  if (setns(sandbox->host_mount_namespace, CLONE_NEWNS) < 0) {
    close_quietly(tree);
    return fail(failure, errno, "return to mount namespace", "");
  }
  return tree < 0 ? fail(failure, kept, "open sandbox shm", "") : tree;
}
