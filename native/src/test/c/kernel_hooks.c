// OCI hooks: where each runs, what it is told, and what becomes of the container when one fails.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "kernel_tests.h"

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

enum { CREATE_RUNTIME, CREATE_CONTAINER, START_CONTAINER, POSTSTART, POSTSTOP, MOMENTS };

// A plan with one hook, or two, at each moment. Each is a script of /bin/sh.
struct hooked {
  struct plan plan;
  PlanHooks hooks;
  PlanHook items[MOMENTS][2];
  PlanHook *pointers[MOMENTS][2];
  char *arguments[MOMENTS][2][4];
  char scripts[MOMENTS][2][2048];
  char trace[256];
  char staging[256];
};

static void hooked_make(struct fixture *fixture, struct hooked *hooked, const char *id, const char *const *command) {
  memset(hooked, 0, sizeof *hooked);
  plan_make(fixture, &hooked->plan, id, command);
  berth__shim__v1__hooks__init(&hooked->hooks);
  hooked->hooks.state = "{\"id\":\"the container\"";
  hooked->plan.message.hooks = &hooked->hooks;
  snprintf(hooked->trace, sizeof hooked->trace, "%s/trace-%s", fixture->directory, id);
  snprintf(hooked->staging, sizeof hooked->staging, "%s/staging-%s", fixture->directory, id);
  mkdir(hooked->staging, 0755);
  hooked->plan.root.staging_directory = hooked->staging;
}

static PlanHook *add(struct hooked *hooked, int moment, const char *script) {
  size_t *counts[] = {&hooked->hooks.n_create_runtime, &hooked->hooks.n_create_container,
                      &hooked->hooks.n_start_container, &hooked->hooks.n_poststart, &hooked->hooks.n_poststop};
  PlanHook ***lists[] = {&hooked->hooks.create_runtime, &hooked->hooks.create_container,
                         &hooked->hooks.start_container, &hooked->hooks.poststart, &hooked->hooks.poststop};
  static const char *const names[] = {"createRuntime hook", "createContainer hook", "startContainer hook",
                                      "poststart hook", "poststop hook"};
  size_t index = (*counts[moment])++;
  PlanHook *hook = &hooked->items[moment][index];
  berth__shim__v1__hook__init(hook);
  char **arguments = hooked->arguments[moment][index];
  snprintf(hooked->scripts[moment][index], sizeof hooked->scripts[moment][index], "%s", script);
  arguments[0] = "sh";
  arguments[1] = "-c";
  arguments[2] = hooked->scripts[moment][index];
  hook->step = (char *)names[moment];
  hook->path = "/bin/sh";
  hook->n_arguments = 3;
  hook->arguments = arguments;
  hook->timeout_milliseconds = 10000;
  hooked->pointers[moment][index] = hook;
  *lists[moment] = hooked->pointers[moment];
  return hook;
}

static char *read_trace(const struct hooked *hooked) {
  char *text = calloc(1, 8192);
  (void)read_text_at(AT_FDCWD, hooked->trace, text, 8192);
  return text;
}

static void add_tracing(struct hooked *hooked, int moment, const char *name, const char *more) {
  char script[2048];
  // Paths of the host: they are there until pivot_root.
  snprintf(script, sizeof script, "read -r state; { echo %s \"$state\"; %s; } >> %s", name, more, hooked->trace);
  add(hooked, moment, script);
}

static void test_moments(struct fixture *fixture) {
  static struct hooked hooked;
  char host_mounts[128] = "";
  char host_network[128] = "";
  (void)!readlink("/proc/self/ns/mnt", host_mounts, sizeof host_mounts - 1);
  (void)!readlink("/proc/self/ns/net", host_network, sizeof host_network - 1);
  hooked_make(fixture, &hooked, "hooked", ARGUMENTS("sh", "-c", "cat /by-hook; sleep 0.2"));
  char more[1024];
  snprintf(more, sizeof more, "test $(readlink /proc/self/ns/mnt) = '%s' && test $(readlink /proc/self/ns/net) = '%s' && echo host; echo \"env:$WORD\"; ls -l /proc/self/fd | grep -c ' -> '",
           host_mounts, host_network);
  add_tracing(&hooked, CREATE_RUNTIME, "createRuntime", more);
  hooked.items[CREATE_RUNTIME][0].n_environment = 1;
  hooked.items[CREATE_RUNTIME][0].environment = (char *[]){"WORD=said", NULL};
  snprintf(more, sizeof more, "test $(readlink /proc/self/ns/mnt) != '%s' && test $(readlink /proc/self/ns/net) != '%s' && echo inside; echo made > %s/by-hook; echo $(cat %s/from-other)$(id -u)",
           host_mounts, host_network, hooked.staging, hooked.staging);
  add_tracing(&hooked, CREATE_CONTAINER, "createContainer", more);
  add(&hooked, START_CONTAINER, "read -r state; echo \"$state\" >> /by-hook; id -u >> /by-hook; echo this is not in the log");
  add_tracing(&hooked, POSTSTART, "poststart", "true");
  add_tracing(&hooked, POSTSTOP, "poststop", "true; false");
  add(&hooked, POSTSTOP, "exit 1");
  char *log = run_for_log(fixture, &hooked.plan, 0);
  CHECK(fixture, strcmp(log, "stdout F made\nstdout F {\"id\":\"the container\",\"pid\":1,\"status\":\"created\"}\nstdout F 0\n") == 0, "got\n%s", log);
  free(log);
  char *trace = read_trace(&hooked);
  int pid = 0;
  char *number = strstr(trace, "\"pid\":");
  if (number != NULL) {
    pid = atoi(number + 6);
  }
  char expected[2048];
  snprintf(expected, sizeof expected,
           "createRuntime {\"id\":\"the container\",\"pid\":%d,\"status\":\"creating\"}\nhost\nenv:said\n4\n"
           "createContainer {\"id\":\"the container\",\"pid\":1,\"status\":\"creating\"}\ninside\nlower0\n"
           "poststart {\"id\":\"the container\",\"pid\":%d,\"status\":\"running\"}\n"
           "poststop {\"id\":\"the container\",\"pid\":0,\"status\":\"stopped\"}\n",
           pid, pid);
  CHECK(fixture, pid > 1 && strcmp(trace, expected) == 0, "got\n%sexpected\n%s", trace, expected);
  free(trace);
}

static void expect_failure(struct fixture *fixture, struct hooked *hooked, int error, const char *step,
                           const char *subject, const char *detail) {
  Reply *reply = fixture_start(fixture, &hooked->plan);
  bool failed = reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_FAILURE;
  CHECK(fixture, failed && reply->failure->errno_number == error && strcmp(reply->failure->step, step) == 0 &&
            strcmp(reply->failure->subject, subject) == 0 && strstr(reply->failure->detail, detail) != NULL,
        "expected %s %s: %s (%s), got %s", step, subject, strerror(error), detail, failure_text(reply));
  reply_free(reply);
  char path[300];
  char text[64] = "x";
  snprintf(path, sizeof path, "%s/cgroup.procs", hooked->plan.message.cgroup_path);
  (void)read_text_at(AT_FDCWD, path, text, sizeof text);
  CHECK(fixture, text[0] == '\0', "%s left processes: %s", hooked->plan.message.container_id, text);
  char *trace = read_trace(hooked);
  CHECK(fixture, strncmp(trace, "poststop ", 9) == 0, "%s: its poststop hook did not run: %s",
        hooked->plan.message.container_id, trace);
  free(trace);
}

static void test_failures(struct fixture *fixture) {
  static struct hooked hooked;
  hooked_make(fixture, &hooked, "refused", ARGUMENTS("sleep", "100"));
  add(&hooked, CREATE_RUNTIME, "echo no such device >&2; exit 3");
  add_tracing(&hooked, POSTSTOP, "poststop", "true");
  expect_failure(fixture, &hooked, 0, "createRuntime hook", "/bin/sh", "exit code 3: no such device");

  hooked_make(fixture, &hooked, "slow", ARGUMENTS("sleep", "100"));
  add(&hooked, CREATE_RUNTIME, "echo waiting; sleep 97; true")->timeout_milliseconds = 200;
  add_tracing(&hooked, POSTSTOP, "poststop", "true");
  expect_failure(fixture, &hooked, ETIMEDOUT, "createRuntime hook", "/bin/sh", "killed after its 200 ms: waiting");
  CHECK(fixture, system("ps -eo args | grep -q '^sleep 97'") != 0, "what the hook started is left");

  hooked_make(fixture, &hooked, "inside", ARGUMENTS("sleep", "100"));
  add(&hooked, CREATE_CONTAINER, "kill -9 $$");
  add_tracing(&hooked, POSTSTOP, "poststop", "true");
  expect_failure(fixture, &hooked, 0, "createContainer hook", "/bin/sh", "killed by signal 9");

  hooked_make(fixture, &hooked, "absent", ARGUMENTS("sleep", "100"));
  add(&hooked, START_CONTAINER, "true")->path = "/opt/no-such-hook";
  add_tracing(&hooked, POSTSTOP, "poststop", "true");
  expect_failure(fixture, &hooked, ENOENT, "startContainer hook", "/opt/no-such-hook", "");

  hooked_make(fixture, &hooked, "late", ARGUMENTS("sleep", "100"));
  add(&hooked, POSTSTART, "exit 9");
  add_tracing(&hooked, POSTSTOP, "poststop", "true");
  expect_failure(fixture, &hooked, 0, "poststart hook", "/bin/sh", "exit code 9");
  Reply *reply = fixture_forget(fixture, "late");
  CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_DONE, "it is still known");
  reply_free(reply);

  hooked_make(fixture, &hooked, "killer", ARGUMENTS("sleep", "100"));
  add(&hooked, CREATE_RUNTIME, "read -r state; pid=${state#*\\\"pid\\\":}; kill -9 ${pid%%,*}; sleep 98");
  add_tracing(&hooked, POSTSTOP, "poststop", "true");
  expect_failure(fixture, &hooked, ESRCH, "start process", "", "before the exec");
  CHECK(fixture, system("ps -eo args | grep -q '^sleep 98'") != 0, "a hook of a container that is gone goes on");
}

// One that talks without end is neither kept in memory nor waited for; one that ends before its
// poststart hooks is told of after them.
static void test_hostile(struct fixture *fixture) {
  static struct hooked hooked;
  hooked_make(fixture, &hooked, "talker", ARGUMENTS("true"));
  add(&hooked, CREATE_RUNTIME, "exec cat /dev/zero")->timeout_milliseconds = 300;
  add_tracing(&hooked, POSTSTOP, "poststop", "true");
  expect_failure(fixture, &hooked, ETIMEDOUT, "createRuntime hook", "/bin/sh", "killed after its 300 ms");

  hooked_make(fixture, &hooked, "brief", ARGUMENTS("sh", "-c", "exit 5"));
  add_tracing(&hooked, POSTSTART, "poststart", "sleep 0.3");
  add_tracing(&hooked, POSTSTOP, "poststop", "true");
  free(run_for_log(fixture, &hooked.plan, 5));
  char *trace = read_trace(&hooked);
  CHECK(fixture, strncmp(trace, "poststart ", 10) == 0 && strstr(trace, "\npoststop ") != NULL, "got\n%s", trace);
  free(trace);

  // A daemon that the hook leaves behind keeps nobody waiting.
  hooked_make(fixture, &hooked, "leaves", ARGUMENTS("true"));
  add(&hooked, CREATE_RUNTIME, "sleep 1.5 & exit 0");
  free(run_for_log(fixture, &hooked.plan, 0));
}

static void hooked_map(struct fixture *fixture, struct hooked *hooked) {
  struct plan *plan = &hooked->plan;
  plan->choices[6].kind = NAMESPACE_SANDBOX;
  plan->message.n_devices = 0;
  plan->root.staging_directory = "";
  CHECK(fixture, chown(plan->overlay.upper_directory, 100000, 100000) == 0, "chown");
  CHECK(fixture, close(open(hooked->trace, O_WRONLY | O_CREAT, 0666)) == 0 && chmod(hooked->trace, 0666) == 0, "trace");
}

// The container's first process is then not the one that the shim cloned.
void kernel_hooks_mapped(struct fixture *fixture) {
  static struct hooked hooked;
  char command[1024];
  snprintf(command, sizeof command, "chmod 711 %s; chown -R 100000:100000 %s/layer", fixture->directory, fixture->directory);
  CHECK(fixture, system(command) == 0, "chown");
  hooked_make(fixture, &hooked, "mapped", ARGUMENTS("sh", "-c", "cat /by-hook"));
  hooked_map(fixture, &hooked);
  add_tracing(&hooked, CREATE_RUNTIME, "createRuntime", "read -r none first rest < /proc/self/uid_map; echo ${rest##* }; pid=${state#*\\\"pid\\\":}; tr -s ' ' < /proc/${pid%%,*}/uid_map");
  add_tracing(&hooked, CREATE_CONTAINER, "createContainer", "tr -s ' ' < /proc/self/uid_map");
  add(&hooked, START_CONTAINER, "id -u > /by-hook");
  add_tracing(&hooked, POSTSTOP, "poststop", "true");
  char *log = run_for_log(fixture, &hooked.plan, 0);
  CHECK(fixture, strcmp(log, "stdout F 0\n") == 0, "got\n%s", log);
  free(log);
  char *trace = read_trace(&hooked);
  CHECK(fixture, strstr(trace, "4294967295\n 0 100000 65536\ncreateContainer ") != NULL &&
            strstr(trace, "creating\"}\n 0 100000 65536\npoststop ") != NULL, "got\n%s", trace);
  free(trace);

  hooked_make(fixture, &hooked, "refused", ARGUMENTS("sleep", "100"));
  hooked_map(fixture, &hooked);
  add(&hooked, CREATE_RUNTIME, "exit 4");
  add_tracing(&hooked, POSTSTOP, "poststop", "true");
  expect_failure(fixture, &hooked, 0, "createRuntime hook", "/bin/sh", "exit code 4");

  hooked_make(fixture, &hooked, "inside", ARGUMENTS("sleep", "100"));
  hooked_map(fixture, &hooked);
  add(&hooked, CREATE_CONTAINER, "exit 5");
  add_tracing(&hooked, POSTSTOP, "poststop", "true");
  expect_failure(fixture, &hooked, 0, "createContainer hook", "/bin/sh", "exit code 5");
}

void kernel_hooks(struct fixture *fixture) {
  test_moments(fixture);
  test_failures(fixture);
  test_hostile(fixture);
}
