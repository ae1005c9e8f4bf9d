#include "kernel_tests.h"

const struct kernel_suite kernel_suites[] = {{0}};
void kernel_shared_pid(struct fixture *fixture) { expect_log(fixture, "x", "echo hi", "stdout F hi\n"); }
