// User namespaces made by a short-lived child, because a process cannot make one, map its ids as
// the owner of the host's and stay where it was.
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/failure.h"
#include "wire/messages.h"

struct id_maps {
  size_t uid_count;
  IdMapping **uids;
  size_t gid_count;
  IdMapping **gids;
};

// Writes the maps of a process in a new user namespace. 0, or -1 with the failure.
int id_maps_write(pid_t process, const struct id_maps *maps, struct failure *failure);

// A descriptor of a new user namespace with these maps.
int user_namespace_create(const struct id_maps *maps, struct failure *failure);
