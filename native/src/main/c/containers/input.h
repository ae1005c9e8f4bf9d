// Where standard input goes: a pipe's or a terminal's end that does not block. What it does not take
// stays with whoever has sent it, who is told when there is room again.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/loop.h"

struct input {
  struct loop *loop;
  struct source source; // watched only while something waits
  void (*writable)(void *owner);
  void *owner;
};

// Owns the descriptor. One that is -1 takes everything and drops it.
void input_open(struct input *input, struct loop *loop, int descriptor, void (*writable)(void *owner), void *owner);
// How much it has taken; all of it when nobody reads it any more.
size_t input_write(struct input *input, const uint8_t *data, size_t length);
void input_close(struct input *input);
