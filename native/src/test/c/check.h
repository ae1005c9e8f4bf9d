// The smallest of test harnesses: named tests, checks that count.
#pragma once

#include <stdio.h>
#include <string.h>

extern unsigned checks_made;
extern unsigned checks_failed;

#define EXPECT(condition)                                                       \
  do {                                                                          \
    checks_made++;                                                              \
    if (!(condition)) {                                                         \
      checks_failed++;                                                          \
      fprintf(stderr, "FAILED %s:%d: %s\n", __FILE__, __LINE__, #condition);    \
    }                                                                           \
  } while (0)

#define EXPECT_TEXT(actual, expected)                                                              \
  do {                                                                                             \
    const char *got_ = (actual);                                                                   \
    checks_made++;                                                                                 \
    if (strcmp(got_, (expected)) != 0) {                                                           \
      checks_failed++;                                                                             \
      fprintf(stderr, "FAILED %s:%d: got\n%s\nexpected\n%s\n", __FILE__, __LINE__, got_, expected); \
    }                                                                                              \
  } while (0)

void test_frames(void);
void test_plans(void);
void test_streams(void);
void test_logs(void);
void test_resolve(void);
void test_programs(void);
void test_loop(void);
void test_records(void);
void test_status(void);
void test_hash(void);
