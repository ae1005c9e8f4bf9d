// The shim's own log: one line each with a time, on standard error (shim.log in its directory).
#pragma once

__attribute__((format(printf, 1, 2))) void log_line(const char *format, ...);
