// Resolving paths, finding programs, the loop, exit records, the status channel.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/files.h"
#include "base/loop.h"
#include "check.h"
#include "containers/exit_record.h"
#include "containers/status.h"
#include "launch/program.h"
#include "launch/resolve.h"

static char root_path[64];

static int make_root(void) {
  snprintf(root_path, sizeof root_path, "/tmp/berth-root-XXXXXX");
  EXPECT(mkdtemp(root_path) != NULL);
  return open(root_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static void remove_root(void) {
  char command[128];
  snprintf(command, sizeof command, "rm -rf %s", root_path);
  EXPECT(system(command) == 0);
}

// Where a handle is, below the root; "OUTSIDE" otherwise.
static const char *place(int handle) {
  static char path[4096];
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
  ssize_t length = readlink(link, path, sizeof path - 1);
  path[length < 0 ? 0 : length] = '\0';
  size_t root = strlen(root_path);
  if (strncmp(path, root_path, root) != 0) {
    return "OUTSIDE";
  }
  return path[root] == '\0' ? "/" : path + root;
}

static void expect_place(int root, const char *path, enum missing missing, const char *expected) {
  AUTO_CLOSE int handle = root_open(root, path, missing, NULL);
  EXPECT_TEXT(handle < 0 ? strerror(errno) : place(handle), expected);
}

void test_resolve(void) {
  AUTO_CLOSE int root = make_root();
  EXPECT(mkdirat(root, "etc", 0755) == 0);
  EXPECT(symlinkat("/etc", root, "absolute") == 0);
  EXPECT(symlinkat("../../../../etc", root, "climbing") == 0);
  EXPECT(symlinkat("/var/run/deep", root, "dangling") == 0);
  EXPECT(symlinkat("/etc/elsewhere", root, "dangling-file") == 0);
  EXPECT(symlinkat("loop2", root, "loop1") == 0);
  EXPECT(symlinkat("loop1", root, "loop2") == 0);
  EXPECT(symlinkat("/proc/self/root/tmp", root, "magic") == 0);
  expect_place(root, "/", MISSING_FAIL, "/");
  expect_place(root, "/etc", MISSING_FAIL, "/etc");
  expect_place(root, "/absolute", MISSING_FAIL, "/etc");
  expect_place(root, "/climbing", MISSING_FAIL, "/etc");
  expect_place(root, "/../../etc", MISSING_FAIL, "/etc");
  expect_place(root, "/nothing", MISSING_FAIL, "No such file or directory");
  expect_place(root, "/loop1", MISSING_DIRECTORY, "Too many levels of symbolic links");
  expect_place(root, "/new/directory", MISSING_DIRECTORY, "/new/directory");
  expect_place(root, "/climbing/new", MISSING_DIRECTORY, "/etc/new");
  expect_place(root, "/absolute/hosts", MISSING_FILE, "/etc/hosts");
  expect_place(root, "/dangling/more", MISSING_DIRECTORY, "/var/run/deep/more");
  expect_place(root, "/dangling-file", MISSING_FILE, "/etc/elsewhere");
  expect_place(root, "/magic/x", MISSING_DIRECTORY, "/proc/self/root/tmp/x");
  expect_place(root, "/new/../../../made", MISSING_DIRECTORY, "/made");
  expect_place(root, "/etc/hosts/below", MISSING_DIRECTORY, "Not a directory");
  expect_place(root, "//double//slash/", MISSING_DIRECTORY, "/double/slash");
  AUTO_CLOSE int refused = root_open_unlinked(root, "/absolute", MISSING_DIRECTORY);
  EXPECT(refused < 0 && errno == ELOOP);
  AUTO_CLOSE int behind = root_open_unlinked(root, "/absolute/new", MISSING_DIRECTORY);
  EXPECT(behind < 0 && errno == ELOOP);
  const char *name;
  AUTO_PARENT parent = PARENT_NONE;
  int directory = root_open_parent(&parent, root, "/dev/sub/null", &name);
  EXPECT_TEXT(place(directory), "/dev/sub");
  EXPECT_TEXT(name, "null");
  EXPECT(root_open_parent(&parent, root, "/dev/sub/zero", &name) == directory);
  EXPECT_TEXT(name, "zero");
  EXPECT(root_open_parent(&parent, root, "/dev/..", &name) == -1);
  EXPECT(root_open_parent(&parent, root, "/dev/", &name) == -1);
  EXPECT_TEXT(place(root_open_parent(&parent, root, "/dev/sun/null", &name)), "/dev/sun");
  EXPECT_TEXT(place(root_open_parent(&parent, root, "/top", &name)), "/");
  mode_t mask = umask(0077);
  AUTO_CLOSE int open_to_all = root_open(root, "/strict/umask", MISSING_DIRECTORY, NULL);
  struct stat status;
  EXPECT(fstat(open_to_all, &status) == 0 && (status.st_mode & 0777) == 0755);
  AUTO_CLOSE int file_for_all = root_open(root, "/strict/file", MISSING_FILE, NULL);
  EXPECT(fstat(file_for_all, &status) == 0 && (status.st_mode & 0777) == 0644);
  EXPECT(umask(mask) == 0077);
  char name_too_long[400];
  memset(name_too_long, 'x', sizeof name_too_long);
  name_too_long[0] = '/';
  name_too_long[399] = '\0';
  expect_place(root, name_too_long, MISSING_DIRECTORY, "File name too long");
  remove_root();
}

static void write_program(const char *name, const void *bytes, size_t length, mode_t mode) {
  char path[128];
  snprintf(path, sizeof path, "%s/%s", root_path, name);
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  EXPECT(write_all(file, bytes, length) == 0 && fchmod(file, mode) == 0);
  close(file);
}

static void explain(const char *name, int error, const char *expected) {
  char path[128];
  struct failure failure;
  snprintf(path, sizeof path, "%s/%s", root_path, name);
  EXPECT(program_explain(path, error, &failure) == -1);
  EXPECT(failure.errno_number == error);
  EXPECT_TEXT(failure.subject, path);
  EXPECT_TEXT(failure.detail, expected);
}

void test_programs(void) {
  close(make_root());
  write_program("script", "#! /no/such/shell -x\n", 21, 0755);
  write_program("dos", "#!/bin/sh\r\n", 11, 0755);
  write_program("empty", "", 0, 0755);
  write_program("plain", "hello world", 11, 0644);
  unsigned char foreign[64] = {0x7f, 'E', 'L', 'F', 2, 1, 1, [18] = 0xf3};
  write_program("foreign", foreign, sizeof foreign, 0755);
  explain("script", ENOENT, "the script's interpreter /no/such/shell does not exist");
  explain("dos", ENOENT, "the script's interpreter /bin/sh cannot be executed");
  explain("empty", ENOEXEC, "the file is empty");
  explain("plain", ENOEXEC, "neither a program nor a script with a #! line");
  struct failure failure;
  char path[128];
  snprintf(path, sizeof path, "%s/foreign", root_path);
  (void)program_explain(path, ENOEXEC, &failure);
  EXPECT(strstr(failure.detail, "another processor") != NULL);

  ProcessPlan process = BERTH__SHIM__V1__PROCESS__INIT;
  char *arguments[] = {"plain"};
  char variable[256];
  char *environment[] = {variable};
  snprintf(variable, sizeof variable, "PATH=/no/such:%s", root_path);
  process.arguments = arguments;
  process.n_arguments = 1;
  process.environment = environment;
  process.n_environment = 1;
  EXPECT(program_find(&process, path, sizeof path, &failure) == -1 && failure.errno_number == EACCES);
  arguments[0] = "script";
  EXPECT(program_find(&process, path, sizeof path, &failure) == 0 && strstr(path, "/script") != NULL);
  arguments[0] = "absent";
  EXPECT(program_find(&process, path, sizeof path, &failure) == -1 && failure.errno_number == ENOENT);
  remove_root();
}

struct counter {
  struct loop *loop;
  struct timer timer;
  struct source source;
  struct deferred deferred;
  unsigned timers;
  unsigned reads;
  bool released;
};

static void count_timer(struct timer *timer) {
  struct counter *counter = timer->owner;
  if (++counter->timers < 3) {
    loop_arm(counter->loop, timer, 1000000);
  } else {
    counter->loop->stopped = true;
  }
}

static void release_counter(void *object) { ((struct counter *)object)->released = true; }

static void count_read(struct source *source, uint32_t events) {
  struct counter *counter = source->owner;
  (void)events;
  counter->reads++;
  EXPECT(!counter->released);
  // Both ends of the pair are ready: the first handler takes the other source away.
  loop_unwatch(counter->loop, source);
  loop_defer(counter->loop, &counter->deferred, release_counter, counter);
}

void test_loop(void) {
  struct loop loop;
  EXPECT(loop_open(&loop) == 0);
  struct counter counter = {.loop = &loop};
  counter.timer = (struct timer){.handler = count_timer, .owner = &counter};
  struct timer late = {.handler = count_timer, .owner = &counter};
  loop_arm(&loop, &late, 3600LL * 1000000000);
  loop_arm(&loop, &counter.timer, 1000000);
  EXPECT(loop.timers == &counter.timer);
  int ends[2];
  EXPECT(pipe2(ends, O_CLOEXEC) == 0 && write(ends[1], "x", 1) == 1);
  counter.source = (struct source){.descriptor = ends[0], .handler = count_read, .owner = &counter};
  EXPECT(loop_watch(&loop, &counter.source, EPOLLIN) == 0);
  EXPECT(loop_run(&loop) == 0);
  EXPECT(counter.timers == 3 && counter.reads == 1 && counter.released);
  loop_disarm(&loop, &late);
  EXPECT(loop.timers == NULL);
  close(ends[0]);
  close(ends[1]);
  loop_close(&loop);
}

void test_records(void) {
  int directory = make_root();
  int readable = open(root_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ExitRecord record = BERTH__SHIM__V1__EXIT_RECORD__INIT;
  record.container_id = "c1";
  record.exit_code = 137;
  record.signal = 9;
  record.oom_killed = 1;
  EXPECT(exit_record_write(readable, "c1", &record) == 0);
  EXPECT(exit_record_write(readable, "c1", &record) == 0);
  char bytes[256];
  ssize_t length = read_text_at(readable, "c1", bytes, sizeof bytes);
  ExitRecord *read_back = berth__shim__v1__exit_record__unpack(NULL, length < 0 ? 0 : (size_t)length, (uint8_t *)bytes);
  EXPECT(read_back != NULL && read_back->exit_code == 137 && read_back->oom_killed);
  EXPECT_TEXT(read_back->container_id, "c1");
  berth__shim__v1__exit_record__free_unpacked(read_back, NULL);
  EXPECT(faccessat(readable, ".c1.new", F_OK, 0) < 0);
  EXPECT(exit_record_write(-1, "c1", &record) == -1);
  struct exit_status exited = exit_status_of(7 << 8);
  struct exit_status killed = exit_status_of(SIGKILL);
  EXPECT(exited.code == 7 && exited.signal == 0);
  EXPECT(killed.code == 137 && killed.signal == 9);
  close(directory);
  close(readable);
  remove_root();
}

void test_status(void) {
  int ends[2];
  int carried[2];
  struct status_message message;
  int descriptor;
  EXPECT(status_open(ends) == 0 && pipe2(carried, O_CLOEXEC) == 0);
  EXPECT(status_receive(ends[0], &message, &descriptor) == -1 && errno == EAGAIN);
  struct failure failure;
  fail_with(&failure, ENOENT, "exec", "/bin/nope", "detail");
  EXPECT(status_send_warning(ends[1], &failure) == 0 && status_send_terminal(ends[1], carried[1]) == 0 &&
         status_send_failure(ends[1], &failure) == 0);
  EXPECT(status_receive(ends[0], &message, &descriptor) == 1 && message.kind == STATUS_WARNING && descriptor < 0);
  EXPECT(status_receive(ends[0], &message, &descriptor) == 1 && message.kind == STATUS_TERMINAL && descriptor >= 0);
  close(descriptor);
  EXPECT(status_receive(ends[0], &message, &descriptor) == 1 && message.kind == STATUS_FAILURE);
  EXPECT_TEXT(message.failure.subject, "/bin/nope");
  EXPECT(status_send_go(ends[0]) == 0 && status_wait_go(ends[1]) == 0);
  close(ends[1]);
  EXPECT(status_receive(ends[0], &message, &descriptor) == 0);
  close(ends[0]);
  close(carried[0]);
  close(carried[1]);
}
