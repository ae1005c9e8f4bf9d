// Execs with streams and attached clients on the real kernel.
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/files.h"
#include "kernel_tests.h"
#include "wire/stream_reader.h"

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

enum { DEADLINE_MILLISECONDS = 20000 };

// The client's end of a stream, and what came of it.
struct test_stream {
  struct client client;
  uint64_t number;
  char text[2][4096]; // the beginning of each output
  size_t length[2];   // all of it
  int exit_code;      // -1 before the end
};

static bool opened(struct fixture *fixture, struct test_stream *stream, Request *request, const char *what) {
  memset(stream, 0, sizeof *stream);
  stream->exit_code = -1;
  stream->client = client_connect(fixture->run);
  Reply *reply = client_call(&stream->client, request);
  bool ok = reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_STREAM_OPENED;
  CHECK(fixture, ok, "%s: %s", what, failure_text(reply));
  stream->number = ok ? reply->stream_opened->stream : 0;
  reply_free(reply);
  return ok;
}

static Request exec_request(Berth__Shim__V1__ExecStreamRequest *exec, ProcessPlan *process, const char *id,
                            const char *const *arguments) {
  static char *environment[] = {"PATH=/bin"};
  *exec = (Berth__Shim__V1__ExecStreamRequest)BERTH__SHIM__V1__EXEC_STREAM_REQUEST__INIT;
  *process = (ProcessPlan)BERTH__SHIM__V1__PROCESS__INIT;
  process->arguments = (char **)arguments;
  for (; arguments[process->n_arguments] != NULL; process->n_arguments++) {
  }
  process->environment = environment;
  process->n_environment = 1;
  exec->container_id = (char *)id;
  exec->process = process;
  exec->standard_input = exec->standard_output = exec->standard_error = true;
  Request request = BERTH__SHIM__V1__REQUEST__INIT;
  request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_EXEC_STREAM;
  request.exec_stream = exec;
  return request;
}

static bool open_exec(struct fixture *fixture, struct test_stream *stream, const char *id, bool terminal,
                      const char *script) {
  Berth__Shim__V1__ExecStreamRequest exec;
  ProcessPlan process;
  const char *const arguments[] = {"sh", "-c", script, NULL};
  Request request = exec_request(&exec, &process, id, arguments);
  process.terminal = terminal;
  return opened(fixture, stream, &request, script);
}

static bool open_attachment(struct fixture *fixture, struct test_stream *stream, const char *id, bool input) {
  Request request = BERTH__SHIM__V1__REQUEST__INIT;
  Berth__Shim__V1__AttachRequest attach = BERTH__SHIM__V1__ATTACH_REQUEST__INIT;
  attach.container_id = (char *)id;
  attach.standard_input = input;
  attach.standard_output = attach.standard_error = true;
  request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_ATTACH;
  request.attach = &attach;
  return opened(fixture, stream, &request, id);
}

static bool put(struct test_stream *stream, const void *data, size_t length) {
  uint8_t header[STREAM_HEADER_BYTES] = {0, (uint8_t)((length + 1) >> 16), (uint8_t)((length + 1) >> 8),
                                         (uint8_t)(length + 1), STREAM_INPUT};
  return write_all(stream->client.socket, header, sizeof header) == 0 &&
         write_all(stream->client.socket, data, length) == 0;
}

static void put_text(struct test_stream *stream, const char *text) { put(stream, text, strlen(text)); }

static bool read_exactly(int socket, void *into, size_t length) {
  uint8_t *next = into;
  while (length > 0) {
    struct pollfd wait = {.fd = socket, .events = POLLIN};
    ssize_t count = poll(&wait, 1, DEADLINE_MILLISECONDS) <= 0 ? -1 : recv(socket, next, length, 0);
    if (count <= 0) {
      return false;
    }
    next += count;
    length -= (size_t)count;
  }
  return true;
}

// Takes one frame; false at the end of the stream.
static bool take_frame(struct test_stream *stream) {
  uint8_t header[STREAM_HEADER_BYTES];
  static uint8_t data[STREAM_DATA_LIMIT];
  if (!read_exactly(stream->client.socket, header, sizeof header)) {
    return false;
  }
  size_t length = ((size_t)header[0] << 24 | (size_t)header[1] << 16 | (size_t)header[2] << 8 | header[3]) - 1;
  if (length > sizeof data || !read_exactly(stream->client.socket, data, length)) {
    return false;
  }
  if (header[4] == STREAM_END) {
    Berth__Shim__V1__StreamEnd *end = berth__shim__v1__stream_end__unpack(NULL, length, data);
    stream->exit_code = end == NULL ? -2 : end->exit_code;
    berth__shim__v1__stream_end__free_unpacked(end, NULL);
    return true;
  }
  int index = header[4] == STREAM_ERROR ? 1 : 0;
  size_t room = sizeof stream->text[index] - 1;
  for (size_t i = 0; i < length && stream->length[index] + i < room; i++) {
    stream->text[index][stream->length[index] + i] = (char)data[i];
  }
  stream->length[index] += length;
  return true;
}

static void take_all(struct test_stream *stream) {
  while (take_frame(stream)) {
  }
}

static void take_until(struct test_stream *stream, const char *text) {
  while (strstr(stream->text[0], text) == NULL && take_frame(stream)) {
  }
}

static bool container_runs(struct fixture *fixture, const char *id, const char *script, bool input, bool once,
                           bool terminal) {
  struct plan plan;
  plan_make(fixture, &plan, id, ARGUMENTS("sh", "-c", script));
  plan.message.standard_input = input;
  plan.message.standard_input_once = once;
  plan.process.terminal = terminal;
  return started(fixture, &plan);
}

static void stop(struct fixture *fixture, const char *id) {
  reply_free(fixture_signal(fixture, id, SIGKILL, true));
  CHECK(fixture, exit_code(fixture, id) == 137, "%s", id);
  reply_free(fixture_forget(fixture, id));
}

static unsigned shim_descriptors(const struct fixture *fixture) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/fd", fixture->shim);
  DIR *directory = opendir(path);
  unsigned count = 0;
  while (directory != NULL && readdir(directory) != NULL) {
    count++;
  }
  if (directory != NULL) {
    closedir(directory);
  }
  return count;
}

// The container keeps one exec's cgroup open for the next: this leaves one in any case.
static void exec_once(struct fixture *fixture) {
  reply_free(fixture_exec(fixture, "target", ARGUMENTS("true"), 0));
  // The answer to a later request: by then the first exec's descriptors are closed.
  reply_free(fixture_exec(fixture, "unknown", ARGUMENTS("true"), 0));
}

// Ends of processes and of connections reach the shim a little later.
static void expect_descriptors(struct fixture *fixture, unsigned before, const char *after_what) {
  exec_once(fixture);
  unsigned now = 0;
  for (int round = 0; round < 100 && (now = shim_descriptors(fixture)) != before; round++) {
    usleep(20000);
  }
  CHECK(fixture, now == before, "%u descriptors after %s, %u before", now, after_what, before);
}

static void test_exec_streams(struct fixture *fixture) {
  struct test_stream stream;
  if (open_exec(fixture, &stream, "target", false, "echo out; echo err >&2; cat; exit 5")) {
    put_text(&stream, "some input\n");
    put(&stream, "", 0);
    take_all(&stream);
    CHECK(fixture, stream.exit_code == 5, "exit code %d", stream.exit_code);
    CHECK(fixture, strcmp(stream.text[0], "out\nsome input\n") == 0, "got %s", stream.text[0]);
    CHECK(fixture, strcmp(stream.text[1], "err\n") == 0, "got %s", stream.text[1]);
  }
  client_close(&stream.client);

  if (open_exec(fixture, &stream, "target", false, "kill -9 $$")) {
    take_all(&stream);
    CHECK(fixture, stream.exit_code == 137, "exit code %d", stream.exit_code);
  }
  client_close(&stream.client);

  // A descendant that keeps the outputs open does not keep the client.
  if (open_exec(fixture, &stream, "target", false, "sleep 1000 & echo started")) {
    int64_t before = now_monotonic();
    take_all(&stream);
    CHECK(fixture, stream.exit_code == 0 && now_monotonic() - before < 5000000000, "exit code %d", stream.exit_code);
    CHECK(fixture, strcmp(stream.text[0], "started\n") == 0, "got %s", stream.text[0]);
  }
  client_close(&stream.client);
}

static void test_exec_flow(struct fixture *fixture) {
  struct test_stream stream;
  // Slow reading: the process waits, nothing is lost, and other work goes on meanwhile.
  if (open_exec(fixture, &stream, "target", false, "head -c 20000000 /dev/zero; echo end >&2")) {
    usleep(300000);
    Reply *reply = fixture_exec(fixture, "target", ARGUMENTS("true"), 0);
    CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_EXEC, "%s", failure_text(reply));
    reply_free(reply);
    take_all(&stream);
    CHECK(fixture, stream.length[0] == 20000000 && stream.exit_code == 0, "%zu bytes, exit code %d", stream.length[0],
          stream.exit_code);
    CHECK(fixture, strcmp(stream.text[1], "end\n") == 0, "got %s", stream.text[1]);
  }
  client_close(&stream.client);

  // Input that nobody reads stops the client, and what it sent before the end still counts.
  if (open_exec(fixture, &stream, "target", false, "sleep 0.5; wc -c")) {
    static uint8_t block[STREAM_DATA_LIMIT];
    for (int i = 0; i < 100; i++) {
      put(&stream, block, sizeof block);
    }
    put(&stream, "", 0);
    take_all(&stream);
    CHECK(fixture, atoi(stream.text[0]) == 100 * STREAM_DATA_LIMIT, "got %s", stream.text[0]);
  }
  client_close(&stream.client);

  // Input to a process that does not want it is dropped.
  if (open_exec(fixture, &stream, "target", false, "exec <&-; echo closed; sleep 0.2; exit 3")) {
    static uint8_t block[STREAM_DATA_LIMIT];
    bool sent = true;
    for (int i = 0; i < 100 && sent; i++) {
      sent = put(&stream, block, sizeof block);
    }
    take_all(&stream);
    CHECK(fixture, stream.exit_code == 3, "exit code %d", stream.exit_code);
  }
  client_close(&stream.client);

  // The end is heard also when input is still on its way.
  if (open_exec(fixture, &stream, "target", false, "sleep 0.3; exit 9")) {
    static uint8_t block[STREAM_DATA_LIMIT];
    for (int i = 0; i < 5; i++) {
      put(&stream, block, sizeof block);
    }
    usleep(600000);
    for (int i = 0; i < 20; i++) {
      put(&stream, block, sizeof block);
    }
    take_all(&stream);
    CHECK(fixture, stream.exit_code == 9, "exit code %d", stream.exit_code);
  }
  client_close(&stream.client);
}

static void test_exec_terminal(struct fixture *fixture) {
  struct test_stream stream;
  if (open_exec(fixture, &stream, "target", true, "tty; trap 'stty size; exit 4' WINCH; echo ready; while :; do sleep 0.05; done")) {
    take_until(&stream, "ready");
    Request request = BERTH__SHIM__V1__REQUEST__INIT;
    Berth__Shim__V1__ResizeTerminalRequest resize = BERTH__SHIM__V1__RESIZE_TERMINAL_REQUEST__INIT;
    Berth__Shim__V1__TerminalSize size = BERTH__SHIM__V1__TERMINAL_SIZE__INIT;
    size.rows = 44;
    size.columns = 122;
    resize.container_id = "target";
    resize.stream = stream.number;
    resize.size = &size;
    request.kind_case = BERTH__SHIM__V1__REQUEST__KIND_RESIZE_TERMINAL;
    request.resize_terminal = &resize;
    Reply *reply = client_call(&fixture->client, &request);
    CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_DONE, "%s", failure_text(reply));
    reply_free(reply);
    take_all(&stream);
    CHECK(fixture, stream.exit_code == 4 && strstr(stream.text[0], "/dev/pts/") != NULL &&
              strstr(stream.text[0], "44 122\r\n") != NULL,
          "exit code %d, got %s", stream.exit_code, stream.text[0]);
    reply = client_call(&fixture->client, &request);
    CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_FAILURE &&
              reply->failure->errno_number == ENOENT,
          "an ended exec was resized");
    reply_free(reply);
  }
  client_close(&stream.client);
  if (open_exec(fixture, &stream, "target", true, "read line; echo got $line")) {
    put_text(&stream, "typed\n");
    take_all(&stream);
    CHECK(fixture, strstr(stream.text[0], "got typed\r\n") != NULL, "got %s", stream.text[0]);
  }
  client_close(&stream.client);
}

static void expect_exec_failure(struct fixture *fixture, const char *id, bool terminal, const char *program,
                                int error) {
  Berth__Shim__V1__ExecStreamRequest exec;
  ProcessPlan process;
  Request request = exec_request(&exec, &process, id, ARGUMENTS(program));
  process.terminal = terminal;
  struct client client = client_connect(fixture->run);
  Reply *reply = client_call(&client, &request);
  CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_FAILURE &&
            reply->failure->errno_number == error,
        "%s in %s: %s", program, id, failure_text(reply));
  reply_free(reply);
  client_close(&client);
}

static void test_exec_failures(struct fixture *fixture, unsigned before) {
  for (int i = 0; i < 50; i++) {
    expect_exec_failure(fixture, "target", true, "/bin/missing", ENOENT);
  }
  expect_exec_failure(fixture, "target", false, "/bin/missing", ENOENT);
  expect_exec_failure(fixture, "nobody", false, "/bin/true", ENOENT);
  expect_descriptors(fixture, before, "execs that failed");
}

// A client that goes takes the exec and all that it has started along.
static void test_vanished_clients(struct fixture *fixture, unsigned before) {
  struct test_stream stream;
  for (int i = 0; i < 10; i++) {
    if (open_exec(fixture, &stream, "target", i % 2 == 1, "sleep 4242 & echo up; sleep 4242")) {
      take_until(&stream, "up");
    }
    client_close(&stream.client);
  }
  if (open_exec(fixture, &stream, "target", false, "cat /dev/zero")) {
    usleep(100000); // it is blocked by now
  }
  client_close(&stream.client);
  expect_descriptors(fixture, before, "clients that vanished");
  Reply *reply = fixture_exec(fixture, "target", ARGUMENTS("sh", "-c", "ps | grep -c '[s]leep 4242'"), 0);
  CHECK(fixture, reply != NULL && reply->kind_case == BERTH__SHIM__V1__REPLY__KIND_EXEC &&
            reply->exec->standard_output.data[0] == '0',
        "processes of execs without a client are left");
  reply_free(reply);

  // One that does not speak the protocol.
  if (open_exec(fixture, &stream, "target", false, "sleep 4242")) {
    write_all(stream.client.socket, "\xff\xff\xff\xff\xff", 5);
    take_all(&stream);
    CHECK(fixture, stream.exit_code == -1, "exit code %d", stream.exit_code);
  }
  client_close(&stream.client);
  expect_descriptors(fixture, before, "a broken client");
}

static void test_attach(struct fixture *fixture) {
  struct test_stream first;
  struct test_stream second;
  if (container_runs(fixture, "attached", "while read line; do echo got $line; echo also >&2; done; echo done; exit 6", true,
                     true, false)) {
    bool both = open_attachment(fixture, &first, "attached", true) && open_attachment(fixture, &second, "attached", false);
    if (both) {
      put_text(&first, "one\ntwo\n");
      take_until(&first, "got two");
      take_until(&second, "got two");
      put(&first, "", 0); // and that closes it, because it was asked for once
      take_all(&first);
      take_all(&second);
      CHECK(fixture, strcmp(first.text[0], "got one\ngot two\ndone\n") == 0, "got %s", first.text[0]);
      CHECK(fixture, strcmp(second.text[0], "got one\ngot two\ndone\n") == 0, "got %s", second.text[0]);
      CHECK(fixture, strcmp(second.text[1], "also\nalso\n") == 0, "got %s", second.text[1]);
      CHECK(fixture, first.exit_code == 6 && second.exit_code == 6, "%d, %d", first.exit_code, second.exit_code);
    }
    client_close(&first.client);
    client_close(&second.client);
    CHECK(fixture, exit_code(fixture, "attached") == 6, "attached");
    char *log = fixture_log(fixture, "attached");
    CHECK(fixture, strstr(log, "stdout F got two\n") != NULL, "%s", log);
    free(log);
  }
  // Without "once" an end of the client's input is nobody else's.
  if (container_runs(fixture, "kept", "while read line; do echo got $line; done; echo done", true, false, false)) {
    if (open_attachment(fixture, &first, "kept", true)) {
      put_text(&first, "one\n");
      put(&first, "", 0);
      take_until(&first, "got one");
    }
    client_close(&first.client);
    if (open_attachment(fixture, &second, "kept", true)) {
      put_text(&second, "two\n");
      take_until(&second, "got two");
      CHECK(fixture, strcmp(second.text[0], "got two\n") == 0, "got %s", second.text[0]);
    }
    client_close(&second.client);
    stop(fixture, "kept");
  }
  if (container_runs(fixture, "console", "while read line; do echo got $line; done", true, false, true)) {
    if (open_attachment(fixture, &first, "console", true)) {
      put_text(&first, "typed\n");
      take_until(&first, "got typed\r\n");
      CHECK(fixture, strstr(first.text[0], "got typed\r\n") != NULL, "got %s", first.text[0]);
    }
    client_close(&first.client);
    stop(fixture, "console");
  }
}

// A client that does not read costs the container and the others a second at most, and is dropped.
static void test_stalled_attachment(struct fixture *fixture, unsigned before) {
  struct test_stream stalled;
  struct test_stream reading;
  if (!container_runs(fixture, "flood", "read line; head -c 8000000 /dev/zero | tr '\\0' 'a'; echo end", true, false, false)) {
    return;
  }
  bool both = open_attachment(fixture, &stalled, "flood", false) && open_attachment(fixture, &reading, "flood", true);
  if (both) {
    put_text(&reading, "go\n");
    int64_t begin = now_monotonic();
    take_all(&reading);
    CHECK(fixture, reading.length[0] == 8000004 && reading.exit_code == 0, "%zu bytes, exit code %d", reading.length[0],
          reading.exit_code);
    CHECK(fixture, now_monotonic() - begin < 5000000000, "a stalled client held the other up");
    take_all(&stalled);
    CHECK(fixture, stalled.exit_code == -1 && stalled.length[0] < 8000004, "it was not dropped");
  }
  CHECK(fixture, exit_code(fixture, "flood") == 0, "flood");
  client_close(&stalled.client);
  client_close(&reading.client);
  char command[512];
  snprintf(command, sizeof command, "test $(wc -c < %s/logs/flood.log) -gt 8000000", fixture->directory);
  CHECK(fixture, system(command) == 0, "the log is not whole");
  reply_free(fixture_forget(fixture, "flood"));
  expect_descriptors(fixture, before, "a stalled client");
}

void kernel_streams(struct fixture *fixture) {
  reply_free(create_sandbox(fixture, false, 0));
  if (!container_runs(fixture, "target", "sleep 1000", false, false, false)) {
    return;
  }
  exec_once(fixture);
  unsigned before = shim_descriptors(fixture);
  test_exec_streams(fixture);
  test_exec_flow(fixture);
  test_exec_terminal(fixture);
  test_exec_failures(fixture, before);
  test_vanished_clients(fixture, before);
  test_attach(fixture);
  reply_free(fixture_forget(fixture, "attached"));
  test_stalled_attachment(fixture, before);
  // What runs still is killed with the sandbox.
  struct test_stream stream;
  if (open_exec(fixture, &stream, "target", false, "sleep 1000")) {
    stop(fixture, "target");
    take_all(&stream);
    CHECK(fixture, stream.exit_code == 137, "exit code %d", stream.exit_code);
  }
  client_close(&stream.client);
}
