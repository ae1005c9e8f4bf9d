#include "sandbox/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/files.h"
#include "base/kernel.h"
#include "base/log.h"
#include "containers/cgroup.h"
#include "sandbox/sysctl.h"
#include "sandbox/user_namespace.h"
#include "shim.h"

const char *const sandbox_namespace_files[SANDBOX_NAMESPACES] = {"net", "ipc", "uts", "pid", "user"};
const int sandbox_namespace_flags[SANDBOX_NAMESPACES] = {CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWPID,
                                                         CLONE_NEWUSER};

void sandbox_prepare(struct sandbox *sandbox) {
  *sandbox = (struct sandbox){
      .host_pid_namespace = -1,
      .shm_mount = -1,
      .shm_namespace = -1,
      .host_mount_namespace = -1,
      .init_process = -1,
  };
  for (int i = 0; i < SANDBOX_NAMESPACES; i++) {
    sandbox->held[i] = sandbox->host[i] = -1;
  }
}

static int open_namespace(const char *process, int which, struct failure *failure) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%s/ns/%s", process, sandbox_namespace_files[which]);
  int namespace = open(path, O_RDONLY | O_CLOEXEC);
  return namespace < 0 ? fail(failure, errno, "open namespace", path) : namespace;
}

static int wanted_flags(const CreateSandboxRequest *request) {
  return (request->new_network ? CLONE_NEWNET : 0) | (request->new_ipc ? CLONE_NEWIPC : 0) |
         (request->new_uts ? CLONE_NEWUTS : 0);
}

// The shim moves into new namespaces itself and keeps the way back.
static int enter_new(struct sandbox *sandbox, int flags, struct failure *failure) {
  for (int i = 0; i <= SANDBOX_UTS; i++) {
    if ((flags & sandbox_namespace_flags[i]) != 0 &&
        (sandbox->host[i] = open_namespace("self", i, failure)) < 0) {
      return -1;
    }
  }
  if (unshare(flags) < 0) {
    return fail(failure, errno, "make sandbox namespaces", "");
  }
  sandbox->inside = true;
  for (int i = 0; i <= SANDBOX_UTS; i++) {
    if (sandbox->host[i] >= 0 && (sandbox->held[i] = open_namespace("self", i, failure)) < 0) {
      return -1;
    }
  }
  return 0;
}

static void init_exited(struct child *child, int status) {
  struct sandbox *sandbox = child->owner;
  log_line("the init of the shared PID namespace ended with status %#x", status);
  close_and_clear(&sandbox->init_process);
}

static int wait_ready(int ready, struct failure *failure) {
  char result;
  ssize_t count;
  do {
    count = read(ready, &result, 1);
  } while (count < 0 && errno == EINTR);
  if (count != 1) {
    return fail(failure, EPIPE, "start sandbox init", "");
  }
  return result == 0 ? 0 : fail(failure, result, "start sandbox init", "empty root");
}

static int set_oom_score(pid_t process, int value, struct sandbox *sandbox) {
  char path[64];
  char text[16];
  snprintf(path, sizeof path, "/proc/%d/oom_score_adj", process);
  snprintf(text, sizeof text, "%d", value);
  if (write_text_at(AT_FDCWD, path, text) < 0) {
    struct failure warning;
    fail_with(&warning, errno, "set oom_score_adj", "sandbox init", "value %d", value);
    warnings_add(&sandbox->warnings, &warning);
  }
  return 0;
}

// A child that makes namespaces: the holder of a user namespace and what it owns, the init of a
// PID namespace, or both. It waits on `go` before it becomes an init; without one it ends there.
struct maker {
  pid_t pid;
  int process;
  int go;
  int ready;
};

static int maker_start(struct maker *maker, int flags, int cgroup, struct failure *failure) {
  int go[2];
  int ready[2];
  if (pipe2(go, O_CLOEXEC) < 0) {
    return fail(failure, errno, "make pipe", "");
  }
  if (pipe2(ready, O_CLOEXEC) < 0) {
    close_quietly(go[0]);
    close_quietly(go[1]);
    return fail(failure, errno, "make pipe", "");
  }
  struct clone_args arguments = {
      .flags = (uint64_t)flags | CLONE_PIDFD | (cgroup >= 0 ? CLONE_INTO_CGROUP : 0),
      .pidfd = (uint64_t)(uintptr_t)&maker->process,
      .exit_signal = SIGCHLD,
      .cgroup = cgroup >= 0 ? (uint64_t)cgroup : 0,
  };
  maker->pid = sys_clone3(&arguments);
  if (maker->pid == 0) {
    char word;
    close_quietly(go[1]);
    // No word means that the shim gave up.
    if (read(go[0], &word, 1) != 1) {
      _exit(1);
    }
    sandbox_init_run(ready[1]);
  }
  int kept = errno;
  close_quietly(go[0]);
  close_quietly(ready[1]);
  if (maker->pid < 0) {
    close_quietly(go[1]);
    close_quietly(ready[0]);
    return fail(failure, kept, "make sandbox namespaces", "");
  }
  maker->go = go[1];
  maker->ready = ready[0];
  return 0;
}

static void maker_end(struct maker *maker) {
  sys_pidfd_send_signal(maker->process, SIGKILL);
  while (waitpid(maker->pid, NULL, 0) < 0 && errno == EINTR) {
  }
  close_and_clear(&maker->process);
}

static int hold_namespaces(struct sandbox *sandbox, struct maker *maker, int flags, struct failure *failure) {
  char process[16];
  snprintf(process, sizeof process, "%d", maker->pid);
  for (int i = 0; i < SANDBOX_NAMESPACES; i++) {
    if ((flags & sandbox_namespace_flags[i]) != 0 &&
        (sandbox->held[i] = open_namespace(process, i, failure)) < 0) {
      return -1;
    }
  }
  return 0;
}

static int run_maker(struct shim *shim, const CreateSandboxRequest *request, const struct id_maps *maps, int flags,
                     struct failure *failure) {
  struct sandbox *sandbox = &shim->sandbox;
  AUTO_CLOSE int cgroup = -1;
  if (request->new_pid && request->cgroup_path[0] != '\0' &&
      (cgroup = cgroup_open(request->cgroup_path, failure)) < 0) {
    return -1;
  }
  struct maker maker = {.process = -1, .go = -1, .ready = -1};
  if (maker_start(&maker, flags | (request->new_pid ? CLONE_NEWPID | CLONE_NEWNS : 0), cgroup, failure) < 0) {
    return -1;
  }
  AUTO_CLOSE int go = maker.go;
  AUTO_CLOSE int ready = maker.ready;
  if ((maps->uid_count > 0 && id_maps_write(maker.pid, maps, failure) < 0) ||
      hold_namespaces(sandbox, &maker, flags | (request->new_pid ? CLONE_NEWPID : 0), failure) < 0) {
    maker_end(&maker);
    return -1;
  }
  if (!request->new_pid) {
    maker_end(&maker);
    return 0;
  }
  if (SANDBOX_HAS_OOM_SCORE_ADJ(request)) {
    set_oom_score(maker.pid, request->oom_score_adj, sandbox);
  }
  if (write_all(go, "g", 1) < 0 || wait_ready(ready, failure) < 0) {
    maker_end(&maker);
    return -1;
  }
  sandbox->init = (struct child){.exited = init_exited, .owner = sandbox};
  sandbox->init_process = maker.process;
  child_register(shim, &sandbox->init, maker.pid);
  return 0;
}

static int join(const struct sandbox *sandbox, const int *namespaces, struct failure *failure) {
  for (int i = 0; i <= SANDBOX_UTS; i++) {
    if (namespaces[i] >= 0 && setns(namespaces[i], sandbox_namespace_flags[i]) < 0) {
      return fail(failure, errno, "join namespace", sandbox_namespace_files[i]);
    }
  }
  (void)sandbox;
  return 0;
}

static int configure_inside(const CreateSandboxRequest *request, struct failure *failure) {
  if (request->new_uts && request->hostname[0] != '\0' &&
      sethostname(request->hostname, strlen(request->hostname)) < 0) {
    return fail(failure, errno, "set hostname", request->hostname);
  }
  if (request->new_uts && request->domainname[0] != '\0' &&
      setdomainname(request->domainname, strlen(request->domainname)) < 0) {
    return fail(failure, errno, "set domainname", request->domainname);
  }
  if (request->new_network && loopback_up(failure) < 0) {
    return -1;
  }
  if (request->n_sysctls == 0) {
    return 0;
  }
  AUTO_CLOSE int sysctls = open("/proc/sys", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (sysctls < 0) {
    return fail(failure, errno, "open", "/proc/sys");
  }
  return sysctls_write(sysctls, request->n_sysctls, request->sysctls, failure);
}

// Hostname, loopback and sysctls: with the shim's full rights even where a user namespace owns them.
static int configure(struct sandbox *sandbox, const CreateSandboxRequest *request, struct failure *failure) {
  if (sandbox->inside || sandbox->held[SANDBOX_USER] < 0) {
    return configure_inside(request, failure);
  }
  int way_back[SANDBOX_UTS + 1] = {-1, -1, -1};
  int result = 0;
  for (int i = 0; i <= SANDBOX_UTS && result == 0; i++) {
    if (sandbox->held[i] >= 0 && (way_back[i] = open_namespace("self", i, failure)) < 0) {
      result = -1;
    }
  }
  if (result == 0 && (result = join(sandbox, sandbox->held, failure)) == 0) {
    result = configure_inside(request, failure);
  }
  struct failure lost;
  if (join(sandbox, way_back, &lost) < 0) {
    *failure = lost;
    result = -1;
  }
  for (int i = 0; i <= SANDBOX_UTS; i++) {
    close_quietly(way_back[i]);
  }
  return result;
}

static int keep_maps(size_t count, IdMapping *const *mappings, IdMapping **kept, size_t *kept_count) {
  if (count == 0) {
    return 0;
  }
  *kept = calloc(count, sizeof **kept);
  if (*kept == NULL) {
    return -1;
  }
  for (size_t i = 0; i < count; i++) {
    (*kept)[i] = *mappings[i];
  }
  *kept_count = count;
  return 0;
}

static int hold_ways_back(struct sandbox *sandbox, struct failure *failure) {
  sandbox->host_pid_namespace = open_namespace("self", SANDBOX_PID, failure);
  sandbox->host_mount_namespace = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
  if (sandbox->host_pid_namespace < 0 || sandbox->host_mount_namespace < 0) {
    return fail(failure, errno, "open namespace", "/proc/self/ns");
  }
  return 0;
}

static int make_shm(struct sandbox *sandbox, const CreateSandboxRequest *request, struct failure *failure) {
  sandbox->shm_size_bytes = request->shm_size_bytes;
  return request->shm_size_bytes == 0 ? 0 : sandbox_shm_create(sandbox, request, failure);
}

static int create_ahead(struct sandbox *sandbox, const CreateSandboxRequest *request, struct failure *failure) {
  int flags = wanted_flags(request);
  if (hold_ways_back(sandbox, failure) < 0 || (flags != 0 && enter_new(sandbox, flags, failure) < 0)) {
    return -1;
  }
  return make_shm(sandbox, request, failure);
}

static int create_whole(struct shim *shim, const CreateSandboxRequest *request, struct failure *failure) {
  struct sandbox *sandbox = &shim->sandbox;
  struct id_maps maps = {
      .uid_count = request->n_uid_mappings,
      .uids = request->uid_mappings,
      .gid_count = request->n_gid_mappings,
      .gids = request->gid_mappings,
  };
  if (hold_ways_back(sandbox, failure) < 0) {
    return -1;
  }
  if (keep_maps(maps.uid_count, maps.uids, &sandbox->uid_mappings, &sandbox->uid_mapping_count) < 0 ||
      keep_maps(maps.gid_count, maps.gids, &sandbox->gid_mappings, &sandbox->gid_mapping_count) < 0) {
    return fail(failure, ENOMEM, "keep id mappings", "");
  }
  int flags = wanted_flags(request);
  if (maps.uid_count > 0) {
    if (run_maker(shim, request, &maps, flags | CLONE_NEWUSER, failure) < 0) {
      return -1;
    }
  } else if ((flags != 0 && enter_new(sandbox, flags, failure) < 0) ||
             (request->new_pid && run_maker(shim, request, &maps, 0, failure) < 0)) {
    return -1;
  }
  if (configure(sandbox, request, failure) < 0) {
    return -1;
  }
  return make_shm(sandbox, request, failure);
}

static bool wants_these_namespaces(const struct sandbox *sandbox, const CreateSandboxRequest *request) {
  int flags = 0;
  for (int i = 0; i <= SANDBOX_UTS; i++) {
    flags |= sandbox->held[i] >= 0 ? sandbox_namespace_flags[i] : 0;
  }
  return wanted_flags(request) == flags && request->n_uid_mappings == 0;
}

static int take_over(struct shim *shim, const CreateSandboxRequest *request, struct failure *failure) {
  struct sandbox *sandbox = &shim->sandbox;
  if (!wants_these_namespaces(sandbox, request)) {
    return fail_with(failure, EINVAL, "make sandbox namespaces", "", "others were made ahead");
  }
  const struct id_maps none = {.uid_count = 0};
  if ((request->new_pid && run_maker(shim, request, &none, 0, failure) < 0) ||
      configure_inside(request, failure) < 0) {
    return -1;
  }
  if (request->shm_size_bytes == sandbox->shm_size_bytes && request->mount_label[0] == '\0') {
    return 0;
  }
  close_and_clear(&sandbox->shm_mount);
  close_and_clear(&sandbox->shm_namespace);
  return make_shm(sandbox, request, failure);
}

int sandbox_create(struct shim *shim, const CreateSandboxRequest *request, struct failure *failure) {
  struct sandbox *sandbox = &shim->sandbox;
  if (sandbox->created || (sandbox->ahead && request->ahead)) {
    return 0;
  }
  int result = request->ahead    ? create_ahead(sandbox, request, failure)
               : sandbox->ahead ? take_over(shim, request, failure)
                                : create_whole(shim, request, failure);
  if (result < 0) {
    sandbox_release(shim);
    return -1;
  }
  sandbox->ahead = request->ahead;
  sandbox->created = !request->ahead;
  return 0;
}

void sandbox_release(struct shim *shim) {
  struct sandbox *sandbox = &shim->sandbox;
  struct failure failure;
  if (sandbox->inside && join(sandbox, sandbox->host, &failure) < 0) {
    log_line("cannot leave the sandbox's namespaces: %s %s: errno %d", failure.step, failure.subject,
             failure.errno_number);
  }
  if (sandbox->init.pid != 0) {
    struct maker init = {.pid = sandbox->init.pid, .process = sandbox->init_process};
    child_unregister(shim, &sandbox->init);
    maker_end(&init);
    sandbox->init_process = -1;
  }
  for (int i = 0; i < SANDBOX_NAMESPACES; i++) {
    close_quietly(sandbox->held[i]);
    close_quietly(sandbox->host[i]);
  }
  close_quietly(sandbox->host_pid_namespace);
  close_quietly(sandbox->host_mount_namespace);
  close_quietly(sandbox->shm_mount);
  close_quietly(sandbox->shm_namespace);
  close_quietly(sandbox->init_process);
  free(sandbox->uid_mappings);
  free(sandbox->gid_mappings);
  warnings_release(&sandbox->warnings);
  sandbox_prepare(sandbox);
}

void sandbox_namespace_path(const struct shim *shim, enum sandbox_namespace which, char *path, size_t size) {
  path[0] = '\0';
  if (shim->sandbox.held[which] >= 0) {
    if (shim->sandbox.inside && which <= SANDBOX_UTS) {
      snprintf(path, size, "/proc/%d/ns/%s", shim->pid, sandbox_namespace_files[which]);
    } else {
      snprintf(path, size, "/proc/%d/fd/%d", shim->pid, shim->sandbox.held[which]);
    }
  }
}
