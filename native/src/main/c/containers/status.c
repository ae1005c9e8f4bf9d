#include "containers/status.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"

int status_open(int ends[2]) {
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
    return -1;
  }
  if (fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0) {
    close_and_clear(&ends[0]);
    close_and_clear(&ends[1]);
    return -1;
  }
  return 0;
}

static int send_message(int channel, const struct status_message *message, int descriptor) {
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control;
  memset(&control, 0, sizeof control);
  struct iovec part = {.iov_base = (void *)message, .iov_len = sizeof *message};
  struct msghdr packet = {.msg_iov = &part, .msg_iovlen = 1};
  if (descriptor >= 0) {
    packet.msg_control = control.bytes;
    packet.msg_controllen = sizeof control.bytes;
    struct cmsghdr *header = CMSG_FIRSTHDR(&packet);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  }
  ssize_t sent;
  do {
    sent = sendmsg(channel, &packet, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 ? -1 : 0;
}

int status_send_failure(int channel, const struct failure *failure) {
  struct status_message message = {.kind = STATUS_FAILURE, .failure = *failure};
  return send_message(channel, &message, -1);
}

int status_send_warning(int channel, const struct failure *warning) {
  struct status_message message = {.kind = STATUS_WARNING, .failure = *warning};
  return send_message(channel, &message, -1);
}

int status_send_pid(int channel, pid_t pid) {
  struct status_message message = {.kind = STATUS_PID, .pid = pid};
  return send_message(channel, &message, -1);
}

int status_send_terminal(int channel, int master) {
  struct status_message message = {.kind = STATUS_TERMINAL};
  return send_message(channel, &message, master);
}

int status_send_ready(int channel) {
  struct status_message message = {.kind = STATUS_READY};
  return send_message(channel, &message, -1);
}

int status_send_hooks(int channel) {
  struct status_message message = {.kind = STATUS_HOOKS};
  return send_message(channel, &message, -1);
}

int status_wait_go(int channel) {
  char go;
  ssize_t count;
  do {
    count = recv(channel, &go, sizeof go, 0);
  } while (count < 0 && errno == EINTR);
  if (count == 0) {
    errno = EPIPE;
  }
  return count == 1 ? 0 : -1;
}

int status_receive(int channel, struct status_message *message, int *descriptor) {
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control;
  struct iovec part = {.iov_base = message, .iov_len = sizeof *message};
  struct msghdr packet = {
      .msg_iov = &part,
      .msg_iovlen = 1,
      .msg_control = control.bytes,
      .msg_controllen = sizeof control.bytes,
  };
  *descriptor = -1;
  ssize_t count;
  do {
    count = recvmsg(channel, &packet, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  } while (count < 0 && errno == EINTR);
  if (count < 0) {
    // The other end of a socket pair resets ours when it closes with something unread.
    return errno == ECONNRESET ? 0 : -1;
  }
  if (count == 0) {
    return 0;
  }
  struct cmsghdr *header = CMSG_FIRSTHDR(&packet);
  if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
    memcpy(descriptor, CMSG_DATA(header), sizeof *descriptor);
  }
  if ((size_t)count != sizeof *message) {
    close_and_clear(descriptor);
    errno = EPROTO;
    return -1;
  }
  return 1;
}

int status_send_go(int channel) { return send(channel, "g", 1, MSG_NOSIGNAL) == 1 ? 0 : -1; }
