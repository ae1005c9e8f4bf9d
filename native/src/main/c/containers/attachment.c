#include "containers/attachment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "containers/container.h"
#include "containers/exit_record.h"
#include "containers/input.h"
#include "shim.h"
#include "wire/replies.h"
#include "wire/stream.h"

enum {
  // What may wait for a client. Beyond it the container is not read until the client has taken half
  // of it: a client that reads slower than the container writes slows it down.
  WAITING_LIMIT = 256 * 1024,
  // A client that does not manage that in this time is dropped, so that one that does not read at
  // all costs the container a second and nothing more.
  STALL_NANOSECONDS = 1000 * 1000 * 1000,
};

struct attachment {
  struct attachment *next;
  struct container *container;
  struct deferred deferred;
  struct stream *stream;
  struct input input;
  struct timer stall;
  bool outputs[2];
  bool has_input;
};

static void release(struct attachment *attachment) {
  struct container *container = attachment->container;
  bool stalled = attachment->stall.armed;
  loop_disarm(&container->shim->loop, &attachment->stall);
  input_close(&attachment->input);
  for (struct attachment **place = &container->attachments; *place != NULL; place = &(*place)->next) {
    if (*place == attachment) {
      *place = attachment->next;
      container->attachment_count--;
      break;
    }
  }
  loop_defer(&container->shim->loop, &attachment->deferred, free, attachment);
  if (stalled) {
    outputs_resume(container);
  }
}

// The first client that had standard input and leaves closes it, where the container asked for that.
static void leave_input(const struct attachment *attachment) {
  if (attachment->has_input && attachment->container->standard_input_once) {
    container_close_input(attachment->container);
  }
}

static size_t take_input(void *owner, const uint8_t *data, size_t length) {
  struct attachment *attachment = owner;
  return input_write(&attachment->input, data, length);
}

static void close_input(void *owner) {
  struct attachment *attachment = owner;
  input_close(&attachment->input);
  leave_input(attachment);
}

static void input_writable(void *owner) {
  struct attachment *attachment = owner;
  stream_resume(attachment->stream);
}

static void client_drained(void *owner) {
  struct attachment *attachment = owner;
  if (attachment->stall.armed && stream_waiting(attachment->stream) <= WAITING_LIMIT / 2) {
    loop_disarm(&attachment->container->shim->loop, &attachment->stall);
    outputs_resume(attachment->container);
  }
}

static void client_gone(void *owner) {
  struct attachment *attachment = owner;
  leave_input(attachment);
  release(attachment);
}

static const struct stream_owner CALLS = {
    .input = take_input,
    .input_closed = close_input,
    .drained = client_drained,
    .gone = client_gone,
};

static void drop(struct attachment *attachment, const char *reason) {
  log_line("container %s: an attached client was dropped: %s", attachment->container->id, reason);
  stream_close(attachment->stream);
  client_gone(attachment);
}

static void stall_due(struct timer *timer) {
  struct attachment *attachment = timer->owner;
  drop(attachment, "it does not read");
  // The timer was no longer armed when the release looked.
  outputs_resume(attachment->container);
}

void attachments_output(struct container *container, int index, const uint8_t *data, size_t length) {
  struct attachment *next;
  for (struct attachment *attachment = container->attachments; attachment != NULL; attachment = next) {
    next = attachment->next;
    if (!attachment->outputs[index]) {
      continue;
    }
    if (!stream_send(attachment->stream, index == 0 ? STREAM_OUTPUT : STREAM_ERROR, data, length)) {
      drop(attachment, "no memory");
    } else if (stream_waiting(attachment->stream) > WAITING_LIMIT && !attachment->stall.armed) {
      loop_arm(&container->shim->loop, &attachment->stall, STALL_NANOSECONDS);
      outputs_pause(container);
    }
  }
}

void attachments_close_input(struct container *container) {
  for (struct attachment *attachment = container->attachments; attachment != NULL; attachment = attachment->next) {
    input_close(&attachment->input);
  }
}

void attachments_end(struct container *container) {
  struct exit_status status = {.code = container->exit.exit_code, .signal = container->exit.signal};
  while (container->attachments != NULL) {
    struct attachment *attachment = container->attachments;
    stream_end(attachment->stream, &status);
    release(attachment);
  }
}

void attachments_free_all(struct container *container) {
  while (container->attachments != NULL) {
    stream_close(container->attachments->stream);
    release(container->attachments);
  }
}

// -1: what comes is dropped, because it never had one or an earlier client has closed it; -2 with the
// failure.
static int open_input(const struct container *container, struct failure *failure) {
  int target = container->terminal >= 0 ? container->terminal : container->standard_input;
  if (!container->accepts_input || target < 0) {
    return -1;
  }
  int descriptor = fcntl(target, F_DUPFD_CLOEXEC, 3);
  return descriptor < 0 ? fail(failure, errno, "open standard input", container->id) - 1 : descriptor;
}

static int check(const struct shim *shim, const AttachRequest *request, struct container **found,
                 struct failure *failure) {
  static const char STEP[] = "attach to container";
  *found = container_find(shim, request->container_id);
  if (*found == NULL) {
    return fail_with(failure, ENOENT, STEP, request->container_id, "this shim knows no such container");
  }
  if ((*found)->phase != CONTAINER_RUNNING) {
    return fail_with(failure, ESRCH, STEP, request->container_id, "it is not running");
  }
  if ((*found)->attachment_count >= ATTACHMENTS_LIMIT) {
    return fail_with(failure, EAGAIN, STEP, request->container_id, "%d clients are attached already",
                     ATTACHMENTS_LIMIT);
  }
  return 0;
}

void attachment_start(struct shim *shim, struct request_token token, const AttachRequest *request) {
  struct failure failure;
  struct container *container;
  if (check(shim, request, &container, &failure) < 0) {
    reply_failure(shim, token, &failure);
    return;
  }
  int descriptor = request->standard_input ? open_input(container, &failure) : -1;
  struct attachment *attachment = descriptor < -1 ? NULL : calloc(1, sizeof *attachment);
  if (attachment == NULL) {
    if (descriptor >= -1) {
      close_quietly(descriptor);
      fail(&failure, ENOMEM, "attach to container", container->id);
    }
    reply_failure(shim, token, &failure);
    return;
  }
  *attachment = (struct attachment){
      .next = container->attachments,
      .container = container,
      .stall = {.handler = stall_due, .owner = attachment},
      .outputs = {request->standard_output, request->standard_error},
      .has_input = request->standard_input,
  };
  input_open(&attachment->input, &shim->loop, descriptor, input_writable, attachment);
  attachment->stream = stream_open(shim, token, 0, &CALLS, attachment);
  if (attachment->stream == NULL) {
    input_close(&attachment->input);
    free(attachment);
    return;
  }
  container->attachments = attachment;
  container->attachment_count++;
}
