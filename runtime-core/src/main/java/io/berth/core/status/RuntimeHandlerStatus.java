package io.berth.core.status;

/** A runtime handler and what it can do; the default one has the empty name. */
public record RuntimeHandlerStatus(String name, boolean recursiveReadOnlyMounts, boolean userNamespaces) {}
