#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "wire/arena.h"
#include "wire/frame.h"
#include "wire/messages.h"

static void feed(struct frame_reader *reader, const void *bytes, size_t length) {
  const uint8_t *next = bytes;
  while (length > 0) {
    size_t available;
    uint8_t *space = frame_reader_space(reader, &available);
    size_t count = available < length ? available : length;
    memcpy(space, next, count);
    frame_reader_filled(reader, count);
    next += count;
    length -= count;
  }
}

static void frames_are_cut_out_of_any_pieces(void) {
  static const uint8_t stream[] = {0, 0, 0, 3, 'a', 'b', 'c', 0, 0, 0, 0, 0, 0, 0, 1, 'z'};
  for (size_t step = 1; step <= sizeof stream; step++) {
    struct frame_reader reader = {0};
    unsigned frames = 0;
    char text[8] = "";
    for (size_t at = 0; at < sizeof stream; at += step) {
      feed(&reader, stream + at, step < sizeof stream - at ? step : sizeof stream - at);
      const uint8_t *payload;
      size_t length;
      while (frame_reader_next(&reader, &payload, &length) == 1) {
        frames++;
        strncat(text, (const char *)payload, length);
      }
    }
    EXPECT(frames == 3);
    EXPECT_TEXT(text, "abcz");
    frame_reader_release(&reader);
  }
}

static void a_claimed_length_costs_no_memory(void) {
  struct frame_reader reader = {0};
  static const uint8_t header[] = {0, 0x3f, 0xff, 0xff, 1};
  const uint8_t *payload;
  size_t length;
  feed(&reader, header, sizeof header);
  EXPECT(frame_reader_next(&reader, &payload, &length) == 0);
  EXPECT(reader.capacity <= 4096);
  frame_reader_release(&reader);
}

static void a_frame_over_the_limit_is_refused(void) {
  struct frame_reader reader = {0};
  static const uint8_t header[] = {0, 0x40, 0, 1};
  const uint8_t *payload;
  size_t length;
  feed(&reader, header, sizeof header);
  EXPECT(frame_reader_next(&reader, &payload, &length) == -1);
  frame_reader_release(&reader);
}

static void the_largest_frame_fits(void) {
  struct frame_reader reader = {0};
  uint8_t *bytes = calloc(1, FRAME_HEADER_BYTES + FRAME_LIMIT_BYTES);
  bytes[1] = 0x40;
  feed(&reader, bytes, FRAME_HEADER_BYTES + FRAME_LIMIT_BYTES);
  const uint8_t *payload;
  size_t length;
  size_t available;
  EXPECT(frame_reader_space(&reader, &available) == NULL && errno == ENOBUFS);
  EXPECT(frame_reader_next(&reader, &payload, &length) == 1 && length == FRAME_LIMIT_BYTES);
  frame_reader_trim(&reader);
  EXPECT(reader.buffer == NULL);
  frame_reader_release(&reader);
  free(bytes);
}

static void a_peer_that_does_not_read_blocks_nothing(void) {
  int ends[2];
  EXPECT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  struct frame_queue queue = {0};
  size_t pushed = 0;
  for (int i = 0; i < 64; i++) {
    struct frame *frame = frame_new(65536);
    memset(frame_payload(frame), i, 65536);
    frame_queue_push(&queue, frame);
    pushed += frame->length;
  }
  EXPECT(frame_queue_flush(&queue, ends[0]) == 0);
  EXPECT(queue.bytes > 0 && queue.bytes < pushed);
  size_t received = 0;
  static char sink[65536];
  while (received < pushed) {
    ssize_t count = recv(ends[1], sink, sizeof sink, MSG_DONTWAIT);
    if (count <= 0) {
      EXPECT(frame_queue_flush(&queue, ends[0]) == 0);
    } else {
      received += (size_t)count;
    }
  }
  EXPECT(queue.bytes == 0 && queue.head == NULL && queue.tail == NULL);
  close(ends[1]);
  frame_queue_push(&queue, frame_new(8));
  EXPECT(frame_queue_flush(&queue, ends[0]) == -1);
  frame_queue_release(&queue);
  close(ends[0]);
}

static void a_small_frame_cannot_claim_much_memory(void) {
  // Empty mounts, three bytes each on the wire and hundreds in memory.
  enum { COUNT = 1000000 };
  uint8_t *bytes = malloc(COUNT * 2);
  for (size_t i = 0; i < COUNT; i++) {
    bytes[2 * i] = 5 << 3 | 2;
    bytes[2 * i + 1] = 0;
  }
  struct arena arena;
  arena_open(&arena, 1024 * 1024);
  EXPECT(berth__shim__v1__launch_plan__unpack(&arena.allocator, COUNT * 2, bytes) == NULL);
  arena_release(&arena);
  arena_open(&arena, 1024 * 1024);
  LaunchPlan *plan = berth__shim__v1__launch_plan__unpack(&arena.allocator, 200, bytes);
  EXPECT(plan != NULL && plan->n_mounts == 100);
  arena_release(&arena);
  free(bytes);
}

void test_frames(void) {
  frames_are_cut_out_of_any_pieces();
  a_claimed_length_costs_no_memory();
  a_frame_over_the_limit_is_refused();
  the_largest_frame_fits();
  a_peer_that_does_not_read_blocks_nothing();
  a_small_frame_cannot_claim_much_memory();
}
