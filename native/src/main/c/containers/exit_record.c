#include "containers/exit_record.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "base/files.h"

struct exit_status exit_status_of(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    int signal = WTERMSIG(wait_status);
    return (struct exit_status){.code = 128 + signal, .signal = signal};
  }
  return (struct exit_status){.code = WEXITSTATUS(wait_status)};
}

int exit_record_write(int directory, const char *name, const ExitRecord *record) {
  size_t length = protobuf_c_message_get_packed_size(&record->base);
  AUTO_FREE uint8_t *bytes = malloc(length + 1);
  if (bytes == NULL) {
    return -1;
  }
  protobuf_c_message_pack(&record->base, bytes);
  return replace_file_at(directory, name, bytes, length, 0600);
}
