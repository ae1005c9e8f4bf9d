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

// An O_PATH handle of what the path names, made when missing (parents too, 0755; a file empty and
// 0644; owned by the owner, if one is given). -1 with errno.
int root_open(int root, const char *path, enum missing missing, const struct made_owner *owner);
// The same without following any symbolic link: ELOOP.
int root_open_unlinked(int root, const char *path, enum missing missing);
// The directory that holds the path's last component, made when missing. *name points into path.
int root_open_parent(int root, const char *path, const char **name);
