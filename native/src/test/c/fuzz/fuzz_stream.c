// The reader of stream frames: whatever the pieces, and however much of each the owner takes, the
// bytes are those that a plain reading of the input gives.
#include <stdint.h>
#include <stdlib.h>

#include "wire/stream_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct result {
  size_t bytes;
  size_t closes;
  unsigned sum;
};

static struct result expected(const uint8_t *stream, size_t size) {
  struct result result = {0};
  size_t at = 0;
  while (size - at >= STREAM_HEADER_BYTES) {
    size_t length = (size_t)stream[at] << 24 | (size_t)stream[at + 1] << 16 | (size_t)stream[at + 2] << 8 | stream[at + 3];
    if (length == 0 || length > STREAM_DATA_LIMIT + 1 || stream[at + 4] != STREAM_INPUT) {
      break;
    }
    at += STREAM_HEADER_BYTES;
    result.closes += length == 1 ? 1 : 0;
    for (size_t left = length - 1; left > 0 && at < size; left--) {
      result.bytes++;
      result.sum += stream[at++];
    }
  }
  return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2) {
    return 0;
  }
  size_t step = (size_t)data[0] + 1;
  size_t most = (size_t)data[1] + 1;
  const uint8_t *stream = data + 2;
  size -= 2;
  struct result result = {0};
  struct stream_reader reader = {0};
  for (size_t at = 0; at < size; at += step) {
    const uint8_t *bytes = stream + at;
    size_t length = step < size - at ? step : size - at;
    while (length > 0) {
      size_t piece = 0;
      enum stream_piece kind = stream_reader_next(&reader, &bytes, &length, &piece);
      if (kind == STREAM_PIECE_INVALID) {
        goto done;
      }
      if (kind == STREAM_PIECE_DATA) {
        size_t taken = piece < most ? piece : most;
        for (size_t i = 0; i < taken; i++) {
          result.sum += bytes[i];
        }
        stream_reader_taken(&reader, taken);
        bytes += taken;
        length -= taken;
        result.bytes += taken;
      }
      result.closes += kind == STREAM_PIECE_CLOSE ? 1 : 0;
    }
  }
done:;
  struct result wanted = expected(stream, size);
  if (wanted.bytes != result.bytes || wanted.closes != result.closes || wanted.sum != result.sum) {
    abort();
  }
  return 0;
}
