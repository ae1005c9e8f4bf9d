#include "launch/resolve.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/kernel.h"

enum { LINKS_LIMIT = 40, RETRIES = 16 };

static int open_in_root(int root, const char *path, uint64_t flags, uint64_t resolve) {
  // "" would be the root itself for AT_EMPTY_PATH calls but not for openat2.
  const char *target = path[0] == '\0' ? "." : path;
  int handle = -1;
  for (int i = 0; i < RETRIES; i++) {
    handle = sys_openat2(root, target, flags | O_PATH | O_CLOEXEC, 0, resolve | RESOLVE_IN_ROOT);
    // EAGAIN: something was renamed or mounted while ".." was walked.
    if (handle >= 0 || errno != EAGAIN) {
      break;
    }
  }
  return handle;
}

// A walk that makes what is missing. `reached` names, inside the root, what is known to exist;
// `rest` is still to be walked.
struct walk {
  int root;
  char reached[PATH_MAX];
  char rest[PATH_MAX];
  int links;
};

static int append(char *path, const char *component, size_t length) {
  size_t used = strlen(path);
  if (used + length + 2 > PATH_MAX) {
    errno = ENAMETOOLONG;
    return -1;
  }
  path[used++] = '/';
  memcpy(path + used, component, length);
  path[used + length] = '\0';
  return 0;
}

// A symbolic link that leads nowhere yet: its target is walked in its place.
static int expand_link(struct walk *walk, int link, const char *rest) {
  char target[PATH_MAX];
  ssize_t length = readlinkat(link, "", target, sizeof target - 1);
  if (length < 0) {
    return -1;
  }
  target[length] = '\0';
  if (++walk->links > LINKS_LIMIT) {
    errno = ELOOP;
    return -1;
  }
  char joined[PATH_MAX];
  if ((size_t)snprintf(joined, sizeof joined, "%s/%s", target, rest) >= sizeof joined) {
    errno = ENAMETOOLONG;
    return -1;
  }
  if (target[0] == '/') {
    walk->reached[0] = '\0';
  }
  memcpy(walk->rest, joined, strlen(joined) + 1);
  return 0;
}

// Makes what is not there, and gives a handle of it. The process's umask is strict, and has no say here.
static int make_in(int parent, const char *name, enum missing missing, const struct made_owner *owner) {
  AUTO_CLOSE int made = -1;
  mode_t strict = umask(0);
  if (missing == MISSING_FILE) {
    made = openat(parent, name, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0644);
  } else if (mkdirat(parent, name, 0755) == 0) {
    made = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  }
  umask(strict);
  if (made < 0 || (owner != NULL && fchown(made, owner->uid, owner->gid) < 0)) {
    return -1;
  }
  return take_descriptor(&made);
}

static int make_component(const struct walk *walk, const char *name, enum missing missing,
                          const struct made_owner *owner) {
  AUTO_CLOSE int parent = open_in_root(walk->root, walk->reached, O_DIRECTORY, 0);
  if (parent < 0) {
    return -1;
  }
  int made = make_in(parent, name, missing, owner);
  if (made < 0) {
    return errno == EEXIST ? 0 : -1;
  }
  close_quietly(made);
  return 0;
}

static int walk_step(struct walk *walk, enum missing missing, const struct made_owner *owner) {
  const char *start = walk->rest + strspn(walk->rest, "/");
  size_t length = strcspn(start, "/");
  char name[NAME_MAX + 1];
  if (length > NAME_MAX) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(name, start, length);
  name[length] = '\0';
  char rest[PATH_MAX];
  const char *after = start + length;
  memcpy(rest, after, strlen(after) + 1);
  bool last = rest[strspn(rest, "/")] == '\0';

  size_t before = strlen(walk->reached);
  if (append(walk->reached, name, length) < 0) {
    return -1;
  }
  AUTO_CLOSE int found = open_in_root(walk->root, walk->reached, 0, 0);
  if (found >= 0) {
    memcpy(walk->rest, rest, strlen(rest) + 1);
    return 0;
  }
  if (errno != ENOENT) {
    return -1;
  }
  AUTO_CLOSE int link = open_in_root(walk->root, walk->reached, O_NOFOLLOW, 0);
  walk->reached[before] = '\0';
  if (link >= 0) {
    return expand_link(walk, link, rest);
  }
  // Made now; the same step is taken again and finds it (or what somebody else put there).
  if (++walk->links > LINKS_LIMIT * 4) {
    errno = ELOOP;
    return -1;
  }
  return make_component(walk, name, last ? missing : MISSING_DIRECTORY, owner);
}

static int walk_and_make(int root, const char *path, enum missing missing, const struct made_owner *owner,
                         uint64_t resolve) {
  struct walk walk = {.root = root};
  size_t length = strlen(path);
  if (length >= sizeof walk.rest) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(walk.rest, path, length + 1);
  while (walk.rest[strspn(walk.rest, "/")] != '\0') {
    if (walk_step(&walk, missing, owner) < 0) {
      return -1;
    }
  }
  return open_in_root(root, walk.reached, 0, resolve);
}

// Where only the last component is missing. EEXIST for a symbolic link in its place that leads nowhere.
static int make_last(int root, const char *path, enum missing missing, const struct made_owner *owner,
                     uint64_t resolve) {
  const char *slash = strrchr(path, '/');
  const char *name = slash == NULL ? path : slash + 1;
  size_t length = slash == NULL ? 0 : (size_t)(slash - path);
  char directory[PATH_MAX];
  if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || length >= sizeof directory) {
    errno = ENOENT;
    return -1;
  }
  memcpy(directory, path, length);
  directory[length] = '\0';
  AUTO_CLOSE int parent = open_in_root(root, directory, O_DIRECTORY, resolve);
  return parent < 0 ? -1 : make_in(parent, name, missing, owner);
}

static bool takes_a_walk(int errno_number) {
  return errno_number == ENOENT || errno_number == EEXIST || errno_number == ELOOP || errno_number == ENOTDIR;
}

static int open_or_make(int root, const char *path, enum missing missing, const struct made_owner *owner,
                        uint64_t resolve) {
  int handle = open_in_root(root, path, 0, resolve);
  if (handle >= 0 || errno != ENOENT || missing == MISSING_FAIL) {
    return handle;
  }
  handle = make_last(root, path, missing, owner, resolve);
  return handle >= 0 || !takes_a_walk(errno) ? handle : walk_and_make(root, path, missing, owner, resolve);
}

int root_open(int root, const char *path, enum missing missing, const struct made_owner *owner) {
  return open_or_make(root, path, missing, owner, 0);
}

int root_open_unlinked(int root, const char *path, enum missing missing) {
  return open_or_make(root, path, missing, NULL, RESOLVE_NO_SYMLINKS);
}

void parent_close(struct parent *parent) {
  close_quietly(parent->handle);
  parent->handle = -1;
}

static bool is_same_parent(const struct parent *parent, const char *path, size_t length) {
  return parent->handle >= 0 && parent->length == length && memcmp(parent->path, path, length) == 0;
}

int root_open_parent(struct parent *parent, int root, const char *path, const char **name) {
  const char *slash = strrchr(path, '/');
  *name = slash == NULL ? path : slash + 1;
  if ((*name)[0] == '\0' || strcmp(*name, ".") == 0 || strcmp(*name, "..") == 0) {
    errno = EINVAL;
    return -1;
  }
  size_t length = slash == NULL ? 0 : (size_t)(slash - path);
  if (is_same_parent(parent, path, length)) {
    return parent->handle;
  }
  char directory[PATH_MAX];
  if (length >= sizeof directory) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(directory, path, length);
  directory[length] = '\0';
  AUTO_CLOSE int handle = open_or_make(root, directory, MISSING_DIRECTORY, NULL, 0);
  struct stat status;
  if (handle < 0 || fstat(handle, &status) < 0) {
    return -1;
  }
  if (!S_ISDIR(status.st_mode)) {
    errno = ENOTDIR;
    return -1;
  }
  parent_close(parent);
  *parent = (struct parent){take_descriptor(&handle), path, length, status.st_mode};
  return parent->handle;
}
