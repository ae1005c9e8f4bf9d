package io.berth.core.spec;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * The root file system (config.md, "root").
 *
 * @param path the directory that the snapshot stands for
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record OciRoot(String path, boolean readonly) {}
