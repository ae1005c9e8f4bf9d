// A container of the sandbox: its process, streams, log and exit.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/loop.h"
#include "containers/cgroup.h"
#include "containers/exit_record.h"
#include "containers/hooks.h"
#include "containers/launch.h"
#include "containers/log_writer.h"
#include "wire/connection.h"

enum container_phase { CONTAINER_STARTING, CONTAINER_RUNNING, CONTAINER_EXITED };

struct container;
struct attachment;

// A stream on its way from the container into its log.
struct output {
  struct container *container;
  struct source source;
  struct log_stream stream;
};

struct container {
  struct container *next;
  struct shim *shim;
  struct deferred deferred;
  char *id;
  enum container_phase phase;
  struct request_token starter;
  struct launch launch;
  struct hooks hooks;
  bool ended; // its first process has, and that is not told yet
  struct output outputs[2];
  struct log_writer log;
  char *log_path;
  int standard_input; // the shim's end of the pipe, kept for attach; -1
  bool standard_input_once;
  bool accepts_input; // standard input was asked for
  struct attachment *attachments;
  unsigned attachment_count;
  unsigned pauses;    // attached clients for which its outputs are not read
  int terminal;       // the terminal's master; -1
  int cgroup;
  uint64_t oom_kills_before;
  bool stale_exec_cgroups; // those of ended execs are still there
  struct exec_cgroup idle_exec; // an empty one, kept for the next exec
  bool own_pid_namespace; // its end takes all its processes with it
  int exec_flags;         // namespaces that an exec joins by the container's pidfd
  IdMapping *uid_mappings; // of its user namespace, for the owners of pipes
  size_t uid_mapping_count;
  int64_t started_at;
  ExitRecord exit;
};

struct container *container_find(const struct shim *shim, const char *id);
// Starts one; the reply comes from here in all cases.
void container_start(struct shim *shim, struct request_token token, const LaunchPlan *plan);
int container_signal(struct container *container, int signal, bool whole_cgroup, struct failure *failure);
int container_reopen_log(struct container *container, struct failure *failure);
void container_close_input(struct container *container);
int container_resize(struct container *container, unsigned rows, unsigned columns, struct failure *failure);
// Frees it; not while it runs.
void container_forget(struct container *container);
void container_free_all(struct shim *shim);

// Streams (output.c).
int output_watch(struct container *container, int index, int descriptor, const char *name, bool terminal);
// An attached client takes no more for now: what the container writes waits in its pipes.
void outputs_pause(struct container *container);
void outputs_resume(struct container *container);
void outputs_drain(struct container *container);
void outputs_close(struct container *container);
