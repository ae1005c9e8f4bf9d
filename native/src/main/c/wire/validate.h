// Checks of decoded requests: what Java promises, looked at once more before root acts on it.
#pragma once

#include <stdbool.h>

#include "base/failure.h"
#include "wire/messages.h"

// What this shim can do beyond revision 1 of the protocol; ends with NULL.
extern const char *const shim_features[];

// Ids become file names: letters, digits, '_', '.', '-', not starting with a dot, at most 128.
bool valid_id(const char *id);

int validate_plan(const LaunchPlan *plan, struct failure *failure);
int validate_process(const ProcessPlan *process, struct failure *failure);
int validate_sandbox(const CreateSandboxRequest *request, struct failure *failure);
