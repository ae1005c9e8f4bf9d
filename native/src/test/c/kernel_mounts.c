// Mounts: volumes and their propagation, options, devices, and images that try to climb out.
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/kernel.h"
#include "kernel_tests.h"

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void expect(struct fixture *fixture, struct plan *plan, const char *expected) {
  char *log = run_for_log(fixture, plan, 0);
  CHECK(fixture, strcmp(log, expected) == 0, "%s: got\n%sexpected\n%s", plan->message.container_id, log, expected);
  free(log);
}

static PlanMount *add_volume(struct plan *plan, const char *source, const char *destination) {
  PlanMount *mount = plan_add_mount(plan, destination);
  mount->source_kind = SOURCE_BIND;
  mount->source = (char *)source;
  mount->recursive = true;
  return mount;
}

static void make_file(const char *path, const char *text) {
  FILE *file = fopen(path, "we");
  fputs(text, file);
  fclose(file);
}

static void test_volumes(struct fixture *fixture) {
  char volume[200];
  char file[256];
  struct plan plan;
  snprintf(volume, sizeof volume, "%s/volume", fixture->directory);
  mkdir(volume, 0755);
  snprintf(file, sizeof file, "%s/inside", volume);
  make_file(file, "volume\n");

  plan_make(fixture, &plan, "volume", ARGUMENTS("sh", "-c", "cat /deep/er/data/inside; cat /etc/one; echo new > /deep/er/data/new"));
  add_volume(&plan, volume, "/deep/er/data");
  add_volume(&plan, file, "/etc/one");
  expect(fixture, &plan, "stdout F volume\nstdout F volume\n");
  snprintf(file, sizeof file, "%s/new", volume);
  CHECK(fixture, access(file, F_OK) == 0, "the volume was not written");

  plan_make(fixture, &plan, "readonly", ARGUMENTS("sh", "-c", "touch /data/x 2>/dev/null || echo ro; grep ' /data ' /proc/mounts | cut -d' ' -f4 | cut -d, -f1-4"));
  PlanMount *mount = add_volume(&plan, volume, "/data");
  mount->attributes_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  mount->attributes_recursive = true;
  expect(fixture, &plan, "stdout F ro\nstdout F ro,nosuid,nodev,noexec\n");

  // Symbolic links of the image: inside the root they lead to the root's own /tmp.
  plan_make(fixture, &plan, "climb", ARGUMENTS("sh", "-c", "cat /tmp/climbed/inside; readlink /outside"));
  add_volume(&plan, volume, "/outside/climbed");
  expect(fixture, &plan, "stdout F volume\nstdout F /../../../../../../tmp\n");
  CHECK(fixture, access("/tmp/climbed", F_OK) < 0, "a mount point was made on the host");

  // A dangling link as a destination: its target is made, inside.
  snprintf(file, sizeof file, "%s/layer/dangling", fixture->directory);
  CHECK(fixture, symlink("/made/by/link", file) == 0, "symlink");
  plan_make(fixture, &plan, "dangling", ARGUMENTS("cat", "/made/by/link/inside"));
  add_volume(&plan, volume, "/dangling");
  expect(fixture, &plan, "stdout F volume\n");
  unlink(file);

  plan_make(fixture, &plan, "overproc", ARGUMENTS("true"));
  add_volume(&plan, volume, "/proc/sys");
  Reply *reply = fixture_start(fixture, &plan);
  CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_FAILURE &&
            reply->failure->errno_number == EPERM, "%s", failure_text(reply));
  reply_free(reply);
}

// A volume with a mount in it, seen by and from the container.
static void test_propagation(struct fixture *fixture) {
  char volume[200];
  char path[256];
  struct plan plan;
  snprintf(volume, sizeof volume, "%s/shared", fixture->directory);
  mkdir(volume, 0755);
  CHECK(fixture, sys_mount("none", volume, "tmpfs", 0, NULL) == 0 && sys_mount(NULL, volume, NULL, MS_SHARED, NULL) == 0, "mount");
  snprintf(path, sizeof path, "%s/host", volume);
  mkdir(path, 0755);
  snprintf(path, sizeof path, "%s/guest", volume);
  mkdir(path, 0755);

  static const struct {
    const char *propagation;
    bool sees_host;
    bool host_sees;
  } cases[] = {{"", true, false}, {"rprivate", false, false}, {"rslave", true, false}, {"rshared", true, true}};
  for (unsigned i = 0; i < 4; i++) {
    char id[32];
    snprintf(id, sizeof id, "propagation%u", i);
    plan_make(fixture, &plan, id, ARGUMENTS("sh", "-c", "mount -t tmpfs inner /data/guest; touch /data/guest/there; sleep 1000"));
    plan.capabilities.bounding = plan.capabilities.effective = plan.capabilities.permitted = ~0ULL >> 23;
    add_volume(&plan, volume, "/data")->propagation = (char *)cases[i].propagation;
    if (!started(fixture, &plan)) {
      continue;
    }
    snprintf(path, sizeof path, "%s/host", volume);
    CHECK(fixture, sys_mount("none", path, "tmpfs", 0, NULL) == 0, "mount");
    snprintf(path, sizeof path, "%s/host/file", volume);
    make_file(path, "x");
    // The container may still be on its way to its mount.
    Reply *reply = fixture_exec(fixture, id, ARGUMENTS("sh", "-c", "i=0; while [ ! -e /data/guest/there ] && [ $i -lt 100 ]; do sleep 0.1; i=$((i+1)); done; ls /data/host /data/guest"), 20000);
    bool ok = reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_EXEC;
    if (CHECK(fixture, ok, "%s", failure_text(reply))) {
      char *output = strndup((char *)reply->exec->standard_output.data, reply->exec->standard_output.len);
      CHECK(fixture, (strstr(output, "file") != NULL) == cases[i].sees_host, "\"%s\": %s", cases[i].propagation, output);
      CHECK(fixture, strstr(output, "there") != NULL, "\"%s\": %s", cases[i].propagation, output);
      free(output);
    }
    reply_free(reply);
    snprintf(path, sizeof path, "%s/guest/there", volume);
    CHECK(fixture, (access(path, F_OK) == 0) == cases[i].host_sees, "\"%s\": seen from the host", cases[i].propagation);
    reply_free(fixture_signal(fixture, id, 0, true));
    exit_code(fixture, id);
    snprintf(path, sizeof path, "%s/host", volume);
    sys_umount(path, MNT_DETACH);
    snprintf(path, sizeof path, "%s/guest", volume);
    sys_umount(path, MNT_DETACH);
  }
  CHECK(fixture, sys_umount(volume, MNT_DETACH) == 0, "umount");
}

static void expect_refusal(struct fixture *fixture, struct plan *plan, const char *subject, int errno_number) {
  Reply *reply = fixture_start(fixture, plan);
  CHECK(fixture,
        reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_FAILURE &&
            strcmp(reply->failure->subject, subject) == 0 && reply->failure->errno_number == errno_number,
        "%s", failure_text(reply));
  reply_free(reply);
}

// False where the file system cannot.
static bool set_immutable(const char *path, bool immutable) {
  AUTO_CLOSE int file = open(path, O_RDONLY | O_CLOEXEC);
  int flags;
  if (file < 0 || ioctl(file, FS_IOC_GETFLAGS, &flags) < 0) {
    return false;
  }
  flags = immutable ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
  return ioctl(file, FS_IOC_SETFLAGS, &flags) == 0;
}

static void test_roots(struct fixture *fixture) {
  struct plan plan;
  plan_make(fixture, &plan, "rootro", ARGUMENTS("sh", "-c", "touch /x 2>/dev/null || echo ro; touch /dev/shm/x && echo rw; pwd; stat -c %u:%g:%a /work/dir"));
  plan.root.read_only = true;
  plan.process.working_directory = "/work/dir";
  plan.process.create_working_directory = true;
  plan.process.uid = 1000;
  plan.process.gid = 2000;
  expect(fixture, &plan, "stdout F ro\nstdout F rw\nstdout F /work/dir\nstdout F 1000:2000:755\n");

  plan_make(fixture, &plan, "nouppers", ARGUMENTS("sh", "-c", "cat /from-other; touch /x 2>&1 | grep -c Read-only"));
  plan.overlay.upper_directory = plan.overlay.work_directory = "";
  // Nothing can be made in it: every destination has to be there.
  plan.message.n_mounts = 1;
  plan.message.n_devices = 0;
  expect(fixture, &plan, "stdout F lower\nstdout F 1\n");

  plan_make(fixture, &plan, "nodevices", ARGUMENTS("sh", "-c", "grep -c '^overlay / .*nodev' /proc/mounts; echo x >/dev/null && echo null"));
  plan.root.no_devices = true;
  expect(fixture, &plan, "stdout F 1\nstdout F null\n");

  char layer[200];
  snprintf(layer, sizeof layer, "%s/layer", fixture->directory);
  plan_make(fixture, &plan, "directory", ARGUMENTS("cat", "/data/file"));
  plan.root.source_case = BERTH__SHIM__V1__ROOT_FILESYSTEM__SOURCE_DIRECTORY;
  plan.root.directory = layer;
  plan.message.n_mounts = 2;
  expect(fixture, &plan, "stdout F image\n");

  char staging[200];
  snprintf(staging, sizeof staging, "%s/run", fixture->directory);
  plan_make(fixture, &plan, "staging", ARGUMENTS("echo", "ok"));
  plan.root.staging_directory = staging;
  expect(fixture, &plan, "stdout F ok\n");

  char shared[] = "shared";
  plan_make(fixture, &plan, "rootshared", ARGUMENTS("sh", "-c", "grep -c ' / / .*shared:' /proc/self/mountinfo"));
  plan.root.propagation = shared;
  expect(fixture, &plan, "stdout F 1\n");

  // The kernel would mount it read-only, as on a full disk.
  plan_make(fixture, &plan, "nowork", ARGUMENTS("echo", "ok"));
  if (set_immutable(plan.overlay.work_directory, true)) {
    expect_refusal(fixture, &plan, plan.overlay.work_directory, EPERM);
    CHECK(fixture, set_immutable(plan.overlay.work_directory, false), "chattr -i");
  }

  // Layers with paths too long for one fsconfig value.
  char deep[600];
  snprintf(deep, sizeof deep, "%s", fixture->directory);
  for (int i = 0; i < 4; i++) {
    strcat(deep, "/");
    memset(deep + strlen(deep) + 0, 0, 1);
    size_t used = strlen(deep);
    memset(deep + used, 'd', 90);
    deep[used + 90] = '\0';
    mkdir(deep, 0755);
  }
  plan_make(fixture, &plan, "longpath", ARGUMENTS("echo", "ok"));
  plan.lower[0] = deep;
  expect(fixture, &plan, "stdout F ok\n");
}

static void add_image(struct plan *plan, const char *destination, char **layers, size_t count, const char *part) {
  PlanMount *mount = plan_add_mount(plan, destination);
  mount->source_kind = SOURCE_IMAGE;
  mount->lower_directories = layers;
  mount->n_lower_directories = count;
  mount->sub_path = (char *)part;
  mount->attributes_set = MOUNT_ATTR_RDONLY;
}

static void test_image_volumes(struct fixture *fixture) {
  struct plan plan;
  char layer[200];
  char other[200];
  snprintf(layer, sizeof layer, "%s/layer", fixture->directory);
  snprintf(other, sizeof other, "%s/other", fixture->directory);
  char *layers[] = {layer, other};
  plan_make(fixture, &plan, "images",
            ARGUMENTS("sh", "-c",
                      "cat /all/data/file /all/from-other /part/file /file /one/from-other; "
                      "for i in /all/x /part/x /file /one/x; do touch $i 2>/dev/null && echo written; done; "
                      "grep -c ' /part ' /proc/mounts"));
  add_image(&plan, "/all", layers, 2, "");
  add_image(&plan, "/part", layers, 2, "data");
  add_image(&plan, "/file", layers, 2, "/data/../data/file");
  add_image(&plan, "/one", layers + 1, 1, "");
  expect(fixture, &plan,
         "stdout F image\nstdout F lower\nstdout F image\nstdout F image\nstdout F lower\nstdout F 1\n");

  plan_make(fixture, &plan, "imageout", ARGUMENTS("true"));
  add_image(&plan, "/out", layers, 2, "../../../../../../proc/self");
  expect_refusal(fixture, &plan, "/out", ENOENT);

  plan_make(fixture, &plan, "imagenone", ARGUMENTS("true"));
  add_image(&plan, "/none", layers, 0, "");
  expect_refusal(fixture, &plan, "mount.lower_directories", EINVAL);
}

static void test_file_systems(struct fixture *fixture) {
  struct plan plan;
  plan_make(fixture, &plan, "copyup", ARGUMENTS("sh", "-c", "cat /data/file; ls /data/sub; stat -f -c %T /data; stat -c %a /data/sub/deep; readlink /data/link"));
  char path[256];
  snprintf(path, sizeof path, "%s/layer/data/sub", fixture->directory);
  mkdir(path, 0750);
  snprintf(path, sizeof path, "%s/layer/data/sub/deep", fixture->directory);
  make_file(path, "x");
  chmod(path, 04711);
  snprintf(path, sizeof path, "%s/layer/data/link", fixture->directory);
  CHECK(fixture, symlink("/nowhere", path) == 0, "symlink");
  plan_add_file_system(&plan, "/data", "tmpfs", MOUNT_ATTR_NOSUID, NULL);
  plan.mounts[plan.message.n_mounts - 1].copy_up = true;
  expect(fixture, &plan, "stdout F image\nstdout F deep\nstdout F tmpfs\nstdout F 4711\nstdout F /nowhere\n");

  plan_make(fixture, &plan, "badoption", ARGUMENTS("true"));
  static const char *const options[] = {"nonsense=1", NULL};
  plan_add_file_system(&plan, "/data", "tmpfs", 0, options);
  Reply *reply = fixture_start(fixture, &plan);
  CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_FAILURE &&
            strcmp(reply->failure->step, "set mount option") == 0 && strstr(reply->failure->detail, "nonsense") != NULL,
        "%s", failure_text(reply));
  reply_free(reply);

  plan_make(fixture, &plan, "device", ARGUMENTS("sh", "-c", "echo x > /dev/bound && stat -c '%F' /dev/bound; stat -c %F /dev/pipe; readlink /dev/core"));
  size_t index = plan.message.n_devices++;
  DeviceNode *device = &plan.devices[index];
  berth__shim__v1__device_node__init(device);
  device->path = "/dev/bound";
  device->bind_from = "/dev/null";
  plan.device_pointers[index] = device;
  index = plan.message.n_devices++;
  device = &plan.devices[index];
  berth__shim__v1__device_node__init(device);
  device->path = "/dev/pipe";
  device->type = BERTH__SHIM__V1__DEVICE_NODE__TYPE__FIFO;
  device->mode = 0600;
  plan.device_pointers[index] = device;
  berth__shim__v1__symlink__init(&plan.symlinks[0]);
  plan.symlinks[0].path = "/dev/core";
  plan.symlinks[0].target = "/proc/kcore";
  plan.symlink_pointers[0] = &plan.symlinks[0];
  plan.message.symlinks = plan.symlink_pointers;
  plan.message.n_symlinks = 1;
  expect(fixture, &plan, "stdout F character special file\nstdout F fifo\nstdout F /proc/kcore\n");
}

void kernel_mounts(struct fixture *fixture) {
  test_volumes(fixture);
  test_propagation(fixture);
  test_roots(fixture);
  test_image_volumes(fixture);
  test_file_systems(fixture);
}
