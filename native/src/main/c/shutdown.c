#include "shutdown.h"

#include <stdlib.h>

#include "base/log.h"
#include "containers/cgroup.h"
#include "containers/container.h"
#include "shim.h"
#include "wire/replies.h"

static const int64_t KILL_WAIT = 10LL * 1000 * 1000 * 1000;
// What the last replies get to reach a client that reads.
static const int64_t SEND_WAIT = 1000 * 1000 * 1000;

enum { TOKENS_LIMIT = 8 };

struct shutdown {
  struct timer timer;
  struct request_token tokens[TOKENS_LIMIT];
  unsigned token_count;
  bool answered;
};

static void stop(struct shim *shim) { shim->loop.stopped = true; }

static void answer(struct shim *shim) {
  struct shutdown *shutdown = shim->shutdown;
  if (shutdown->answered) {
    return;
  }
  shutdown->answered = true;
  for (unsigned i = 0; i < shutdown->token_count; i++) {
    reply_done(shim, shutdown->tokens[i]);
  }
  if (connections_drained(shim)) {
    stop(shim);
  } else {
    loop_arm(&shim->loop, &shutdown->timer, SEND_WAIT);
  }
}

static void timer_due(struct timer *timer) {
  struct shim *shim = timer->owner;
  if (shim->shutdown->answered) {
    stop(shim);
    return;
  }
  log_line("containers are still there after the kill; ending without them");
  answer(shim);
}

void shutdown_begin(struct shim *shim, struct request_token token) {
  if (shim->shutdown == NULL) {
    shim->shutdown = calloc(1, sizeof *shim->shutdown);
    if (shim->shutdown == NULL) {
      stop(shim);
      return;
    }
    shim->shutdown->timer = (struct timer){.handler = timer_due, .owner = shim};
    loop_arm(&shim->loop, &shim->shutdown->timer, KILL_WAIT);
  }
  if (token.id != 0 && shim->shutdown->token_count < TOKENS_LIMIT) {
    shim->shutdown->tokens[shim->shutdown->token_count++] = token;
  }
  for (struct container *container = shim->containers; container != NULL; container = container->next) {
    struct failure failure;
    if (container->phase != CONTAINER_EXITED && container_signal(container, 9, true, &failure) < 0) {
      log_line("container %s: cannot be killed: errno %d", container->id, failure.errno_number);
    }
  }
  shutdown_advance(shim);
}

void shutdown_advance(struct shim *shim) {
  if (shim->shutdown == NULL) {
    return;
  }
  for (struct container *container = shim->containers; container != NULL; container = container->next) {
    if (container->phase != CONTAINER_EXITED) {
      return;
    }
  }
  answer(shim);
}
