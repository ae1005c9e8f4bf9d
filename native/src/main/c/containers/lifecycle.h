// What happens to a container after its clone.
#pragma once

#include "containers/container.h"

// The launch says how it went.
void container_started(struct launch *launch);
// The process waits for hooks.
void container_paused(struct launch *launch);
// The first process has ended.
void container_ended(struct launch *launch);
// Takes it off the list, closes and frees everything.
void container_free(struct container *container);
uid_t container_uid_to_host(const struct container *container, uid_t uid);
