// The event loop: one epoll descriptor, sources with a handler each, timers, and objects that are
// freed only after a round, so that an event that was already fetched never meets freed memory.
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct source {
  int descriptor;
  uint32_t events; // EPOLLIN | EPOLLOUT
  void (*handler)(struct source *source, uint32_t events);
  void *owner;
  bool watched;
};

struct timer {
  int64_t deadline; // monotonic, nanoseconds
  void (*handler)(struct timer *timer);
  void *owner;
  struct timer *next;
  bool armed;
};

// Stands in an object that is to be freed at the end of a round.
struct deferred {
  struct deferred *next;
  void (*release)(void *object);
  void *object;
};

struct loop {
  int epoll;
  bool stopped;
  struct timer *timers; // soonest first
  struct deferred *deferred;
};

int loop_open(struct loop *loop);
void loop_close(struct loop *loop);

// Watches source->descriptor (filled by the caller with handler and owner). -1 with errno.
int loop_watch(struct loop *loop, struct source *source, uint32_t events);
// Changes what a watched source waits for; nothing when that is what it does already.
int loop_change(struct loop *loop, struct source *source, uint32_t events);
// Stops watching; the descriptor stays open.
void loop_unwatch(struct loop *loop, struct source *source);

void loop_arm(struct loop *loop, struct timer *timer, int64_t nanoseconds_from_now);
void loop_disarm(struct loop *loop, struct timer *timer);

void loop_defer(struct loop *loop, struct deferred *deferred, void (*release)(void *object), void *object);

// Runs until loop->stopped. -1 with errno when epoll itself fails.
int loop_run(struct loop *loop);
