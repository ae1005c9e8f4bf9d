// SHA-256 (FIPS 180-4) of two streams at a time, for the daemon, which loads libberth-hash.
//
// The processor's instructions for SHA-256 wait for each other's results within one stream; those of a second stream
// fill the waits: two take little longer than one. For x86-64 with the SHA extensions; elsewhere nothing is supported.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_BLOCK 64
#define SHA256_DIGEST 32

// One stream. The caller sets `next` and `count` before each call, and looks at them after it.
struct sha256_lane {
  uint32_t state[8];
  // Bytes taken in so far. Those of them that fill no block are in `carry`.
  uint64_t length;
  uint8_t carry[SHA256_BLOCK];
  // What is to be taken in. Of the caller's memory; only read.
  const uint8_t *next;
  uint64_t count;
};

#pragma GCC visibility push(default)

// Whether this processor can. Nothing else may be called where it cannot.
bool berth_sha256_supported(void);

// Begins a stream.
void berth_sha256_begin(struct sha256_lane *lane);

// Takes in all that the lane has.
void berth_sha256_alone(struct sha256_lane *lane);

// Takes in as much as both lanes have, and all that one of them has; what is left of the other stays with it.
void berth_sha256_both(struct sha256_lane *one, struct sha256_lane *other);

// Ends a stream: what came is all there is.
void berth_sha256_end(struct sha256_lane *lane, uint8_t digest[SHA256_DIGEST]);

#pragma GCC visibility pop
