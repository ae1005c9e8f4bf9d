// Paths inside a container's root. The image decides what its symbolic links say, so every step
// goes through the kernel's RESOLVE_IN_ROOT: a link, however it is made and whoever changes it
// meanwhile, never leads out of the root.
#pragma once

#include <sys/types.h>

#include "base/failure.h"

enum missing { MISSING_FAIL, MISSING_DIRECTORY, MISSING_FILE };

struct made_owner {
  uid_t uid;
  gid_t gid;
};

// A handle of what the path names, to mount on or to look at, made when missing (parents too, 0755; a
// file empty and 0644; owned by the owner, if one is given). -1 with errno.
int root_open(int root, const char *path, enum missing missing, const struct made_owner *owner);
// The same without following any symbolic link: ELOOP.
int root_open_unlinked(int root, const char *path, enum missing missing);
// The directory that held a path's last component, kept for the next path in it. Begins as PARENT_NONE;
// parent_close() ends it.
struct parent {
  int handle;
  const char *path; // of the caller's, which must stay
  size_t length;    // of the directory's part of it
  mode_t mode;
};
#define PARENT_NONE {.handle = -1}
// The handle of the directory, made when missing; it stays the parent's. *name points into path. -1 with errno.
int root_open_parent(struct parent *parent, int root, const char *path, const char **name);
void parent_close(struct parent *parent);
#define AUTO_PARENT __attribute__((cleanup(parent_close))) struct parent
