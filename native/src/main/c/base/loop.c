#include "base/loop.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/files.h"

enum { EVENTS_PER_ROUND = 32 };

int loop_open(struct loop *loop) {
  *loop = (struct loop){.epoll = epoll_create1(EPOLL_CLOEXEC)};
  return loop->epoll < 0 ? -1 : 0;
}

static void release_deferred(struct loop *loop) {
  while (loop->deferred != NULL) {
    struct deferred *next = loop->deferred;
    loop->deferred = next->next;
    next->release(next->object);
  }
}

void loop_close(struct loop *loop) {
  release_deferred(loop);
  close_and_clear(&loop->epoll);
}

int loop_watch(struct loop *loop, struct source *source, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = source};
  if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, source->descriptor, &event) < 0) {
    return -1;
  }
  source->events = events;
  source->watched = true;
  return 0;
}

int loop_change(struct loop *loop, struct source *source, uint32_t events) {
  if (!source->watched || source->events == events) {
    return 0;
  }
  struct epoll_event event = {.events = events, .data.ptr = source};
  if (epoll_ctl(loop->epoll, EPOLL_CTL_MOD, source->descriptor, &event) < 0) {
    return -1;
  }
  source->events = events;
  return 0;
}

void loop_unwatch(struct loop *loop, struct source *source) {
  if (source->watched) {
    source->watched = false;
    // It can only fail for a descriptor that is gone, and then there is nothing left to do.
    (void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, source->descriptor, NULL);
  }
}

void loop_arm(struct loop *loop, struct timer *timer, int64_t nanoseconds_from_now) {
  loop_disarm(loop, timer);
  timer->deadline = now_monotonic() + nanoseconds_from_now;
  timer->armed = true;
  struct timer **place = &loop->timers;
  while (*place != NULL && (*place)->deadline <= timer->deadline) {
    place = &(*place)->next;
  }
  timer->next = *place;
  *place = timer;
}

void loop_disarm(struct loop *loop, struct timer *timer) {
  if (!timer->armed) {
    return;
  }
  timer->armed = false;
  for (struct timer **place = &loop->timers; *place != NULL; place = &(*place)->next) {
    if (*place == timer) {
      *place = timer->next;
      return;
    }
  }
}

void loop_defer(struct loop *loop, struct deferred *deferred, void (*release)(void *object), void *object) {
  *deferred = (struct deferred){.next = loop->deferred, .release = release, .object = object};
  loop->deferred = deferred;
}

static void run_timers(struct loop *loop) {
  // Only those due now: a handler that arms its timer again waits for the next round.
  int64_t now = now_monotonic();
  while (loop->timers != NULL && loop->timers->deadline <= now) {
    struct timer *due = loop->timers;
    loop->timers = due->next;
    due->armed = false;
    due->handler(due);
  }
}

static int wait_milliseconds(const struct loop *loop) {
  if (loop->timers == NULL) {
    return -1;
  }
  int64_t left = loop->timers->deadline - now_monotonic();
  if (left <= 0) {
    return 0;
  }
  int64_t milliseconds = (left + 999999) / 1000000;
  return milliseconds > INT_MAX ? INT_MAX : (int)milliseconds;
}

int loop_run(struct loop *loop) {
  while (!loop->stopped) {
    struct epoll_event events[EVENTS_PER_ROUND];
    int count = epoll_wait(loop->epoll, events, EVENTS_PER_ROUND, wait_milliseconds(loop));
    if (count < 0 && errno != EINTR) {
      return -1;
    }
    for (int i = 0; i < count; i++) {
      struct source *source = events[i].data.ptr;
      if (source->watched) {
        source->handler(source, events[i].events);
      }
    }
    run_timers(loop);
    release_deferred(loop);
  }
  return 0;
}
