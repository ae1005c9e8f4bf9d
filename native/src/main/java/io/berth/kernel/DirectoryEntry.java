package io.berth.kernel;

/**
 * One name in a directory.
 *
 * @param name the name; bytes that are no UTF-8 stand as {@link FileNames} says
 * @param inode the inode's number
 * @param type the type as in {@link FileStatus#type}, 0 where the file system does not tell
 */
public record DirectoryEntry(String name, long inode, int type) {
    /** Returns whether the file system says that it is a directory. */
    public boolean isDirectory() {
        return type == FileStatus.DIRECTORY;
    }
}
