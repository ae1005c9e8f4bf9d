// berth-hello: the one program of the image that Berth carries inside. It needs no file but itself,
// so it shows whether a container works: its log, its network, its limits, an exec into it.
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum {
  DEFAULT_PORT = 8080,
  REQUEST_BYTES = 4096,
  CLIENT_SECONDS = 2,      // a client that says nothing is not waited for longer
  HEARTBEAT_SECONDS = 10,  // between two lines of a server that nobody asks anything
};

static int complain(const char *what, const char *subject) {
  fprintf(stderr, "hello: %s %s: %s\n", what, subject, strerror(errno));
  return 1;
}

static bool parse_number(const char *text, long low, long high, long *value) {
  char *end;
  errno = 0;
  *value = strtol(text, &end, 10);
  if (errno != 0 || end == text || *end != '\0' || *value < low || *value > high) {
    fprintf(stderr, "hello: %s is not a number from %ld to %ld\n", text, low, high);
    return false;
  }
  return true;
}

// ---------------------------------------------------------------- serve

static int listen_on(unsigned short port) {
  int off = 0;
  int on = 1;
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
  int server = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (server >= 0) {
    (void)setsockopt(server, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    (void)setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(server, (struct sockaddr *)&six, sizeof six) == 0 && listen(server, 64) == 0) {
      return server;
    }
    close(server);
  }
  server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (server < 0) {
    return -1;
  }
  (void)setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(server, (struct sockaddr *)&four, sizeof four) < 0 || listen(server, 64) < 0) {
    close(server);
    return -1;
  }
  return server;
}

static void name_peer(int client, char *name, size_t size) {
  struct sockaddr_storage address = {0};
  socklen_t length = sizeof address;
  const void *host = NULL;
  if (getpeername(client, (struct sockaddr *)&address, &length) == 0) {
    host = address.ss_family == AF_INET6 ? (const void *)&((struct sockaddr_in6 *)&address)->sin6_addr
                                         : (const void *)&((struct sockaddr_in *)&address)->sin_addr;
  }
  if (host == NULL || inet_ntop(address.ss_family, host, name, (socklen_t)size) == NULL) {
    snprintf(name, size, "somebody");
  } else if (strncmp(name, "::ffff:", 7) == 0) {
    memmove(name, name + 7, strlen(name + 7) + 1);
  }
}

static bool read_request(int client, char *request) {
  size_t length = 0;
  while (length < REQUEST_BYTES - 1) {
    ssize_t count = recv(client, request + length, REQUEST_BYTES - 1 - length, 0);
    if (count <= 0) {
      return false;
    }
    length += (size_t)count;
    request[length] = '\0';
    if (strstr(request, "\r\n\r\n") != NULL) {
      return true;
    }
  }
  return true; // long headers: the first line is all that counts
}

static void answer(int client, const char *hostname) {
  char request[REQUEST_BYTES] = "";
  char peer[INET6_ADDRSTRLEN];
  char body[512];
  char reply[1024];
  struct timeval patience = {.tv_sec = CLIENT_SECONDS};
  (void)setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  (void)setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  name_peer(client, peer, sizeof peer);
  if (!read_request(client, request)) {
    return;
  }
  request[strcspn(request, "\r\n")] = '\0';
  for (char *c = request; *c != '\0'; c++) {
    *c = *c < ' ' || *c > '~' ? '?' : *c;
  }
  int length = snprintf(body, sizeof body, "Hello from %s, a container run by Berth.\n", hostname);
  int total = snprintf(reply, sizeof reply,
                       "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
                       length, strncmp(request, "HEAD ", 5) == 0 ? "" : body);
  (void)send(client, reply, (size_t)total, MSG_NOSIGNAL);
  printf("%s asked: %.200s\n", peer, request);
}

static int serve(long port) {
  char hostname[256] = "?";
  (void)gethostname(hostname, sizeof hostname - 1);
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigprocmask(SIG_BLOCK, &ends, NULL);
  int signals = signalfd(-1, &ends, SFD_CLOEXEC);
  int server = listen_on((unsigned short)port);
  if (signals < 0 || server < 0) {
    return complain("listen on port", "");
  }
  printf("hello from %s: serving HTTP on port %ld\n", hostname, port);
  for (unsigned long requests = 0;;) {
    struct pollfd waited[] = {{.fd = signals, .events = POLLIN}, {.fd = server, .events = POLLIN}};
    int ready = poll(waited, 2, HEARTBEAT_SECONDS * 1000);
    if (ready < 0 && errno != EINTR) {
      return complain("wait", "");
    }
    if (ready == 0) {
      printf("still here after %lu requests\n", requests);
    }
    if (ready > 0 && waited[0].revents != 0) {
      puts("asked to end: goodbye");
      return 0;
    }
    if (ready > 0 && waited[1].revents != 0) {
      int client = accept4(server, NULL, NULL, SOCK_CLOEXEC);
      if (client >= 0) {
        requests++;
        answer(client, hostname);
        close(client);
      }
    }
  }
}

// ---------------------------------------------------------------- get

static int get(const char *host, long port, const char *path) {
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((unsigned short)port)};
  const struct sockaddr *address = (struct sockaddr *)&four;
  socklen_t size = sizeof four;
  if (inet_pton(AF_INET, host, &four.sin_addr) != 1) {
    if (inet_pton(AF_INET6, host, &six.sin6_addr) != 1) {
      fprintf(stderr, "hello: %s is not an IP address\n", host);
      return 2;
    }
    address = (struct sockaddr *)&six;
    size = sizeof six;
  }
  int peer = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct timeval patience = {.tv_sec = 10};
  char buffer[4096];
  if (peer < 0 || setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0 ||
      setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) < 0 || connect(peer, address, size) < 0) {
    return complain("connect to", host);
  }
  int length = snprintf(buffer, sizeof buffer, "GET %.1000s HTTP/1.0\r\nHost: %.200s\r\n\r\n", path, host);
  if (send(peer, buffer, (size_t)length, MSG_NOSIGNAL) != length) {
    return complain("ask", host);
  }
  ssize_t count;
  while ((count = recv(peer, buffer, sizeof buffer, 0)) > 0) {
    if (fwrite(buffer, 1, (size_t)count, stdout) != (size_t)count) {
      return complain("write", "standard output");
    }
  }
  return count < 0 ? complain("read from", host) : 0;
}

// ---------------------------------------------------------------- looking around

static int print_id(void) {
  gid_t groups[1024];
  int count = getgroups(1024, groups);
  printf("uid=%u gid=%u groups=", geteuid(), getegid());
  for (int i = 0; i < count; i++) {
    printf("%s%u", i == 0 ? "" : ",", groups[i]);
  }
  puts(count > 0 ? "" : "none");
  return 0;
}

static int list(const char *path) {
  DIR *directory = opendir(path);
  if (directory == NULL) {
    return complain("list", path);
  }
  for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
    struct stat status;
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
        fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
      printf("%06o %5u:%-5u %10lld %s\n", status.st_mode, status.st_uid, status.st_gid, (long long)status.st_size,
             entry->d_name);
    }
  }
  closedir(directory);
  return 0;
}

static int print_file(const char *path) {
  FILE *file = fopen(path, "re");
  if (file == NULL) {
    return complain("open", path);
  }
  char buffer[4096];
  size_t count;
  while ((count = fread(buffer, 1, sizeof buffer, file)) > 0) {
    fwrite(buffer, 1, count, stdout);
  }
  int result = ferror(file) != 0 ? complain("read", path) : 0;
  fclose(file);
  return result;
}

static int print_environment(void) {
  for (char **entry = environ; *entry != NULL; entry++) {
    puts(*entry);
  }
  return 0;
}

static int print_hostname(void) {
  char hostname[256] = "";
  if (gethostname(hostname, sizeof hostname - 1) < 0) {
    return complain("read", "hostname");
  }
  puts(hostname);
  return 0;
}

// ---------------------------------------------------------------- being somebody's test

static void end_at_once(int signal) {
  (void)signal;
  _exit(0);
}

// As the first process of a PID namespace a signal without a handler does nothing: ask for it.
static int sleep_for(long seconds) {
  struct sigaction end = {.sa_handler = end_at_once};
  sigaction(SIGTERM, &end, NULL);
  sigaction(SIGINT, &end, NULL);
  struct timespec left = {.tv_sec = seconds};
  while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR) {
  }
  return 0;
}

static int echo(int count, char **words) {
  for (int i = 0; i < count; i++) {
    printf("%s%s", i == 0 ? "" : " ", words[i]);
  }
  putchar('\n');
  return 0;
}

// Lines on both streams, a second apart: something for a log to follow.
static int count_up(long lines) {
  for (long i = 1; lines == 0 || i <= lines; i++) {
    fprintf(i % 2 == 0 ? stderr : stdout, "line %ld\n", i);
    sleep(1);
  }
  return 0;
}

static int memory(long megabytes) {
  char *block = malloc((size_t)megabytes << 20);
  if (block == NULL) {
    return complain("allocate", "memory");
  }
  for (long i = 0; i < megabytes; i++) {
    memset(block + ((size_t)i << 20), 1, 1 << 20);
  }
  printf("%ld MiB in use\n", megabytes);
  return 0;
}

static int usage(FILE *where) {
  fputs(
      "hello serve [PORT]          serve HTTP (8080) until SIGTERM\n"
      "hello get IP PORT [PATH]    ask an HTTP server\n"
      "hello sleep [SECONDS]       wait, for ever without a number\n"
      "hello echo WORDS            print them\n"
      "hello count [LINES]         a line a second, on both streams in turn\n"
      "hello memory MIB            use that much memory\n"
      "hello true | false | exit N end with 0, 1, N\n"
      "hello id | env | hostname   who and where this is\n"
      "hello ls [PATH] | cat PATH  what can be seen\n"
      "hello --version\n",
      where);
  return where == stdout ? 0 : 2;
}

static int with_number(int count, char **words, long fallback, long low, long high, int (*action)(long)) {
  long value = fallback;
  if (count > 0 && !parse_number(words[0], low, high, &value)) {
    return 2;
  }
  return action(value);
}

static int end_with(long code) { return (int)code; }

static int run(const char *command, int count, char **words) {
  if (strcmp(command, "serve") == 0) {
    return with_number(count, words, DEFAULT_PORT, 1, 65535, serve);
  }
  if (strcmp(command, "get") == 0 && (count == 2 || count == 3)) {
    long port;
    return parse_number(words[1], 1, 65535, &port) ? get(words[0], port, count == 3 ? words[2] : "/") : 2;
  }
  if (strcmp(command, "sleep") == 0) {
    return with_number(count, words, 1L << 40, 0, 1L << 40, sleep_for);
  }
  if (strcmp(command, "echo") == 0) {
    return echo(count, words);
  }
  if (strcmp(command, "count") == 0) {
    return with_number(count, words, 0, 0, 1L << 40, count_up);
  }
  if (strcmp(command, "memory") == 0 && count == 1) {
    return with_number(count, words, 0, 0, 1L << 20, memory);
  }
  if (strcmp(command, "exit") == 0) {
    return with_number(count, words, 0, 0, 255, end_with);
  }
  if (strcmp(command, "true") == 0 || strcmp(command, "false") == 0) {
    return command[0] == 'f';
  }
  if (strcmp(command, "id") == 0) {
    return print_id();
  }
  if (strcmp(command, "env") == 0) {
    return print_environment();
  }
  if (strcmp(command, "hostname") == 0) {
    return print_hostname();
  }
  if (strcmp(command, "ls") == 0) {
    return list(count > 0 ? words[0] : ".");
  }
  if (strcmp(command, "cat") == 0 && count == 1) {
    return print_file(words[0]);
  }
  if (strcmp(command, "--version") == 0) {
    puts("berth-hello " BERTH_VERSION);
    return 0;
  }
  return usage(strcmp(command, "help") == 0 || strcmp(command, "--help") == 0 ? stdout : stderr);
}

int main(int count, char **words) {
  // A log shows each line when it is written.
  setvbuf(stdout, NULL, _IOLBF, 0);
  // Also by name, so that an image may have links such as /bin/true to this program.
  const char *name = strrchr(words[0], '/') == NULL ? words[0] : strrchr(words[0], '/') + 1;
  static const char *const names[] = {"true", "false", "sleep", "echo", "id", "env", "hostname", "ls", "cat"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (strcmp(name, names[i]) == 0) {
      return run(name, count - 1, words + 1);
    }
  }
  return count < 2 ? run("serve", 0, NULL) : run(words[1], count - 2, words + 2);
}
