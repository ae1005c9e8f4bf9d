// The container's streams: read when there is something, a bounded piece a round so that a busy
// container takes nothing from the others, and written to the log in the order of reading.
#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "containers/attachment.h"
#include "containers/container.h"
#include "shim.h"

enum { DRAIN_ROUNDS = 64 }; // after an exit: at most 2 MiB of what is already written

static void output_close(struct output *output) {
  if (output->source.descriptor < 0) {
    return;
  }
  struct container *container = output->container;
  loop_unwatch(&container->shim->loop, &output->source);
  if (output->source.descriptor != container->terminal) {
    close_quietly(output->source.descriptor);
  }
  output->source.descriptor = -1;
  log_finish(&container->log, &output->stream);
}

// Whether there may be more.
static bool output_read(struct output *output) {
  struct container *container = output->container;
  ssize_t count = read(output->source.descriptor, container->shim->scratch, SCRATCH_BYTES);
  if (count > 0) {
    log_write(&container->log, &output->stream, (const char *)container->shim->scratch, (size_t)count);
    attachments_output(container, output == &container->outputs[0] ? 0 : 1, container->shim->scratch, (size_t)count);
    return true;
  }
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
    return false;
  }
  // The end of a pipe; a terminal says EIO when its last user has closed it.
  output_close(output);
  return false;
}

static void output_event(struct source *source, uint32_t events) {
  (void)events;
  output_read(source->owner);
}

int output_watch(struct container *container, int index, int descriptor, const char *name, bool terminal) {
  struct output *output = &container->outputs[index];
  *output = (struct output){
      .container = container,
      .source = {.descriptor = descriptor, .handler = output_event, .owner = output},
      .stream = {.name = name, .strip_carriage_return = terminal},
  };
  int flags = fcntl(descriptor, F_GETFL);
  if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0) {
    return -1;
  }
  return loop_watch(&container->shim->loop, &output->source, EPOLLIN);
}

// Not watched at all: an output whose writer has gone would be ready without end.
void outputs_pause(struct container *container) {
  if (container->pauses++ == 0) {
    for (int i = 0; i < 2; i++) {
      loop_unwatch(&container->shim->loop, &container->outputs[i].source);
    }
  }
}

void outputs_resume(struct container *container) {
  if (--container->pauses > 0) {
    return;
  }
  for (int i = 0; i < 2; i++) {
    struct source *source = &container->outputs[i].source;
    if (source->descriptor >= 0 && loop_watch(&container->shim->loop, source, EPOLLIN) < 0) {
      log_line("container %s: its output cannot be watched: errno %d", container->id, errno);
    }
  }
}

void outputs_drain(struct container *container) {
  for (int i = 0; i < 2; i++) {
    for (int round = 0; round < DRAIN_ROUNDS && container->outputs[i].source.descriptor >= 0; round++) {
      if (!output_read(&container->outputs[i])) {
        break;
      }
    }
  }
}

void outputs_close(struct container *container) {
  for (int i = 0; i < 2; i++) {
    output_close(&container->outputs[i]);
  }
  close_and_clear(&container->terminal);
  if (container->log.dropped > 0) {
    log_line("container %s: %llu bytes of its log could not be written", container->id,
             (unsigned long long)container->log.dropped);
    container->log.dropped = 0;
  }
}
