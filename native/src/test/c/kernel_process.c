// Terminals, logs, exits, several clients, and sandboxes with other namespaces.
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "base/kernel.h"
#include "kernel_tests.h"

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_terminal(struct fixture *fixture) {
  struct plan plan;
  Berth__Shim__V1__TerminalSize size = BERTH__SHIM__V1__TERMINAL_SIZE__INIT;
  size.rows = 33;
  size.columns = 111;
  plan_make(fixture, &plan, "terminal", ARGUMENTS("sh", "-c", "tty; stty size; echo err >&2; test -c /dev/console && echo console > /dev/console; echo ctty > /dev/tty"));
  plan.process.terminal = true;
  plan.process.terminal_size = &size;
  char *log = run_for_log(fixture, &plan, 0);
  CHECK(fixture, strcmp(log, "stdout F /dev/pts/0\nstdout F 33 111\nstdout F err\nstdout F console\nstdout F ctty\n") == 0, "got\n%s", log);
  free(log);

  plan_make(fixture, &plan, "resize", ARGUMENTS("sh", "-c", "trap 'stty size; exit 0' WINCH; while :; do sleep 0.05; done"));
  plan.process.terminal = true;
  if (started(fixture, &plan)) {
    usleep(200000);
    Request request = BERTH__SHIM__V1__REQUEST__INIT;
    Berth__Shim__V1__ResizeTerminalRequest resize = BERTH__SHIM__V1__RESIZE_TERMINAL_REQUEST__INIT;
    resize.container_id = "resize";
    resize.size = &size;
    request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_RESIZE_TERMINAL;
    request.resize_terminal = &resize;
    reply_free(client_call(&fixture->client, &request));
    CHECK(fixture, exit_code(fixture, "resize") == 0, "resize");
    log = fixture_log(fixture, "resize");
    CHECK(fixture, strstr(log, "33 111") != NULL, "%s", log);
    free(log);
  }
}

static void test_input(struct fixture *fixture) {
  struct plan plan;
  plan_make(fixture, &plan, "input", ARGUMENTS("sh", "-c", "cat; echo closed"));
  plan.message.standard_input = true;
  if (started(fixture, &plan)) {
    Request request = BERTH__SHIM__V1__REQUEST__INIT;
    Berth__Shim__V1__CloseStandardInputRequest close_input = BERTH__SHIM__V1__CLOSE_STANDARD_INPUT_REQUEST__INIT;
    close_input.container_id = "input";
    request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_CLOSE_STANDARD_INPUT;
    request.close_standard_input = &close_input;
    reply_free(client_call(&fixture->client, &request));
    CHECK(fixture, exit_code(fixture, "input") == 0, "input");
  }
}

static void test_logs(struct fixture *fixture) {
  struct plan plan;
  plan_make(fixture, &plan, "flood", ARGUMENTS("sh", "-c", "seq 1 200000; printf last"));
  if (started(fixture, &plan)) {
    CHECK(fixture, exit_code(fixture, "flood") == 0, "flood");
    char command[1024];
    snprintf(command, sizeof command, "test $(grep -c ' stdout F ' %s/logs/flood.log) = 200000 && tail -n 1 %s/logs/flood.log | grep -q ' stdout P last$' && cut -d' ' -f4 %s/logs/flood.log | head -n 200000 | sort -n -c",
             fixture->directory, fixture->directory, fixture->directory);
    CHECK(fixture, system(command) == 0, "the log has not all lines in order");
  }
  plan_make(fixture, &plan, "rotate", ARGUMENTS("sh", "-c", "echo before; while [ ! -e /dev/shm/go ]; do sleep 0.02; done; echo after"));
  if (started(fixture, &plan)) {
    char old[256];
    char moved[256];
    struct stat status;
    snprintf(old, sizeof old, "%s/logs/rotate.log", fixture->directory);
    snprintf(moved, sizeof moved, "%s/logs/rotate.log.1", fixture->directory);
    usleep(100000);
    CHECK(fixture, rename(old, moved) == 0, "rename");
    Request request = BERTH__SHIM__V1__REQUEST__INIT;
    Berth__Shim__V1__ReopenLogRequest reopen = BERTH__SHIM__V1__REOPEN_LOG_REQUEST__INIT;
    reopen.container_id = "rotate";
    request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_REOPEN_LOG;
    request.reopen_log = &reopen;
    reply_free(client_call(&fixture->client, &request));
    reply_free(fixture_exec(fixture, "rotate", ARGUMENTS("touch", "/dev/shm/go"), 1000));
    CHECK(fixture, exit_code(fixture, "rotate") == 0, "rotate");
    char *log = fixture_log(fixture, "rotate");
    CHECK(fixture, strstr(log, "after") != NULL && strstr(log, "before") == NULL, "%s", log);
    CHECK(fixture, stat(old, &status) == 0 && (status.st_mode & 0777) == 0640, "not of mode 0640");
    free(log);
  }
  // A log on a full file system does not stop the container.
  char full[256];
  char path[300];
  snprintf(full, sizeof full, "%s/full", fixture->directory);
  mkdir(full, 0755);
  CHECK(fixture, sys_mount("none", full, "tmpfs", 0, "size=64k") == 0, "mount");
  plan_make(fixture, &plan, "full", ARGUMENTS("sh", "-c", "seq 1 50000; exit 3"));
  snprintf(path, sizeof path, "%s/log", full);
  plan.message.log_path = path;
  if (started(fixture, &plan)) {
    CHECK(fixture, exit_code(fixture, "full") == 3, "the full log stopped the container");
  }
  reply_free(fixture_forget(fixture, "full"));
  usleep(50000);
  CHECK(fixture, sys_umount(full, 0) == 0, "the log is still open: errno %d", errno);
}

// The container's processes die with its first one whatever the PID namespace.
static void test_pid_namespaces(struct fixture *fixture) {
  struct plan plan;
  plan_make(fixture, &plan, "hostpid", ARGUMENTS("sh", "-c", "setsid sleep 1000 & test $$ != 1 && echo host"));
  plan.choices[3].kind = NAMESPACE_HOST;
  char *log = run_for_log(fixture, &plan, 0);
  CHECK(fixture, strcmp(log, "stdout F host\n") == 0, "%s", log);
  free(log);
  char path[300];
  char text[256] = "x";
  snprintf(path, sizeof path, "%s/cgroup.procs", plan.message.cgroup_path);
  for (int i = 0; i < 100 && text[0] != '\0'; i++) {
    (void)read_text_at(AT_FDCWD, path, text, sizeof text);
    usleep(10000);
  }
  CHECK(fixture, text[0] == '\0', "left: %s", text);
}

static void test_own_namespaces(struct fixture *fixture) {
  struct plan plan;
  plan_make(fixture, &plan, "own", ARGUMENTS("sh", "-c", "hostname; cat /proc/sys/net/ipv4/ip_unprivileged_port_start; cat /proc/sys/kernel/domainname; cat /sys/class/net/lo/flags; cat /proc/sys/net/ipv4/ip_forward"));
  plan.choices[0].kind = plan.choices[1].kind = plan.choices[2].kind = NAMESPACE_NEW;
  plan.message.hostname = "own-name";
  plan.message.domainname = "own-domain";
  Sysctl sysctl = BERTH__SHIM__V1__SYSCTL__INIT;
  Sysctl *sysctls[] = {&sysctl};
  sysctl.name = "net.ipv4.ip_forward";
  sysctl.value = "1";
  plan.message.n_sysctls = 1;
  plan.message.sysctls = sysctls;
  char *log = run_for_log(fixture, &plan, 0);
  CHECK(fixture, strcmp(log, "stdout F own-name\nstdout F 1024\nstdout F own-domain\nstdout F 0x9\nstdout F 1\n") == 0, "got\n%s", log);
  free(log);

  char host_name[256] = "";
  char expected[300];
  gethostname(host_name, sizeof host_name);
  snprintf(expected, sizeof expected, "stdout F %s\n", host_name);
  plan_make(fixture, &plan, "host", ARGUMENTS("hostname"));
  plan.choices[0].kind = plan.choices[1].kind = plan.choices[2].kind = plan.choices[5].kind = NAMESPACE_HOST;
  log = run_for_log(fixture, &plan, 0);
  CHECK(fixture, strcmp(log, expected) == 0, "got\n%s", log);
  free(log);

  plan_make(fixture, &plan, "joined", ARGUMENTS("hostname"));
  plan.choices[2].kind = NAMESPACE_PATH;
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/ns/uts", getpid());
  plan.choices[2].path = path;
  log = run_for_log(fixture, &plan, 0);
  CHECK(fixture, strcmp(log, expected) == 0, "got\n%s", log);
  free(log);
}

static void test_clients(struct fixture *fixture) {
  // One that never reads cannot hold up another.
  struct client silent = client_connect(fixture->run);
  for (int i = 0; i < 2000; i++) {
    Request request = BERTH__SHIM__V1__REQUEST__INIT;
    Berth__Shim__V1__StateRequest state = BERTH__SHIM__V1__STATE_REQUEST__INIT;
    request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_STATE;
    request.state = &state;
    (void)client_send(&silent, &request);
  }
  expect_log(fixture, "beside", "echo fine", "stdout F fine\n");
  client_close(&silent);
  // Garbage closes that connection only.
  struct client broken = client_connect(fixture->run);
  CHECK(fixture, write(broken.socket, "\xff\xff\xff\xff", 4) == 4, "write");
  char byte;
  CHECK(fixture, read(broken.socket, &byte, 1) == 0, "a broken connection is kept");
  client_close(&broken);
  Request unknown = BERTH__SHIM__V1__REQUEST__INIT;
  Reply *reply = client_call(&fixture->client, &unknown);
  CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_FAILURE &&
            reply->failure->errno_number == ENOSYS, "%s", failure_text(reply));
  reply_free(reply);
  // Two starts of one id.
  struct plan plan;
  plan_make(fixture, &plan, "twice", ARGUMENTS("sleep", "1000"));
  started(fixture, &plan);
  reply = fixture_start(fixture, &plan);
  CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_FAILURE &&
            reply->failure->errno_number == EEXIST, "%s", failure_text(reply));
  reply_free(reply);
  reply = fixture_forget(fixture, "twice");
  CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_FAILURE &&
            reply->failure->errno_number == EBUSY, "%s", failure_text(reply));
  reply_free(reply);
  // Left running: the end of the fixture shuts the shim down.
}

// Where the memory controller is to be had: a container that takes too much.
static void test_out_of_memory(struct fixture *fixture) {
  char path[300];
  struct plan plan;
  int cgroup = open(fixture->cgroup, O_PATH | O_DIRECTORY | O_CLOEXEC);
  bool enabled = write_text_at(cgroup, "cgroup.subtree_control", "+memory") == 0;
  close(cgroup);
  if (!enabled) {
    puts("no memory controller here: out of memory not tested");
    return;
  }
  plan_make(fixture, &plan, "greedy", ARGUMENTS("sh", "-c", "dd if=/dev/zero of=/dev/null bs=200M count=1"));
  cgroup = open(plan.message.cgroup_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  CHECK(fixture, write_text_at(cgroup, "memory.max", "33554432") == 0, "memory.max");
  (void)write_text_at(cgroup, "memory.swap.max", "0");
  close(cgroup);
  if (started(fixture, &plan)) {
    Reply *event = client_wait_exit(&fixture->client, "greedy", 60000);
    CHECK(fixture, event != NULL && event->container_exited->exit->oom_killed, "not recorded as out of memory");
    reply_free(event);
  }
  snprintf(path, sizeof path, "%s/exits/greedy", fixture->run);
  CHECK(fixture, access(path, F_OK) == 0, "no exit record");
}

static unsigned count_exec_cgroups(struct plan *plan) {
  char command[400];
  snprintf(command, sizeof command, "exit $(ls -d %s/berth-exec-* 2>/dev/null | wc -l)", plan->message.cgroup_path);
  int status = system(command);
  return WIFEXITED(status) ? (unsigned)WEXITSTATUS(status) : 255;
}

// Execs that end by their deadline or leave daemons behind do not pile up cgroups: one is kept for the next.
static void test_exec_cgroups(struct fixture *fixture) {
  struct plan plan;
  plan_make(fixture, &plan, "probed", ARGUMENTS("sleep", "1000"));
  if (!started(fixture, &plan)) {
    return;
  }
  for (int i = 0; i < 10; i++) {
    reply_free(fixture_exec(fixture, "probed", ARGUMENTS("sh", "-c", "setsid sleep 0.2 & sleep 100"), 50));
    reply_free(fixture_exec(fixture, "probed", ARGUMENTS("sh", "-c", "setsid sleep 0.2 & true"), 1000));
  }
  // Those left behind go with an exec that comes after their last process has ended.
  for (int i = 0; i < 100 && count_exec_cgroups(&plan) > 1; i++) {
    usleep(100000);
    reply_free(fixture_exec(fixture, "probed", ARGUMENTS("true"), 10000));
  }
  CHECK(fixture, count_exec_cgroups(&plan) == 1, "%u cgroups of execs are left", count_exec_cgroups(&plan));
  // A container with rights over its cgroups may take it away.
  char remove[400];
  snprintf(remove, sizeof remove, "rmdir %s/berth-exec-*", plan.message.cgroup_path);
  CHECK(fixture, system(remove) == 0, "%s", remove);
  Reply *after = fixture_exec(fixture, "probed", ARGUMENTS("true"), 10000);
  CHECK(fixture, after != NULL && after->kind_case == BERTH__SHIM__V1__REPLY__KIND_EXEC && after->exec->exit_code == 0,
        "no exec after its cgroup was removed");
  reply_free(after);
  CHECK(fixture, count_exec_cgroups(&plan) == 1, "%u cgroups of execs are left", count_exec_cgroups(&plan));
  reply_free(fixture_signal(fixture, "probed", 0, true));
  exit_code(fixture, "probed");
  CHECK(fixture, count_exec_cgroups(&plan) == 0, "%u cgroups of execs are left", count_exec_cgroups(&plan));
}

// Without its supervisor a container ends: nobody would record its exit or read its output.
static void test_killed_shim(struct fixture *fixture) {
  struct plan plan;
  char path[300];
  char text[256] = "x";
  plan_make(fixture, &plan, "orphan", ARGUMENTS("sleep", "1000"));
  if (!started(fixture, &plan)) {
    return;
  }
  kill(fixture->shim, SIGKILL);
  client_close(&fixture->client);
  fixture->client.socket = -1;
  snprintf(path, sizeof path, "%s/cgroup.procs", plan.message.cgroup_path);
  for (int i = 0; i < 200 && text[0] != '\0'; i++) {
    (void)read_text_at(AT_FDCWD, path, text, sizeof text);
    usleep(10000);
  }
  CHECK(fixture, text[0] == '\0', "left: %s", text);
}

static void process_suite(struct fixture *fixture) {
  test_terminal(fixture);
  test_input(fixture);
  test_logs(fixture);
  test_pid_namespaces(fixture);
  test_own_namespaces(fixture);
  test_out_of_memory(fixture);
  test_exec_cgroups(fixture);
  test_clients(fixture);
}

static void shared_pid_suite(struct fixture *fixture) {
  struct plan plan;
  plan_make(fixture, &plan, "first", ARGUMENTS("sh", "-c", "(setsid sleep 1000 &); sleep 1000"));
  plan.choices[3].kind = NAMESPACE_SANDBOX;
  started(fixture, &plan);
  usleep(200000);
  struct plan second;
  plan_make(fixture, &second, "second", ARGUMENTS("sh", "-c", "test $$ != 1; ps | grep -c '[s]leep 1000'; cat /proc/1/comm; ls -A /proc/1/root/ 2>/dev/null | wc -l"));
  second.choices[3].kind = NAMESPACE_SANDBOX;
  char *log = run_for_log(fixture, &second, 0);
  CHECK(fixture, strcmp(log, "stdout F 2\nstdout F berth-init\nstdout F 0\n") == 0, "got\n%s", log);
  free(log);
  Reply *reply = fixture_exec(fixture, "first", ARGUMENTS("sh", "-c", "ps | grep -c '[s]leep 1000'"), 1000);
  CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_EXEC && reply->exec->standard_output.len == 2 &&
            reply->exec->standard_output.data[0] == '2', "%s", failure_text(reply));
  reply_free(reply);
  // The first process ends alone; the orphan in the shared namespace must go, too.
  reply_free(fixture_signal(fixture, "first", SIGKILL, false));
  CHECK(fixture, exit_code(fixture, "first") == 137, "first");
  usleep(100000);
  char path[300];
  char text[256] = "x";
  snprintf(path, sizeof path, "%s/cgroup.procs", plan.message.cgroup_path);
  (void)read_text_at(AT_FDCWD, path, text, sizeof text);
  CHECK(fixture, text[0] == '\0', "left: %s", text);
}

// A sandbox in a user namespace whose root is nobody on the host.
static void users_suite(struct fixture *fixture) {
  struct plan plan;
  char command[1024];
  snprintf(command, sizeof command, "chmod 711 %s; chown -R 100000:100000 %s/layer", fixture->directory, fixture->directory);
  CHECK(fixture, system(command) == 0, "chown");
  plan_make(fixture, &plan, "mapped", ARGUMENTS("sh", "-c", "id -u; tr -s ' ' < /proc/self/uid_map; hostname; echo x > /dev/null && echo null; touch /new && stat -c %u /new; echo y > /dev/shm/y && echo shm; echo $$"));
  plan.choices[6].kind = NAMESPACE_SANDBOX;
  // Device nodes cannot be made in a user namespace.
  for (size_t i = 0; i < plan.message.n_devices; i++) {
    plan.devices[i].bind_from = plan.devices[i].path;
  }
  CHECK(fixture, chown(plan.overlay.upper_directory, 100000, 100000) == 0, "chown");
  char *log = run_for_log(fixture, &plan, 0);
  CHECK(fixture, strcmp(log, "stdout F 0\nstdout F  0 100000 65536\nstdout F pod\nstdout F null\nstdout F 0\nstdout F shm\nstdout F 1\n") == 0, "got\n%s", log);
  free(log);

  plan_make(fixture, &plan, "exec", ARGUMENTS("sleep", "1000"));
  plan.choices[6].kind = NAMESPACE_SANDBOX;
  plan.message.n_devices = 0;
  CHECK(fixture, chown(plan.overlay.upper_directory, 100000, 100000) == 0, "chown");
  if (started(fixture, &plan)) {
    Reply *reply = fixture_exec(fixture, "exec", ARGUMENTS("sh", "-c", "id -u; cut -c 11-20 /proc/self/uid_map; hostname"), 1000);
    CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_EXEC && reply->exec->standard_output.len > 2 &&
              reply->exec->standard_output.data[0] == '0', "%s", failure_text(reply));
    reply_free(reply);
  }
  // Failures of the second process are as precise.
  plan_make(fixture, &plan, "nope", ARGUMENTS("/bin/nope"));
  plan.choices[6].kind = NAMESPACE_SANDBOX;
  plan.message.n_devices = 0;
  CHECK(fixture, chown(plan.overlay.upper_directory, 100000, 100000) == 0, "chown");
  Reply *reply = fixture_start(fixture, &plan);
  CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_FAILURE &&
            strcmp(reply->failure->step, "exec") == 0 && reply->failure->errno_number == ENOENT, "%s", failure_text(reply));
  reply_free(reply);
}

// The container's own user namespace over layers that belong to the host's root: idmapped mounts.
static void idmap_suite(struct fixture *fixture) {
  struct plan plan;
  IdMapping mapping = BERTH__SHIM__V1__ID_MAPPING__INIT;
  IdMapping *mappings[] = {&mapping};
  mapping.host_id = 200000;
  mapping.size = 65536;
  for (int round = 0; round < 2; round++) {
    plan_make(fixture, &plan, round == 0 ? "idmapped" : "idmapped-volume", ARGUMENTS("sh", "-c", "id -u; stat -c %u /data/file /volume/file; touch /made && stat -c %u /made"));
    plan.namespaces.n_uid_mappings = plan.namespaces.n_gid_mappings = 1;
    plan.namespaces.uid_mappings = plan.namespaces.gid_mappings = mappings;
    plan.choices[6].kind = NAMESPACE_NEW;
    // A user namespace of its own owns none of the sandbox's.
    plan.choices[0].kind = plan.choices[1].kind = plan.choices[2].kind = NAMESPACE_NEW;
    plan.message.n_devices = 0;
    plan.root.idmapped = true;
    char volume[200];
    snprintf(volume, sizeof volume, "%s/layer/data", fixture->directory);
    PlanMount *mount = plan_add_mount(&plan, "/volume");
    mount->source_kind = SOURCE_BIND;
    mount->source = volume;
    mount->idmapped = true;
    if (round == 1) {
      mount->n_uid_mappings = mount->n_gid_mappings = 1;
      mount->uid_mappings = mount->gid_mappings = mappings;
    }
    Reply *reply = fixture_start(fixture, &plan);
    if (reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_FAILURE && reply->failure->errno_number == EINVAL &&
        strncmp(reply->failure->step, "map owners", 10) == 0) {
      printf("idmapped mounts of tmpfs are not tested here: %s\n", failure_text(reply));
      reply_free(reply);
      return;
    }
    reply_free(reply);
    CHECK(fixture, exit_code(fixture, plan.message.container_id) == 0, "idmapped");
    reply_free(fixture_forget(fixture, plan.message.container_id));
    char *log = run_for_log(fixture, &plan, 0);
    CHECK(fixture, strcmp(log, "stdout F 0\nstdout F 0\nstdout F 0\nstdout F 0\nstdout F 0\nstdout F 0\nstdout F 0\nstdout F 0\n") == 0, "got\n%s", log);
    free(log);
    char path[300];
    struct stat status;
    snprintf(path, sizeof path, "%s/made", plan.overlay.upper_directory);
    CHECK(fixture, stat(path, &status) == 0 && status.st_uid == 200000, "not made as the mapped root");
  }
}

const struct kernel_suite kernel_suites[] = {
    {"mounts", false, 0, kernel_mounts},
    {"security", false, 0, kernel_security},
    {"processes, logs, clients", false, 0, process_suite},
    {"streams", false, 0, kernel_streams},
    {"hooks", false, 0, kernel_hooks},
    {"hooks in user namespace", false, 100000, kernel_hooks_mapped},
    {"killed shim", false, 0, test_killed_shim},
    {"shared pid namespace", true, 0, shared_pid_suite},
    {"user namespace", false, 100000, users_suite},
    {"user and pid namespace", true, 100000, users_suite},
    {"idmapped", false, 0, idmap_suite},
    {0},
};
