package io.berth.core.cgroup;

/** What happens when a limit is asked for and the node lacks the cgroup controller that would hold it. */
public enum MissingControllers {
    /** The request is refused. */
    FAIL,
    /** It is said once in the log, and the container runs without that limit. */
    WARN
}
