// The stages of a launch. Each returns 0, or -1 with the failure that names its step.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "launch/child.h"
#include "sandbox/user_namespace.h"

// Says a warning to the shim; the launch goes on.
void launch_warn(const struct child_context *context, const struct failure *warning);

// prepare.c: with the host's rights, before a user namespace is entered. The mounts that have a
// source on the host, detached; then the root.
int prepare_mounts(struct child_context *context, struct failure *failure);
// overlay.c, root.c: a detached mount of the root file system.
int overlay_make(const struct child_context *context, struct failure *failure);
// overlay.c: any overlay; and layers with owners mapped through the container's user namespace, each
// once however often it is used.
int overlay_assemble(const struct child_context *context, const OverlayMount *overlay, struct failure *failure);
int layers_map(const struct child_context *context, size_t count, char **layers, struct failure *failure);
// image_volume.c: a detached mount of an image's files.
int image_volume_make(const struct child_context *context, const PlanMount *mount, struct failure *failure);
int root_make(const struct child_context *context, struct failure *failure);
// root.c
int root_attach(struct child_context *context, struct failure *failure);
int root_finish(const struct child_context *context, struct failure *failure);
// attributes.c: attributes, propagation and owners of a detached mount.
int mount_set_attributes(int tree, const char *subject, uint64_t set, uint64_t clear, bool recursive,
                         struct failure *failure);
int mount_set_propagation(int tree, const char *subject, const char *propagation, struct failure *failure);
int mount_map_owners(int tree, const char *subject, int user_namespace, bool recursive, struct failure *failure);
// 0 for a name that is none.
uint64_t propagation_flag(const char *propagation, bool *recursive);
// file_system.c: a detached mount of a new file system, and one of the host's for cgroup and sysfs.
int file_system_make(const struct child_context *context, const PlanMount *mount, struct failure *failure);
// Sets one option, "key=value" or "flag".
int file_system_option(int context, const char *type, const char *option, struct failure *failure);
// fail() with what the kernel wrote to the context of a file system.
int file_system_fail(struct failure *failure, int errno_number, int context, const char *step, const char *subject);
// copy_up.c: the content of a directory in the image into a new tmpfs.
int copy_up(int root, const char *path, int tmpfs, struct failure *failure);
// attach.c
int attach_mounts(struct child_context *context, struct failure *failure);
// devices.c
int devices_make(struct child_context *context, struct failure *failure);
int symlinks_make(struct child_context *context, struct failure *failure);
// masks.c
int paths_protect(struct child_context *context, struct failure *failure);
// terminal.c
int terminal_make(struct child_context *context, struct failure *failure);
// limits.c
int oom_score_set(const struct child_context *context, struct failure *failure);
int resource_limits_set(const struct child_context *context, struct failure *failure);
// scheduling.c: priorities and where memory comes from; with the launch's rights, children inherit it.
int scheduling_set(const struct child_context *context, struct failure *failure);
// credentials.c
int security_labels_set(const struct child_context *context, struct failure *failure);
int credentials_set(const struct child_context *context, struct failure *failure);
// execute.c: the last stages, the same for containers and execs. Returns only with a failure.
int become_process(struct child_context *context, bool limits, struct failure *failure);
