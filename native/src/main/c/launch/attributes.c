#include <errno.h>
#include <string.h>

#include "base/kernel.h"
#include "launch/stages.h"

enum { ATIME_BITS = 0x70 }; // MOUNT_ATTR__ATIME: an enumeration, to be cleared whole before it is set

int mount_set_attributes(int tree, const char *subject, uint64_t set, uint64_t clear, bool recursive,
                         struct failure *failure) {
  if (((set | clear) & ATIME_BITS) != 0) {
    clear |= ATIME_BITS;
  }
  if ((set | clear) == 0) {
    return 0;
  }
  // Set wins over clear, as the later option does in a list.
  struct mount_attr attributes = {.attr_set = set, .attr_clr = clear & ~(set & ~(uint64_t)ATIME_BITS)};
  if (sys_mount_setattr(tree, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attributes) < 0) {
    return fail_with(failure, errno, "set mount attributes", subject, "set %#llx, clear %#llx",
                     (unsigned long long)attributes.attr_set, (unsigned long long)attributes.attr_clr);
  }
  return 0;
}

uint64_t propagation_flag(const char *propagation, bool *recursive) {
  static const struct {
    const char *name;
    uint64_t flag;
  } known[] = {
      {"private", MS_PRIVATE}, {"slave", MS_SLAVE}, {"shared", MS_SHARED}, {"unbindable", MS_UNBINDABLE}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (strcmp(propagation, known[i].name) == 0) {
      *recursive = false;
      return known[i].flag;
    }
    if (propagation[0] == 'r' && strcmp(propagation + 1, known[i].name) == 0) {
      *recursive = true;
      return known[i].flag;
    }
  }
  return 0;
}

int mount_set_propagation(int tree, const char *subject, const char *propagation, struct failure *failure) {
  bool recursive = false;
  uint64_t flag = propagation_flag(propagation, &recursive);
  if (flag == 0) {
    return fail_with(failure, EINVAL, "set mount propagation", subject, "\"%.60s\" is none", propagation);
  }
  struct mount_attr attributes = {.propagation = flag};
  if (sys_mount_setattr(tree, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attributes) < 0) {
    return fail_with(failure, errno, "set mount propagation", subject, "%s", propagation);
  }
  return 0;
}

int mount_map_owners(int tree, const char *subject, int user_namespace, bool recursive, struct failure *failure) {
  struct mount_attr attributes = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t)user_namespace};
  if (sys_mount_setattr(tree, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attributes) < 0) {
    return fail_with(failure, errno, "map owners of mount", subject, "%s",
                     errno == EINVAL ? "its file system may not support idmapped mounts" : "");
  }
  return 0;
}
