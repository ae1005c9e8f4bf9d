#include <errno.h>

#include "base/failure.h"
#include "check.h"
#include "sandbox/sysctl.h"
#include "wire/validate.h"

struct sample {
  LaunchPlan plan;
  PlanNamespaces namespaces;
  NamespaceChoice mount;
  NamespaceChoice user;
  RootFilesystem root;
  ProcessPlan process;
  char *arguments[1];
};

static void make(struct sample *sample) {
  berth__shim__v1__launch_plan__init(&sample->plan);
  berth__shim__v1__namespaces__init(&sample->namespaces);
  berth__shim__v1__namespaces__choice__init(&sample->mount);
  berth__shim__v1__namespaces__choice__init(&sample->user);
  berth__shim__v1__root_filesystem__init(&sample->root);
  berth__shim__v1__process__init(&sample->process);
  sample->mount.kind = NAMESPACE_NEW;
  sample->namespaces.mount = &sample->mount;
  sample->namespaces.user = &sample->user;
  sample->root.source_case = BERTH__SHIM__V1__ROOT_FILESYSTEM__SOURCE_DIRECTORY;
  sample->root.directory = "/root";
  sample->arguments[0] = "true";
  sample->process.arguments = sample->arguments;
  sample->process.n_arguments = 1;
  sample->plan.container_id = "c1";
  sample->plan.cgroup_path = "/sys/fs/cgroup/x";
  sample->plan.namespaces = &sample->namespaces;
  sample->plan.root = &sample->root;
  sample->plan.process = &sample->process;
}

static void ids_are_safe_file_names(void) {
  EXPECT(valid_id("0123abcdef"));
  EXPECT(valid_id("a.b_c-D"));
  EXPECT(!valid_id(""));
  EXPECT(!valid_id("."));
  EXPECT(!valid_id(".."));
  EXPECT(!valid_id(".hidden"));
  EXPECT(!valid_id("a/b"));
  EXPECT(!valid_id("a b"));
  char id[131];
  memset(id, 'a', sizeof id);
  id[130] = '\0';
  EXPECT(!valid_id(id));
  id[128] = '\0';
  EXPECT(valid_id(id));
}

static void a_plan_says_what_is_wrong_with_it(void) {
  struct sample sample;
  struct failure failure;
  make(&sample);
  EXPECT(validate_plan(&sample.plan, &failure) == 0);
  EXPECT(validate_plan(NULL, &failure) == -1);

  make(&sample);
  sample.plan.cgroup_path = "relative";
  EXPECT(validate_plan(&sample.plan, &failure) == -1);
  EXPECT_TEXT(failure.subject, "relative");

  make(&sample);
  sample.mount.kind = NAMESPACE_HOST;
  EXPECT(validate_plan(&sample.plan, &failure) == -1);
  EXPECT_TEXT(failure.subject, "mount namespace");

  make(&sample);
  sample.user.kind = NAMESPACE_NEW;
  EXPECT(validate_plan(&sample.plan, &failure) == -1);
  EXPECT_TEXT(failure.subject, "user namespace");

  make(&sample);
  sample.user.kind = (Berth__Shim__V1__Namespaces__Kind)9;
  EXPECT(validate_plan(&sample.plan, &failure) == -1);
  EXPECT(failure.errno_number == ENOSYS);

  make(&sample);
  sample.process.n_arguments = 0;
  EXPECT(validate_plan(&sample.plan, &failure) == -1);
  EXPECT_TEXT(failure.subject, "process.arguments");

  make(&sample);
  sample.process.seccomp_filter.len = 7;
  EXPECT(validate_plan(&sample.plan, &failure) == -1);
  EXPECT_TEXT(failure.subject, "process.seccomp_filter");

  make(&sample);
  char *features[] = {"unheard-of"};
  sample.plan.required_features = features;
  sample.plan.n_required_features = 1;
  EXPECT(validate_plan(&sample.plan, &failure) == -1);
  EXPECT(failure.errno_number == ENOSYS);
  EXPECT_TEXT(failure.subject, "unheard-of");

  make(&sample);
  sample.plan.root = NULL;
  EXPECT(validate_plan(&sample.plan, &failure) == -1);
  sample.plan.root = &sample.root;
  sample.root.source_case = BERTH__SHIM__V1__ROOT_FILESYSTEM__SOURCE__NOT_SET;
  EXPECT(validate_plan(&sample.plan, &failure) == -1);
}

static void sysctl_names_take_both_forms(void) {
  char path[64];
  EXPECT(sysctl_path("net.ipv4.ip_forward", path, sizeof path) == 0);
  EXPECT_TEXT(path, "net/ipv4/ip_forward");
  EXPECT(sysctl_path("net/ipv4/conf/eth0.100/forwarding", path, sizeof path) == 0);
  EXPECT_TEXT(path, "net/ipv4/conf/eth0.100/forwarding");
  EXPECT(sysctl_path("net.ipv4.conf.eth0/100.forwarding", path, sizeof path) == 0);
  EXPECT_TEXT(path, "net/ipv4/conf/eth0.100/forwarding");
  EXPECT(sysctl_path("", path, sizeof path) == -1);
  EXPECT(sysctl_path("/etc/passwd", path, sizeof path) == -1);
  EXPECT(sysctl_path("kernel/../../etc/passwd", path, sizeof path) == -1);
  EXPECT(sysctl_path("kernel.//.domainname", path, sizeof path) == -1);
  EXPECT(sysctl_path("kernel..x", path, sizeof path) == -1);
  EXPECT(sysctl_path("net.", path, sizeof path) == -1);
}

static void warnings_are_bounded(void) {
  struct warnings warnings = {0};
  struct failure failure;
  fail_with(&failure, EPERM, "step", "subject", "%0600d", 1);
  EXPECT(strlen(failure.detail) == sizeof failure.detail - 1);
  for (int i = 0; i < 100; i++) {
    warnings_add(&warnings, &failure);
  }
  EXPECT(warnings.count == WARNINGS_LIMIT);
  warnings_release(&warnings);
}

static void hooks_are_checked(void) {
  struct sample sample;
  struct failure failure;
  PlanHooks hooks = BERTH__SHIM__V1__HOOKS__INIT;
  PlanHook hook = BERTH__SHIM__V1__HOOK__INIT;
  PlanHook *list[] = {&hook};
  make(&sample);
  sample.plan.hooks = &hooks;
  hooks.state = "{\"id\":\"c1\"";
  hooks.n_poststop = 1;
  hooks.poststop = list;
  hook.path = "/bin/true";
  hook.timeout_milliseconds = 1;
  EXPECT(validate_plan(&sample.plan, &failure) == 0);
  hook.timeout_milliseconds = 0;
  EXPECT(validate_plan(&sample.plan, &failure) == -1);
  EXPECT_TEXT(failure.subject, "/bin/true");
  hook.timeout_milliseconds = UINT64_MAX;
  EXPECT(validate_plan(&sample.plan, &failure) == -1);
  hook.timeout_milliseconds = 1;
  hook.path = "true";
  EXPECT(validate_plan(&sample.plan, &failure) == -1);
  EXPECT_TEXT(failure.subject, "true");
  hook.path = "/bin/true";
  hooks.state = "";
  EXPECT(validate_plan(&sample.plan, &failure) == -1);
  EXPECT_TEXT(failure.subject, "hooks.state");
}

void test_plans(void) {
  hooks_are_checked();
  ids_are_safe_file_names();
  a_plan_says_what_is_wrong_with_it();
  sysctl_names_take_both_forms();
  warnings_are_bounded();
}
