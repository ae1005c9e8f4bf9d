// A sandbox for a test run on the real kernel: directories, a shim, an overlay of static busybox,
// and plans made from it.
#pragma once

#include <stdbool.h>

#include "client.h"

struct fixture {
  char directory[128];  // everything of the run
  char run[160];        // the shim's --directory
  char cgroup[160];     // this sandbox's cgroup v2 directory
  struct client client;
  bool dynamic; // the shim under test needs a loader (the one with sanitizers does)
  pid_t shim;
  unsigned failures;
  unsigned checks;
};

// Why the kernel tests cannot run here; NULL when they can.
const char *fixture_skip_reason(void);
bool fixture_open(struct fixture *fixture, const char *shim_program);
void fixture_close(struct fixture *fixture);

#define CHECK(fixture, condition, ...) fixture_check(fixture, condition, #condition, __FILE__, __LINE__, __VA_ARGS__)
__attribute__((format(printf, 6, 7))) bool fixture_check(struct fixture *fixture, bool condition, const char *text,
                                                         const char *file, int line, const char *format, ...);

// A plan with everything that an ordinary container has. Lives until the next call with free.
struct plan {
  LaunchPlan message;
  Berth__Shim__V1__Namespaces namespaces;
  NamespaceChoice choices[8];
  RootFilesystem root;
  OverlayMount overlay;
  ProcessPlan process;
  Capabilities capabilities;
  PlanMount mounts[32];
  PlanMount *mount_pointers[32];
  DeviceNode devices[8];
  DeviceNode *device_pointers[8];
  PlanSymlink symlinks[4];
  PlanSymlink *symlink_pointers[4];
  char *arguments[16];
  char *environment[8];
  char *lower[4];
  char paths[8][256];
};

// NULL-terminated arguments. Makes the container's layers, cgroup and log directory.
void plan_make(struct fixture *fixture, struct plan *plan, const char *id, const char *const *arguments);
PlanMount *plan_add_mount(struct plan *plan, const char *destination);
void plan_add_file_system(struct plan *plan, const char *destination, const char *type, uint64_t attributes,
                          const char *const *options);

Reply *fixture_start(struct fixture *fixture, struct plan *plan);
Reply *fixture_exec(struct fixture *fixture, const char *id, const char *const *arguments, unsigned timeout);
Reply *fixture_signal(struct fixture *fixture, const char *id, int signal, bool whole_cgroup);
Reply *fixture_forget(struct fixture *fixture, const char *id);
// The container's log, whole; free() it.
char *fixture_log(struct fixture *fixture, const char *id);
// Text of a failure, for messages.
const char *failure_text(const Reply *reply);
