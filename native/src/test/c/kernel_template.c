// Supervisors forked from a template: what they show, what they share and what they outlive.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/files.h"
#include "kernel_tests.h"

struct template {
  pid_t pid;
  int socket;
};

static struct template template_start(const char *program) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
    perror("socketpair");
    exit(1);
  }
  pid_t pid = fork();
  if (pid == 0) {
    dup2(ends[1], STDIN_FILENO);
    execl(program, "berth-shim", "--template", (char *)NULL);
    _exit(126);
  }
  close(ends[1]);
  return (struct template){.pid = pid, .socket = ends[0]};
}

static const char *template_ask(const struct template *template, const char *directory) {
  static char reply[2048];
  ssize_t length = send(template->socket, directory, strlen(directory), MSG_NOSIGNAL);
  length = length < 0 ? -1 : recv(template->socket, reply, sizeof reply - 1, 0);
  reply[length < 0 ? 0 : length] = '\0';
  return reply;
}

static void read_of_process(pid_t pid, const char *name, char *text, size_t size) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  text[0] = '\0';
  (void)read_text_at(-100, path, text, size);
}

static bool ends_within_seconds(pid_t pid, int seconds) {
  for (int i = 0; i < seconds * 100; i++) {
    if (kill(pid, 0) < 0 && errno == ESRCH) {
      return true;
    }
    usleep(10000);
  }
  return false;
}

static void expect_supervisor(struct fixture *fixture, const struct template *template, pid_t supervisor,
                              const char *directory) {
  char expected[256];
  char text[1024];
  char path[300];
  snprintf(expected, sizeof expected, "berth-shim --directory %s", directory);
  read_of_process(supervisor, "cmdline", text, sizeof text);
  CHECK(fixture, strcmp(text, expected) == 0, "command line \"%s\"", text);
  CHECK(fixture, getsid(supervisor) == supervisor && getsid(template->pid) != supervisor, "no session of its own");
  snprintf(path, sizeof path, "/proc/%d/exe", supervisor);
  CHECK(fixture, access(path, W_OK) < 0 && errno == EROFS, "the program is writable by its exe link");
  snprintf(path, sizeof path, "/proc/%d/fd/0", supervisor);
  ssize_t length = readlink(path, text, sizeof text - 1);
  CHECK(fixture, length > 0 && strncmp(text, "/dev/null", (size_t)length) == 0, "it has the template's connection");
  snprintf(path, sizeof path, "%s/shim.pid", directory);
  (void)read_text_at(-100, path, text, sizeof text);
  CHECK(fixture, atoi(text) == supervisor, "shim.pid is \"%s\", not %d", text, supervisor);
}

static void refusals(struct fixture *fixture, const struct template *template) {
  char directory[2000];
  snprintf(directory, sizeof directory, "%s/none", fixture->directory);
  const char *reply = template_ask(template, directory);
  CHECK(fixture, strncmp(reply, "failed open ", 12) == 0 && strstr(reply, "/none: No such file") != NULL, "%s", reply);
  reply = template_ask(template, fixture->run);
  CHECK(fixture, strstr(reply, "failed a shim is running already") == reply, "%s", reply);
  memset(directory, 'x', sizeof directory - 1);
  directory[sizeof directory - 1] = '\0';
  reply = template_ask(template, directory);
  CHECK(fixture, strstr(reply, "failed name a process after xxx") == reply, "%s", reply);
}

void kernel_template(struct fixture *fixture, const char *program) {
  struct template template = template_start(program);
  pid_t supervisors[3] = {0};
  // One without a sandbox ends with its only client.
  struct client clients[3];
  for (int i = 0; i < 3; i++) {
    char directory[200];
    snprintf(directory, sizeof directory, "%s/forked-%d", fixture->directory, i);
    CHECK(fixture, mkdir(directory, 0700) == 0, "%s", directory);
    const char *reply = template_ask(&template, directory);
    if (!CHECK(fixture, sscanf(reply, "started %d", &supervisors[i]) == 1, "%s", reply)) {
      return;
    }
    clients[i] = client_connect(directory);
    Request request = BERTH__SHIM__V1__REQUEST__INIT;
    Berth__Shim__V1__HelloRequest hello = BERTH__SHIM__V1__HELLO_REQUEST__INIT;
    request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_HELLO;
    request.hello = &hello;
    Reply *answer = client_call(&clients[i], &request);
    CHECK(fixture, answer != NULL && answer->hello->shim_pid == supervisors[i], "another one answers");
    reply_free(answer);
    expect_supervisor(fixture, &template, supervisors[i], directory);
  }
  refusals(fixture, &template);

  // One that ends leaves no zombie; the others and the template live on.
  kill(supervisors[0], SIGTERM);
  client_close(&clients[0]);
  CHECK(fixture, ends_within_seconds(supervisors[0], 5), "the first supervisor is still there");
  int status = 0;
  CHECK(fixture, waitpid(template.pid, &status, WNOHANG) == 0, "the template ended with its child");
  close(template.socket);
  bool exited = false;
  for (int i = 0; i < 500 && !exited; i++) {
    exited = waitpid(template.pid, &status, WNOHANG) == template.pid;
    usleep(exited ? 0 : 10000);
  }
  CHECK(fixture, exited && WIFEXITED(status) && WEXITSTATUS(status) == 0, "the template ended with %#x", status);
  for (int i = 1; i < 3; i++) {
    CHECK(fixture, kill(supervisors[i], 0) == 0, "a supervisor ended with the template");
    client_close(&clients[i]);
    CHECK(fixture, ends_within_seconds(supervisors[i], 5), "a supervisor does not end");
  }
}
