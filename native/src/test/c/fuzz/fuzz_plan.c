// The plan decoder: whatever bytes come, decoding is bounded and what validates is safe to read.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/arena.h"
#include "wire/messages.h"
#include "wire/validate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct arena arena;
  struct failure failure;
  arena_open(&arena, 4 * 1024 * 1024);
  Request *request = berth__shim__v1__request__unpack(&arena.allocator, size, data);
  if (request != NULL) {
    if (request->kind_case == BERTH__SHIM__V1__REQUEST__KIND_START_CONTAINER &&
        validate_plan(request->start_container->plan, &failure) == 0) {
      // What the launch relies on.
      const LaunchPlan *plan = request->start_container->plan;
      if (!valid_id(plan->container_id) || plan->cgroup_path[0] != '/' || plan->process->n_arguments == 0) {
        abort();
      }
    } else if (request->kind_case == BERTH__SHIM__V1__REQUEST__KIND_EXEC) {
      (void)validate_process(request->exec->process, &failure);
    } else if (request->kind_case == BERTH__SHIM__V1__REQUEST__KIND_CREATE_SANDBOX) {
      (void)validate_sandbox(request->create_sandbox, &failure);
    }
    // What was decoded can be said again.
    size_t length = protobuf_c_message_get_packed_size(&request->base);
    uint8_t *packed = malloc(length + 1);
    if (packed != NULL) {
      if (protobuf_c_message_pack(&request->base, packed) != length) {
        abort();
      }
      free(packed);
    }
  }
  arena_release(&arena);
  return 0;
}
