#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <signal.h>
#include <unistd.h>

#include "base/files.h"
#include "check.h"
#include "containers/log_writer.h"

enum { TEXT_BYTES = 256 * 1024 };

struct sample {
  char path[64];
  struct log_writer writer;
  struct log_stream out;
  struct log_stream err;
};

static void open_log(struct sample *sample, unsigned limit) {
  *sample = (struct sample){.out = {.name = "stdout"}, .err = {.name = "stderr"}};
  snprintf(sample->path, sizeof sample->path, "/tmp/berth-log-test-%d", getpid());
  unlink(sample->path);
  sample->writer = (struct log_writer){.file = log_file_open(sample->path), .line_limit = limit};
  EXPECT(sample->writer.file >= 0);
}

// The log without its times; free() it.
static char *close_log(struct sample *sample) {
  log_finish(&sample->writer, &sample->out);
  log_finish(&sample->writer, &sample->err);
  close(sample->writer.file);
  char *text = calloc(1, TEXT_BYTES);
  char *bare = calloc(1, TEXT_BYTES);
  (void)read_text_at(AT_FDCWD, sample->path, text, TEXT_BYTES);
  char *rest = text;
  for (char *line = strsep(&rest, "\n"); line != NULL && rest != NULL; line = strsep(&rest, "\n")) {
    // 2016-10-06T00:17:09.669794202Z
    EXPECT(strlen(line) > 31 && line[10] == 'T' && line[19] == '.' && line[29] == 'Z' && line[30] == ' ');
    strcat(bare, strlen(line) > 31 ? line + 31 : line);
    strcat(bare, "\n");
  }
  free(text);
  unlink(sample->path);
  return bare;
}

static void write_text(struct sample *sample, struct log_stream *stream, const char *text) {
  log_write(&sample->writer, stream, text, strlen(text));
}

static void expect(struct sample *sample, const char *expected) {
  char *log = close_log(sample);
  EXPECT_TEXT(log, expected);
  free(log);
}

static void lines_are_whole_however_they_arrive(void) {
  struct sample sample;
  open_log(&sample, 100);
  write_text(&sample, &sample.out, "one\ntwo\nth");
  write_text(&sample, &sample.err, "oops\n");
  write_text(&sample, &sample.out, "r");
  write_text(&sample, &sample.out, "ee\n\nlast");
  EXPECT(sample.out.pending_length == 4);
  expect(&sample, "stdout F one\nstdout F two\nstderr F oops\nstdout F three\nstdout F \nstdout P last\n");
  EXPECT(sample.out.pending == NULL);
}

static void long_lines_are_split(void) {
  struct sample sample;
  open_log(&sample, 4);
  write_text(&sample, &sample.out, "abcdefghij\n");
  write_text(&sample, &sample.out, "abcd\n");
  write_text(&sample, &sample.out, "ab");
  write_text(&sample, &sample.out, "cd");
  write_text(&sample, &sample.out, "e\nabcd");
  write_text(&sample, &sample.out, "\nxyzt");
  expect(&sample, "stdout P abcd\nstdout P efgh\nstdout F ij\nstdout F abcd\nstdout P abcd\nstdout F e\nstdout F abcd\n"
                  "stdout P xyzt\n");
}

static void pieces_join_to_what_was_written(void) {
  // Every cut of a text gives the same records.
  static const char text[] = "first line\nx\n\n\nsecond, rather longer line than the limit allows\nz";
  char *whole = NULL;
  for (size_t step = sizeof text - 1; step >= 1; step--) {
    struct sample sample;
    open_log(&sample, 16);
    for (size_t at = 0; at < sizeof text - 1; at += step) {
      size_t left = sizeof text - 1 - at;
      log_write(&sample.writer, &sample.out, text + at, left < step ? left : step);
    }
    char *log = close_log(&sample);
    if (whole == NULL) {
      whole = log;
    } else {
      EXPECT_TEXT(log, whole);
      free(log);
    }
  }
  free(whole);
}

static void many_lines_in_one_read(void) {
  struct sample sample;
  open_log(&sample, LOG_LINE_LIMIT_DEFAULT);
  char text[4096];
  char *expected = calloc(1, TEXT_BYTES);
  size_t length = 0;
  for (int i = 0; i < 1000; i++) {
    length += (size_t)snprintf(text + length, sizeof text - length, "%d\n", i % 10);
    sprintf(expected + strlen(expected), "stdout F %d\n", i % 10);
  }
  log_write(&sample.writer, &sample.out, text, length);
  expect(&sample, expected);
  free(expected);
}

static void terminals_end_lines_with_two_characters(void) {
  struct sample sample;
  open_log(&sample, 100);
  sample.out.strip_carriage_return = true;
  write_text(&sample, &sample.out, "prompt\r\nbar\rbaz\r\n");
  expect(&sample, "stdout F prompt\nstdout F bar\rbaz\n");
}

static void a_full_disk_loses_only_what_did_not_fit(void) {
  struct sample sample;
  struct rlimit before;
  struct rlimit small = {.rlim_cur = 100, .rlim_max = RLIM_INFINITY};
  open_log(&sample, 100);
  getrlimit(RLIMIT_FSIZE, &before);
  small.rlim_max = before.rlim_max;
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  write_text(&sample, &sample.out, "fits in the file\n");
  write_text(&sample, &sample.out, "does not fit in the file at all, because it is long, long\n");
  EXPECT(sample.writer.torn && sample.writer.dropped > 0);
  write_text(&sample, &sample.out, "lost\n");
  setrlimit(RLIMIT_FSIZE, &before);
  write_text(&sample, &sample.out, "there again\n");
  EXPECT(!sample.writer.torn);
  char *log = close_log(&sample);
  EXPECT(strstr(log, "stdout F fits in the file\n") == log);
  EXPECT(strstr(log, "lost") == NULL);
  EXPECT(strstr(log, "\nstdout F there again\n") != NULL);
  free(log);
}

static void a_log_is_a_regular_file_of_its_own(void) {
  char path[64];
  char link[64];
  snprintf(path, sizeof path, "/tmp/berth-log-fifo-%d", getpid());
  snprintf(link, sizeof link, "/tmp/berth-log-link-%d", getpid());
  EXPECT(mkfifo(path, 0600) == 0);
  EXPECT(log_file_open(path) == -1);
  EXPECT(symlink("/tmp/berth-nothing-there", link) == 0);
  EXPECT(log_file_open(link) == -1 && errno == ELOOP);
  EXPECT(log_file_open("/no/such/directory/log") == -1 && errno == ENOENT);
  unlink(path);
  unlink(link);
  mode_t mask = umask(0077);
  struct stat status;
  int file = log_file_open(path);
  EXPECT(fstat(file, &status) == 0 && (status.st_mode & 0777) == 0640);
  umask(mask);
  close(file);
  unlink(path);
}

static void without_a_file_everything_is_dropped(void) {
  struct log_writer writer = {.file = -1, .line_limit = 10};
  struct log_stream stream = {.name = "stdout"};
  log_write(&writer, &stream, "text that is long\nand goes on", 29);
  log_finish(&writer, &stream);
  EXPECT(stream.pending == NULL);
}

void test_logs(void) {
  lines_are_whole_however_they_arrive();
  long_lines_are_split();
  pieces_join_to_what_was_written();
  many_lines_in_one_read();
  terminals_end_lines_with_two_characters();
  a_full_disk_loses_only_what_did_not_fit();
  a_log_is_a_regular_file_of_its_own();
  without_a_file_everything_is_dropped();
}
