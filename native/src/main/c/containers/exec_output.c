#include "containers/exec_output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "shim.h"

enum { DRAIN_ROUNDS = 256, FIRST_CAPACITY = 512 };

static void keep(struct exec_output *output, const uint8_t *bytes, size_t count) {
  size_t room = output->limit - output->length;
  if (room > *output->budget) {
    room = *output->budget;
  }
  if (count > room) {
    output->truncated = true;
    count = room;
  }
  size_t needed = output->length + count;
  if (needed > output->capacity) {
    size_t capacity = output->capacity == 0 ? FIRST_CAPACITY : output->capacity;
    while (capacity < needed) {
      capacity *= 2;
    }
    uint8_t *grown = realloc(output->data, capacity);
    if (grown == NULL) {
      output->truncated = true;
      return;
    }
    output->data = grown;
    output->capacity = capacity;
  }
  if (count > 0) {
    memcpy(output->data + output->length, bytes, count);
    output->length += count;
    *output->budget -= count;
  }
}

// 1: read something; 0: nothing there; -1: the stream has ended.
static int read_once(struct exec_output *output) {
  ssize_t count = read(output->source.descriptor, output->scratch, SCRATCH_BYTES);
  if (count > 0) {
    keep(output, output->scratch, (size_t)count);
    return 1;
  }
  return count < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static void output_event(struct source *source, uint32_t events) {
  (void)events;
  struct exec_output *output = source->owner;
  if (read_once(output) < 0) {
    exec_output_close(output);
    output->ended(output->owner);
  }
}

int exec_output_watch(struct exec_output *output, int descriptor) {
  output->source = (struct source){.descriptor = descriptor, .handler = output_event, .owner = output};
  return loop_watch(output->loop, &output->source, EPOLLIN);
}

void exec_output_drain(struct exec_output *output) {
  for (int round = 0; round < DRAIN_ROUNDS && output->source.descriptor >= 0; round++) {
    int result = read_once(output);
    if (result == 0) {
      return;
    }
    if (result < 0) {
      exec_output_close(output);
    }
  }
}

void exec_output_close(struct exec_output *output) {
  if (output->source.descriptor >= 0) {
    loop_unwatch(output->loop, &output->source);
    close_and_clear(&output->source.descriptor);
  }
}

void exec_output_release(struct exec_output *output) {
  free(output->data);
  output->data = NULL;
}
