// One stream of an exec: kept up to a limit, read and dropped beyond it.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/loop.h"
#include "wire/frame.h"

// What both streams together may keep, so that the reply fits into a frame.
enum { EXEC_OUTPUT_BUDGET = FRAME_LIMIT_BYTES - 64 * 1024 };

struct exec_output {
  struct loop *loop;
  struct source source;
  uint8_t *data;
  size_t length;
  size_t capacity;
  size_t limit;
  size_t *budget;
  bool truncated;
  uint8_t *scratch; // SCRATCH_BYTES
  void (*ended)(void *owner);
  void *owner;
};

int exec_output_watch(struct exec_output *output, int descriptor);
// Reads what is there now. Closes at the end of the stream, without calling `ended`.
void exec_output_drain(struct exec_output *output);
void exec_output_close(struct exec_output *output);
void exec_output_release(struct exec_output *output);
