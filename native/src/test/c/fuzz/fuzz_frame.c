// The frame reader: a stream in pieces as the input says gives the frames that the stream has.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// The frames of a stream, read plainly: the number of whole ones, -1 with one over the limit next.
static int expected_frames(const uint8_t *stream, size_t size, size_t *bytes) {
  int frames = 0;
  size_t at = 0;
  *bytes = 0;
  while (size - at >= 4) {
    size_t length = (size_t)stream[at] << 24 | (size_t)stream[at + 1] << 16 | (size_t)stream[at + 2] << 8 | stream[at + 3];
    if (length > FRAME_LIMIT_BYTES || length > size - at - 4) {
      break;
    }
    *bytes += length;
    at += 4 + length;
    frames++;
  }
  return frames;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) {
    return 0;
  }
  size_t step = (size_t)data[0] + 1;
  const uint8_t *stream = data + 1;
  size--;
  size_t expected_bytes;
  int expected = expected_frames(stream, size, &expected_bytes);
  struct frame_reader reader = {0};
  size_t at = 0;
  int frames = 0;
  size_t bytes = 0;
  unsigned sum = 0;
  int result = 0;
  while (at < size && result >= 0) {
    size_t available;
    uint8_t *space = frame_reader_space(&reader, &available);
    if (space == NULL) {
      abort();
    }
    size_t count = available < step ? available : step;
    count = count < size - at ? count : size - at;
    memcpy(space, stream + at, count);
    frame_reader_filled(&reader, count);
    at += count;
    const uint8_t *payload;
    size_t length;
    while ((result = frame_reader_next(&reader, &payload, &length)) == 1) {
      frames++;
      bytes += length;
      for (size_t i = 0; i < length; i++) {
        sum += payload[i];
      }
    }
    frame_reader_trim(&reader);
  }
  if (frames != expected || bytes != expected_bytes || sum == 0xffffffff) {
    abort();
  }
  frame_reader_release(&reader);
  return 0;
}
