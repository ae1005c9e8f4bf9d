#include "containers/cgroup.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/cleanup.h"
#include "base/files.h"
#include "base/kernel.h"

static const char EXEC_PREFIX[] = "berth-exec-";

int cgroup_open(const char *path, struct failure *failure) {
  AUTO_CLOSE int cgroup = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (cgroup < 0) {
    return fail(failure, errno, "open cgroup", path);
  }
  struct statfs status;
  if (fstatfs(cgroup, &status) < 0) {
    return fail(failure, errno, "open cgroup", path);
  }
  if (status.f_type != MAGIC_CGROUP2) {
    return fail_with(failure, EINVAL, "open cgroup", path, "not a cgroup v2 directory");
  }
  return take_descriptor(&cgroup);
}

static int kill_listed(int cgroup) {
  // Kernels before 5.14, which are below what Berth supports, or a file hidden from us: several
  // rounds, because a process may fork while the list is read.
  for (int round = 0; round < 10; round++) {
    char list[16384];
    ssize_t length = read_text_at(cgroup, "cgroup.procs", list, sizeof list);
    if (length <= 0) {
      return length < 0 ? -1 : 0;
    }
    char *rest = list;
    for (char *line = strsep(&rest, "\n"); line != NULL && *line != '\0'; line = strsep(&rest, "\n")) {
      pid_t pid = (pid_t)strtol(line, NULL, 10);
      if (pid > 0 && kill(pid, SIGKILL) < 0 && errno != ESRCH) {
        return -1;
      }
    }
  }
  return 0;
}

int cgroup_kill(int cgroup) {
  if (write_text_at(cgroup, "cgroup.kill", "1") == 0) {
    return 0;
  }
  return errno == ENOENT ? kill_listed(cgroup) : -1;
}

uint64_t cgroup_oom_kills(int cgroup) {
  char text[1024];
  if (read_text_at(cgroup, "memory.events", text, sizeof text) < 0) {
    return 0;
  }
  char *rest = text;
  for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
    uint64_t count;
    if (sscanf(line, "oom_kill %" SCNu64, &count) == 1) {
      return count;
    }
  }
  return 0;
}

static void exec_name(char *name, size_t size, uint64_t number) {
  snprintf(name, size, "%s%" PRIu64, EXEC_PREFIX, number);
}

struct exec_cgroup exec_cgroup_make(int cgroup, uint64_t number) {
  struct exec_cgroup made = {.number = number, .directory = -1, .events = -1};
  char name[64];
  exec_name(name, sizeof name, number);
  if (mkdirat(cgroup, name, 0755) < 0) {
    return made;
  }
  made.directory = openat(cgroup, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  made.events = made.directory < 0 ? -1 : openat(made.directory, "cgroup.events", O_RDONLY | O_CLOEXEC);
  if (made.events < 0) {
    exec_cgroup_close(&made);
    unlinkat(cgroup, name, AT_REMOVEDIR);
  }
  return made;
}

bool exec_cgroup_is_empty(const struct exec_cgroup *made) {
  char text[256];
  ssize_t length = pread(made->events, text, sizeof text - 1, 0);
  if (length < 0) {
    return false;
  }
  text[length] = '\0';
  return strstr(text, "populated 0") != NULL;
}

bool exec_cgroup_remove(int cgroup, uint64_t number) {
  char name[64];
  exec_name(name, sizeof name, number);
  return unlinkat(cgroup, name, AT_REMOVEDIR) == 0 || errno == ENOENT;
}

void exec_cgroup_close(struct exec_cgroup *made) {
  close_and_clear(&made->directory);
  close_and_clear(&made->events);
}

void cgroup_remove_execs(int cgroup, bool *left) {
  int listing = openat(cgroup, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  AUTO_CLOSEDIR DIR *directory = listing < 0 ? NULL : fdopendir(listing);
  if (directory == NULL) {
    close_quietly(listing);
    return;
  }
  for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
    if (strncmp(entry->d_name, EXEC_PREFIX, sizeof EXEC_PREFIX - 1) == 0 &&
        unlinkat(cgroup, entry->d_name, AT_REMOVEDIR) < 0) {
      *left = true;
    }
  }
}
