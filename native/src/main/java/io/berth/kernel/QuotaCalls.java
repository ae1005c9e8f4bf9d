package io.berth.kernel;

/**
 * Project quotas: what the files of a project, a number that a directory hands on to what is made in it, may take
 * together. Each method throws {@link SystemCallException}.
 */
public interface QuotaCalls {
    /**
     * What a project has.
     *
     * @param bytes on disk
     * @param inodes files, directories and everything else
     */
    record ProjectUsage(long bytes, long inodes) {}

    /** The project that a file belongs to; 0 is none. */
    int project(Descriptor file);

    /** Gives a directory to a project, with everything that is made in it from now on. */
    void setProject(Descriptor directory, int project);

    /**
     * Bounds what a project may take ({@code Q_SETQUOTA}). ESRCH or ENOSYS or EOPNOTSUPP where the file system is not
     * mounted with project quotas.
     *
     * @param fileSystem any open file of it
     * @param bytes 0 for no limit
     */
    void setProjectLimit(Descriptor fileSystem, int project, long bytes);

    /** Says what a project takes, without looking at any file ({@code Q_GETQUOTA}). Fails as above. */
    ProjectUsage projectUsage(Descriptor fileSystem, int project);
}
