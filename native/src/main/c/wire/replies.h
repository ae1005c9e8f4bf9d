// Replies that are made in more than one place.
#pragma once

#include "base/failure.h"
#include "wire/connection.h"

typedef Berth__Shim__V1__Failure FailureMessage;

void reply_failure(struct shim *shim, struct request_token token, const struct failure *failure);
void reply_done(struct shim *shim, struct request_token token);

// The wire form of a list of warnings; points into it. free() the array of messages and of pointers.
struct warning_messages {
  FailureMessage *messages;
  FailureMessage **pointers;
  size_t count;
};
void warning_messages_make(struct warning_messages *made, const struct warnings *warnings);
void warning_messages_release(struct warning_messages *made);
