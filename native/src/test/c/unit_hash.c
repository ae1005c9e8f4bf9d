#include <stdlib.h>

#include "check.h"
#include "hash/sha256.h"

static void digest_of(const uint8_t *bytes, uint64_t count, uint64_t piece, uint8_t digest[SHA256_DIGEST]) {
  struct sha256_lane lane;
  berth_sha256_begin(&lane);
  for (uint64_t at = 0; at < count; at += piece) {
    lane.next = bytes + at;
    lane.count = count - at < piece ? count - at : piece;
    berth_sha256_alone(&lane);
    EXPECT(lane.count == 0);
  }
  berth_sha256_end(&lane, digest);
}

static void expect_digest(const char *message, const char *expected) {
  uint8_t digest[SHA256_DIGEST];
  char text[2 * SHA256_DIGEST + 1] = "";
  digest_of((const uint8_t *)message, strlen(message), 64, digest);
  for (size_t i = 0; i < SHA256_DIGEST; i++)
    snprintf(text + 2 * i, 3, "%02x", digest[i]);
  EXPECT_TEXT(text, expected);
}

// From the examples of FIPS 180-4, and the digest of nothing.
static void digests_are_those_of_the_standard(void) {
  expect_digest("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect_digest("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect_digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void the_size_of_the_pieces_does_not_matter(void) {
  uint8_t bytes[300];
  for (size_t i = 0; i < sizeof bytes; i++)
    bytes[i] = (uint8_t)(i * 31);
  for (size_t count = 0; count <= sizeof bytes; count++) {
    uint8_t whole[SHA256_DIGEST];
    digest_of(bytes, count, sizeof bytes, whole);
    for (size_t piece = 1; piece < 140; piece += 9) {
      uint8_t digest[SHA256_DIGEST];
      digest_of(bytes, count, piece, digest);
      EXPECT(memcmp(digest, whole, sizeof digest) == 0);
    }
  }
}

// Gives each lane its next piece as soon as it has none, as long as there is one.
static void two_at_a_time(const uint8_t *bytes, uint64_t count, uint64_t piece, const uint8_t *others, uint64_t other_count,
                          uint64_t other_piece, uint8_t digest[SHA256_DIGEST], uint8_t other_digest[SHA256_DIGEST]) {
  struct sha256_lane one;
  struct sha256_lane other;
  berth_sha256_begin(&one);
  berth_sha256_begin(&other);
  const uint8_t *end = bytes + count;
  const uint8_t *other_end = others + other_count;
  one.next = bytes;
  other.next = others;
  while (one.count > 0 || one.next < end || other.count > 0 || other.next < other_end) {
    uint64_t left = (uint64_t)(end - one.next);
    uint64_t other_left = (uint64_t)(other_end - other.next);
    if (one.count == 0)
      one.count = left < piece ? left : piece;
    if (other.count == 0)
      other.count = other_left < other_piece ? other_left : other_piece;
    if (one.count > 0 && other.count > 0)
      berth_sha256_both(&one, &other);
    else
      berth_sha256_alone(one.count > 0 ? &one : &other);
  }
  berth_sha256_end(&one, digest);
  berth_sha256_end(&other, other_digest);
}

static void two_streams_at_a_time_do_not_disturb_each_other(void) {
  uint8_t *bytes = malloc(4000);
  uint8_t *others = malloc(4000);
  EXPECT(bytes != NULL && others != NULL);
  if (bytes == NULL || others == NULL)
    abort();
  for (size_t i = 0; i < 4000; i++) {
    bytes[i] = (uint8_t)(i * 7 + i / 256);
    others[i] = (uint8_t)(i * 13 + 1);
  }
  srandom(1);
  for (size_t round = 0; round < 500; round++) {
    uint64_t count = (uint64_t)random() % 4000;
    uint64_t other_count = (uint64_t)random() % 4000;
    uint8_t digest[SHA256_DIGEST];
    uint8_t other_digest[SHA256_DIGEST];
    uint8_t expected[SHA256_DIGEST];
    two_at_a_time(bytes, count, 1 + (uint64_t)random() % 700, others, other_count, 1 + (uint64_t)random() % 700, digest,
                  other_digest);
    digest_of(bytes, count, 4000, expected);
    EXPECT(memcmp(digest, expected, sizeof expected) == 0);
    digest_of(others, other_count, 4000, expected);
    EXPECT(memcmp(other_digest, expected, sizeof expected) == 0);
  }
  free(bytes);
  free(others);
}

void test_hash(void) {
  if (!berth_sha256_supported()) {
    printf("hash: this processor has no instructions for SHA-256, nothing is tested\n");
    return;
  }
  digests_are_those_of_the_standard();
  the_size_of_the_pieces_does_not_matter();
  two_streams_at_a_time_do_not_disturb_each_other();
}
