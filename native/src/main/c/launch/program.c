#include "launch/program.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/architecture.h"
#include "base/cleanup.h"

static const char DEFAULT_PATH[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

static const char *path_of(const ProcessPlan *process) {
  const char *found = DEFAULT_PATH;
  for (size_t i = 0; i < process->n_environment; i++) {
    if (strncmp(process->environment[i], "PATH=", 5) == 0) {
      found = process->environment[i] + 5;
    }
  }
  return found;
}

static bool executable(const char *path) {
  struct stat status;
  if (stat(path, &status) < 0) {
    return false;
  }
  if (S_ISDIR(status.st_mode)) {
    errno = EISDIR;
    return false;
  }
  return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0;
}

int program_find(const ProcessPlan *process, char *path, unsigned size, struct failure *failure) {
  const char *name = process->arguments[0];
  if (strchr(name, '/') != NULL) {
    if ((unsigned)snprintf(path, size, "%s", name) >= size) {
      return fail(failure, ENAMETOOLONG, "exec", name);
    }
    return executable(path) ? 0 : fail_with(failure, errno == EISDIR ? EACCES : errno, "exec", name, "%s",
                                            errno == EISDIR ? "is a directory" : "");
  }
  bool denied = false;
  const char *rest = path_of(process);
  while (rest != NULL) {
    const char *end = strchr(rest, ':');
    int length = (int)(end == NULL ? strlen(rest) : (size_t)(end - rest));
    // An empty element is the working directory.
    if ((unsigned)snprintf(path, size, "%.*s%s%s", length, rest, length == 0 ? "./" : "/", name) < size) {
      if (executable(path)) {
        return 0;
      }
      denied = denied || errno == EACCES;
    }
    rest = end == NULL ? NULL : end + 1;
  }
  return fail_with(failure, denied ? EACCES : ENOENT, "exec", name, "%s",
                   denied ? "found in PATH but not executable" : "not found in PATH");
}

static void explain_script(char *line, struct failure *failure) {
  line[strcspn(line, "\n")] = '\0';
  char *interpreter = line + 2 + strspn(line + 2, " \t");
  interpreter[strcspn(interpreter, " \t\r")] = '\0';
  if (access(interpreter, F_OK) < 0) {
    snprintf(failure->detail, sizeof failure->detail, "the script's interpreter %.200s does not exist%s", interpreter,
             strchr(line, '\r') != NULL ? " (its line ends with a carriage return)" : "");
  } else {
    snprintf(failure->detail, sizeof failure->detail, "the script's interpreter %.200s cannot be executed",
             interpreter);
  }
}

static void explain_elf(int file, const Elf64_Ehdr *header, struct failure *failure) {
  if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_machine != ARCHITECTURE_ELF_MACHINE) {
    snprintf(failure->detail, sizeof failure->detail,
             "a program for another processor (ELF machine %u) on a node with %s", header->e_machine,
             ARCHITECTURE_NAME);
    return;
  }
  for (unsigned i = 0; i < header->e_phnum && i < 64; i++) {
    Elf64_Phdr segment;
    char loader[256];
    if (pread(file, &segment, sizeof segment, (off_t)(header->e_phoff + i * sizeof segment)) != sizeof segment) {
      return;
    }
    if (segment.p_type == PT_INTERP && segment.p_filesz > 1 && segment.p_filesz <= sizeof loader &&
        pread(file, loader, segment.p_filesz, (off_t)segment.p_offset) == (ssize_t)segment.p_filesz) {
      loader[segment.p_filesz - 1] = '\0';
      if (access(loader, F_OK) < 0) {
        snprintf(failure->detail, sizeof failure->detail, "its dynamic loader %.200s does not exist", loader);
      }
      return;
    }
  }
}

int program_explain(const char *path, int errno_number, struct failure *failure) {
  fail(failure, errno_number, "exec", path);
  if (errno_number != ENOENT && errno_number != ENOEXEC && errno_number != EACCES && errno_number != EINVAL) {
    return -1;
  }
  union {
    char text[256];
    Elf64_Ehdr elf;
  } head;
  memset(&head, 0, sizeof head);
  AUTO_CLOSE int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  ssize_t length = file < 0 ? -1 : pread(file, &head, sizeof head - 1, 0);
  if (length >= 2 && memcmp(head.text, "#!", 2) == 0) {
    explain_script(head.text, failure);
  } else if (length >= (ssize_t)sizeof head.elf && memcmp(head.elf.e_ident, ELFMAG, SELFMAG) == 0) {
    explain_elf(file, &head.elf, failure);
  } else if (errno_number == ENOEXEC) {
    snprintf(failure->detail, sizeof failure->detail,
             length == 0 ? "the file is empty" : "neither a program nor a script with a #! line");
  }
  return -1;
}
