package io.berth.core.cgroup;

/**
 * One value for one cgroup file.
 *
 * @param controller the controller that has the file, as cgroup.controllers names it
 * @param file its name
 * @param value what to write
 */
public record CgroupSetting(String controller, String file, String value) {}
