// Helpers of the kernel suites.
#include "kernel_tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

Reply *create_sandbox(struct fixture *fixture, bool new_pid, unsigned host_id) {
  Request request = BERTH__SHIM__V1__REQUEST__INIT;
  CreateSandboxRequest create = BERTH__SHIM__V1__CREATE_SANDBOX_REQUEST__INIT;
  Sysctl sysctl = BERTH__SHIM__V1__SYSCTL__INIT;
  Sysctl *sysctls[] = {&sysctl};
  IdMapping mapping = BERTH__SHIM__V1__ID_MAPPING__INIT;
  IdMapping *mappings[] = {&mapping};
  mapping.host_id = host_id;
  mapping.size = 65536;
  sysctl.name = "net.ipv4.ip_unprivileged_port_start";
  sysctl.value = "0";
  create.sandbox_id = "sandbox";
  create.new_network = create.new_ipc = create.new_uts = true;
  create.new_pid = new_pid;
  create.hostname = "pod";
  create.n_sysctls = 1;
  create.sysctls = sysctls;
  create.shm_size_bytes = SHM_SIZE_BYTES;
  create.cgroup_path = fixture->cgroup;
  if (host_id != 0) {
    create.n_uid_mappings = create.n_gid_mappings = 1;
    create.uid_mappings = create.gid_mappings = mappings;
  }
  request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_CREATE_SANDBOX;
  request.create_sandbox = &create;
  return client_call(&fixture->client, &request);
}

Reply *create_ahead(struct fixture *fixture, uint64_t shm_size_bytes) {
  Request request = BERTH__SHIM__V1__REQUEST__INIT;
  CreateSandboxRequest create = BERTH__SHIM__V1__CREATE_SANDBOX_REQUEST__INIT;
  create.sandbox_id = "sandbox";
  create.new_network = create.new_ipc = create.new_uts = true;
  create.shm_size_bytes = shm_size_bytes;
  create.ahead = true;
  request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_CREATE_SANDBOX;
  request.create_sandbox = &create;
  return client_call(&fixture->client, &request);
}

bool started(struct fixture *fixture, struct plan *plan) {
  Reply *reply = fixture_start(fixture, plan);
  bool ok = reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_START_CONTAINER;
  CHECK(fixture, ok, "%s: %s", plan->message.container_id, failure_text(reply));
  reply_free(reply);
  return ok;
}

// Waits for the exit and gives its code; -1 without one.
int exit_code(struct fixture *fixture, const char *id) {
  Reply *event = client_wait_exit(&fixture->client, id, 20000);
  int code = event == NULL ? -1 : event->container_exited->exit->exit_code;
  reply_free(event);
  return code;
}

// Runs to its end and gives the log with the times cut off; free() it.
char *run_for_log(struct fixture *fixture, struct plan *plan, int expected) {
  const char *id = plan->message.container_id;
  if (!started(fixture, plan)) {
    return strdup("");
  }
  int code = exit_code(fixture, id);
  char *log = fixture_log(fixture, id);
  CHECK(fixture, code == expected, "%s: exit code %d, log:\n%s", id, code, log);
  char *text = calloc(1, strlen(log) + 1);
  for (char *line = strtok(log, "\n"); line != NULL; line = strtok(NULL, "\n")) {
    const char *after = strchr(line, ' ');
    strcat(text, after == NULL ? line : after + 1);
    strcat(text, "\n");
  }
  free(log);
  reply_free(fixture_forget(fixture, id));
  return text;
}

void expect_log(struct fixture *fixture, const char *id, const char *script, const char *expected) {
  struct plan plan;
  plan_make(fixture, &plan, id, ARGUMENTS("/bin/sh", "-c", script));
  char *log = run_for_log(fixture, &plan, 0);
  CHECK(fixture, strcmp(log, expected) == 0, "%s: got\n%sexpected\n%s", id, log, expected);
  free(log);
}
