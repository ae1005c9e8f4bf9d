#include "supervise.h"

#include <errno.h>
#include <fcntl.h>
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
#include "base/log.h"
#include "containers/container.h"
#include "containers/exec.h"
#include "containers/exec_stream.h"
#include "shutdown.h"
#include "wire/stream.h"

static const char SOCKET_NAME[] = "shim.sock";

static int open_directories(struct shim *shim, const char *directory, struct failure *failure) {
  shim->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (shim->directory < 0) {
    return fail(failure, errno, "open", directory);
  }
  if (mkdirat(shim->directory, "exits", 0700) < 0 && errno != EEXIST) {
    return fail(failure, errno, "make directory", "exits");
  }
  shim->exits = openat(shim->directory, "exits", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  return shim->exits < 0 ? fail(failure, errno, "open", "exits") : 0;
}

// The address is relative to the directory, which may be longer than a socket address holds.
static int listen_in_directory(struct shim *shim, struct failure *failure) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  memcpy(address.sun_path, SOCKET_NAME, sizeof SOCKET_NAME);
  if (fchdir(shim->directory) < 0) {
    return fail(failure, errno, "enter", "directory");
  }
  AUTO_CLOSE int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe >= 0 && connect(probe, (struct sockaddr *)&address, sizeof address) == 0) {
    errno = EADDRINUSE;
    return fail(failure, errno, "a shim is running already on", SOCKET_NAME);
  }
  if (unlink(SOCKET_NAME) < 0 && errno != ENOENT) {
    return fail(failure, errno, "remove", SOCKET_NAME);
  }
  shim->listener.descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (shim->listener.descriptor < 0 ||
      bind(shim->listener.descriptor, (struct sockaddr *)&address, sizeof address) < 0 ||
      chmod(SOCKET_NAME, 0600) < 0 || listen(shim->listener.descriptor, CONNECTIONS_LIMIT) < 0) {
    return fail(failure, errno, "listen on", SOCKET_NAME);
  }
  return chdir("/") < 0 ? fail(failure, errno, "enter", "/") : 0;
}

int supervisor_open(struct supervisor *supervisor, const char *directory, struct failure *failure) {
  *supervisor = (struct supervisor){
      .shim = {.directory = -1, .exits = -1, .listener = {.descriptor = -1}}, .nothing = -1, .log = -1};
  struct shim *shim = &supervisor->shim;
  sandbox_prepare(&shim->sandbox);
  if (open_directories(shim, directory, failure) < 0) {
    return -1;
  }
  supervisor->nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (supervisor->nothing < 0) {
    return fail(failure, errno, "open", "/dev/null");
  }
  supervisor->log =
      openat(shim->directory, "shim.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (supervisor->log < 0) {
    return fail(failure, errno, "open", "shim.log");
  }
  return listen_in_directory(shim, failure);
}

void supervisor_close(struct supervisor *supervisor) {
  close_and_clear(&supervisor->shim.listener.descriptor);
  close_and_clear(&supervisor->shim.exits);
  close_and_clear(&supervisor->shim.directory);
  close_and_clear(&supervisor->nothing);
  close_and_clear(&supervisor->log);
}

static int go_background(struct supervisor *supervisor) {
  struct shim *shim = &supervisor->shim;
  shim->pid = getpid();
  if (setsid() < 0 || dup2(supervisor->nothing, STDIN_FILENO) < 0 || dup2(supervisor->nothing, STDOUT_FILENO) < 0 ||
      dup2(supervisor->log, STDERR_FILENO) < 0) {
    return -1;
  }
  close_and_clear(&supervisor->nothing);
  close_and_clear(&supervisor->log);
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
  // A supervisor goes by SIGTERM or by request, whatever else is sent to it. Blocked and not ignored: a program that
  // the shim starts would inherit what is ignored.
  sigset_t all;
  sigset_t taken;
  sigfillset(&all);
  sigemptyset(&taken);
  sigaddset(&taken, SIGCHLD);
  sigaddset(&taken, SIGTERM);
  if (sigprocmask(SIG_SETMASK, &all, NULL) < 0) {
    return -1;
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

int supervisor_run(struct supervisor *supervisor) {
  struct shim *shim = &supervisor->shim;
  if (go_background(supervisor) < 0) {
    return 1;
  }
  shim->scratch = malloc(SCRATCH_BYTES);
  if (shim->scratch == NULL || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 || watch(shim) < 0) {
    log_line("cannot start: errno %d", errno);
    return 1;
  }
  int result = loop_run(&shim->loop);
  if (result < 0) {
    log_line("the event loop failed: errno %d", errno);
  }
  end(shim);
  return result < 0 ? 1 : 0;
}
