// New file systems by fsopen, made in the container's namespaces.
#include <errno.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/kernel.h"
#include "launch/stages.h"

int file_system_fail(struct failure *failure, int errno_number, int context, const char *step, const char *subject) {
  // Each message starts with its level and a blank; errors are "e ".
  char message[400];
  ssize_t length;
  fail(failure, errno_number, step, subject);
  while ((length = read(context, message, sizeof message - 1)) > 0) {
    message[length] = '\0';
    message[strcspn(message, "\n")] = '\0';
    if (message[0] == 'e' && message[1] == ' ') {
      fail_with(failure, errno_number, step, subject, "%s", message + 2);
    }
  }
  return -1;
}

int file_system_option(int context, const char *type, const char *option, struct failure *failure) {
  char key[64];
  const char *equals = strchr(option, '=');
  size_t length = equals == NULL ? strlen(option) : (size_t)(equals - option);
  if (length == 0 || length >= sizeof key) {
    return fail_with(failure, EINVAL, "set mount option", type, "%.400s", option);
  }
  memcpy(key, option, length);
  key[length] = '\0';
  int result = equals == NULL ? sys_fsconfig(context, FSCONFIG_SET_FLAG, key, NULL, 0)
                              : sys_fsconfig(context, FSCONFIG_SET_STRING, key, equals + 1, 0);
  if (result < 0) {
    int kept = errno;
    file_system_fail(failure, kept, context, "set mount option", type);
    if (failure->detail[0] == '\0') {
      fail_with(failure, kept, "set mount option", type, "%.400s", option);
    }
    return -1;
  }
  return 0;
}

static bool is_cgroup(const PlanMount *mount) {
  return strcmp(mount->file_system_type, "cgroup") == 0 || strcmp(mount->file_system_type, "cgroup2") == 0;
}

static int from_host(int tree, const PlanMount *mount, struct failure *failure) {
  int copy = fcntl(tree, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) {
    return fail(failure, errno, "mount", mount->destination);
  }
  if (mount_set_attributes(copy, mount->destination, mount->attributes_set, mount->attributes_clear, true, failure) <
          0 ||
      mount_set_propagation(copy, mount->destination, "rslave", failure) < 0) {
    close_quietly(copy);
    return -1;
  }
  return copy;
}

static int configure(int file_system, const PlanMount *mount, const char *type, struct failure *failure) {
  const char *source = mount->source[0] == '\0' ? type : mount->source;
  if (sys_fsconfig(file_system, FSCONFIG_SET_STRING, "source", source, 0) < 0) {
    return file_system_fail(failure, errno, file_system, "set mount option", "source");
  }
  for (size_t i = 0; i < mount->n_options; i++) {
    if (file_system_option(file_system, type, mount->options[i], failure) < 0) {
      return -1;
    }
  }
  if (mount->mount_label[0] != '\0' && strcmp(type, "mqueue") != 0 &&
      sys_fsconfig(file_system, FSCONFIG_SET_STRING, "context", mount->mount_label, 0) < 0) {
    return fail(failure, errno, "set mount label", mount->mount_label);
  }
  return 0;
}

static int create(int file_system, const PlanMount *mount, struct failure *failure) {
  if (sys_fsconfig(file_system, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0) {
    return file_system_fail(failure, errno, file_system, "mount", mount->destination);
  }
  // A tmpfs that is to be filled is made read-only afterwards.
  uint64_t attributes = mount->attributes_set & ~(mount->copy_up ? (uint64_t)MOUNT_ATTR_RDONLY : 0);
  int tree = sys_fsmount(file_system, FSMOUNT_CLOEXEC, (unsigned)attributes);
  return tree < 0 ? file_system_fail(failure, errno, file_system, "mount", mount->destination) : tree;
}

// The kernel has mounted mqueue before, without a label: its root is labelled, where that can be.
static int label_root(int tree, const PlanMount *mount, struct failure *failure) {
  AUTO_CLOSE int root = openat(tree, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (root < 0 || (fsetxattr(root, "security.selinux", mount->mount_label, strlen(mount->mount_label) + 1, 0) < 0 &&
                   errno != EOPNOTSUPP)) {
    return fail(failure, errno, "set mount label", mount->destination);
  }
  return 0;
}

int file_system_make(const struct child_context *context, const PlanMount *mount, struct failure *failure) {
  const char *type = mount->file_system_type;
  if (is_cgroup(mount)) {
    if (context->cgroup_tree >= 0) {
      return from_host(context->cgroup_tree, mount, failure);
    }
    type = "cgroup2";
  }
  AUTO_CLOSE int file_system = sys_fsopen(type, FSOPEN_CLOEXEC);
  if (file_system < 0) {
    return fail_with(failure, errno, "mount", mount->destination, "file system type %.60s", type);
  }
  if (configure(file_system, mount, type, failure) < 0) {
    return -1;
  }
  AUTO_CLOSE int tree = create(file_system, mount, failure);
  if (tree < 0) {
    bool refused = failure->errno_number == EPERM || failure->errno_number == EACCES;
    if (refused && strcmp(type, "sysfs") == 0 && context->sysfs_tree >= 0) {
      return from_host(context->sysfs_tree, mount, failure);
    }
    return -1;
  }
  if (mount->mount_label[0] != '\0' && strcmp(type, "mqueue") == 0 && label_root(tree, mount, failure) < 0) {
    return -1;
  }
  if (mount->copy_up && copy_up(context->root, mount->destination, tree, failure) < 0) {
    return -1;
  }
  if (mount->copy_up && (mount->attributes_set & MOUNT_ATTR_RDONLY) != 0 &&
      mount_set_attributes(tree, mount->destination, MOUNT_ATTR_RDONLY, 0, false, failure) < 0) {
    return -1;
  }
  if (mount->propagation[0] != '\0' &&
      mount_set_propagation(tree, mount->destination, mount->propagation, failure) < 0) {
    return -1;
  }
  return take_descriptor(&tree);
}
