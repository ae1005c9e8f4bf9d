// Round trips and memory of a real shim: what a pod costs. Prints a table; asserts nothing.
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/files.h"
#include "kernel_tests.h"

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

enum { ROUNDS = 200 };

static int compare(const void *left, const void *right) {
  int64_t a = *(const int64_t *)left;
  int64_t b = *(const int64_t *)right;
  return a < b ? -1 : a > b;
}

static void print(const char *name, int64_t *samples, unsigned count) {
  qsort(samples, count, sizeof *samples, compare);
  printf("%-30s p50 %7.3f  p90 %7.3f  p99 %7.3f ms  (%u)\n", name, (double)samples[count / 2] / 1e6,
         (double)samples[count * 9 / 10] / 1e6, (double)samples[count * 99 / 100] / 1e6, count);
}

// What any runtime pays at the least: a program's start and end.
static void print_baseline(void) {
  static int64_t samples[ROUNDS];
  for (unsigned i = 0; i < ROUNDS; i++) {
    int64_t before = now_monotonic();
    char *words[] = {"busybox", "true", NULL};
    pid_t child;
    if (posix_spawn(&child, "/bin/busybox", NULL, NULL, words, NULL) == 0) {
      waitpid(child, NULL, 0);
    }
    samples[i] = now_monotonic() - before;
  }
  print("(spawn of busybox true, wait)", samples, ROUNDS);
}

static void print_memory(const char *when, pid_t pid) {
  char path[64];
  char text[4096] = "";
  snprintf(path, sizeof path, "/proc/%d/smaps_rollup", pid);
  (void)read_text_at(-100, path, text, sizeof text);
  unsigned long clean = 0;
  unsigned long dirty = 0;
  for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
    (void)sscanf(line, "Private_Clean: %lu", &clean);
    (void)sscanf(line, "Private_Dirty: %lu", &dirty);
  }
  printf("private memory %-13s clean %lu kB, dirty %lu kB\n", when, clean, dirty);
}

int main(int count, char **arguments) {
  const char *reason = fixture_skip_reason();
  if (count != 2 || reason != NULL) {
    printf("bench skipped: %s\n", reason == NULL ? "usage: bench BERTH-SHIM" : reason);
    return 0;
  }
  print_baseline();
  static int64_t samples[4][ROUNDS];
  // A second shim, as on any node: the pages of the program are then shared, not private.
  struct fixture other;
  if (!fixture_open(&other, arguments[1])) {
    return 1;
  }
  unsigned sandboxes = 0;
  for (; sandboxes < 30; sandboxes++) {
    struct fixture fixture;
    if (!fixture_open(&fixture, arguments[1])) {
      return 1;
    }
    if (sandboxes == 0) {
      print_memory("idle", fixture.shim);
    }
    int64_t before = now_monotonic();
    reply_free(create_sandbox(&fixture, false, 0));
    samples[0][sandboxes] = now_monotonic() - before;
    if (sandboxes == 0) {
      struct plan plan;
      // Warms up what the kernel does only once.
      plan_make(&fixture, &plan, "warm", ARGUMENTS("sleep", "1000"));
      reply_free(fixture_start(&fixture, &plan));
      print_memory("one container", fixture.shim);
      for (unsigned i = 0; i < ROUNDS; i++) {
        char id[16];
        snprintf(id, sizeof id, "c%u", i);
        plan_make(&fixture, &plan, id, ARGUMENTS("true"));
        before = now_monotonic();
        Reply *reply = fixture_start(&fixture, &plan);
        samples[1][i] = now_monotonic() - before;
        reply_free(reply);
        reply_free(client_wait_exit(&fixture.client, id, 5000));
        samples[3][i] = now_monotonic() - before;
        reply_free(fixture_forget(&fixture, id));
      }
      for (unsigned i = 0; i < ROUNDS; i++) {
        before = now_monotonic();
        Reply *reply = fixture_exec(&fixture, "warm", ARGUMENTS("true"), 1000);
        samples[2][i] = now_monotonic() - before;
        reply_free(reply);
      }
      print_memory("after all", fixture.shim);
      fixture_signal(&fixture, "warm", 9, true);
    }
    fixture_close(&fixture);
  }
  fixture_close(&other);
  print("CreateSandbox", samples[0], sandboxes);
  print("StartContainer", samples[1], ROUNDS);
  print("StartContainer to exit", samples[3], ROUNDS);
  print("Exec of true", samples[2], ROUNDS);
  return 0;
}
