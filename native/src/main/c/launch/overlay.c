// The root file system as a detached overlay mount.
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include "base/cleanup.h"
#include "base/kernel.h"
#include "launch/stages.h"

static const char STEP[] = "mount overlay";

enum {
  FSCONFIG_VALUE_LIMIT = 255, // what fsconfig takes as a string
  CLASSIC_DATA_LIMIT = 4095,  // what mount(2) takes as options
};

static bool has_upper(const OverlayMount *overlay) { return overlay->upper_directory[0] != '\0'; }

// A path for fsconfig, by a descriptor when it is too long to be given as it is. The descriptor
// stays open until the process execs.
static int short_path(const char *path, char *buffer, size_t size, struct failure *failure) {
  if (strlen(path) <= FSCONFIG_VALUE_LIMIT) {
    snprintf(buffer, size, "%s", path);
    return 0;
  }
  int directory = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) {
    return fail(failure, errno, STEP, path);
  }
  snprintf(buffer, size, "/proc/self/fd/%d", directory);
  return 0;
}

static int set_directory(int context, const char *key, const char *path, struct failure *failure) {
  char value[FSCONFIG_VALUE_LIMIT + 1];
  if (short_path(path, value, sizeof value, failure) < 0) {
    return -1;
  }
  if (sys_fsconfig(context, FSCONFIG_SET_STRING, key, value, 0) < 0) {
    return file_system_fail(failure, errno, context, STEP, path);
  }
  return 0;
}

static int set_directories(int context, const OverlayMount *overlay, struct failure *failure) {
  for (size_t i = 0; i < overlay->n_lower_directories; i++) {
    if (set_directory(context, "lowerdir+", overlay->lower_directories[i], failure) < 0) {
      return -1;
    }
  }
  if (has_upper(overlay) && (set_directory(context, "upperdir", overlay->upper_directory, failure) < 0 ||
                             set_directory(context, "workdir", overlay->work_directory, failure) < 0)) {
    return -1;
  }
  for (size_t i = 0; i < overlay->n_options; i++) {
    if (file_system_option(context, "overlay", overlay->options[i], failure) < 0) {
      return -1;
    }
  }
  return 0;
}

static int modern_make(const OverlayMount *overlay, struct failure *failure) {
  AUTO_CLOSE int file_system = sys_fsopen("overlay", FSOPEN_CLOEXEC);
  if (file_system < 0) {
    return fail(failure, errno, STEP, "overlay");
  }
  (void)sys_fsconfig(file_system, FSCONFIG_SET_STRING, "source", "overlay", 0);
  if (set_directories(file_system, overlay, failure) < 0) {
    return -1;
  }
  if (sys_fsconfig(file_system, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0) {
    return file_system_fail(failure, errno, file_system, STEP,
                            has_upper(overlay) ? overlay->upper_directory : overlay->lower_directories[0]);
  }
  int tree = sys_fsmount(file_system, FSMOUNT_CLOEXEC, 0);
  return tree < 0 ? fail(failure, errno, STEP, "overlay") : tree;
}

// Whether the kernel takes layers one by one: from 6.8 on. Before 6.5 overlayfs kept any option
// for later without looking at it, so that only an invented one tells.
static bool appends_layers(void) {
  AUTO_CLOSE int probe = sys_fsopen("overlay", FSOPEN_CLOEXEC);
  return probe >= 0 && sys_fsconfig(probe, FSCONFIG_SET_FLAG, "berth-no-such-option", NULL, 0) < 0 &&
         sys_fsconfig(probe, FSCONFIG_SET_STRING, "lowerdir+", "/", 0) == 0;
}

// One option string for mount(2). Paths are given by descriptors: short, whatever they are called,
// so that a page holds some two hundred layers.
struct classic {
  char data[CLASSIC_DATA_LIMIT + 1];
  size_t length;
};

static int add_text(struct classic *classic, const char *text, struct failure *failure) {
  size_t length = strlen(text);
  if (classic->length + length > CLASSIC_DATA_LIMIT) {
    return fail_with(failure, E2BIG, STEP, "options", "too many layers for a kernel before 6.8");
  }
  memcpy(classic->data + classic->length, text, length + 1);
  classic->length += length;
  return 0;
}

static int add_directory(struct classic *classic, const char *before, const char *path, struct failure *failure) {
  char text[32];
  int directory = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) {
    return fail(failure, errno, STEP, path);
  }
  snprintf(text, sizeof text, "/proc/self/fd/%d", directory);
  return add_text(classic, before, failure) < 0 || add_text(classic, text, failure) < 0 ? -1 : 0;
}

// A value with commas in it (the categories of an SELinux label) is quoted.
static int add_option(struct classic *classic, const char *option, struct failure *failure) {
  const char *equals = strchr(option, '=');
  if (equals == NULL || strchr(equals, ',') == NULL) {
    return add_text(classic, option, failure);
  }
  char text[512];
  if ((size_t)snprintf(text, sizeof text, "%.*s=\"%s\"", (int)(equals - option), option, equals + 1) >= sizeof text) {
    return fail(failure, ENAMETOOLONG, STEP, option);
  }
  return add_text(classic, text, failure);
}

static int classic_make(const struct child_context *context, const OverlayMount *overlay, struct failure *failure) {
  struct classic classic = {.length = 0};
  for (size_t i = 0; i < overlay->n_lower_directories; i++) {
    if (add_directory(&classic, i == 0 ? "lowerdir=" : ":", overlay->lower_directories[i], failure) < 0) {
      return -1;
    }
  }
  if (has_upper(overlay) && (add_directory(&classic, ",upperdir=", overlay->upper_directory, failure) < 0 ||
                             add_directory(&classic, ",workdir=", overlay->work_directory, failure) < 0)) {
    return -1;
  }
  for (size_t i = 0; i < overlay->n_options; i++) {
    if (add_text(&classic, ",", failure) < 0 || add_option(&classic, overlay->options[i], failure) < 0) {
      return -1;
    }
  }
  // Mounted for a moment in the mount namespace of this process alone, which is cut off from the
  // host's by now.
  const char *place = context->plan->root->staging_directory[0] != '\0' ? context->plan->root->staging_directory : "/sys";
  if (sys_mount("overlay", place, "overlay", 0, classic.data) < 0) {
    return fail_with(failure, errno, STEP, place, "%.480s", classic.data);
  }
  int tree = sys_open_tree(AT_FDCWD, place, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  int kept = errno;
  (void)sys_umount(place, MNT_DETACH);
  return tree < 0 ? fail(failure, kept, STEP, place) : tree;
}

// Layers are never mount points of the host's: one that is, is mapped already.
static bool is_mapped(const char *path) {
  struct statx status;
  return statx(AT_FDCWD, path, 0, 0, &status) == 0 && (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

static int map_layer(const char *path, int user_namespace, struct failure *failure) {
  if (is_mapped(path)) {
    return 0;
  }
  AUTO_CLOSE int tree = sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  if (tree < 0) {
    return fail(failure, errno, STEP, path);
  }
  if (mount_map_owners(tree, path, user_namespace, false, failure) < 0) {
    return -1;
  }
  // Overlayfs takes layers only from mounts of the caller's namespace, so the mapped one is put on
  // top of the plain one here, where nobody else sees it.
  if (sys_move_mount(tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) < 0) {
    return fail(failure, errno, "map owners of layer", path);
  }
  return 0;
}

int layers_map(const struct child_context *context, size_t count, char **layers, struct failure *failure) {
  for (size_t i = 0; i < count; i++) {
    if (map_layer(layers[i], context->user_namespace, failure) < 0) {
      return -1;
    }
  }
  return 0;
}

// The lower layers keep their owners on disk and are shown shifted. The upper one is the
// container's own: overlayfs writes to it as whoever mounted it, which an idmapped mount would turn
// away, so it holds the shifted owners as they are and only its top is given to the container's root.
static int map_layers(const struct child_context *context, const OverlayMount *overlay, struct failure *failure) {
  if (layers_map(context, overlay->n_lower_directories, overlay->lower_directories, failure) < 0) {
    return -1;
  }
  if (has_upper(overlay) && chown(overlay->upper_directory, context->root_uid, context->root_gid) < 0) {
    return fail(failure, errno, "set owner of upper directory", overlay->upper_directory);
  }
  return 0;
}

// Where its work directory cannot be made, the kernel mounts an overlay read-only and says why in its log alone.
static int check_writable(const OverlayMount *overlay, int tree, struct failure *failure) {
  struct statfs status;
  if (fstatfs(tree, &status) < 0) {
    return fail(failure, errno, STEP, overlay->upper_directory);
  }
  if ((status.f_flags & ST_RDONLY) == 0) {
    return 0;
  }
  char work[PATH_MAX];
  if ((size_t)snprintf(work, sizeof work, "%s/work", overlay->work_directory) >= sizeof work) {
    return fail(failure, ENAMETOOLONG, STEP, overlay->work_directory);
  }
  // Tried again for its errno.
  int reason = mkdir(work, 0700) < 0 && errno != EEXIST ? errno : EROFS;
  return fail(failure, reason, "make work directory of overlay", overlay->work_directory);
}

int overlay_assemble(const struct child_context *context, const OverlayMount *overlay, struct failure *failure) {
  AUTO_CLOSE int tree = modern_make(overlay, failure);
  if (tree < 0 && failure->errno_number == EINVAL && !appends_layers()) {
    tree = classic_make(context, overlay, failure);
  }
  if (tree < 0 || (has_upper(overlay) && check_writable(overlay, tree, failure) < 0)) {
    return -1;
  }
  return take_descriptor(&tree);
}

int overlay_make(const struct child_context *context, struct failure *failure) {
  const RootFilesystem *root = context->plan->root;
  const OverlayMount *overlay = root->overlay;
  if (root->idmapped) {
    if (context->user_namespace < 0) {
      return fail_with(failure, EINVAL, "map owners of layer", "", "the container has no user namespace");
    }
    if (map_layers(context, overlay, failure) < 0) {
      return -1;
    }
  }
  return overlay_assemble(context, overlay, failure);
}
