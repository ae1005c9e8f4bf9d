// Volumes with the files of an image: detached, read-only mounts of its layers.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/kernel.h"
#include "launch/resolve.h"
#include "launch/stages.h"

static const char STEP[] = "mount image";

enum { LABEL_LIMIT = 512 };

static int layers_make(const struct child_context *context, const PlanMount *mount, struct failure *failure) {
  if (mount->n_lower_directories == 1) {
    // Overlayfs wants two at least; one layer is what it shows.
    int tree = sys_open_tree(AT_FDCWD, mount->lower_directories[0], OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    return tree < 0 ? fail(failure, errno, STEP, mount->lower_directories[0]) : tree;
  }
  OverlayMount overlay = BERTH__SHIM__V1__OVERLAY_MOUNT__INIT;
  overlay.n_lower_directories = mount->n_lower_directories;
  overlay.lower_directories = mount->lower_directories;
  char label[LABEL_LIMIT];
  char *options[] = {label};
  if (mount->mount_label[0] != '\0') {
    if ((size_t)snprintf(label, sizeof label, "context=%s", mount->mount_label) >= sizeof label) {
      return fail(failure, ENAMETOOLONG, "set mount label", mount->mount_label);
    }
    overlay.n_options = 1;
    overlay.options = options;
  }
  return overlay_assemble(context, &overlay, failure);
}

static int open_part(const PlanMount *mount, int tree, struct failure *failure) {
  AUTO_CLOSE int part = root_open(tree, mount->sub_path, MISSING_FAIL, NULL);
  if (part < 0) {
    return fail_with(failure, errno, STEP, mount->destination, "the sub-path %.400s", mount->sub_path);
  }
  int clone = sys_open_tree(part, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  return clone < 0 ? fail_with(failure, errno, STEP, mount->destination, "the sub-path %.400s", mount->sub_path)
                   : clone;
}

// A part of a tree can be cloned where the tree is attached (before Linux 6.15): for a moment it is,
// in the mount namespace of this process alone, which is cut off from the host's by now.
static int cut_part(const struct child_context *context, const PlanMount *mount, int tree, struct failure *failure) {
  const char *staging = context->plan->root->staging_directory;
  const char *place = staging[0] != '\0' ? staging : "/sys";
  if (sys_move_mount(tree, "", AT_FDCWD, place, MOVE_MOUNT_F_EMPTY_PATH) < 0) {
    return fail(failure, errno, STEP, place);
  }
  int part = open_part(mount, tree, failure);
  (void)sys_umount(place, MNT_DETACH);
  return part;
}

int image_volume_make(const struct child_context *context, const PlanMount *mount, struct failure *failure) {
  if (context->user_namespace >= 0 &&
      layers_map(context, mount->n_lower_directories, mount->lower_directories, failure) < 0) {
    return -1;
  }
  AUTO_CLOSE int tree = layers_make(context, mount, failure);
  if (tree < 0) {
    return -1;
  }
  if (mount->sub_path[0] != '\0') {
    int part = cut_part(context, mount, tree, failure);
    if (part < 0) {
      return -1;
    }
    close_quietly(tree);
    tree = part;
  }
  if (mount_set_attributes(tree, mount->destination, mount->attributes_set, mount->attributes_clear, false, failure) <
          0 ||
      mount_set_propagation(tree, mount->destination, "private", failure) < 0) {
    return -1;
  }
  return take_descriptor(&tree);
}
