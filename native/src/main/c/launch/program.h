// Finding a program and saying why it cannot be executed.
#pragma once

#include "base/failure.h"
#include "wire/messages.h"

// The path to execute: the first argument itself when it has a slash, else the first executable
// file of that name along the environment's PATH.
int program_find(const ProcessPlan *process, char *path, unsigned size, struct failure *failure);

// Fills the failure of an execve that returned.
int program_explain(const char *path, int errno_number, struct failure *failure);
