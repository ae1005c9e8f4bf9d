#include "containers/input.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/cleanup.h"

static void input_event(struct source *source, uint32_t events) {
  (void)events;
  struct input *input = source->owner;
  // An end whose reader has gone would be ready without end; the next write finds out.
  loop_unwatch(input->loop, source);
  input->writable(input->owner);
}

void input_open(struct input *input, struct loop *loop, int descriptor, void (*writable)(void *owner), void *owner) {
  *input = (struct input){
      .loop = loop,
      .source = {.descriptor = descriptor, .handler = input_event, .owner = input},
      .writable = writable,
      .owner = owner,
  };
}

size_t input_write(struct input *input, const uint8_t *data, size_t length) {
  size_t taken = 0;
  while (taken < length && input->source.descriptor >= 0) {
    ssize_t count = write(input->source.descriptor, data + taken, length - taken);
    if (count >= 0) {
      taken += (size_t)count;
    } else if (errno == EAGAIN) {
      if (input->source.watched || loop_watch(input->loop, &input->source, EPOLLOUT) == 0) {
        return taken;
      }
      input_close(input);
    } else if (errno != EINTR) {
      // Nobody reads it any more: what still comes is dropped, as a shell's `cat | true` does it.
      input_close(input);
    }
  }
  return length;
}

void input_close(struct input *input) {
  if (input->source.descriptor >= 0) {
    loop_unwatch(input->loop, &input->source);
    close_and_clear(&input->source.descriptor);
  }
}
