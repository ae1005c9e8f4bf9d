package io.berth.server.config;

/** Control groups. */
public record CgroupConfig(MissingControllers missingControllers) {
    /** What to do with a limit for which the node has no cgroup controller. */
    public enum MissingControllers {
        /** Answer FAILED_PRECONDITION. */
        REFUSE,
        /** Log it and run the container without the limit. */
        WARN
    }

    static CgroupConfig read(Section section) {
        return new CgroupConfig(section.choice("missing_controllers", MissingControllers.REFUSE, """
                        A limit for which this machine has no cgroup v2 controller: refuse the container, or warn and run it
                        without the limit."""));
    }
}
