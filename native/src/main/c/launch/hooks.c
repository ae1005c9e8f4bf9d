#include "launch/hooks.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/files.h"
#include "base/kernel.h"

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4
#endif

enum {
  TAIL_BYTES = 320,
  KILL_WAIT_MILLISECONDS = 2000,
};

// A hook that runs.
struct hook_process {
  const PlanHook *hook;
  int channel;
  pid_t pid;
  int process; // pidfd
  int output;  // what it writes, both streams
  char tail[TAIL_BYTES + 1]; // the last of it
  size_t tail_length;
};

// The state as a file in memory: nobody needs to write while the hook reads, or does not.
static int make_state(const PlanHooks *hooks, const char *status, pid_t pid) {
  AUTO_CLOSE int file = memfd_create("state", MFD_CLOEXEC);
  AUTO_FREE char *text = NULL;
  int length = asprintf(&text, "%s,\"pid\":%d,\"status\":\"%s\"}", hooks->state, pid, status);
  if (length < 0) {
    text = NULL;
    errno = ENOMEM;
    return -1;
  }
  if (file < 0 || write_all(file, text, (size_t)length) < 0 || lseek(file, 0, SEEK_SET) < 0) {
    return -1;
  }
  return take_descriptor(&file);
}

static char **vector(const char *first, size_t count, char **items) {
  char **made = calloc(count + 2, sizeof *made);
  if (made != NULL) {
    if (count > 0) {
      memcpy(made, items, count * sizeof *made);
    } else {
      made[0] = (char *)first;
    }
  }
  return made;
}

static _Noreturn void become_hook(const PlanHook *hook, int state, int output, int report) {
  char **arguments = vector(hook->path, hook->n_arguments, hook->arguments);
  char **environment = vector(NULL, hook->n_environment, hook->environment);
  // A session of its own, to be killed as a whole; and not to be left behind by who waits for it.
  if (arguments != NULL && environment != NULL && setsid() >= 0 && prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 &&
      dup2(state, 0) == 0 && dup2(output, 1) == 1 && dup2(output, 2) == 2 &&
      sys_close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0) {
    execve(hook->path, arguments, environment);
  }
  int reason = errno;
  (void)!write(report, &reason, sizeof reason);
  _exit(127);
}

// Returns when the exec has succeeded.
static int start(struct hook_process *run, int state, struct failure *failure) {
  const PlanHook *hook = run->hook;
  int output[2];
  if (pipe2(output, O_CLOEXEC) < 0) {
    return fail(failure, errno, hook->step, hook->path);
  }
  run->output = output[0];
  AUTO_CLOSE int writing = output[1];
  int report[2];
  if (pipe2(report, O_CLOEXEC) < 0) {
    return fail(failure, errno, hook->step, hook->path);
  }
  AUTO_CLOSE int heard = report[0];
  AUTO_CLOSE int told = report[1];
  if (fcntl(run->output, F_SETFL, O_NONBLOCK) < 0) {
    return fail(failure, errno, hook->step, hook->path);
  }
  run->pid = fork();
  if (run->pid == 0) {
    become_hook(hook, state, writing, told);
  }
  if (run->pid < 0) {
    return fail(failure, errno, hook->step, hook->path);
  }
  close_and_clear(&told);
  int reason = 0;
  ssize_t count;
  do {
    count = read(heard, &reason, sizeof reason);
  } while (count < 0 && errno == EINTR);
  if (count == sizeof reason) {
    (void)waitpid(run->pid, NULL, 0);
    return fail(failure, reason, hook->step, hook->path);
  }
  run->process = sys_pidfd_open(run->pid);
  if (run->process < 0) {
    int kept = errno;
    (void)kill(run->pid, SIGKILL);
    (void)waitpid(run->pid, NULL, 0);
    return fail(failure, kept, hook->step, hook->path);
  }
  return 0;
}

static void keep_tail(struct hook_process *run, const char *data, size_t length) {
  if (length > TAIL_BYTES) {
    data += length - TAIL_BYTES;
    length = TAIL_BYTES;
  }
  size_t kept = run->tail_length + length > TAIL_BYTES ? TAIL_BYTES - length : run->tail_length;
  memmove(run->tail, run->tail + run->tail_length - kept, kept);
  memcpy(run->tail + kept, data, length);
  run->tail_length = kept + length;
}

// What there is for now, but not for ever: one that writes without end still has its deadline.
static void read_output(struct hook_process *run) {
  char buffer[4096];
  for (int round = 0; round < 64 && run->output >= 0; round++) {
    ssize_t count = read(run->output, buffer, sizeof buffer);
    if (count > 0) {
      keep_tail(run, buffer, (size_t)count);
      continue;
    }
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
      return;
    }
    close_and_clear(&run->output);
  }
}

// 0 when it has ended, ETIMEDOUT or ECANCELED.
static int await_end(struct hook_process *run, int64_t deadline) {
  for (;;) {
    int64_t left = (deadline - now_monotonic()) / 1000000;
    if (left < 0) {
      return ETIMEDOUT;
    }
    struct pollfd watched[] = {{.fd = run->process, .events = POLLIN},
                               {.fd = run->output, .events = POLLIN},
                               {.fd = run->channel, .events = POLLIN}};
    int ready = poll(watched, 3, left > 3600 * 1000 ? 3600 * 1000 : (int)left + 1);
    if (ready < 0 && errno != EINTR) {
      return errno;
    }
    if (ready > 0 && watched[1].revents != 0) {
      read_output(run);
    }
    if (ready > 0 && watched[0].revents != 0) {
      read_output(run);
      return 0;
    }
    if (ready > 0 && watched[2].revents != 0) {
      return ECANCELED;
    }
  }
}

// What it wrote last, as the end of a sentence.
static const char *last_words(struct hook_process *run) {
  while (run->tail_length > 0 && strchr("\r\n \t", run->tail[run->tail_length - 1]) != NULL) {
    run->tail_length--;
  }
  run->tail[run->tail_length] = '\0';
  return run->tail;
}

static int settle(struct hook_process *run, int missed, struct failure *failure) {
  const PlanHook *hook = run->hook;
  int status = 0;
  pid_t reaped;
  do {
    reaped = waitpid(run->pid, &status, WNOHANG);
  } while (reaped < 0 && errno == EINTR);
  const char *words = last_words(run);
  const char *colon = words[0] == '\0' ? "" : ": ";
  if (missed == ETIMEDOUT) {
    return fail_with(failure, ETIMEDOUT, hook->step, hook->path, "killed after its %llu ms%s%s",
                     (unsigned long long)hook->timeout_milliseconds, colon, words);
  }
  if (missed != 0) {
    return fail_with(failure, missed, hook->step, hook->path, "killed%s%s", colon, words);
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    return 0;
  }
  return fail_with(failure, 0, hook->step, hook->path, "%s %d%s%s",
                   WIFEXITED(status) ? "exit code" : "killed by signal",
                   WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status), colon, words);
}

static int run_one(const PlanHook *hook, int state, int channel, struct failure *failure) {
  struct hook_process run = {.hook = hook, .channel = channel, .process = -1, .output = -1};
  int64_t deadline = now_monotonic() + (int64_t)hook->timeout_milliseconds * 1000000;
  int result = start(&run, state, failure);
  if (result == 0) {
    int missed = await_end(&run, deadline);
    if (missed != 0) {
      run.channel = -1;
      (void)kill(-run.pid, SIGKILL);
      (void)sys_pidfd_send_signal(run.process, SIGKILL);
      (void)await_end(&run, now_monotonic() + KILL_WAIT_MILLISECONDS * INT64_C(1000000));
    }
    result = settle(&run, missed, failure);
  }
  close_quietly(run.process);
  close_quietly(run.output);
  return result;
}

int hooks_run(const PlanHooks *hooks, size_t count, PlanHook *const *list, const char *status, pid_t pid,
              int channel, struct failure *failure) {
  for (size_t i = 0; i < count; i++) {
    // A new one each time: a hook may have read, or written, the one before.
    AUTO_CLOSE int state = make_state(hooks, status, pid);
    if (state < 0) {
      return fail_with(failure, errno, list[i]->step, list[i]->path, "its state cannot be written");
    }
    if (run_one(list[i], state, channel, failure) < 0) {
      return -1;
    }
  }
  return 0;
}
