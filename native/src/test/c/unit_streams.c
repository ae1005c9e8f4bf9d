#include "check.h"
#include "wire/stream_reader.h"

static void pieces_of_any_size_give_the_same_bytes(void) {
  static const uint8_t stream[] = {0, 0, 0, 4, 0, 'a', 'b', 'c', 0, 0, 0, 2, 0, 'd', 0, 0, 0, 1, 0};
  for (size_t step = 1; step <= sizeof stream; step++) {
    struct stream_reader reader = {.remaining = 0};
    char text[8] = "";
    unsigned closes = 0;
    for (size_t at = 0; at < sizeof stream; at += step) {
      const uint8_t *bytes = stream + at;
      size_t length = step < sizeof stream - at ? step : sizeof stream - at;
      while (length > 0) {
        size_t piece = 0;
        enum stream_piece kind = stream_reader_next(&reader, &bytes, &length, &piece);
        EXPECT(kind != STREAM_PIECE_INVALID);
        if (kind == STREAM_PIECE_DATA) {
          // One byte at a time: what is not taken comes again.
          strncat(text, (const char *)bytes, 1);
          stream_reader_taken(&reader, 1);
          bytes++;
          length--;
        }
        closes += kind == STREAM_PIECE_CLOSE ? 1 : 0;
      }
    }
    EXPECT_TEXT(text, "abcd");
    EXPECT(closes == 1);
  }
}

static enum stream_piece first_of(const uint8_t *bytes, size_t length) {
  struct stream_reader reader = {.remaining = 0};
  size_t piece;
  return stream_reader_next(&reader, &bytes, &length, &piece);
}

static void frames_that_a_client_may_not_send_are_refused(void) {
  EXPECT(first_of((const uint8_t[]){0, 0, 0, 0, 0}, 5) == STREAM_PIECE_INVALID);
  EXPECT(first_of((const uint8_t[]){0, 0, 0, 2, STREAM_OUTPUT}, 5) == STREAM_PIECE_INVALID);
  EXPECT(first_of((const uint8_t[]){0, 0, 0x80, 2, 0}, 5) == STREAM_PIECE_INVALID);
  EXPECT(first_of((const uint8_t[]){0, 0, 0x80, 1, 0, 'x'}, 6) == STREAM_PIECE_DATA);
}

void test_streams(void) {
  pieces_of_any_size_give_the_same_bytes();
  frames_that_a_client_may_not_send_are_refused();
}
