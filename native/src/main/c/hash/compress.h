// SHA-256's compression function by the processor's instructions for it.
#pragma once

#include <stdint.h>

// Takes whole blocks of 64 bytes into a state.
void compress_one(uint32_t state[8], const uint8_t *bytes, uint64_t blocks);

// Takes as many blocks into each of two states.
void compress_two(uint32_t one[8], const uint8_t *of_one, uint32_t other[8], const uint8_t *of_other, uint64_t blocks);

