package io.berth.core.state;

import io.berth.core.container.Container;

/** What is kept of a container. Its OCI specification is in the run directory, gone with the reboot that ends it. */
public record ContainerRecord(Container container) {}
