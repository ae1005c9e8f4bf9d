#include "check.h"

unsigned checks_made;
unsigned checks_failed;

int main(void) {
  static const struct {
    const char *name;
    void (*run)(void);
  } suites[] = {{"frames", test_frames},     {"plans", test_plans}, {"streams", test_streams}, {"logs", test_logs},       {"resolve", test_resolve},
                {"programs", test_programs}, {"loop", test_loop},   {"records", test_records}, {"status", test_status},
                {"hash", test_hash}};
  for (size_t i = 0; i < sizeof suites / sizeof *suites; i++) {
    unsigned made = checks_made;
    unsigned failed = checks_failed;
    suites[i].run();
    printf("%-10s %3u checks, %u failed\n", suites[i].name, checks_made - made, checks_failed - failed);
  }
  return checks_failed == 0 ? 0 : 1;
}
