#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/files.h"
#include "base/kernel.h"

static const char *cgroup_root(void) {
  static const char *const candidates[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
  for (int i = 0; i < 2; i++) {
    struct statfs status;
    if (statfs(candidates[i], &status) == 0 && status.f_type == MAGIC_CGROUP2) {
      return candidates[i];
    }
  }
  return NULL;
}

// The caller's, or else the machine's.
static const char *busybox(void) {
  const char *given = getenv("BERTH_BUSYBOX");
  if (given != NULL && access(given, X_OK) == 0) {
    return given;
  }
  static const char *const candidates[] = {"/bin/busybox", "/usr/bin/busybox"};
  for (int i = 0; i < 2; i++) {
    if (access(candidates[i], X_OK) == 0) {
      return candidates[i];
    }
  }
  return NULL;
}

const char *fixture_skip_reason(void) {
  if (geteuid() != 0) {
    return "not root";
  }
  if (cgroup_root() == NULL) {
    return "no cgroup v2 file system is mounted";
  }
  return busybox() == NULL ? "no static busybox is installed" : NULL;
}

__attribute__((format(printf, 1, 2))) static int run(const char *format, ...) {
  char command[2048];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(command, sizeof command, format, arguments);
  va_end(arguments);
  return system(command);
}

static bool make_layers(struct fixture *fixture) {
  return run("set -e; cd %s; mkdir -p layer/bin layer/etc layer/tmp layer/proc layer/dev layer/sys layer/data other run "
             "logs; cp %s layer/bin/busybox; for a in sh cat echo true false sleep id ls ps mount kill head yes seq "
             "printf hostname tty stty pwd wc sync touch readlink setsid env grep dd stat; do ln -sf busybox "
             "layer/bin/$a; done; printf '#!/bin/nosuch\\n' > layer/bin/badscript; printf 'text' > layer/bin/notext; "
             "chmod 755 layer/bin/badscript layer/bin/notext; touch layer/bin/noexec; ln -s /etc layer/escape; "
             "ln -s /../../../../../../tmp layer/outside; echo image > layer/data/file; "
             "echo lower > other/from-other; chmod 1777 layer/tmp",
             fixture->directory, busybox()) == 0;
}

static bool start_shim(struct fixture *fixture, const char *program) {
  pid_t child = fork();
  if (child == 0) {
    execl(program, "berth-shim", "--directory", fixture->run, (char *)NULL);
    _exit(126);
  }
  int status;
  char text[32] = "";
  if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    fprintf(stderr, "shim did not start: status %#x\n", status);
    return false;
  }
  fixture->client = client_connect(fixture->run);
  Request request = BERTH__SHIM__V1__REQUEST__INIT;
  Berth__Shim__V1__HelloRequest hello = BERTH__SHIM__V1__HELLO_REQUEST__INIT;
  request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_HELLO;
  request.hello = &hello;
  Reply *reply = client_call(&fixture->client, &request);
  if (reply == NULL) {
    return false;
  }
  fixture->shim = reply->hello->shim_pid;
  reply_free(reply);
  int directory = open(fixture->run, O_PATH | O_DIRECTORY | O_CLOEXEC);
  (void)read_text_at(directory, "shim.pid", text, sizeof text);
  close(directory);
  return atoi(text) == fixture->shim;
}

bool fixture_open(struct fixture *fixture, const char *shim_program) {
  static unsigned number;
  *fixture = (struct fixture){.client = {.socket = -1}, .dynamic = strstr(shim_program, "sanitized") != NULL};
  number++;
  snprintf(fixture->directory, sizeof fixture->directory, "/tmp/berth-shim-test-%d-%u", getpid(), number);
  snprintf(fixture->run, sizeof fixture->run, "%s/run", fixture->directory);
  snprintf(fixture->cgroup, sizeof fixture->cgroup, "%s/berth-shim-test-%d-%u", cgroup_root(), getpid(), number);
  mkdir(fixture->directory, 0700);
  // Overlay's upper layer wants a file system of its own kind; /tmp may be an overlay already.
  if (sys_mount("none", fixture->directory, "tmpfs", 0, NULL) < 0 || mkdir(fixture->cgroup, 0755) < 0 ||
      !make_layers(fixture)) {
    perror("fixture");
    return false;
  }
  return start_shim(fixture, shim_program);
}

void fixture_close(struct fixture *fixture) {
  if (fixture->client.socket >= 0) {
    Request request = BERTH__SHIM__V1__REQUEST__INIT;
    Berth__Shim__V1__ShutdownRequest shutdown = BERTH__SHIM__V1__SHUTDOWN_REQUEST__INIT;
    request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_SHUTDOWN;
    request.shutdown = &shutdown;
    Reply *reply = client_call(&fixture->client, &request);
    CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_DONE, "shutdown");
    reply_free(reply);
    client_close(&fixture->client);
  }
  bool gone = false;
  for (int i = 0; i < 200 && !gone; i++) {
    gone = kill(fixture->shim, 0) < 0 && errno == ESRCH;
    usleep(10000);
  }
  CHECK(fixture, gone, "the shim is still there after its shutdown");
  char log[4096] = "";
  int directory = open(fixture->run, O_PATH | O_DIRECTORY | O_CLOEXEC);
  (void)read_text_at(directory, "shim.log", log, sizeof log);
  close(directory);
  if (log[0] != '\0') {
    printf("shim.log: %s", log);
  }
  CHECK(fixture, strstr(log, "Sanitizer") == NULL && strstr(log, "runtime error") == NULL, "a sanitizer has found something");
  CHECK(fixture, run("find %s -depth -type d -exec rmdir {} + 2>/dev/null; test ! -e %s", fixture->cgroup, fixture->cgroup) == 0,
        "a process is left in %s", fixture->cgroup);
  CHECK(fixture, run("grep -c ' %s/' /proc/self/mountinfo > /dev/null", fixture->directory) != 0, "a mount is left");
  CHECK(fixture, sys_umount(fixture->directory, 0) == 0, "the run's file system is busy: errno %d", errno);
  (void)sys_umount(fixture->directory, MNT_DETACH);
  rmdir(fixture->directory);
}

bool fixture_check(struct fixture *fixture, bool condition, const char *text, const char *file, int line,
                   const char *format, ...) {
  fixture->checks++;
  if (!condition) {
    fixture->failures++;
    fprintf(stderr, "FAILED %s:%d: %s: ", file, line, text);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
  }
  return condition;
}

PlanMount *plan_add_mount(struct plan *plan, const char *destination) {
  size_t index = plan->message.n_mounts++;
  PlanMount *mount = &plan->mounts[index];
  berth__shim__v1__mount__init(mount);
  mount->destination = (char *)destination;
  plan->mount_pointers[index] = mount;
  plan->message.mounts = plan->mount_pointers;
  return mount;
}

void plan_add_file_system(struct plan *plan, const char *destination, const char *type, uint64_t attributes,
                          const char *const *options) {
  PlanMount *mount = plan_add_mount(plan, destination);
  mount->source_kind = SOURCE_FILE_SYSTEM;
  mount->file_system_type = (char *)type;
  mount->attributes_set = attributes;
  mount->options = (char **)options;
  for (; options != NULL && options[mount->n_options] != NULL; mount->n_options++) {
  }
}

static void add_device(struct plan *plan, const char *path, unsigned major, unsigned minor) {
  size_t index = plan->message.n_devices++;
  DeviceNode *device = &plan->devices[index];
  berth__shim__v1__device_node__init(device);
  device->path = (char *)path;
  device->major = major;
  device->minor = minor;
  device->mode = 0666;
  plan->device_pointers[index] = device;
  plan->message.devices = plan->device_pointers;
}

static void add_file_systems(struct plan *plan) {
  static const char *const dev[] = {"mode=755", "size=65536k", NULL};
  static const char *const pts[] = {"newinstance", "ptmxmode=0666", "mode=0620", "gid=5", NULL};
  uint64_t strict = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  plan_add_file_system(plan, "/proc", "proc", strict, NULL);
  plan_add_file_system(plan, "/dev", "tmpfs", MOUNT_ATTR_NOSUID, dev);
  plan_add_file_system(plan, "/dev/pts", "devpts", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, pts);
  plan_add_file_system(plan, "/dev/mqueue", "mqueue", strict, NULL);
  plan_add_file_system(plan, "/sys", "sysfs", strict | MOUNT_ATTR_RDONLY, NULL);
  plan_add_file_system(plan, "/sys/fs/cgroup", "cgroup", strict | MOUNT_ATTR_RDONLY, NULL);
  PlanMount *shm = plan_add_mount(plan, "/dev/shm");
  shm->source_kind = SOURCE_SANDBOX_SHM;
  add_device(plan, "/dev/null", 1, 3);
  add_device(plan, "/dev/zero", 1, 5);
  add_device(plan, "/dev/full", 1, 7);
  add_device(plan, "/dev/random", 1, 8);
  add_device(plan, "/dev/urandom", 1, 9);
  add_device(plan, "/dev/tty", 5, 0);
}

void plan_make(struct fixture *fixture, struct plan *plan, const char *id, const char *const *arguments) {
  static char *masked[] = {"/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/scsi", "/sys/firmware", "/proc/acpi"};
  static char *readonly[] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};
  static const int kinds[8] = {NAMESPACE_SANDBOX, NAMESPACE_SANDBOX, NAMESPACE_SANDBOX, NAMESPACE_NEW,
                               NAMESPACE_NEW,     NAMESPACE_NEW,     NAMESPACE_HOST,    NAMESPACE_HOST};
  memset(plan, 0, sizeof *plan);
  berth__shim__v1__launch_plan__init(&plan->message);
  berth__shim__v1__namespaces__init(&plan->namespaces);
  berth__shim__v1__root_filesystem__init(&plan->root);
  berth__shim__v1__overlay_mount__init(&plan->overlay);
  berth__shim__v1__process__init(&plan->process);
  berth__shim__v1__capabilities__init(&plan->capabilities);
  NamespaceChoice **places[8] = {&plan->namespaces.network, &plan->namespaces.ipc,    &plan->namespaces.uts,
                                 &plan->namespaces.pid,     &plan->namespaces.mount,  &plan->namespaces.cgroup,
                                 &plan->namespaces.user,    &plan->namespaces.time};
  for (int i = 0; i < 8; i++) {
    berth__shim__v1__namespaces__choice__init(&plan->choices[i]);
    plan->choices[i].kind = (Berth__Shim__V1__Namespaces__Kind)kinds[i];
    *places[i] = &plan->choices[i];
  }
  char(*paths)[256] = plan->paths;
  snprintf(paths[0], 256, "%s/layer", fixture->directory);
  snprintf(paths[1], 256, "%s/other", fixture->directory);
  snprintf(paths[2], 256, "%s/c-%s/upper", fixture->directory, id);
  snprintf(paths[3], 256, "%s/c-%s/work", fixture->directory, id);
  snprintf(paths[4], 256, "%s/%s", fixture->cgroup, id);
  snprintf(paths[5], 256, "%s/logs/%s.log", fixture->directory, id);
  snprintf(paths[6], 256, "%s", id);
  char parent[256];
  snprintf(parent, sizeof parent, "%s/c-%s", fixture->directory, id);
  mkdir(parent, 0755);
  mkdir(paths[2], 0755);
  mkdir(paths[3], 0755);
  mkdir(paths[4], 0755);
  plan->lower[0] = paths[1];
  plan->lower[1] = paths[0];
  plan->overlay.n_lower_directories = 2;
  plan->overlay.lower_directories = plan->lower;
  plan->overlay.upper_directory = paths[2];
  plan->overlay.work_directory = paths[3];
  plan->root.source_case = BERTH__SHIM__V1__ROOT_FILESYSTEM__SOURCE_OVERLAY;
  plan->root.overlay = &plan->overlay;
  plan->message.container_id = paths[6];
  plan->message.namespaces = &plan->namespaces;
  plan->message.root = &plan->root;
  plan->message.process = &plan->process;
  plan->message.cgroup_path = paths[4];
  plan->message.log_path = paths[5];
  plan->message.masked_paths = masked;
  plan->message.n_masked_paths = sizeof masked / sizeof *masked;
  plan->message.readonly_paths = readonly;
  plan->message.n_readonly_paths = sizeof readonly / sizeof *readonly;
  add_file_systems(plan);
  for (; arguments[plan->process.n_arguments] != NULL; plan->process.n_arguments++) {
    plan->arguments[plan->process.n_arguments] = (char *)arguments[plan->process.n_arguments];
  }
  plan->process.arguments = plan->arguments;
  plan->environment[0] = "PATH=/bin";
  plan->environment[1] = "HOME=/";
  plan->process.environment = plan->environment;
  plan->process.n_environment = 2;
  plan->process.working_directory = "/";
  plan->process.capabilities = &plan->capabilities;
  // What Kubernetes gives by default.
  uint64_t usual = 0xa80425fb;
  plan->capabilities.bounding = plan->capabilities.effective = plan->capabilities.permitted = usual;
}

Reply *fixture_start(struct fixture *fixture, struct plan *plan) {
  Request request = BERTH__SHIM__V1__REQUEST__INIT;
  Berth__Shim__V1__StartContainerRequest start = BERTH__SHIM__V1__START_CONTAINER_REQUEST__INIT;
  start.plan = &plan->message;
  request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_START_CONTAINER;
  request.start_container = &start;
  return client_call(&fixture->client, &request);
}

Reply *fixture_exec(struct fixture *fixture, const char *id, const char *const *arguments, unsigned timeout) {
  static char *environment[] = {"PATH=/bin"};
  Request request = BERTH__SHIM__V1__REQUEST__INIT;
  ExecRequest exec = BERTH__SHIM__V1__EXEC_REQUEST__INIT;
  ProcessPlan process = BERTH__SHIM__V1__PROCESS__INIT;
  process.arguments = (char **)arguments;
  for (; arguments[process.n_arguments] != NULL; process.n_arguments++) {
  }
  process.environment = environment;
  process.n_environment = 1;
  exec.container_id = (char *)id;
  exec.process = &process;
  exec.timeout_milliseconds = timeout;
  exec.output_limit_bytes = 65536;
  request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_EXEC;
  request.exec = &exec;
  return client_call(&fixture->client, &request);
}

Reply *fixture_signal(struct fixture *fixture, const char *id, int signal, bool whole_cgroup) {
  Request request = BERTH__SHIM__V1__REQUEST__INIT;
  Berth__Shim__V1__SignalContainerRequest message = BERTH__SHIM__V1__SIGNAL_CONTAINER_REQUEST__INIT;
  message.container_id = (char *)id;
  message.signal = signal;
  message.whole_cgroup = whole_cgroup;
  request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_SIGNAL_CONTAINER;
  request.signal_container = &message;
  return client_call(&fixture->client, &request);
}

Reply *fixture_forget(struct fixture *fixture, const char *id) {
  Request request = BERTH__SHIM__V1__REQUEST__INIT;
  Berth__Shim__V1__ForgetContainerRequest message = BERTH__SHIM__V1__FORGET_CONTAINER_REQUEST__INIT;
  message.container_id = (char *)id;
  request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_FORGET_CONTAINER;
  request.forget_container = &message;
  return client_call(&fixture->client, &request);
}

char *fixture_log(struct fixture *fixture, const char *id) {
  enum { SIZE = 1024 * 1024 };
  char path[256];
  char *text = calloc(1, SIZE);
  snprintf(path, sizeof path, "%s/logs/%s.log", fixture->directory, id);
  (void)read_text_at(AT_FDCWD, path, text, SIZE);
  return text;
}

const char *failure_text(const Reply *reply) {
  static char text[2048];
  if (reply == NULL) {
    return "no reply";
  }
  if (reply->kind_case != BERTH__SHIM__V1__REPLY__KIND_FAILURE) {
    snprintf(text, sizeof text, "reply of kind %d", (int)reply->kind_case);
    return text;
  }
  snprintf(text, sizeof text, "%s %s: %s (%s)", reply->failure->step, reply->failure->subject,
           strerror(reply->failure->errno_number), reply->failure->detail);
  return text;
}
