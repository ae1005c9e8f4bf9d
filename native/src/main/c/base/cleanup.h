// Cleanup attributes: what a function opened or allocated is released on every way out.
#pragma once

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// Closes a descriptor and leaves errno as it was. A negative number is no descriptor.
static inline void close_quietly(int descriptor) {
  if (descriptor >= 0) {
    int kept = errno;
    close(descriptor);
    errno = kept;
  }
}

// Closes and forgets, so that a second call does nothing.
static inline void close_and_clear(int *descriptor) {
  close_quietly(*descriptor);
  *descriptor = -1;
}

static inline void cleanup_close(int *descriptor) { close_quietly(*descriptor); }
static inline void cleanup_free(void *pointer) {
  int kept = errno;
  free(*(void **)pointer);
  errno = kept;
}
static inline void cleanup_directory(DIR **directory) {
  if (*directory != NULL) {
    int kept = errno;
    closedir(*directory);
    errno = kept;
  }
}

#define AUTO_CLOSE __attribute__((cleanup(cleanup_close)))
#define AUTO_FREE __attribute__((cleanup(cleanup_free)))
#define AUTO_CLOSEDIR __attribute__((cleanup(cleanup_directory)))

// Hands a descriptor to the caller: the cleanup attribute then finds nothing to close.
static inline int take_descriptor(int *descriptor) {
  int taken = *descriptor;
  *descriptor = -1;
  return taken;
}
