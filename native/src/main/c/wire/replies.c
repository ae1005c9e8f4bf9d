#include "wire/replies.h"

#include <stdlib.h>

static void fill(FailureMessage *message, const struct failure *failure) {
  berth__shim__v1__failure__init(message);
  message->step = (char *)failure->step;
  message->subject = (char *)failure->subject;
  message->errno_number = failure->errno_number;
  message->detail = (char *)failure->detail;
}

// protobuf strings are UTF-8; a path or a kernel's word need not be.
static int bytes_after(const unsigned char *c) {
  if (*c < 0x80) {
    return 0;
  }
  if (*c >= 0xc2 && *c < 0xe0) {
    return 1;
  }
  // The second byte rules out overlong forms, surrogates and what is beyond Unicode.
  if (*c >= 0xe0 && *c < 0xf0) {
    return (*c == 0xe0 && c[1] < 0xa0) || (*c == 0xed && c[1] >= 0xa0) ? -1 : 2;
  }
  if (*c >= 0xf0 && *c < 0xf5) {
    return (*c == 0xf0 && c[1] < 0x90) || (*c == 0xf4 && c[1] >= 0x90) ? -1 : 3;
  }
  return -1;
}

static void make_text_valid(char *text) {
  for (unsigned char *c = (unsigned char *)text; *c != '\0'; c++) {
    int more = bytes_after(c);
    int present = 0;
    while (present < more && (c[1 + present] & 0xc0) == 0x80) {
      present++;
    }
    if (present < more || more < 0) {
      *c = '?';
    } else {
      c += more;
    }
  }
}

void reply_failure(struct shim *shim, struct request_token token, const struct failure *failure) {
  struct failure clean = *failure;
  make_text_valid(clean.subject);
  make_text_valid(clean.detail);
  FailureMessage message;
  fill(&message, &clean);
  Reply reply = BERTH__SHIM__V1__REPLY__INIT;
  reply.kind_case = BERTH__SHIM__V1__REPLY__KIND_FAILURE;
  reply.failure = &message;
  reply_send(shim, token, &reply);
}

void reply_done(struct shim *shim, struct request_token token) {
  Berth__Shim__V1__Done done = BERTH__SHIM__V1__DONE__INIT;
  Reply reply = BERTH__SHIM__V1__REPLY__INIT;
  reply.kind_case = BERTH__SHIM__V1__REPLY__KIND_DONE;
  reply.done = &done;
  reply_send(shim, token, &reply);
}

void warning_messages_make(struct warning_messages *made, const struct warnings *warnings) {
  *made = (struct warning_messages){0};
  if (warnings->count == 0) {
    return;
  }
  made->messages = calloc(warnings->count, sizeof *made->messages);
  made->pointers = calloc(warnings->count, sizeof *made->pointers);
  if (made->messages == NULL || made->pointers == NULL) {
    warning_messages_release(made);
    return;
  }
  for (unsigned i = 0; i < warnings->count; i++) {
    make_text_valid(warnings->items[i].subject);
    make_text_valid(warnings->items[i].detail);
    fill(&made->messages[i], &warnings->items[i]);
    made->pointers[i] = &made->messages[i];
  }
  made->count = warnings->count;
}

void warning_messages_release(struct warning_messages *made) {
  free(made->messages);
  free(made->pointers);
  *made = (struct warning_messages){0};
}
