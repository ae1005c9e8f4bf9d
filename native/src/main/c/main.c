// berth-shim --directory DIR: supervises one sandbox. The child goes into the background; the parent
// ends with 0 once DIR/shim.sock listens, or with 1 and one line on standard error.
//
// berth-shim --template: forks such supervisors when asked on standard input (template.h).
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protect.h"
#include "supervise.h"
#include "template.h"

// What whoever started the shim has ignored (nohup does) must not be ignored in containers.
static void signals_default(void) {
  struct sigaction standard = {.sa_handler = SIG_DFL};
  for (int signal = 1; signal < NSIG; signal++) {
    (void)sigaction(signal, &standard, NULL); // two can not be changed, and the C library keeps two to itself
  }
}

static int supervise_apart(const char *directory) {
  struct supervisor supervisor;
  struct failure failure;
  if (supervisor_open(&supervisor, directory, &failure) < 0) {
    fprintf(stderr, "berth-shim: %s %s: %s\n", failure.step, failure.subject, strerror(failure.errno_number));
    supervisor_close(&supervisor);
    return 1;
  }
  pid_t child = fork();
  if (child < 0) {
    fprintf(stderr, "berth-shim: fork: %s\n", strerror(errno));
    return 1;
  }
  if (child > 0) {
    _exit(0);
  }
  return supervisor_run(&supervisor);
}

int main(int count, char **arguments) {
  if (count == 2 && strcmp(arguments[1], "--version") == 0) {
    puts("berth-shim " BERTH_VERSION);
    return 0;
  }
  int template = count == 2 && strcmp(arguments[1], "--template") == 0;
  if (!template && (count != 3 || strcmp(arguments[1], "--directory") != 0)) {
    fputs("usage: berth-shim --directory DIRECTORY | --template | --version\n", stderr);
    return 2;
  }
  if (protect_process(arguments) < 0) {
    return 1;
  }
  // One small heap that gives back what it no longer needs: big messages come and go.
  mallopt(M_MMAP_THRESHOLD, 64 * 1024);
  mallopt(M_TRIM_THRESHOLD, 64 * 1024);
  umask(0077);
  signals_default();
  return template ? template_serve(arguments) : supervise_apart(arguments[2]);
}
