package io.berth.core.spec;

/**
 * The priority of a process's input and output (config.md, "process.ioPriority").
 *
 * @param class_ IOPRIO_CLASS_RT, IOPRIO_CLASS_BE or IOPRIO_CLASS_IDLE
 * @param priority 0 (first) to 7
 */
public record OciIoPriority(String class_, int priority) {}
