#include "sandbox/user_namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/files.h"
#include "base/kernel.h"

enum { LINE_BYTES = 36 };

static int write_map(pid_t process, const char *file, size_t count, IdMapping *const *mappings,
                     struct failure *failure) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", process, file);
  AUTO_FREE char *text = malloc(count * LINE_BYTES + 1);
  if (text == NULL) {
    return fail(failure, ENOMEM, "set id map", path);
  }
  size_t length = 0;
  for (size_t i = 0; i < count; i++) {
    length += (size_t)snprintf(text + length, LINE_BYTES + 1, "%u %u %u\n", mappings[i]->container_id,
                               mappings[i]->host_id, mappings[i]->size);
  }
  if (write_file_at(AT_FDCWD, path, text, length) < 0) {
    return fail_with(failure, errno, "set id map", file, "%.400s", text);
  }
  return 0;
}

int id_maps_write(pid_t process, const struct id_maps *maps, struct failure *failure) {
  if (write_map(process, "uid_map", maps->uid_count, maps->uids, failure) < 0 ||
      write_map(process, "gid_map", maps->gid_count, maps->gids, failure) < 0) {
    return -1;
  }
  return 0;
}

int user_namespace_create(const struct id_maps *maps, struct failure *failure) {
  AUTO_CLOSE int process = -1;
  struct clone_args arguments = {
      .flags = CLONE_NEWUSER | CLONE_PIDFD,
      .pidfd = (uint64_t)(uintptr_t)&process,
      .exit_signal = SIGCHLD,
  };
  pid_t child = sys_clone3(&arguments);
  if (child < 0) {
    return fail(failure, errno, "make user namespace", "");
  }
  if (child == 0) {
    // Holds the namespace until the parent has opened it, and dies with the parent in any case.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
      pause();
    }
  }
  int result = id_maps_write(child, maps, failure);
  int namespace = -1;
  if (result == 0) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/user", child);
    namespace = open(path, O_RDONLY | O_CLOEXEC);
    if (namespace < 0) {
      fail(failure, errno, "open user namespace", path);
    }
  }
  sys_pidfd_send_signal(process, SIGKILL);
  while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
  }
  return namespace;
}
