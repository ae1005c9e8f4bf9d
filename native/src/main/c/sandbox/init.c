// The init of a shared PID namespace: it reaps orphans, holds the namespace, and can do nothing
// else. It has an empty root of its own, so that /proc/1/root shows nothing of the host to the
// containers that share the namespace with it.
#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/files.h"
#include "base/kernel.h"
#include "sandbox/sandbox.h"

static int enter_empty_root(void) {
  if (sys_mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0 ||
      sys_mount("none", "/proc", "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4k,mode=555") < 0 ||
      chdir("/proc") < 0 || sys_pivot_root(".", ".") < 0 || sys_umount(".", MNT_DETACH) < 0 || chdir("/") < 0) {
    return -1;
  }
  return 0;
}

static int drop_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
  return (int)syscall(SYS_capset, &header, none);
}

_Noreturn void sandbox_init_run(int ready) {
  prctl(PR_SET_NAME, "berth-init");
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  char result = 0;
  if (enter_empty_root() < 0 || drop_capabilities() < 0) {
    result = (char)errno;
  }
  (void)setsid();
  if (write_all(ready, &result, 1) < 0 || result != 0) {
    _exit(1);
  }
  // The descriptors are the shim's: its socket, its namespaces, standard error.
  sys_close_range(0, ~0U, 0);
  sigset_t waited;
  sigfillset(&waited);
  sigprocmask(SIG_SETMASK, &waited, NULL);
  for (;;) {
    siginfo_t info;
    if (sigwaitinfo(&waited, &info) == SIGCHLD) {
      while (waitpid(-1, NULL, WNOHANG) > 0) {
      }
    }
  }
}
