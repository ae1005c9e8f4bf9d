// Users, capabilities, limits, seccomp, labels.
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel_tests.h"

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void expect(struct fixture *fixture, struct plan *plan, const char *expected) {
  char *log = run_for_log(fixture, plan, 0);
  CHECK(fixture, strcmp(log, expected) == 0, "%s: got\n%sexpected\n%s", plan->message.container_id, log, expected);
  free(log);
}

static void test_credentials(struct fixture *fixture) {
  struct plan plan;
  static uint32_t groups[] = {7, 8};
  plan_make(fixture, &plan, "user", ARGUMENTS("sh", "-c", "id -u; id -g; id -G; umask; grep -E 'Cap|NoNew' /proc/self/status | tr -d '\\t'; echo ok > /proc/self/fd/2"));
  plan.process.uid = 1000;
  plan.process.gid = 1001;
  plan.process.additional_gids = groups;
  plan.process.n_additional_gids = 2;
  plan.process.no_new_privileges = true;
  plan.process.umask_presence_case = BERTH__SHIM__V1__PROCESS__UMASK_PRESENCE_UMASK;
  plan.process.umask = 027;
  expect(fixture, &plan,
         "stdout F 1000\nstdout F 1001\nstdout F 1001 7 8\nstdout F 0027\nstdout F CapInh:0000000000000000\n"
         "stdout F CapPrm:0000000000000000\nstdout F CapEff:0000000000000000\nstdout F CapBnd:00000000a80425fb\n"
         "stdout F CapAmb:0000000000000000\nstdout F NoNewPrivs:1\nstderr F ok\n");

  plan_make(fixture, &plan, "ambient", ARGUMENTS("sh", "-c", "grep Cap /proc/self/status | tr -d '\\t'"));
  plan.process.uid = 1000;
  plan.capabilities.ambient = plan.capabilities.inheritable = 0x400;
  expect(fixture, &plan,
         "stdout F CapInh:0000000000000400\nstdout F CapPrm:0000000000000400\nstdout F CapEff:0000000000000400\n"
         "stdout F CapBnd:00000000a80425fb\nstdout F CapAmb:0000000000000400\n");

  // Everything asked for: as far as the runtime itself may go, and it says so.
  plan_make(fixture, &plan, "privileged", ARGUMENTS("sleep", "1000"));
  plan.capabilities.bounding = plan.capabilities.effective = plan.capabilities.permitted = ~0ULL;
  Berth__Shim__V1__ResourceLimit limit = BERTH__SHIM__V1__RESOURCE_LIMIT__INIT;
  Berth__Shim__V1__ResourceLimit *limits[] = {&limit};
  limit.resource = RLIMIT_NOFILE;
  limit.soft = limit.hard = 1024;
  plan.process.n_resource_limits = 1;
  plan.process.resource_limits = limits;
  plan.process.oom_score_adj_presence_case = BERTH__SHIM__V1__PROCESS__OOM_SCORE_ADJ_PRESENCE_OOM_SCORE_ADJ;
  plan.process.oom_score_adj = 500;
  Reply *reply = fixture_start(fixture, &plan);
  bool ok = reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_START_CONTAINER;
  if (CHECK(fixture, ok, "%s", failure_text(reply))) {
    CHECK(fixture, reply->start_container->n_warnings == 1 &&
              strcmp(reply->start_container->warnings[0]->step, "set capabilities") == 0, "%zu warnings",
          reply->start_container->n_warnings);
  }
  reply_free(reply);
  reply = fixture_exec(fixture, "privileged", ARGUMENTS("sh", "-c", "cat /proc/1/oom_score_adj; grep 'open files' /proc/1/limits | tr -s ' ' | cut -d' ' -f4-5"), 2000);
  CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_EXEC && reply->exec->standard_output.len == 14 &&
            memcmp(reply->exec->standard_output.data, "500\n1024 1024\n", 14) == 0, "%s", failure_text(reply));
  reply_free(reply);
  reply_free(fixture_signal(fixture, "privileged", 0, true));
  exit_code(fixture, "privileged");
}

// A filter that lets everything pass but mkdir and mkdirat, which give EDOM.
static void test_seccomp(struct fixture *fixture) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#ifdef SYS_mkdir
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mkdir, 1, 0),
#else
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mkdirat, 1, 0),
#endif
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mkdirat, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EDOM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct plan plan;
  for (int round = 0; round < 2; round++) {
    plan_make(fixture, &plan, round == 0 ? "filter" : "filter-nnp", ARGUMENTS("sh", "-c", "busybox mkdir /x 2>&1 | grep -c -i domain; grep Seccomp: /proc/self/status | tr -d '\\t'; grep CapEff /proc/self/status | tr -d '\\t'"));
    plan.process.seccomp_filter.data = (uint8_t *)filter;
    plan.process.seccomp_filter.len = sizeof filter;
    plan.process.no_new_privileges = round == 1;
    plan.process.uid = round == 0 ? 0 : 1000;
    expect(fixture, &plan, round == 0 ? "stdout F 1\nstdout F Seccomp:2\nstdout F CapEff:00000000a80425fb\n"
                                      : "stdout F 1\nstdout F Seccomp:2\nstdout F CapEff:0000000000000000\n");
  }
  // One that forbids everything but execve: still the last thing, so that the program starts and
  // dies by itself.
  struct sock_filter strict[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
  };
  plan_make(fixture, &plan, "strict", ARGUMENTS("true"));
  plan.process.seccomp_filter.data = (uint8_t *)strict;
  plan.process.seccomp_filter.len = sizeof strict;
  if (started(fixture, &plan)) {
    CHECK(fixture, exit_code(fixture, "strict") == 128 + 31, "killed by SIGSYS");
  }
}

static void test_protection(struct fixture *fixture) {
  struct plan plan;
  // The shim's own program, run by the image's wish: it can be read but never written.
  plan_make(fixture, &plan, "self", ARGUMENTS("sh", "-c", "true"));
  plan.arguments[0] = "/proc/self/exe";
  plan.arguments[1] = "--version";
  plan.process.n_arguments = 2;
  if (!fixture->dynamic) {
    char *log = run_for_log(fixture, &plan, 0);
    CHECK(fixture, strstr(log, "berth-shim") != NULL, "%s", log);
    free(log);
  }
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/exe", fixture->shim);
  CHECK(fixture, access(path, W_OK) < 0 && errno == EROFS, "the shim's program is writable by its exe link");

  // A working directory by way of a descriptor that the launch had open.
  for (int number = 3; number < 40; number++) {
    char id[16];
    snprintf(id, sizeof id, "cwd%d", number);
    snprintf(path, sizeof path, "/proc/self/fd/%d", number);
    plan_make(fixture, &plan, id, ARGUMENTS("true"));
    plan.process.working_directory = path;
    Reply *reply = fixture_start(fixture, &plan);
    CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_FAILURE, "%s is a working directory", path);
    reply_free(reply);
  }
  expect_log(fixture, "leaks", "for fd in /proc/self/fd/*; do readlink $fd; done | grep -v -E 'pipe|/dev/null|/fd' || echo none", "stdout F none\n");
}

static void test_labels(struct fixture *fixture) {
  struct plan plan;
  if (access("/sys/module/apparmor", F_OK) == 0) {
    plan_make(fixture, &plan, "apparmor", ARGUMENTS("cat", "/proc/self/attr/apparmor/current"));
    plan.process.apparmor_profile = "unconfined";
    expect(fixture, &plan, "stdout F unconfined\n");
  }
  plan_make(fixture, &plan, "noprofile", ARGUMENTS("true"));
  plan.process.apparmor_profile = "berth-no-such-profile";
  Reply *reply = fixture_start(fixture, &plan);
  CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_FAILURE &&
            strcmp(reply->failure->step, "set AppArmor profile") == 0, "%s", failure_text(reply));
  reply_free(reply);
}

// What the process is given, its children and execs have as well.
static void test_scheduling(struct fixture *fixture) {
  struct plan plan;
  Berth__Shim__V1__IoPriority io = BERTH__SHIM__V1__IO_PRIORITY__INIT;
  Berth__Shim__V1__Scheduler scheduler = BERTH__SHIM__V1__SCHEDULER__INIT;
  Berth__Shim__V1__MemoryPolicy memory = BERTH__SHIM__V1__MEMORY_POLICY__INIT;
  uint64_t nodes[] = {1};
  io.priority_class = 2;
  io.level = 6;
  scheduler.policy = SCHED_BATCH;
  scheduler.nice = 7;
  memory.mode = 2; // MPOL_BIND
  memory.n_nodes = 1;
  memory.nodes = nodes;
  plan_make(fixture, &plan, "scheduled", ((const char *const[]){"sh", "-c", "cut -d' ' -f19,41 /proc/self/stat; test ! -e /proc/self/numa_maps || head -n 1 /proc/self/numa_maps | grep -o bind:0; sleep 0.5", NULL}));
  plan.process.io_priority = &io;
  plan.process.scheduler = &scheduler;
  if (access("/proc/self/numa_maps", F_OK) == 0) {
    plan.process.memory_policy = &memory;
  }
  Reply *reply = fixture_start(fixture, &plan);
  bool ok = reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_START_CONTAINER;
  if (CHECK(fixture, ok, "%s", failure_text(reply))) {
    CHECK(fixture, syscall(SYS_ioprio_get, 1, reply->start_container->pid) == (2 << 13 | 6), "io priority");
    exit_code(fixture, "scheduled");
    char *log = fixture_log(fixture, "scheduled");
    CHECK(fixture, strstr(log, " F 7 3\n") != NULL &&
              (plan.process.memory_policy == NULL || strstr(log, " F bind:0\n") != NULL), "got\n%s", log);
    free(log);
  }
  reply_free(reply);

  plan_make(fixture, &plan, "misscheduled", ((const char *const[]){"true", NULL}));
  scheduler.policy = 77;
  plan.process.scheduler = &scheduler;
  reply = fixture_start(fixture, &plan);
  CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_FAILURE &&
            strcmp(reply->failure->step, "set scheduler") == 0 && strstr(reply->failure->detail, "policy 77") != NULL,
        "%s", failure_text(reply));
  reply_free(reply);
}

void kernel_security(struct fixture *fixture) {
  test_credentials(fixture);
  test_seccomp(fixture);
  test_protection(fixture);
  test_labels(fixture);
  test_scheduling(fixture);
}
