#include "containers/exec_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "containers/exec_process.h"
#include "containers/exit_record.h"
#include "containers/input.h"
#include "launch/child.h"
#include "shim.h"
#include "wire/replies.h"
#include "wire/stream.h"

// After the process has ended, a descendant that still holds the outputs is waited for this long;
// then only what it has written by that time is sent.
enum { DRAIN_NANOSECONDS = 100 * 1000 * 1000 };

struct exec_stream;

struct stream_output {
  struct exec_stream *exec;
  struct source source;
  enum stream_channel channel;
  bool carried;
  bool draining; // of what it holds only `left` bytes are still of interest
  size_t left;
};

struct exec_stream {
  struct exec_stream *next;
  struct shim *shim;
  struct deferred deferred;
  struct exec_process process;
  struct stream *stream; // NULL: not yet, or the client has gone
  struct input input;
  struct stream_output outputs[2];
  struct timer drain;
  int terminal; // the master, for its size; -1
};

static void output_close(struct stream_output *output) {
  if (output->source.descriptor >= 0) {
    loop_unwatch(&output->exec->shim->loop, &output->source);
    close_and_clear(&output->source.descriptor);
  }
}

static void close_ends(struct exec_stream *exec) {
  output_close(&exec->outputs[0]);
  output_close(&exec->outputs[1]);
  input_close(&exec->input);
  close_and_clear(&exec->terminal);
}

static void exec_free(struct exec_stream *exec) {
  struct shim *shim = exec->shim;
  loop_disarm(&shim->loop, &exec->drain);
  close_ends(exec);
  exec_process_release(&exec->process);
  for (struct exec_stream **place = &shim->exec_streams; *place != NULL; place = &(*place)->next) {
    if (*place == exec) {
      *place = exec->next;
      break;
    }
  }
  loop_defer(&shim->loop, &exec->deferred, free, exec);
}

// Nobody is left who wants it: it goes, and its record with it once it has been reaped.
static void abandon(struct exec_stream *exec) {
  exec->stream = NULL;
  close_ends(exec);
  exec_process_kill(&exec->process);
  if (exec->process.ended) {
    exec_free(exec);
  }
}

static void advance(struct exec_stream *exec) {
  if (exec->process.ended && exec->stream != NULL && exec->outputs[0].source.descriptor < 0 &&
      exec->outputs[1].source.descriptor < 0) {
    struct exit_status status = exit_status_of(exec->process.launch.exit_status);
    stream_end(exec->stream, &status);
    exec_free(exec);
  }
}

// ---------------------------------------------------------------- outputs

// While the client does not read, nothing is read here, and the process waits at its full pipe. An
// output is then not watched at all: one whose writer has gone would be ready without end.
static void watch_outputs(struct exec_stream *exec) {
  bool wanted = stream_waiting(exec->stream) == 0;
  for (int i = 0; i < 2; i++) {
    struct stream_output *output = &exec->outputs[i];
    if (!wanted) {
      loop_unwatch(&exec->shim->loop, &output->source);
    } else if (output->source.descriptor >= 0 && !output->source.watched &&
               loop_watch(&exec->shim->loop, &output->source, EPOLLIN) < 0) {
      log_line("exec: an output cannot be watched: errno %d", errno);
      output_close(output);
    }
  }
}

static void output_event(struct source *source, uint32_t events) {
  (void)events;
  struct stream_output *output = source->owner;
  struct exec_stream *exec = output->exec;
  size_t room = output->draining && output->left < SCRATCH_BYTES ? output->left : SCRATCH_BYTES;
  ssize_t count = read(source->descriptor, exec->shim->scratch, room);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
    return;
  }
  // The end of a pipe; a terminal says EIO when its last user has closed it.
  bool ended = count <= 0;
  if (count > 0) {
    output->left -= output->draining ? (size_t)count : 0;
    ended = output->draining && output->left == 0;
    if (output->carried && !stream_send(exec->stream, output->channel, exec->shim->scratch, (size_t)count)) {
      log_line("no memory for an exec's output; exec killed");
      stream_close(exec->stream);
      abandon(exec);
      return;
    }
  }
  if (ended) {
    output_close(output);
  }
  watch_outputs(exec);
  advance(exec);
}

static void drain_due(struct timer *timer) {
  struct exec_stream *exec = timer->owner;
  for (int i = 0; i < 2; i++) {
    struct stream_output *output = &exec->outputs[i];
    int held = 0;
    if (output->source.descriptor >= 0 && (ioctl(output->source.descriptor, FIONREAD, &held) < 0 || held <= 0)) {
      output_close(output);
    }
    output->draining = true;
    output->left = (size_t)held;
  }
  advance(exec);
}

// ---------------------------------------------------------------- the client's side

static size_t take_input(void *owner, const uint8_t *data, size_t length) {
  struct exec_stream *exec = owner;
  return input_write(&exec->input, data, length);
}

static void close_input(void *owner) {
  struct exec_stream *exec = owner;
  // A terminal has no end of input of its own: the client types one.
  input_close(&exec->input);
}

static void input_writable(void *owner) {
  struct exec_stream *exec = owner;
  if (exec->stream != NULL) {
    stream_resume(exec->stream);
  }
}

static void client_drained(void *owner) {
  struct exec_stream *exec = owner;
  watch_outputs(exec);
}

static void client_gone(void *owner) { abandon(owner); }

static const struct stream_owner CALLS = {
    .input = take_input,
    .input_closed = close_input,
    .drained = client_drained,
    .gone = client_gone,
};

// ---------------------------------------------------------------- start and end

static int duplicate(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 3); }

static int take_terminal(struct exec_stream *exec) {
  exec->terminal = take_descriptor(&exec->process.launch.terminal);
  int flags = fcntl(exec->terminal, F_GETFL);
  if (flags < 0 || fcntl(exec->terminal, F_SETFL, flags | O_NONBLOCK) < 0) {
    return -1;
  }
  // One number each, because each is watched for something else.
  exec->outputs[0].source.descriptor = duplicate(exec->terminal);
  exec->input.source.descriptor = duplicate(exec->terminal);
  return exec->outputs[0].source.descriptor < 0 || exec->input.source.descriptor < 0 ? -1 : 0;
}

static void exec_started(struct launch *launch) {
  struct exec_stream *exec = launch->owner;
  if (launch->failed) {
    reply_failure(exec->shim, exec->process.client, &launch->failure);
    exec_free(exec);
    return;
  }
  if (launch->terminal >= 0 && take_terminal(exec) < 0) {
    log_line("exec: its terminal cannot be used: errno %d", errno);
    abandon(exec);
    return;
  }
  exec->stream = stream_open(exec->shim, exec->process.client, exec->process.number, &CALLS, exec);
  if (exec->stream == NULL) {
    abandon(exec);
    return;
  }
  watch_outputs(exec);
}

static void exec_ended(struct launch *launch) {
  struct exec_stream *exec = launch->owner;
  exec->process.ended = true;
  if (exec->stream == NULL) {
    exec_free(exec);
    return;
  }
  loop_arm(&exec->shim->loop, &exec->drain, DRAIN_NANOSECONDS);
  advance(exec);
}

static int open_pipes(struct exec_stream *exec, const struct container *container, const ExecStreamRequest *request,
                      struct child_context *context, struct failure *failure) {
  const ProcessPlan *plan = request->process;
  if (plan->terminal) {
    return 0;
  }
  if (request->standard_input &&
      exec_pipe(container, plan, true, &exec->input.source.descriptor, &context->streams[0], failure) < 0) {
    return -1;
  }
  for (int i = 0; i < 2; i++) {
    if (exec->outputs[i].carried &&
        exec_pipe(container, plan, false, &exec->outputs[i].source.descriptor, &context->streams[1 + i], failure) < 0) {
      return -1;
    }
  }
  return 0;
}

static struct exec_stream *exec_new(struct shim *shim, struct request_token token, const ExecStreamRequest *request) {
  struct exec_stream *exec = calloc(1, sizeof *exec);
  if (exec == NULL) {
    return NULL;
  }
  *exec = (struct exec_stream){
      .next = shim->exec_streams,
      .shim = shim,
      .process = {.launch = {.finished = exec_started, .ended = exec_ended}},
      .drain = {.handler = drain_due, .owner = exec},
      .terminal = -1,
  };
  bool carried[2] = {request->standard_output, request->standard_error};
  for (int i = 0; i < 2; i++) {
    exec->outputs[i] = (struct stream_output){
        .exec = exec,
        .source = {.descriptor = -1, .handler = output_event, .owner = &exec->outputs[i]},
        .channel = i == 0 ? STREAM_OUTPUT : STREAM_ERROR,
        .carried = carried[i],
    };
  }
  input_open(&exec->input, &shim->loop, -1, input_writable, exec);
  exec_process_prepare(&exec->process, shim, token, exec);
  shim->exec_streams = exec;
  return exec;
}

void exec_stream_start(struct shim *shim, struct request_token token, const ExecStreamRequest *request) {
  struct failure failure;
  struct container *container;
  if (exec_process_check(shim, request->container_id, request->process, &container, &failure) < 0) {
    reply_failure(shim, token, &failure);
    return;
  }
  struct exec_stream *exec = exec_new(shim, token, request);
  if (exec == NULL) {
    fail(&failure, ENOMEM, "exec in container", request->container_id);
    reply_failure(shim, token, &failure);
    return;
  }
  struct child_context context = {.process = request->process, .streams = {-1, -1, -1}, .shm = -1, .root = -1};
  int result = open_pipes(exec, container, request, &context, &failure);
  if (result == 0) {
    result = exec_process_start(&exec->process, container, &context, false, &failure);
  }
  for (int i = 0; i < 3; i++) {
    close_quietly(context.streams[i]);
  }
  if (result < 0) {
    exec_free(exec);
    reply_failure(shim, token, &failure);
  }
}

int exec_stream_resize(struct shim *shim, uint64_t number, unsigned rows, unsigned columns, struct failure *failure) {
  char subject[32];
  snprintf(subject, sizeof subject, "exec %llu", (unsigned long long)number);
  struct exec_stream *exec = shim->exec_streams;
  while (exec != NULL && exec->process.number != number) {
    exec = exec->next;
  }
  if (exec == NULL || exec->terminal < 0) {
    return fail_with(failure, exec == NULL ? ENOENT : ENOTTY, "resize terminal", subject, "%s",
                     exec == NULL ? "it has ended" : "it has none");
  }
  struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
  return ioctl(exec->terminal, TIOCSWINSZ, &size) < 0 ? fail(failure, errno, "resize terminal", subject) : 0;
}

void exec_streams_abandon(struct shim *shim, uint64_t connection) {
  for (struct exec_stream *exec = shim->exec_streams; exec != NULL; exec = exec->next) {
    if (exec->stream == NULL && exec->process.client.connection == connection) {
      exec_process_kill(&exec->process);
    }
  }
}

void exec_streams_free_all(struct shim *shim) {
  while (shim->exec_streams != NULL) {
    struct exec_stream *exec = shim->exec_streams;
    exec_process_kill(&exec->process);
    if (exec->stream != NULL) {
      stream_close(exec->stream);
    }
    exec_free(exec);
  }
}
