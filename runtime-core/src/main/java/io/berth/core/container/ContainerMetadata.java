package io.berth.core.container;

/** The parts of a container's name; unique within its sandbox. */
public record ContainerMetadata(String name, int attempt) {}
