// Frames: a big-endian 32-bit length and that many bytes. The reader cuts them out of a byte
// stream; the queue holds those that wait for a peer to read.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
  FRAME_HEADER_BYTES = 4,
  FRAME_LIMIT_BYTES = 4 * 1024 * 1024,
};

struct frame_reader {
  uint8_t *buffer;
  size_t capacity;
  size_t start; // of what is not yet taken
  size_t end;   // of what is filled
};

// Room to read into, at least one byte, grown as bytes arrive and never because a header claims
// them. NULL with errno when there is no memory.
uint8_t *frame_reader_space(struct frame_reader *reader, size_t *available);
// That many bytes were read into the space.
void frame_reader_filled(struct frame_reader *reader, size_t count);
// 1: a whole frame, valid until the next call of frame_reader_space; 0: more bytes are needed;
// -1: a frame over the limit, after which the stream is useless.
int frame_reader_next(struct frame_reader *reader, const uint8_t **payload, size_t *length);
// Gives the memory back when nothing is buffered.
void frame_reader_trim(struct frame_reader *reader);
void frame_reader_release(struct frame_reader *reader);

struct frame {
  struct frame *next;
  size_t length; // with the header
  size_t sent;
  uint8_t data[];
};

struct frame_queue {
  struct frame *head;
  struct frame *tail;
  size_t bytes; // not yet sent
};

// A frame with its header written and room for the payload behind it. NULL without memory.
struct frame *frame_new(size_t payload_length);
static inline uint8_t *frame_payload(struct frame *frame) { return frame->data + FRAME_HEADER_BYTES; }
// Takes the frame.
void frame_queue_push(struct frame_queue *queue, struct frame *frame);
// Writes what the descriptor takes without blocking. 0, or -1 with errno for a dead peer.
int frame_queue_flush(struct frame_queue *queue, int descriptor);
void frame_queue_release(struct frame_queue *queue);
