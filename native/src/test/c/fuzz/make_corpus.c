// Seeds for the fuzz targets: real requests, a stream of them, and some log text.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "fixture.h"

static void put(const char *directory, const char *target, const char *name, const void *bytes, size_t length) {
  char path[512];
  snprintf(path, sizeof path, "%s/corpus-%s", directory, target);
  mkdir(path, 0755);
  snprintf(path, sizeof path, "%s/corpus-%s/%s", directory, target, name);
  FILE *file = fopen(path, "we");
  if (file != NULL) {
    fwrite(bytes, 1, length, file);
    fclose(file);
  }
}

static void put_request(const char *directory, const char *name, Request *request) {
  size_t length = berth__shim__v1__request__get_packed_size(request);
  uint8_t *bytes = malloc(length + 5);
  bytes[0] = 7; // the size of pieces
  bytes[1] = (uint8_t)(length >> 24);
  bytes[2] = (uint8_t)(length >> 16);
  bytes[3] = (uint8_t)(length >> 8);
  bytes[4] = (uint8_t)length;
  berth__shim__v1__request__pack(request, bytes + 5);
  put(directory, "plan", name, bytes + 5, length);
  put(directory, "frame", name, bytes, length + 5);
  free(bytes);
}

int main(int count, char **arguments) {
  if (count != 2) {
    return 2;
  }
  struct fixture fixture = {.directory = "/tmp/nowhere", .cgroup = "/sys/fs/cgroup/nowhere"};
  struct plan plan;
  Request request = BERTH__SHIM__V1__REQUEST__INIT;
  request.id = 1;
  plan_make(&fixture, &plan, "container", (const char *const[]){"/bin/sh", "-c", "true", NULL});
  Berth__Shim__V1__StartContainerRequest start = BERTH__SHIM__V1__START_CONTAINER_REQUEST__INIT;
  start.plan = &plan.message;
  request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_START_CONTAINER;
  request.start_container = &start;
  put_request(arguments[1], "start", &request);
  ExecRequest exec = BERTH__SHIM__V1__EXEC_REQUEST__INIT;
  exec.container_id = "container";
  exec.process = &plan.process;
  request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_EXEC;
  request.exec = &exec;
  put_request(arguments[1], "exec", &request);
  Berth__Shim__V1__ExecStreamRequest exec_stream = BERTH__SHIM__V1__EXEC_STREAM_REQUEST__INIT;
  exec_stream.container_id = "container";
  exec_stream.process = &plan.process;
  request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_EXEC_STREAM;
  request.exec_stream = &exec_stream;
  put_request(arguments[1], "exec-stream", &request);
  CreateSandboxRequest create = BERTH__SHIM__V1__CREATE_SANDBOX_REQUEST__INIT;
  create.sandbox_id = "sandbox";
  create.hostname = "pod";
  request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_CREATE_SANDBOX;
  request.create_sandbox = &create;
  put_request(arguments[1], "create", &request);
  static const char text[] = "\x05\x03one line\n\nanother, longer than the limit\nand a rest";
  put(arguments[1], "log", "text", text, sizeof text - 1);
  static const char frames[] = "\x06\x02\0\0\0\x06\0input\0\0\0\x02\0x\0\0\0\x01\0";
  put(arguments[1], "stream", "frames", frames, sizeof frames - 1);
  return 0;
}
