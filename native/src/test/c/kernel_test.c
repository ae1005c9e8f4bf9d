// The shim on the real kernel: sandboxes, containers, logs, exits, execs, and what they leave.
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "fixture.h"
#include "kernel_tests.h"

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_basics(struct fixture *fixture) {
  expect_log(fixture, "hello", "echo hello; sleep 0.2; echo oops >&2; sleep 0.2; printf unfinished",
             "stdout F hello\nstderr F oops\nstdout P unfinished\n");
  expect_log(fixture, "view", "hostname; echo $$; ls /; cat /etc/../from-other; id -u; pwd; cat /proc/timer_list | wc -c",
             "stdout F pod\nstdout F 1\nstdout F bin\nstdout F data\nstdout F dev\nstdout F escape\nstdout F etc\n"
             "stdout F from-other\nstdout F outside\nstdout F proc\nstdout F sys\nstdout F tmp\nstdout F lower\n"
             "stdout F 0\nstdout F /\nstdout F 0\n");
  expect_log(fixture, "sealed", "echo 1 2>/dev/null > /proc/sys/kernel/domainname || echo ro; "
             "touch /sys/x 2>/dev/null || echo ro; ls /proc/self/fd | wc -l; cat /proc/1/cgroup | tail -n 1",
             "stdout F ro\nstdout F ro\nstdout F 4\nstdout F 0::/\n");
  expect_log(fixture, "shm", "echo shared > /dev/shm/file", "");
  expect_log(fixture, "shm2", "cat /dev/shm/file; stat -f -c %T /dev/shm; wc -c < /dev/null; "
             "stat -c '%F %t %T %a' /dev/zero",
             "stdout F shared\nstdout F tmpfs\nstdout F 0\nstdout F character special file 1 5 666\n");
  struct plan plan;
  plan_make(fixture, &plan, "code", ARGUMENTS("sh", "-c", "exit 7"));
  free(run_for_log(fixture, &plan, 7));
  plan_make(fixture, &plan, "signalled", ARGUMENTS("sleep", "100"));
  if (started(fixture, &plan)) {
    reply_free(fixture_signal(fixture, "signalled", SIGKILL, false));
    CHECK(fixture, exit_code(fixture, "signalled") == 137, "killed");
  }
}

static void expect_failure(struct fixture *fixture, struct plan *plan, int error, const char *step,
                           const char *subject, const char *detail) {
  Reply *reply = fixture_start(fixture, plan);
  bool failed = reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_FAILURE;
  CHECK(fixture, failed && reply->failure->errno_number == error && strcmp(reply->failure->step, step) == 0 &&
            strstr(reply->failure->subject, subject) != NULL && strstr(reply->failure->detail, detail) != NULL,
        "expected %s %s: %s (%s), got %s", step, subject, strerror(error), detail, failure_text(reply));
  reply_free(reply);
  char path[300];
  char text[64] = "x";
  snprintf(path, sizeof path, "%s/cgroup.procs", plan->message.cgroup_path);
  (void)read_text_at(-100, path, text, sizeof text);
  CHECK(fixture, text[0] == '\0', "%s left processes: %s", plan->message.container_id, text);
}

static void test_failures(struct fixture *fixture) {
  struct plan plan;
  plan_make(fixture, &plan, "nope", ARGUMENTS("/bin/nope"));
  expect_failure(fixture, &plan, 2, "exec", "/bin/nope", "");
  plan_make(fixture, &plan, "nopath", ARGUMENTS("nope"));
  expect_failure(fixture, &plan, 2, "exec", "nope", "not found in PATH");
  plan_make(fixture, &plan, "badscript", ARGUMENTS("/bin/badscript"));
  expect_failure(fixture, &plan, 2, "exec", "/bin/badscript", "interpreter /bin/nosuch does not exist");
  plan_make(fixture, &plan, "notext", ARGUMENTS("notext"));
  expect_failure(fixture, &plan, 8, "exec", "/bin/notext", "#!");
  plan_make(fixture, &plan, "noexec", ARGUMENTS("/bin/noexec"));
  expect_failure(fixture, &plan, 13, "exec", "/bin/noexec", "");
  plan_make(fixture, &plan, "directory", ARGUMENTS("/etc"));
  expect_failure(fixture, &plan, 13, "exec", "/etc", "is a directory");
  plan_make(fixture, &plan, "nocwd", ARGUMENTS("true"));
  plan.process.working_directory = "/not/there";
  expect_failure(fixture, &plan, 2, "enter working directory", "/not/there", "");
  plan_make(fixture, &plan, "nosource", ARGUMENTS("true"));
  PlanMount *mount = plan_add_mount(&plan, "/mnt");
  mount->source_kind = SOURCE_BIND;
  mount->source = "/no/such/volume";
  expect_failure(fixture, &plan, 2, "open mount source", "/no/such/volume", "/mnt");
  plan_make(fixture, &plan, "noproc", ARGUMENTS("true"));
  plan.mounts[0].destination = "/escape";
  expect_failure(fixture, &plan, 40, "open mount destination", "/escape", "symbolic link");
  plan_make(fixture, &plan, "nolayer", ARGUMENTS("true"));
  plan.lower[0] = "/no/such/layer";
  expect_failure(fixture, &plan, 2, "mount overlay", "/no/such/layer", "");
  plan_make(fixture, &plan, "nolog", ARGUMENTS("true"));
  plan.message.log_path = "/no/such/directory/log";
  expect_failure(fixture, &plan, 2, "open log", "/no/such/directory/log", "");
  plan_make(fixture, &plan, "nosysctl", ARGUMENTS("true"));
  Sysctl sysctl = BERTH__SHIM__V1__SYSCTL__INIT;
  Sysctl *sysctls[] = {&sysctl};
  sysctl.name = "kernel.nonsense";
  sysctl.value = "1";
  plan.message.n_sysctls = 1;
  plan.message.sysctls = sysctls;
  expect_failure(fixture, &plan, 2, "write sysctl", "kernel.nonsense", "");
  plan_make(fixture, &plan, "newer", ARGUMENTS("true"));
  char *features[] = {"time-travel"};
  plan.message.n_required_features = 1;
  plan.message.required_features = features;
  expect_failure(fixture, &plan, 38, "check required features", "time-travel", "");
}

static void expect_exec(struct fixture *fixture, const char *const *arguments, unsigned timeout, int code,
                        const char *output) {
  Reply *reply = fixture_exec(fixture, "main", arguments, timeout);
  bool ok = reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_EXEC;
  if (CHECK(fixture, ok, "%s", failure_text(reply))) {
    const Berth__Shim__V1__ExecReply *exec = reply->exec;
    CHECK(fixture, code < 0 ? exec->timed_out : exec->exit_code == code && !exec->timed_out,
          "%s: code %d, timed out %d", arguments[0], exec->exit_code, exec->timed_out);
    CHECK(fixture, exec->standard_output.len == strlen(output) &&
              memcmp(exec->standard_output.data, output, strlen(output)) == 0,
          "%s: output \"%.*s\"", arguments[0], (int)exec->standard_output.len, (char *)exec->standard_output.data);
  }
  reply_free(reply);
}

static unsigned count_processes(struct fixture *fixture, const char *id) {
  char path[400];
  char text[4096];
  unsigned count = 0;
  snprintf(path, sizeof path, "%s/%s/cgroup.procs", fixture->cgroup, id);
  (void)read_text_at(-100, path, text, sizeof text);
  for (const char *c = text; *c != '\0'; c++) {
    count += *c == '\n';
  }
  return count;
}

static void test_exec(struct fixture *fixture) {
  struct plan plan;
  plan_make(fixture, &plan, "main", ARGUMENTS("sleep", "1000"));
  if (!started(fixture, &plan)) {
    return;
  }
  expect_exec(fixture, ARGUMENTS("true"), 1000, 0, "");
  expect_exec(fixture, ARGUMENTS("sh", "-c", "echo out; exit 3"), 1000, 3, "out\n");
  expect_exec(fixture, ARGUMENTS("sh", "-c", "hostname; ls /proc | grep -c '^1$'; grep -c 0::/berth-exec /proc/self/cgroup"), 0, 0,
              "pod\n1\n1\n");
  expect_exec(fixture, ARGUMENTS("sh", "-c", "echo start; sleep 100; echo never"), 200, -1, "start\n");
  expect_exec(fixture, ARGUMENTS("sh", "-c", "setsid sleep 100 & sleep 100"), 200, -1, "");
  CHECK(fixture, count_processes(fixture, "main") == 1, "%u processes", count_processes(fixture, "main"));
  int64_t before = now_monotonic();
  expect_exec(fixture, ARGUMENTS("sh", "-c", "setsid sleep 3 & echo done"), 5000, 0, "done\n");
  CHECK(fixture, now_monotonic() - before < 1500000000, "an exec waited for a daemon");
  expect_exec(fixture, ARGUMENTS("sh", "-c", "kill -9 $$"), 0, 137, "");
  Reply *reply = fixture_exec(fixture, "main", ARGUMENTS("head", "-c", "100000", "/dev/zero"), 0);
  CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_EXEC &&
            reply->exec->standard_output.len == 65536 && reply->exec->output_truncated && reply->exec->exit_code == 0,
        "%s", failure_text(reply));
  reply_free(reply);
  reply = fixture_exec(fixture, "main", ARGUMENTS("/bin/nope"), 0);
  CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_FAILURE &&
            strcmp(reply->failure->step, "exec") == 0 && reply->failure->errno_number == 2,
        "%s", failure_text(reply));
  reply_free(reply);
  reply_free(fixture_signal(fixture, "main", 0, true));
  CHECK(fixture, exit_code(fixture, "main") == 137, "killed by its cgroup");
  reply = fixture_exec(fixture, "main", ARGUMENTS("true"), 0);
  CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_FAILURE &&
            reply->failure->errno_number == 3, "%s", failure_text(reply));
  reply_free(reply);
  char path[400];
  struct stat status;
  snprintf(path, sizeof path, "%s/exits/main", fixture->run);
  CHECK(fixture, stat(path, &status) == 0 && (status.st_mode & 0777) == 0600, "no exit record");
  reply_free(fixture_forget(fixture, "main"));
  CHECK(fixture, stat(path, &status) < 0, "the exit record is still there");
}

static bool has_sandbox(struct fixture *fixture) {
  Request request = BERTH__SHIM__V1__REQUEST__INIT;
  Berth__Shim__V1__StateRequest state = BERTH__SHIM__V1__STATE_REQUEST__INIT;
  request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_STATE;
  request.state = &state;
  Reply *reply = client_call(&fixture->client, &request);
  bool has = reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_STATE && reply->state->sandbox != NULL;
  reply_free(reply);
  return has;
}

struct totals {
  const char *program; // the shim under test
  unsigned failures;
  unsigned checks;
};

static bool open_suite(struct totals *totals, const char *name, struct fixture *fixture) {
  if (!fixture_open(fixture, totals->program)) {
    fprintf(stderr, "FAILED %s: no fixture\n", name);
    totals->failures++;
    return false;
  }
  return true;
}

static void close_suite(struct totals *totals, const char *name, struct fixture *fixture) {
  fixture_close(fixture);
  printf("%-28s %3u checks, %u failed\n", name, fixture->checks, fixture->failures);
  totals->failures += fixture->failures;
  totals->checks += fixture->checks;
}

static void refuse_others(struct totals *totals) {
  const char *name = "made ahead for others";
  struct fixture fixture;
  if (!open_suite(totals, name, &fixture)) {
    return;
  }
  reply_free(create_ahead(&fixture, SHM_SIZE_BYTES));
  Reply *reply = create_sandbox(&fixture, false, 100000);
  CHECK(&fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_FAILURE,
        "namespaces that no user namespace owns were given to a sandbox with one");
  reply_free(reply);
  close_suite(totals, name, &fixture);
}

// Containers in what was made ahead are as in what was not.
static void run_ahead(struct totals *totals, bool new_pid, uint64_t ahead_shm_size_bytes) {
  const char *name = new_pid ? "made ahead, shared PID" : "made ahead";
  struct fixture fixture;
  if (!open_suite(totals, name, &fixture)) {
    return;
  }
  Reply *ahead = create_ahead(&fixture, ahead_shm_size_bytes);
  CHECK(&fixture, !has_sandbox(&fixture), "what is made ahead counts as a sandbox");
  Reply *reply = create_sandbox(&fixture, new_pid, 0);
  if (CHECK(&fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_CREATE_SANDBOX, "%s",
            failure_text(reply))) {
    CHECK(&fixture,
          ahead != NULL && ahead->kind_case == BERTH__SHIM__V1__REPLY__KIND_CREATE_SANDBOX &&
              strcmp(ahead->create_sandbox->network_namespace, reply->create_sandbox->network_namespace) == 0,
          "the namespace made ahead was not taken over");
    CHECK(&fixture, has_sandbox(&fixture), "no sandbox after the take-over");
    test_basics(&fixture);
  }
  reply_free(ahead);
  reply_free(reply);
  close_suite(totals, name, &fixture);
}

static void run_template(struct totals *totals) {
  struct fixture fixture;
  if (open_suite(totals, "template", &fixture)) {
    kernel_template(&fixture, totals->program);
    close_suite(totals, "template", &fixture);
  }
}

static void run_suite(struct totals *totals, const struct kernel_suite *suite) {
  struct fixture fixture;
  if (!open_suite(totals, suite->name, &fixture)) {
    return;
  }
  Reply *reply = create_sandbox(&fixture, suite->new_pid, suite->host_id);
  if (CHECK(&fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_CREATE_SANDBOX, "%s: %s",
            suite->name, failure_text(reply))) {
    suite->run(&fixture);
  }
  reply_free(reply);
  close_suite(totals, suite->name, &fixture);
}

int main(int count, char **arguments) {
  const char *reason = fixture_skip_reason();
  if (count != 2) {
    fputs("usage: kernel_test BERTH-SHIM\n", stderr);
    return 2;
  }
  if (reason != NULL) {
    printf("kernel tests skipped: %s\n", reason);
    return 0;
  }
  struct totals totals = {.program = arguments[1]};
  signal(SIGPIPE, SIG_IGN);
  run_suite(&totals, &(struct kernel_suite){"containers", false, 0, test_basics});
  run_ahead(&totals, false, SHM_SIZE_BYTES);
  run_ahead(&totals, true, 4096);
  refuse_others(&totals);
  run_template(&totals);
  run_suite(&totals, &(struct kernel_suite){"failing steps", false, 0, test_failures});
  run_suite(&totals, &(struct kernel_suite){"exec", false, 0, test_exec});
  for (const struct kernel_suite *suite = kernel_suites; suite->name != NULL; suite++) {
    run_suite(&totals, suite);
  }
  printf("%u checks, %u failed\n", totals.checks, totals.failures);
  return totals.failures == 0 ? 0 : 1;
}
