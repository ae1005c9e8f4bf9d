#include "wire/frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { FIRST_CAPACITY = 4096, KEPT_CAPACITY = 16384 };

static uint32_t read_length(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

uint8_t *frame_reader_space(struct frame_reader *reader, size_t *available) {
  if (reader->start > 0) {
    memmove(reader->buffer, reader->buffer + reader->start, reader->end - reader->start);
    reader->end -= reader->start;
    reader->start = 0;
  }
  if (reader->end == reader->capacity) {
    size_t capacity = reader->capacity == 0 ? FIRST_CAPACITY : reader->capacity * 2;
    if (capacity > FRAME_HEADER_BYTES + FRAME_LIMIT_BYTES) {
      capacity = FRAME_HEADER_BYTES + FRAME_LIMIT_BYTES;
    }
    if (capacity == reader->capacity) {
      // Full of frames that nobody has taken: the caller must take them first.
      errno = ENOBUFS;
      return NULL;
    }
    uint8_t *grown = realloc(reader->buffer, capacity);
    if (grown == NULL) {
      return NULL;
    }
    reader->buffer = grown;
    reader->capacity = capacity;
  }
  *available = reader->capacity - reader->end;
  return reader->buffer + reader->end;
}

void frame_reader_filled(struct frame_reader *reader, size_t count) { reader->end += count; }

int frame_reader_next(struct frame_reader *reader, const uint8_t **payload, size_t *length) {
  size_t buffered = reader->end - reader->start;
  if (buffered < FRAME_HEADER_BYTES) {
    return 0;
  }
  const uint8_t *header = reader->buffer + reader->start;
  uint32_t claimed = read_length(header);
  if (claimed > FRAME_LIMIT_BYTES) {
    return -1;
  }
  if (buffered - FRAME_HEADER_BYTES < claimed) {
    return 0;
  }
  *payload = header + FRAME_HEADER_BYTES;
  *length = claimed;
  reader->start += FRAME_HEADER_BYTES + claimed;
  return 1;
}

void frame_reader_trim(struct frame_reader *reader) {
  if (reader->start == reader->end) {
    reader->start = reader->end = 0;
    if (reader->capacity > KEPT_CAPACITY) {
      frame_reader_release(reader);
    }
  }
}

void frame_reader_release(struct frame_reader *reader) {
  free(reader->buffer);
  *reader = (struct frame_reader){0};
}

struct frame *frame_new(size_t payload_length) {
  struct frame *frame = malloc(sizeof *frame + FRAME_HEADER_BYTES + payload_length);
  if (frame == NULL) {
    return NULL;
  }
  *frame = (struct frame){.length = FRAME_HEADER_BYTES + payload_length};
  frame->data[0] = (uint8_t)(payload_length >> 24);
  frame->data[1] = (uint8_t)(payload_length >> 16);
  frame->data[2] = (uint8_t)(payload_length >> 8);
  frame->data[3] = (uint8_t)payload_length;
  return frame;
}

void frame_queue_push(struct frame_queue *queue, struct frame *frame) {
  if (queue->tail == NULL) {
    queue->head = frame;
  } else {
    queue->tail->next = frame;
  }
  queue->tail = frame;
  queue->bytes += frame->length;
}

static void drop_head(struct frame_queue *queue) {
  struct frame *head = queue->head;
  queue->head = head->next;
  if (queue->head == NULL) {
    queue->tail = NULL;
  }
  free(head);
}

int frame_queue_flush(struct frame_queue *queue, int descriptor) {
  while (queue->head != NULL) {
    struct frame *head = queue->head;
    ssize_t sent = send(descriptor, head->data + head->sent, head->length - head->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) {
        continue;
      }
      return errno == EAGAIN ? 0 : -1;
    }
    head->sent += (size_t)sent;
    queue->bytes -= (size_t)sent;
    if (head->sent == head->length) {
      drop_head(queue);
    }
  }
  return 0;
}

void frame_queue_release(struct frame_queue *queue) {
  while (queue->head != NULL) {
    drop_head(queue);
  }
  queue->bytes = 0;
}
