#include "wire/arena.h"

#include <stdint.h>
#include <stdlib.h>

enum { CHUNK_BYTES = 8192, ALIGNMENT = 16 };

struct arena_chunk {
  struct arena_chunk *next;
  size_t used;
  size_t size;
  _Alignas(ALIGNMENT) uint8_t data[];
};

static void *arena_allocate(void *data, size_t size) {
  struct arena *arena = data;
  if (size > arena->budget) {
    return NULL;
  }
  size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
  struct arena_chunk *chunk = arena->chunks;
  if (chunk == NULL || chunk->size - chunk->used < size) {
    size_t bytes = size > CHUNK_BYTES ? size : CHUNK_BYTES;
    chunk = malloc(sizeof *chunk + bytes);
    if (chunk == NULL) {
      return NULL;
    }
    *chunk = (struct arena_chunk){.next = arena->chunks, .size = bytes};
    arena->chunks = chunk;
  }
  arena->budget -= size < arena->budget ? size : arena->budget;
  void *given = chunk->data + chunk->used;
  chunk->used += size;
  return given;
}

// Nothing is freed one by one: the whole arena goes when the message is done with.
static void arena_free(void *data, void *pointer) {
  (void)data;
  (void)pointer;
}

void arena_open(struct arena *arena, size_t budget) {
  *arena = (struct arena){
      .allocator = {.alloc = arena_allocate, .free = arena_free, .allocator_data = arena},
      .budget = budget,
  };
}

void arena_release(struct arena *arena) {
  while (arena->chunks != NULL) {
    struct arena_chunk *next = arena->chunks->next;
    free(arena->chunks);
    arena->chunks = next;
  }
}
