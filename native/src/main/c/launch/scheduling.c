#include <errno.h>
#include <stdint.h>

#include "base/kernel.h"
#include "launch/stages.h"

// struct sched_attr of linux/sched/types.h, which clashes with sched.h of some C libraries.
struct scheduling_attributes {
  uint32_t size;
  uint32_t policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime;
  uint64_t deadline;
  uint64_t period;
  uint32_t utilization_low;
  uint32_t utilization_high;
};

enum { WHO_PROCESS = 1, CLASS_SHIFT = 13 };

static int set_io_priority(const Berth__Shim__V1__IoPriority *wanted, struct failure *failure) {
  unsigned value = wanted->priority_class << CLASS_SHIFT | wanted->level;
  if (syscall(SYS_ioprio_set, WHO_PROCESS, 0, value) < 0) {
    return fail_with(failure, errno, "set io priority", "", "class %u, level %u", wanted->priority_class, wanted->level);
  }
  return 0;
}

static int set_scheduler(const Berth__Shim__V1__Scheduler *wanted, struct failure *failure) {
  struct scheduling_attributes attributes = {
      .size = sizeof attributes,
      .policy = wanted->policy,
      .flags = wanted->flags,
      .nice = wanted->nice,
      .priority = wanted->priority,
      .runtime = wanted->runtime,
      .deadline = wanted->deadline,
      .period = wanted->period,
  };
  if (syscall(SYS_sched_setattr, 0, &attributes, 0) < 0) {
    return fail_with(failure, errno, "set scheduler", "", "policy %u, priority %u, nice %d, flags %#llx", wanted->policy,
                     wanted->priority, wanted->nice, (unsigned long long)wanted->flags);
  }
  return 0;
}

static int set_memory_policy(const Berth__Shim__V1__MemoryPolicy *wanted, struct failure *failure) {
  enum { WORDS = 16, BITS = 8 * sizeof(unsigned long) };
  unsigned long mask[WORDS * 64 / BITS] = {0};
  for (size_t i = 0; i < wanted->n_nodes * 64; i++) {
    if ((wanted->nodes[i / 64] >> i % 64 & 1) != 0) {
      mask[i / BITS] |= 1UL << i % BITS;
    }
  }
  // The kernel takes one bit less than it is told.
  unsigned long bits = wanted->n_nodes == 0 ? 0 : wanted->n_nodes * 64 + 1;
  if (syscall(SYS_set_mempolicy, wanted->mode, wanted->n_nodes == 0 ? NULL : mask, bits) < 0) {
    return fail_with(failure, errno, "set memory policy", "", "mode %#x", wanted->mode);
  }
  return 0;
}

int scheduling_set(const struct child_context *context, struct failure *failure) {
  const ProcessPlan *process = context->process;
  if ((process->io_priority != NULL && set_io_priority(process->io_priority, failure) < 0) ||
      (process->memory_policy != NULL && set_memory_policy(process->memory_policy, failure) < 0) ||
      (process->scheduler != NULL && set_scheduler(process->scheduler, failure) < 0)) {
    return -1;
  }
  return 0;
}
