// A bounded bump allocator for decoded messages: memory that a frame asks for is counted against a
// budget (a few bytes on the wire can decode to hundreds), and is freed all at once.
#pragma once

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>

struct arena_chunk;

struct arena {
  ProtobufCAllocator allocator; // give &arena.allocator to an unpack function
  struct arena_chunk *chunks;
  size_t budget; // bytes still to be given
};

void arena_open(struct arena *arena, size_t budget);
void arena_release(struct arena *arena);
