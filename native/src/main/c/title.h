// What a forked supervisor shows as its command line (/proc/PID/cmdline, ps): the daemon and whoever
// looks for a sandbox's supervisor know it by its directory.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// The memory in which the kernel finds the arguments and, right behind them, the environment.
struct title {
  char *start;
  size_t size;
};

// Of this process, by main's arguments. The environment is not read any more after title_set.
struct title title_of(char **arguments);

// Whether the command line of a supervisor of that directory has room there.
bool title_fits(const struct title *title, const char *directory);

// Shows "berth-shim --directory DIRECTORY". A text that reaches beyond the arguments is taken by the
// kernel as one string, as setproctitle(3) of the BSDs would set it: proc(5).
void title_set(const struct title *title, const char *directory);
