// To be preloaded where root lacks CAP_SYS_RESOURCE: crun before 1.14 gives up when it may not lift the limit of locked
// memory, which kernels since 5.11 do not look at for what it is about to do.
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <sys/resource.h>

int setrlimit64(__rlimit_resource_t resource, const struct rlimit64 *limit) {
  int status = prlimit64(0, resource, limit, NULL);
  return status < 0 && errno == EPERM && resource == RLIMIT_MEMLOCK ? 0 : status;
}

int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit) {
  struct rlimit64 same = {.rlim_cur = limit->rlim_cur, .rlim_max = limit->rlim_max};
  return setrlimit64(resource, &same);
}
