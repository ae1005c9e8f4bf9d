#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "sandbox/sandbox.h"

int loopback_up(struct failure *failure) {
  AUTO_CLOSE int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (control < 0) {
    return fail(failure, errno, "bring interface up", "lo");
  }
  struct ifreq request = {.ifr_flags = IFF_UP | IFF_RUNNING};
  snprintf(request.ifr_name, sizeof request.ifr_name, "lo");
  if (ioctl(control, SIOCSIFFLAGS, &request) < 0) {
    return fail(failure, errno, "bring interface up", "lo");
  }
  return 0;
}
