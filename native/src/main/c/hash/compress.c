#include "hash/compress.h"

#include <stdlib.h>

#include "hash/sha256.h"

#ifdef __x86_64__

#include <cpuid.h>
#include <immintrin.h>

#define GROUPS 16 // of four rounds each
#define USES_SHA __attribute__((target("sha,sse4.1")))
#define INLINE_SHA USES_SHA __attribute__((always_inline)) static inline

static const uint32_t CONSTANTS[4 * GROUPS] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// The state as the instructions want it: a, b, e, f and c, d, g, h, the first of each in the highest word.
struct halves {
  __m128i abef;
  __m128i cdgh;
};

INLINE_SHA struct halves load_state(const uint32_t state[8]) {
  __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xb1);
  __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1b);
  return (struct halves){.abef = _mm_alignr_epi8(badc, hgfe, 8), .cdgh = _mm_blend_epi16(hgfe, badc, 0xf0)};
}

INLINE_SHA void store_state(uint32_t state[8], struct halves halves) {
  __m128i feba = _mm_shuffle_epi32(halves.abef, 0x1b);
  __m128i dchg = _mm_shuffle_epi32(halves.cdgh, 0xb1);
  _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

INLINE_SHA struct halves sum(struct halves a, struct halves b) {
  return (struct halves){.abef = _mm_add_epi32(a.abef, b.abef), .cdgh = _mm_add_epi32(a.cdgh, b.cdgh)};
}

INLINE_SHA __m128i load_words(const uint8_t *block, int group) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(block + 16 * group)), big_endian);
}

// The message schedule's words of a group; `words` has those of the four groups before.
INLINE_SHA __m128i schedule(const __m128i words[4], int group) {
  __m128i oldest = _mm_sha256msg1_epu32(words[group % 4], words[(group + 1) % 4]);
  __m128i newest = words[(group + 3) % 4];
  __m128i shifted = _mm_alignr_epi8(newest, words[(group + 2) % 4], 4);
  return _mm_sha256msg2_epu32(_mm_add_epi32(oldest, shifted), newest);
}

INLINE_SHA void four_rounds(struct halves *halves, __m128i words, int group) {
  __m128i sums = _mm_add_epi32(words, _mm_load_si128((const __m128i *)(CONSTANTS + 4 * group)));
  halves->cdgh = _mm_sha256rnds2_epu32(halves->cdgh, halves->abef, sums);
  halves->abef = _mm_sha256rnds2_epu32(halves->abef, halves->cdgh, _mm_shuffle_epi32(sums, 0x0e));
}

INLINE_SHA void four_rounds_of(struct halves *halves, __m128i words[4], const uint8_t *block, int group) {
  words[group % 4] = group < 4 ? load_words(block, group) : schedule(words, group);
  four_rounds(halves, words[group % 4], group);
}

USES_SHA void compress_one(uint32_t state[8], const uint8_t *bytes, uint64_t blocks) {
  struct halves halves = load_state(state);
  for (uint64_t block = 0; block < blocks; block++, bytes += SHA256_BLOCK) {
    struct halves before = halves;
    __m128i words[4];
#pragma GCC unroll 16
    for (int group = 0; group < GROUPS; group++)
      four_rounds_of(&halves, words, bytes, group);
    halves = sum(before, halves);
  }
  store_state(state, halves);
}

USES_SHA void compress_two(uint32_t one[8], const uint8_t *of_one, uint32_t other[8], const uint8_t *of_other,
                           uint64_t blocks) {
  struct halves a = load_state(one);
  struct halves b = load_state(other);
  for (uint64_t block = 0; block < blocks; block++, of_one += SHA256_BLOCK, of_other += SHA256_BLOCK) {
    struct halves a_before = a;
    struct halves b_before = b;
    __m128i a_words[4];
    __m128i b_words[4];
#pragma GCC unroll 16
    for (int group = 0; group < GROUPS; group++) {
      four_rounds_of(&a, a_words, of_one, group);
      four_rounds_of(&b, b_words, of_other, group);
    }
    a = sum(a_before, a);
    b = sum(b_before, b);
  }
  store_state(one, a);
  store_state(other, b);
}

bool berth_sha256_supported(void) {
  const unsigned int sse41 = 1u << 19;
  const unsigned int sha = 1u << 29;
  unsigned int eax;
  unsigned int ebx;
  unsigned int ecx;
  unsigned int edx;
  if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & sse41))
    return false;
  return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && (ebx & sha);
}

#else

bool berth_sha256_supported(void) {
  return false;
}

void compress_one(uint32_t state[8], const uint8_t *bytes, uint64_t blocks) {
  (void)state;
  (void)bytes;
  (void)blocks;
  abort(); // it is not supported, and the header says not to call it then
}

void compress_two(uint32_t one[8], const uint8_t *of_one, uint32_t other[8], const uint8_t *of_other, uint64_t blocks) {
  (void)other;
  (void)of_other;
  compress_one(one, of_one, blocks);
}

#endif
