#include "title.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char FORMAT[] = "berth-shim --directory %s";

// More than one page of it the kernel does not show.
enum { SHOWN_BYTES = 4096 };

struct title title_of(char **arguments) {
  char *end = arguments[0];
  for (char **argument = arguments; *argument != NULL; argument++) {
    end = *argument + strlen(*argument) + 1;
  }
  for (char **variable = environ; *variable != NULL && *variable == end; variable++) {
    end = *variable + strlen(*variable) + 1;
  }
  return (struct title){.start = arguments[0], .size = (size_t)(end - arguments[0])};
}

bool title_fits(const struct title *title, const char *directory) {
  size_t needed = sizeof FORMAT - 2 + strlen(directory);
  return needed <= title->size && needed <= SHOWN_BYTES;
}

void title_set(const struct title *title, const char *directory) {
  if (title_fits(title, directory)) {
    memset(title->start, 0, title->size);
    snprintf(title->start, title->size, FORMAT, directory);
  }
}
