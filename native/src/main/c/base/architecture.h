// What differs between the processors that Berth runs on. Everything else is the same on all.
#pragma once

#include <elf.h>

#if defined(__x86_64__)
#define ARCHITECTURE_NAME "x86-64"
#define ARCHITECTURE_ELF_MACHINE EM_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE_NAME "arm64"
#define ARCHITECTURE_ELF_MACHINE EM_AARCH64
#else
#error "berth-shim knows x86-64 and arm64; add this processor's line here"
#endif
