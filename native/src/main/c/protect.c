// Two ways lead from a container to the program that supervises it, and through it to root on the
// host (CVE-2019-5736 and its kin):
//
// 1. /proc/PID/exe of a process that is already in the container's PID namespace but has not yet
//    exec'ed (a starting container, an exec on its way, the init of a shared PID namespace). The
//    shim and so its children are not dumpable until they exec: opening that link, their memory or
//    their descriptors takes CAP_SYS_PTRACE over the host's user namespace. (berthd, as the host's
//    root, has it, and still reaches /proc/SHIM/ns/*.)
//
// 2. An image whose entry point is /proc/self/exe, or a script with that as its interpreter: the
//    container then runs the shim's own program as its own, dumpable process, can open
//    /proc/PID/exe for reading and, when the process has ended and the file is no longer busy,
//    reopen that descriptor for writing. No flag of the process helps there, so the program is
//    started from a private read-only mount of its own file: writing through any descriptor that
//    stems from it is refused (EROFS). The mount is attached nowhere; once the exec has closed its
//    descriptor it belongs to no mount namespace and nobody, whatever their capabilities, can make
//    it writable again.
//
// A sealed copy in memory (memfd) would do as well, but costs every pod the size of the program:
// pages of the one file on disk are shared by all shims.
#include "protect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>

#include "base/cleanup.h"
#include "base/kernel.h"

static const char MARK[] = "BERTH_SHIM_PROTECTED=1";

// Behind the arguments, where the command lines of forked supervisors find room (title.h).
enum { ROOM_BYTES = 1024 };

static int complain(const char *step) {
  fprintf(stderr, "berth-shim: %s: %s\n", step, strerror(errno));
  return -1;
}

static int restart_read_only(char **arguments) {
  AUTO_CLOSE int tree = sys_open_tree(AT_FDCWD, "/proc/self/exe", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
  if (tree < 0 || sys_mount_setattr(tree, "", AT_EMPTY_PATH, &attributes) < 0) {
    return complain("make a read-only mount of the own program");
  }
  // The environment of whoever started the shim is no business of the sandbox.
  char room[ROOM_BYTES] = "BERTH_SHIM_ROOM=";
  memset(room + strlen(room), '.', sizeof room - strlen(room) - 1);
  char *environment[] = {(char *)MARK, room, NULL};
  syscall(SYS_execveat, tree, "", arguments, environment, AT_EMPTY_PATH);
  return complain("start again from the read-only mount");
}

int protect_process(char **arguments) {
  // Whatever the parent has left open is not the sandbox's.
  if (sys_close_range(STDERR_FILENO + 1, ~0U, 0) < 0) {
    return complain("close inherited descriptors");
  }
  AUTO_CLOSE int program = open("/proc/self/exe", O_PATH | O_CLOEXEC);
  struct statvfs status;
  if (program < 0 || fstatvfs(program, &status) < 0) {
    return complain("look at the own program");
  }
  const char *mark = getenv("BERTH_SHIM_PROTECTED");
  if (mark == NULL && restart_read_only(arguments) < 0) {
    return -1;
  }
  if ((status.f_flag & ST_RDONLY) == 0) {
    errno = EROFS;
    return complain("BERTH_SHIM_PROTECTED is set but the program is writable");
  }
  if (prctl(PR_SET_DUMPABLE, 0) < 0 || prctl(PR_SET_NAME, "berth-shim") < 0) {
    return complain("protect the process");
  }
  return 0;
}
