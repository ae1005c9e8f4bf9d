package io.berth.core.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The priority of a process's input and output (config.md, "process.ioPriority").
 *
 * @param type IOPRIO_CLASS_RT, IOPRIO_CLASS_BE or IOPRIO_CLASS_IDLE
 * @param priority 0 (first) to 7
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record OciIoPriority(@JsonProperty("class") String type, int priority) {}
