// The container's terminal: from its own devpts, so that nobody else's numbers show, also bound to
// /dev/console, with the master sent to the shim.
#include <errno.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/kernel.h"
#include "containers/status.h"
#include "launch/resolve.h"
#include "launch/stages.h"

static const char STEP[] = "make terminal";

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif

static int open_master(const struct child_context *context, struct failure *failure) {
  int master = sys_openat2(context->root, "/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC, 0,
                           RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS);
  if (master < 0) {
    return fail_with(failure, errno, STEP, "/dev/pts/ptmx", "a terminal needs a devpts mount at /dev/pts");
  }
  struct statfs status;
  if (fstatfs(master, &status) < 0 || status.f_type != MAGIC_DEVPTS) {
    close_quietly(master);
    return fail_with(failure, ENODEV, STEP, "/dev/pts/ptmx", "not of a devpts file system");
  }
  return master;
}

static int bind_console(const struct child_context *context, int terminal, struct failure *failure) {
  AUTO_CLOSE int console = root_open_unlinked(context->root, "/dev/console", MISSING_FILE);
  AUTO_CLOSE int tree = sys_open_tree(terminal, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  if (console < 0 || tree < 0 ||
      sys_move_mount(tree, "", console, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0) {
    return fail(failure, errno, STEP, "/dev/console");
  }
  return 0;
}

int terminal_make(struct child_context *context, struct failure *failure) {
  const ProcessPlan *process = context->process;
  if (!process->terminal) {
    return 0;
  }
  AUTO_CLOSE int master = open_master(context, failure);
  if (master < 0) {
    return -1;
  }
  int unlocked = 0;
  if (ioctl(master, TIOCSPTLCK, &unlocked) < 0) {
    return fail(failure, errno, STEP, "unlock");
  }
  AUTO_CLOSE int terminal = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0) {
    return fail(failure, errno, STEP, "open");
  }
  if (process->terminal_size != NULL) {
    struct winsize size = {.ws_row = (unsigned short)process->terminal_size->rows,
                           .ws_col = (unsigned short)process->terminal_size->columns};
    if (ioctl(terminal, TIOCSWINSZ, &size) < 0) {
      return fail(failure, errno, STEP, "set size");
    }
  }
  if (fchown(terminal, process->uid, (gid_t)-1) < 0) {
    return fail(failure, errno, STEP, "set owner");
  }
  // An exec comes into a container that has its console, or none.
  if (context->plan != NULL && bind_console(context, terminal, failure) < 0) {
    return -1;
  }
  // The session is this process's own already.
  if (ioctl(terminal, TIOCSCTTY, 0) < 0) {
    return fail(failure, errno, STEP, "make it the controlling terminal");
  }
  for (int i = 0; i < 3; i++) {
    if ((context->streams[i] = fcntl(terminal, F_DUPFD_CLOEXEC, 3)) < 0) {
      return fail(failure, errno, STEP, "standard streams");
    }
  }
  return status_send_terminal(context->channel, master) < 0 ? fail(failure, errno, STEP, "hand to shim") : 0;
}
