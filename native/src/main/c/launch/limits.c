#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>

#include "base/files.h"
#include "base/kernel.h"
#include "launch/stages.h"

int oom_score_set(const struct child_context *context, struct failure *failure) {
  if (!PROCESS_HAS_OOM_SCORE_ADJ(context->process)) {
    return 0;
  }
  char text[16];
  snprintf(text, sizeof text, "%d", context->process->oom_score_adj);
  if (write_text_at(AT_FDCWD, "/proc/self/oom_score_adj", text) < 0) {
    fail_with(failure, errno, "set oom_score_adj", "", "value %s", text);
    if (errno != EACCES && errno != EPERM) {
      return -1;
    }
    // Lowering it takes CAP_SYS_RESOURCE, which not every root has: the inherited value stays.
    launch_warn(context, failure);
  }
  return 0;
}

static const char *const LIMIT_NAMES[] = {
    "RLIMIT_CPU",    "RLIMIT_FSIZE", "RLIMIT_DATA",       "RLIMIT_STACK",    "RLIMIT_CORE", "RLIMIT_RSS",
    "RLIMIT_NPROC",  "RLIMIT_NOFILE", "RLIMIT_MEMLOCK",   "RLIMIT_AS",       "RLIMIT_LOCKS", "RLIMIT_SIGPENDING",
    "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO",    "RLIMIT_RTTIME"};

int resource_limits_set(const struct child_context *context, struct failure *failure) {
  for (size_t i = 0; i < context->process->n_resource_limits; i++) {
    const Berth__Shim__V1__ResourceLimit *wanted = context->process->resource_limits[i];
    if (wanted->resource >= RLIM_NLIMITS) {
      return fail_with(failure, EINVAL, "set resource limit", "", "no resource %u", wanted->resource);
    }
    const char *name = wanted->resource < sizeof LIMIT_NAMES / sizeof *LIMIT_NAMES ? LIMIT_NAMES[wanted->resource] : "";
    struct rlimit limit = {.rlim_cur = wanted->soft, .rlim_max = wanted->hard};
    if (setrlimit((__rlimit_resource_t)wanted->resource, &limit) < 0) {
      int kept = errno;
      fail_with(failure, kept, "set resource limit", name, "soft %llu, hard %llu", (unsigned long long)wanted->soft,
                (unsigned long long)wanted->hard);
      if (kept != EPERM) {
        return -1;
      }
      // A hard limit above our own takes CAP_SYS_RESOURCE: as far as it may go.
      launch_warn(context, failure);
      struct rlimit own;
      if (getrlimit((__rlimit_resource_t)wanted->resource, &own) == 0) {
        limit.rlim_max = own.rlim_max;
        limit.rlim_cur = limit.rlim_cur > own.rlim_max ? own.rlim_max : limit.rlim_cur;
        (void)setrlimit((__rlimit_resource_t)wanted->resource, &limit);
      }
    }
  }
  return 0;
}
