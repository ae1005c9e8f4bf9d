// Copies what an image has in a directory into the tmpfs that is about to cover it: files,
// directories, symbolic links with their owners, modes and times. Devices, sockets and extended
// attributes are left behind.
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/kernel.h"
#include "launch/resolve.h"
#include "launch/stages.h"

enum { DEPTH_LIMIT = 64, CHUNK_BYTES = 1024 * 1024 };

static int copy_directory(int from, int to, int depth);

static int copy_metadata(int to, const char *name, const struct stat *status) {
  struct timespec times[2] = {status->st_atim, status->st_mtim};
  if (fchownat(to, name, status->st_uid, status->st_gid, AT_SYMLINK_NOFOLLOW) < 0) {
    return -1;
  }
  // After the owner, which clears set-id bits.
  if (!S_ISLNK(status->st_mode) && fchmodat(to, name, status->st_mode & 07777, 0) < 0) {
    return -1;
  }
  return utimensat(to, name, times, AT_SYMLINK_NOFOLLOW);
}

static int copy_file(int from, int to, const char *name) {
  AUTO_CLOSE int source = openat(from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  if (source < 0) {
    return -1;
  }
  AUTO_CLOSE int target = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (target < 0) {
    return -1;
  }
  ssize_t count;
  while ((count = sendfile(target, source, NULL, CHUNK_BYTES)) != 0) {
    if (count < 0 && errno != EINTR) {
      return -1;
    }
  }
  return 0;
}

static int copy_link(int from, int to, const char *name) {
  char target[PATH_MAX];
  ssize_t length = readlinkat(from, name, target, sizeof target - 1);
  if (length < 0) {
    return -1;
  }
  target[length] = '\0';
  return symlinkat(target, to, name);
}

static int copy_subdirectory(int from, int to, const char *name, int depth) {
  AUTO_CLOSE int source = openat(from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (source < 0 || mkdirat(to, name, 0700) < 0) {
    return -1;
  }
  AUTO_CLOSE int target = openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  return target < 0 ? -1 : copy_directory(source, target, depth + 1);
}

static int copy_entry(int from, int to, const char *name, int depth) {
  struct stat status;
  if (fstatat(from, name, &status, AT_SYMLINK_NOFOLLOW) < 0) {
    return -1;
  }
  int result;
  if (S_ISREG(status.st_mode)) {
    result = copy_file(from, to, name);
  } else if (S_ISLNK(status.st_mode)) {
    result = copy_link(from, to, name);
  } else if (S_ISDIR(status.st_mode)) {
    result = copy_subdirectory(from, to, name, depth);
  } else {
    return 0;
  }
  return result < 0 ? -1 : copy_metadata(to, name, &status);
}

static int copy_directory(int from, int to, int depth) {
  if (depth > DEPTH_LIMIT) {
    errno = ELOOP;
    return -1;
  }
  int listing = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  AUTO_CLOSEDIR DIR *directory = listing < 0 ? NULL : fdopendir(listing);
  if (directory == NULL) {
    close_quietly(listing);
    return -1;
  }
  errno = 0;
  for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
        copy_entry(from, to, entry->d_name, depth) < 0) {
      return -1;
    }
    errno = 0;
  }
  return errno == 0 ? 0 : -1;
}

int copy_up(int root, const char *path, int tmpfs, struct failure *failure) {
  AUTO_CLOSE int handle = root_open(root, path, MISSING_FAIL, NULL);
  struct stat status;
  if (handle < 0) {
    return errno == ENOENT ? 0 : fail(failure, errno, "copy into tmpfs", path);
  }
  AUTO_CLOSE int source = openat(handle, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  AUTO_CLOSE int target = openat(tmpfs, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (source < 0 || target < 0 || copy_directory(source, target, 0) < 0) {
    return fail(failure, errno, "copy into tmpfs", path);
  }
  // The directory itself, too, as the image has it.
  if (fstat(source, &status) < 0 || fchown(target, status.st_uid, status.st_gid) < 0 ||
      fchmod(target, status.st_mode & 07777) < 0) {
    return fail(failure, errno, "copy into tmpfs", path);
  }
  return 0;
}
