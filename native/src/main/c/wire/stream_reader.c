#include "wire/stream_reader.h"

static uint32_t frame_length(const uint8_t *header) {
  return (uint32_t)header[0] << 24 | (uint32_t)header[1] << 16 | (uint32_t)header[2] << 8 | header[3];
}

enum stream_piece stream_reader_next(struct stream_reader *reader, const uint8_t **bytes, size_t *length,
                                     size_t *piece) {
  while (reader->remaining == 0) {
    while (reader->header_length < STREAM_HEADER_BYTES && *length > 0) {
      reader->header[reader->header_length++] = *(*bytes)++;
      (*length)--;
    }
    if (reader->header_length < STREAM_HEADER_BYTES) {
      return STREAM_PIECE_NONE;
    }
    reader->header_length = 0;
    uint32_t claimed = frame_length(reader->header);
    if (claimed == 0 || claimed > STREAM_DATA_LIMIT + 1 || reader->header[4] != STREAM_INPUT) {
      return STREAM_PIECE_INVALID;
    }
    if (claimed == 1) {
      return STREAM_PIECE_CLOSE;
    }
    reader->remaining = claimed - 1;
  }
  *piece = *length < reader->remaining ? *length : reader->remaining;
  return *piece == 0 ? STREAM_PIECE_NONE : STREAM_PIECE_DATA;
}

void stream_reader_taken(struct stream_reader *reader, size_t count) { reader->remaining -= (uint32_t)count; }
