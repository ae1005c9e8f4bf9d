// A step that failed: what was tried, on what, the errno, and more in words where that is not enough.
#pragma once

struct failure {
  int errno_number; // 0 where no system call failed
  char step[48];
  char subject[512];
  char detail[512];
};

// Fills a failure; too long texts are cut. Always returns -1, so that a caller can return it.
int fail(struct failure *failure, int errno_number, const char *step, const char *subject);

// The same with a detail in words.
__attribute__((format(printf, 5, 6))) int fail_with(struct failure *failure, int errno_number, const char *step,
                                                    const char *subject, const char *format, ...);

// A failure that the sandbox or container lives without; the list is bounded, later ones are dropped.
enum { WARNINGS_LIMIT = 16 };
struct warnings {
  struct failure *items;
  unsigned count;
};
void warnings_add(struct warnings *warnings, const struct failure *warning);
void warnings_release(struct warnings *warnings);
