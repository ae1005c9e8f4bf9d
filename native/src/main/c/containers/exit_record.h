// How a process ended, and the record of it on disk that outlives the shim.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "wire/messages.h"

struct exit_status {
  int32_t code;   // 0-255; 128 + signal for a killed process
  int32_t signal; // 0: it exited by itself
};

struct exit_status exit_status_of(int wait_status);

// Puts the record at DIRECTORY/NAME, all or nothing. -1 with errno.
int exit_record_write(int directory, const char *name, const ExitRecord *record);
