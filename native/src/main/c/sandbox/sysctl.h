// Kernel parameters of namespaces.
#pragma once

#include <stddef.h>

#include "base/failure.h"
#include "wire/messages.h"

// The path below /proc/sys: dots and slashes are told apart by whichever comes first, as sysctl(8)
// does. -1 when the name is empty, too long or climbs out.
int sysctl_path(const char *name, char *path, size_t size);

// Writes them in order, in the namespaces of the calling process. sysctls is a descriptor of /proc/sys.
int sysctls_write(int sysctls, size_t count, Sysctl *const *values, struct failure *failure);
