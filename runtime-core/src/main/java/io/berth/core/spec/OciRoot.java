package io.berth.core.spec;

/**
 * The root file system (config.md, "root").
 *
 * @param path the directory that the snapshot stands for
 */
public record OciRoot(String path, boolean readonly) {}
