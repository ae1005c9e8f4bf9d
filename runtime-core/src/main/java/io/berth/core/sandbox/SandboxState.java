package io.berth.core.sandbox;

/** Whether containers can be started in a sandbox. */
public enum SandboxState {
    READY,
    NOT_READY
}
