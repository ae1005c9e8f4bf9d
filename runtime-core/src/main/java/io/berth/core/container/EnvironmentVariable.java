package io.berth.core.container;

/** One environment variable. */
public record EnvironmentVariable(String name, String value) {}
