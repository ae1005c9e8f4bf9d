// User, groups, capabilities, labels: in the order in which each still has the rights it needs.
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/files.h"
#include "base/kernel.h"
#include "launch/stages.h"

static int get_capabilities(struct __user_cap_data_struct *data) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  return (int)syscall(SYS_capget, &header, data);
}

static int set_capabilities(uint64_t effective, uint64_t permitted, uint64_t inheritable) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {
      {(uint32_t)effective, (uint32_t)permitted, (uint32_t)inheritable},
      {(uint32_t)(effective >> 32), (uint32_t)(permitted >> 32), (uint32_t)(inheritable >> 32)},
  };
  return (int)syscall(SYS_capset, &header, data);
}

static int write_attribute(const struct child_context *context, const char *file, const char *text) {
  return write_file_at(context->host_attributes, file, text, strlen(text));
}

int security_labels_set(const struct child_context *context, struct failure *failure) {
  const ProcessPlan *process = context->process;
  if (process->apparmor_profile[0] != '\0') {
    char text[512];
    if ((size_t)snprintf(text, sizeof text, "exec %s", process->apparmor_profile) >= sizeof text) {
      return fail(failure, ENAMETOOLONG, "set AppArmor profile", process->apparmor_profile);
    }
    if (write_attribute(context, "apparmor/exec", text) < 0 &&
        (errno != ENOENT || write_attribute(context, "exec", text) < 0)) {
      return fail_with(failure, errno, "set AppArmor profile", process->apparmor_profile, "%s",
                       errno == ENOENT   ? "the profile is not loaded"
                       : errno == EINVAL ? "the kernel has no AppArmor"
                                         : "");
    }
  }
  if (process->selinux_label[0] != '\0' && write_attribute(context, "exec", process->selinux_label) < 0) {
    return fail(failure, errno, "set SELinux label", process->selinux_label);
  }
  return 0;
}

// Capabilities that the shim does not have cannot be given: they are left out, and said.
static void warn_missing(const struct child_context *context, uint64_t wanted, uint64_t own) {
  uint64_t missing = wanted & ~own;
  if (missing != 0) {
    struct failure warning;
    fail_with(&warning, EPERM, "set capabilities", "", "the runtime itself lacks %#llx",
              (unsigned long long)missing);
    launch_warn(context, &warning);
  }
}

static int drop_bounding(uint64_t kept, struct failure *failure) {
  for (int capability = 0; capability < 64; capability++) {
    if ((kept >> capability & 1) != 0 || prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0) {
      continue;
    }
    if (errno == EINVAL) {
      break; // beyond the last that the kernel knows
    }
    int kept_errno = errno;
    if (prctl(PR_CAPBSET_READ, capability, 0, 0, 0) != 0) {
      return fail_with(failure, kept_errno, "drop from bounding set", "", "capability %d", capability);
    }
  }
  return 0;
}

static int set_user(const ProcessPlan *process, struct failure *failure) {
  gid_t groups[1];
  const gid_t *list = process->n_additional_gids == 0 ? groups : process->additional_gids;
  if (setgroups(process->n_additional_gids, list) < 0) {
    return fail(failure, errno, "set additional groups", "");
  }
  char id[16];
  snprintf(id, sizeof id, "%u", process->gid);
  if (setresgid(process->gid, process->gid, process->gid) < 0) {
    return fail(failure, errno, "set group", id);
  }
  snprintf(id, sizeof id, "%u", process->uid);
  if (setresuid(process->uid, process->uid, process->uid) < 0) {
    return fail(failure, errno, "set user", id);
  }
  return 0;
}

static int set_ambient(uint64_t ambient, struct failure *failure) {
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0) {
    return fail(failure, errno, "clear ambient capabilities", "");
  }
  for (int capability = 0; capability < 64; capability++) {
    if ((ambient >> capability & 1) != 0 &&
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) < 0) {
      return fail_with(failure, errno, "set ambient capabilities", "", "capability %d", capability);
    }
  }
  return 0;
}

int credentials_set(const struct child_context *context, struct failure *failure) {
  const ProcessPlan *process = context->process;
  static const Capabilities none = BERTH__SHIM__V1__CAPABILITIES__INIT;
  const Capabilities *wanted = process->capabilities == NULL ? &none : process->capabilities;
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
  if (get_capabilities(data) < 0) {
    return fail(failure, errno, "get capabilities", "");
  }
  uint64_t own = data[0].permitted | (uint64_t)data[1].permitted << 32;
  warn_missing(context, wanted->bounding | wanted->permitted | wanted->ambient, own);
  if (drop_bounding(wanted->bounding, failure) < 0) {
    return -1;
  }
  // Without it a change to another user than root would empty the permitted set.
  if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0) {
    return fail(failure, errno, "keep capabilities", "");
  }
  if (set_user(process, failure) < 0) {
    return -1;
  }
  // Installing a filter takes CAP_SYS_ADMIN unless no_new_privs is set, and is the last thing
  // before the exec, so that the filter need not allow anything of what comes before. What is
  // permitted in excess until then does not survive it: an exec computes the permitted set from
  // the inheritable, ambient and bounding sets alone.
  uint64_t extra =
      process->seccomp_filter.len > 0 && !process->no_new_privileges ? UINT64_C(1) << CAP_SYS_ADMIN : 0;
  uint64_t inheritable = wanted->inheritable & own;
  uint64_t permitted = wanted->permitted & own;
  uint64_t effective = wanted->effective & permitted;
  if (set_capabilities(effective | (extra & own), permitted | (extra & own), inheritable) < 0) {
    return fail(failure, errno, "set capabilities", "");
  }
  if (set_ambient(wanted->ambient & permitted & inheritable, failure) < 0) {
    return -1;
  }
  if (prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) < 0) {
    return fail(failure, errno, "keep capabilities", "");
  }
  return 0;
}
