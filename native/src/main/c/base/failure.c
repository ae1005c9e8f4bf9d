#include "base/failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void copy_text(char *target, size_t size, const char *text) {
  snprintf(target, size, "%s", text == NULL ? "" : text);
}

int fail(struct failure *failure, int errno_number, const char *step, const char *subject) {
  failure->errno_number = errno_number;
  copy_text(failure->step, sizeof failure->step, step);
  copy_text(failure->subject, sizeof failure->subject, subject);
  failure->detail[0] = '\0';
  return -1;
}

int fail_with(struct failure *failure, int errno_number, const char *step, const char *subject, const char *format,
              ...) {
  fail(failure, errno_number, step, subject);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(failure->detail, sizeof failure->detail, format, arguments);
  va_end(arguments);
  return -1;
}

void warnings_add(struct warnings *warnings, const struct failure *warning) {
  if (warnings->count == WARNINGS_LIMIT) {
    return;
  }
  struct failure *grown = realloc(warnings->items, (warnings->count + 1) * sizeof *grown);
  if (grown == NULL) {
    return;
  }
  grown[warnings->count] = *warning;
  warnings->items = grown;
  warnings->count++;
}

void warnings_release(struct warnings *warnings) {
  free(warnings->items);
  *warnings = (struct warnings){0};
}
