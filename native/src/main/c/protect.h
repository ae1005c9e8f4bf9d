// Keeps the shim's process and program out of a container's reach.
#pragma once

// May replace the process by itself (then it does not return). -1 when it must not go on; it has
// said why on standard error.
int protect_process(char **arguments);
