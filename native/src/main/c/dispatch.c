#include "dispatch.h"

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "containers/container.h"
#include "containers/attachment.h"
#include "containers/exec.h"
#include "containers/exec_stream.h"
#include "shim.h"
#include "shutdown.h"
#include "wire/arena.h"
#include "wire/replies.h"
#include "wire/validate.h"

enum { DECODE_BUDGET_BYTES = 32 * 1024 * 1024, PROTOCOL_REVISION = 1 };

static void hello(struct shim *shim, struct connection *connection, struct request_token token) {
  connection->greeted = true;
  Berth__Shim__V1__HelloReply greeting = BERTH__SHIM__V1__HELLO_REPLY__INIT;
  greeting.revision = PROTOCOL_REVISION;
  greeting.shim_pid = shim->pid;
  greeting.features = (char **)shim_features;
  while (shim_features[greeting.n_features] != NULL) {
    greeting.n_features++;
  }
  Reply reply = BERTH__SHIM__V1__REPLY__INIT;
  reply.kind_case = BERTH__SHIM__V1__REPLY__KIND_HELLO;
  reply.hello = &greeting;
  reply_send(shim, token, &reply);
}

// The reply to CreateSandbox, which is also a part of the state; points into itself.
struct sandbox_description {
  Berth__Shim__V1__CreateSandboxReply message;
  char paths[SANDBOX_NAMESPACES][64];
  struct warning_messages warnings;
};

static void describe_sandbox(const struct shim *shim, struct sandbox_description *description) {
  for (int i = 0; i < SANDBOX_NAMESPACES; i++) {
    sandbox_namespace_path(shim, (enum sandbox_namespace)i, description->paths[i], sizeof description->paths[i]);
  }
  warning_messages_make(&description->warnings, &shim->sandbox.warnings);
  berth__shim__v1__create_sandbox_reply__init(&description->message);
  description->message.shim_pid = shim->pid;
  description->message.network_namespace = description->paths[SANDBOX_NETWORK];
  description->message.ipc_namespace = description->paths[SANDBOX_IPC];
  description->message.uts_namespace = description->paths[SANDBOX_UTS];
  description->message.pid_namespace = description->paths[SANDBOX_PID];
  description->message.user_namespace = description->paths[SANDBOX_USER];
  description->message.n_warnings = description->warnings.count;
  description->message.warnings = description->warnings.pointers;
}

static void create_sandbox(struct shim *shim, struct request_token token, const CreateSandboxRequest *request) {
  struct failure failure;
  if (validate_sandbox(request, &failure) < 0 || sandbox_create(shim, request, &failure) < 0) {
    reply_failure(shim, token, &failure);
    return;
  }
  struct sandbox_description description;
  describe_sandbox(shim, &description);
  Reply reply = BERTH__SHIM__V1__REPLY__INIT;
  reply.kind_case = BERTH__SHIM__V1__REPLY__KIND_CREATE_SANDBOX;
  reply.create_sandbox = &description.message;
  reply_send(shim, token, &reply);
  warning_messages_release(&description.warnings);
}

static void describe_container(struct container *container, Berth__Shim__V1__ContainerState *state) {
  berth__shim__v1__container_state__init(state);
  state->container_id = container->id;
  state->pid = container->phase == CONTAINER_EXITED ? 0 : container->launch.pid;
  state->started_at = container->started_at;
  state->exit = container->phase == CONTAINER_EXITED ? &container->exit : NULL;
}

static void state(struct shim *shim, struct request_token token) {
  Berth__Shim__V1__StateReply known = BERTH__SHIM__V1__STATE_REPLY__INIT;
  Berth__Shim__V1__ContainerState *states = calloc(shim->container_count + 1, sizeof *states);
  Berth__Shim__V1__ContainerState **pointers = calloc(shim->container_count + 1, sizeof *pointers);
  struct sandbox_description description = {.warnings = {0}};
  if (states == NULL || pointers == NULL) {
    struct failure failure;
    fail(&failure, ENOMEM, "describe state", "");
    reply_failure(shim, token, &failure);
  } else {
    if (shim->sandbox.created) {
      describe_sandbox(shim, &description);
      known.sandbox = &description.message;
    }
    for (struct container *container = shim->containers; container != NULL; container = container->next) {
      describe_container(container, &states[known.n_containers]);
      pointers[known.n_containers] = &states[known.n_containers];
      known.n_containers++;
    }
    known.containers = pointers;
    Reply reply = BERTH__SHIM__V1__REPLY__INIT;
    reply.kind_case = BERTH__SHIM__V1__REPLY__KIND_STATE;
    reply.state = &known;
    reply_send(shim, token, &reply);
  }
  warning_messages_release(&description.warnings);
  free(states);
  free(pointers);
}

static void settle(struct shim *shim, struct request_token token, int result, const struct failure *failure) {
  if (result < 0) {
    reply_failure(shim, token, failure);
  } else {
    reply_done(shim, token);
  }
}

static struct container *find(struct shim *shim, struct request_token token, const char *step, const char *id) {
  struct container *container = container_find(shim, id);
  if (container == NULL) {
    struct failure failure;
    fail_with(&failure, ENOENT, step, id, "this shim knows no such container");
    reply_failure(shim, token, &failure);
  }
  return container;
}

static void signal_container(struct shim *shim, struct request_token token,
                             const Berth__Shim__V1__SignalContainerRequest *request) {
  struct container *container = find(shim, token, "signal container", request->container_id);
  if (container != NULL) {
    struct failure failure;
    int result = container_signal(container, request->signal, request->whole_cgroup, &failure);
    settle(shim, token, result, &failure);
  }
}

static void reopen_log(struct shim *shim, struct request_token token, const char *id) {
  struct container *container = find(shim, token, "open log", id);
  if (container != NULL) {
    struct failure failure;
    int result = container_reopen_log(container, &failure);
    settle(shim, token, result, &failure);
  }
}

static void close_input(struct shim *shim, struct request_token token, const char *id) {
  struct container *container = find(shim, token, "close standard input", id);
  if (container != NULL) {
    container_close_input(container);
    reply_done(shim, token);
  }
}

static void resize(struct shim *shim, struct request_token token,
                   const Berth__Shim__V1__ResizeTerminalRequest *request) {
  struct failure failure;
  unsigned rows = request->size == NULL ? 0 : request->size->rows;
  unsigned columns = request->size == NULL ? 0 : request->size->columns;
  if (request->stream != 0) {
    int result = exec_stream_resize(shim, request->stream, rows, columns, &failure);
    settle(shim, token, result, &failure);
    return;
  }
  struct container *container = find(shim, token, "resize terminal", request->container_id);
  if (container != NULL) {
    int result = container_resize(container, rows, columns, &failure);
    settle(shim, token, result, &failure);
  }
}

static void forget(struct shim *shim, struct request_token token, const char *id) {
  struct container *container = container_find(shim, id);
  if (container != NULL && container->phase != CONTAINER_EXITED) {
    struct failure failure;
    fail_with(&failure, EBUSY, "forget container", id, "it is running");
    reply_failure(shim, token, &failure);
    return;
  }
  if (container != NULL) {
    container_forget(container);
  }
  reply_done(shim, token);
}

static void unknown(struct shim *shim, struct request_token token) {
  struct failure failure;
  fail_with(&failure, ENOSYS, "decode request", "", "this shim does not know the kind of request");
  reply_failure(shim, token, &failure);
}

static void dispatch(struct shim *shim, struct connection *connection, struct request_token token,
                     const Request *request) {
  switch (request->kind_case) {
    case BERTH__SHIM__V1__REQUEST__KIND_HELLO:
      hello(shim, connection, token);
      return;
    case BERTH__SHIM__V1__REQUEST__KIND_CREATE_SANDBOX:
      create_sandbox(shim, token, request->create_sandbox);
      return;
    case BERTH__SHIM__V1__REQUEST__KIND_STATE:
      state(shim, token);
      return;
    case BERTH__SHIM__V1__REQUEST__KIND_START_CONTAINER:
      container_start(shim, token, request->start_container->plan);
      return;
    case BERTH__SHIM__V1__REQUEST__KIND_SIGNAL_CONTAINER:
      signal_container(shim, token, request->signal_container);
      return;
    case BERTH__SHIM__V1__REQUEST__KIND_EXEC:
      exec_start(shim, token, request->exec);
      return;
    case BERTH__SHIM__V1__REQUEST__KIND_REOPEN_LOG:
      reopen_log(shim, token, request->reopen_log->container_id);
      return;
    case BERTH__SHIM__V1__REQUEST__KIND_CLOSE_STANDARD_INPUT:
      close_input(shim, token, request->close_standard_input->container_id);
      return;
    case BERTH__SHIM__V1__REQUEST__KIND_RESIZE_TERMINAL:
      resize(shim, token, request->resize_terminal);
      return;
    case BERTH__SHIM__V1__REQUEST__KIND_FORGET_CONTAINER:
      forget(shim, token, request->forget_container->container_id);
      return;
    case BERTH__SHIM__V1__REQUEST__KIND_EXEC_STREAM:
      exec_stream_start(shim, token, request->exec_stream);
      return;
    case BERTH__SHIM__V1__REQUEST__KIND_ATTACH:
      attachment_start(shim, token, request->attach);
      return;
    case BERTH__SHIM__V1__REQUEST__KIND_SHUTDOWN:
      shutdown_begin(shim, token);
      return;
    default:
      unknown(shim, token);
      return;
  }
}

void dispatch_frame(struct shim *shim, struct connection *connection, const uint8_t *payload, size_t length) {
  struct arena arena;
  arena_open(&arena, DECODE_BUDGET_BYTES);
  Request *request = berth__shim__v1__request__unpack(&arena.allocator, length, payload);
  if (request == NULL || request->id == 0) {
    // Without an id there is no way to answer, and no telling what the rest of the stream is.
    log_line("a client sent a frame that is no request; connection closed");
    connection_close(connection);
  } else {
    dispatch(shim, connection, (struct request_token){.connection = connection->serial, .id = request->id}, request);
  }
  arena_release(&arena);
}
