#include "sandbox/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/files.h"
#include "base/kernel.h"

int sysctl_path(const char *name, char *path, size_t size) {
  size_t length = strlen(name);
  if (length == 0 || length >= size) {
    return -1;
  }
  const char *first = strpbrk(name, "./");
  bool dotted = first != NULL && *first == '.';
  for (size_t i = 0; i <= length; i++) {
    char c = name[i];
    path[i] = dotted && c == '.' ? '/' : dotted && c == '/' ? '.' : c;
  }
  if (path[0] == '/') {
    return -1;
  }
  // Neither "." nor ".." nor nothing between two slashes.
  for (const char *part = path; part != NULL; part = strchr(part, '/')) {
    part += *part == '/';
    size_t part_length = strcspn(part, "/");
    if (part_length == 0 || (part_length <= 2 && strspn(part, ".") >= part_length)) {
      return -1;
    }
  }
  return 0;
}

int sysctls_write(int sysctls, size_t count, Sysctl *const *values, struct failure *failure) {
  for (size_t i = 0; i < count; i++) {
    char path[512];
    if (sysctl_path(values[i]->name, path, sizeof path) < 0) {
      return fail_with(failure, EINVAL, "write sysctl", values[i]->name, "not a sysctl name");
    }
    AUTO_CLOSE int file = sys_openat2(sysctls, path, O_WRONLY | O_CLOEXEC, 0,
                                      RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);
    if (file < 0 || write_all(file, values[i]->value, strlen(values[i]->value)) < 0) {
      return fail_with(failure, errno, "write sysctl", values[i]->name, "value \"%s\"", values[i]->value);
    }
  }
  return 0;
}
