// The suites of the kernel tests and what they share.
#pragma once

#include "fixture.h"

struct kernel_suite {
  const char *name;
  bool new_pid;
  unsigned host_id; // of the sandbox's user namespace; 0: none
  void (*run)(struct fixture *fixture);
};

// Ends with a suite without a name (kernel_process.c).
extern const struct kernel_suite kernel_suites[];
void kernel_mounts(struct fixture *fixture);
void kernel_security(struct fixture *fixture);
void kernel_streams(struct fixture *fixture);
void kernel_hooks(struct fixture *fixture);
// With the program that is under test, beside the fixture's own shim.
void kernel_template(struct fixture *fixture, const char *program);
void kernel_hooks_mapped(struct fixture *fixture);

enum { SHM_SIZE_BYTES = 1024 * 1024 };

Reply *create_sandbox(struct fixture *fixture, bool new_pid, unsigned host_id);
// What can be made before the sandbox is known; create_sandbox takes it over.
Reply *create_ahead(struct fixture *fixture, uint64_t shm_size_bytes);
bool started(struct fixture *fixture, struct plan *plan);
int exit_code(struct fixture *fixture, const char *id);
char *run_for_log(struct fixture *fixture, struct plan *plan, int expected);
void expect_log(struct fixture *fixture, const char *id, const char *script, const char *expected);
