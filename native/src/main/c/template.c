#include "template.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "supervise.h"
#include "title.h"

enum { ANSWER_BYTES = 1024 };

static int answer(const char *text) {
  ssize_t sent;
  do {
    sent = send(STDIN_FILENO, text, strlen(text), MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 ? -1 : 0;
}

static int refuse(const struct failure *failure) {
  char text[ANSWER_BYTES];
  snprintf(text, sizeof text, "failed %s %s: %s", failure->step, failure->subject, strerror(failure->errno_number));
  return answer(text);
}

// The path of the next directory; its length, 0 when there is none any more.
static ssize_t next_directory(char *path, size_t size) {
  ssize_t length;
  do {
    length = recv(STDIN_FILENO, path, size - 1, 0);
  } while (length < 0 && errno == EINTR);
  path[length < 0 ? 0 : length] = '\0';
  return length;
}

// The child's id, 0 in the child, or -1 with the failure.
static pid_t fork_supervisor(struct supervisor *supervisor, struct title *title, const char *directory,
                             struct failure *failure) {
  if (!title_fits(title, directory)) {
    return fail(failure, ENAMETOOLONG, "name a process after", directory);
  }
  if (supervisor_open(supervisor, directory, failure) < 0) {
    supervisor_close(supervisor);
    return -1;
  }
  pid_t child = fork();
  if (child != 0) {
    supervisor_close(supervisor);
  }
  return child < 0 ? fail(failure, errno, "fork for", directory) : child;
}

int template_serve(char **arguments) {
  struct title title = title_of(arguments);
  // Nobody waits for the supervisors: the kernel takes them away.
  signal(SIGCHLD, SIG_IGN);
  char directory[PATH_MAX];
  ssize_t length;
  while ((length = next_directory(directory, sizeof directory)) > 0) {
    struct supervisor supervisor;
    struct failure failure;
    pid_t child = fork_supervisor(&supervisor, &title, directory, &failure);
    if (child == 0) {
      signal(SIGCHLD, SIG_DFL);
      title_set(&title, directory);
      return supervisor_run(&supervisor);
    }
    char started[32];
    snprintf(started, sizeof started, "started %d", child);
    if ((child < 0 ? refuse(&failure) : answer(started)) < 0) {
      return 1;
    }
  }
  return length < 0 ? 1 : 0;
}
