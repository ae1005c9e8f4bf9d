// berth-shim --directory DIR: supervises one sandbox.
//
// Binds DIR/shim.sock and goes into the background: the child is a session of its own, writes
// DIR/shim.pid and logs to DIR/shim.log; the parent ends with 0 once the socket listens, or with 1
// and one line on standard error.
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/files.h"
#include "base/kernel.h"
#include "base/log.h"
#include "containers/container.h"
#include "containers/exec.h"
#include "containers/exec_stream.h"
#include "protect.h"
#include "shim.h"
#include "shutdown.h"
#include "wire/stream.h"

static const char SOCKET_NAME[] = "shim.sock";

static int complain(const char *step, const char *subject) {
  fprintf(stderr, "berth-shim: %s %s: %s\n", step, subject, strerror(errno));
  return -1;
}

static int open_directories(struct shim *shim, const char *directory) {
  shim->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (shim->directory < 0) {
    return complain("open", directory);
  }
  if (mkdirat(shim->directory, "exits", 0700) < 0 && errno != EEXIST) {
    return complain("make directory", "exits");
  }
  shim->exits = openat(shim->directory, "exits", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  return shim->exits < 0 ? complain("open", "exits") : 0;
}

// The address is relative to the directory, which may be longer than a socket address holds.
static int listen_in_directory(struct shim *shim) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  memcpy(address.sun_path, SOCKET_NAME, sizeof SOCKET_NAME);
  if (fchdir(shim->directory) < 0) {
    return complain("enter", "directory");
  }
  AUTO_CLOSE int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe >= 0 && connect(probe, (struct sockaddr *)&address, sizeof address) == 0) {
    errno = EADDRINUSE;
    return complain("a shim is running already on", SOCKET_NAME);
  }
  if (unlink(SOCKET_NAME) < 0 && errno != ENOENT) {
    return complain("remove", SOCKET_NAME);
  }
  shim->listener.descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (shim->listener.descriptor < 0 ||
      bind(shim->listener.descriptor, (struct sockaddr *)&address, sizeof address) < 0 ||
      chmod(SOCKET_NAME, 0600) < 0 || listen(shim->listener.descriptor, CONNECTIONS_LIMIT) < 0) {
    return complain("listen on", SOCKET_NAME);
  }
  return chdir("/") < 0 ? complain("enter", "/") : 0;
}

static int go_background(struct shim *shim) {
  AUTO_CLOSE int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  AUTO_CLOSE int log = openat(shim->directory, "shim.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (nothing < 0 || log < 0) {
    return complain("open", nothing < 0 ? "/dev/null" : "shim.log");
  }
  pid_t child = fork();
  if (child < 0) {
    return complain("fork", "");
  }
  if (child > 0) {
    // The socket listens already: a client that connects now waits in its queue.
    _exit(0);
  }
  shim->pid = getpid();
  if (setsid() < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(nothing, STDOUT_FILENO) < 0 ||
      dup2(log, STDERR_FILENO) < 0) {
    return complain("detach", "");
  }
  char text[16];
  int length = snprintf(text, sizeof text, "%d\n", shim->pid);
  if (replace_file_at(shim->directory, "shim.pid", text, (size_t)length, 0600) < 0) {
    log_line("cannot write shim.pid: errno %d", errno);
  }
  return 0;
}

static void accept_event(struct source *source, uint32_t events) {
  (void)events;
  connection_accept(source->owner);
}

static void signal_event(struct source *source, uint32_t events) {
  (void)events;
  struct shim *shim = source->owner;
  struct signalfd_siginfo info;
  while (read(source->descriptor, &info, sizeof info) == sizeof info) {
    if (info.ssi_signo == SIGTERM) {
      log_line("SIGTERM: ending the sandbox");
      shutdown_begin(shim, (struct request_token){0});
    }
  }
  children_reap(shim);
}

static int watch(struct shim *shim) {
  // Everything else that would end a process is ignored: a supervisor goes by SIGTERM or by request.
  sigset_t taken;
  sigemptyset(&taken);
  sigaddset(&taken, SIGCHLD);
  sigaddset(&taken, SIGTERM);
  if (sigprocmask(SIG_SETMASK, &taken, NULL) < 0) {
    return -1;
  }
  static const int ignored[] = {SIGPIPE, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTTOU, SIGTTIN, SIGTSTP};
  for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) {
    signal(ignored[i], SIG_IGN);
  }
  int signals = signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0 || loop_open(&shim->loop) < 0) {
    return -1;
  }
  shim->signals = (struct source){.descriptor = signals, .handler = signal_event, .owner = shim};
  shim->listener.handler = accept_event;
  shim->listener.owner = shim;
  if (loop_watch(&shim->loop, &shim->signals, EPOLLIN) < 0) {
    return -1;
  }
  return loop_watch(&shim->loop, &shim->listener, EPOLLIN);
}

static void end(struct shim *shim) {
  unlinkat(shim->directory, SOCKET_NAME, 0);
  unlinkat(shim->directory, "shim.pid", 0);
  connections_close_all(shim);
  execs_free_all(shim);
  exec_streams_free_all(shim);
  container_free_all(shim);
  streams_close_all(shim);
  sandbox_release(shim);
  loop_close(&shim->loop);
  free(shim->shutdown);
  free(shim->scratch);
}

static int run(const char *directory) {
  struct shim shim = {.directory = -1, .exits = -1, .listener = {.descriptor = -1}};
  sandbox_prepare(&shim.sandbox);
  umask(0077);
  if (open_directories(&shim, directory) < 0 || listen_in_directory(&shim) < 0 || go_background(&shim) < 0) {
    return 1;
  }
  // From here on errors go to shim.log.
  shim.scratch = malloc(SCRATCH_BYTES);
  if (shim.scratch == NULL || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 || watch(&shim) < 0) {
    log_line("cannot start: errno %d", errno);
    return 1;
  }
  int result = loop_run(&shim.loop);
  if (result < 0) {
    log_line("the event loop failed: errno %d", errno);
  }
  end(&shim);
  return result < 0 ? 1 : 0;
}

int main(int count, char **arguments) {
  if (count == 2 && strcmp(arguments[1], "--version") == 0) {
    puts("berth-shim " BERTH_VERSION);
    return 0;
  }
  if (count != 3 || strcmp(arguments[1], "--directory") != 0) {
    fputs("usage: berth-shim --directory DIRECTORY\n", stderr);
    return 2;
  }
  if (protect_process(arguments) < 0) {
    return 1;
  }
  // One small heap that gives back what it no longer needs: big messages come and go.
  mallopt(M_MMAP_THRESHOLD, 64 * 1024);
  mallopt(M_TRIM_THRESHOLD, 64 * 1024);
  return run(arguments[2]);
}
