#include "hash/sha256.h"

#include <string.h>

#include "hash/compress.h"

static void advance(struct sha256_lane *lane, uint64_t count) {
  lane->next += count;
  lane->count -= count;
  lane->length += count;
}

// Fills up the block that was begun, and takes it in when it is whole.
static void complete_carry(struct sha256_lane *lane) {
  size_t begun = lane->length % SHA256_BLOCK;
  if (begun == 0)
    return;
  size_t wanted = SHA256_BLOCK - begun;
  size_t taken = lane->count < wanted ? (size_t)lane->count : wanted;
  memcpy(lane->carry + begun, lane->next, taken);
  advance(lane, taken);
  if (taken == wanted)
    compress_one(lane->state, lane->carry, 1);
}

// Keeps what fills no block.
static void carry_rest(struct sha256_lane *lane) {
  if (lane->count == 0 || lane->count >= SHA256_BLOCK)
    return;
  memcpy(lane->carry, lane->next, (size_t)lane->count);
  advance(lane, lane->count);
}

void berth_sha256_begin(struct sha256_lane *lane) {
  static const uint32_t INITIAL[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  memset(lane, 0, sizeof *lane);
  memcpy(lane->state, INITIAL, sizeof INITIAL);
}

void berth_sha256_alone(struct sha256_lane *lane) {
  complete_carry(lane);
  uint64_t blocks = lane->count / SHA256_BLOCK;
  compress_one(lane->state, lane->next, blocks);
  advance(lane, blocks * SHA256_BLOCK);
  carry_rest(lane);
}

void berth_sha256_both(struct sha256_lane *one, struct sha256_lane *other) {
  complete_carry(one);
  complete_carry(other);
  uint64_t fewest = one->count < other->count ? one->count : other->count;
  uint64_t blocks = fewest / SHA256_BLOCK;
  compress_two(one->state, one->next, other->state, other->next, blocks);
  advance(one, blocks * SHA256_BLOCK);
  advance(other, blocks * SHA256_BLOCK);
  carry_rest(one);
  carry_rest(other);
}

void berth_sha256_end(struct sha256_lane *lane, uint8_t digest[SHA256_DIGEST]) {
  static const uint8_t PADDING[SHA256_BLOCK] = {0x80};
  uint64_t bits = lane->length * 8;
  uint8_t length[sizeof bits];
  for (size_t i = 0; i < sizeof length; i++)
    length[i] = (uint8_t)(bits >> (8 * (sizeof length - 1 - i)));
  size_t begun = lane->length % SHA256_BLOCK;
  size_t end = SHA256_BLOCK - sizeof length;
  lane->next = PADDING;
  lane->count = begun < end ? end - begun : end + SHA256_BLOCK - begun;
  berth_sha256_alone(lane);
  lane->next = length;
  lane->count = sizeof length;
  berth_sha256_alone(lane);
  for (size_t i = 0; i < SHA256_DIGEST; i++)
    digest[i] = (uint8_t)(lane->state[i / 4] >> (24 - 8 * (i % 4)));
}
