// The frames of a stream: a big-endian 32-bit length, one byte that names the channel, the bytes.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum stream_channel {
  STREAM_INPUT = 0,
  STREAM_OUTPUT = 1,
  STREAM_ERROR = 2,
  STREAM_END = 3,
};

enum {
  STREAM_HEADER_BYTES = 5,
  STREAM_DATA_LIMIT = 32 * 1024,
};

// Cuts frames out of a byte stream, whatever the pieces in which they come.
struct stream_reader {
  uint8_t header[STREAM_HEADER_BYTES];
  unsigned header_length;
  uint32_t remaining; // bytes of the frame that are still to come
};

enum stream_piece { STREAM_PIECE_NONE, STREAM_PIECE_DATA, STREAM_PIECE_CLOSE, STREAM_PIECE_INVALID };

// Takes the next piece of `length` bytes at `bytes`: moves both past what it has taken before the
// piece's data; for STREAM_PIECE_DATA `*piece` bytes of data begin at `*bytes`, and the caller says
// by stream_reader_taken how many of them it took.
enum stream_piece stream_reader_next(struct stream_reader *reader, const uint8_t **bytes, size_t *length,
                                     size_t *piece);
void stream_reader_taken(struct stream_reader *reader, size_t count);
