/** Control groups, version 2: where a pod stands and what it may use. */
@NullMarked
package io.berth.core.cgroup;

import org.jspecify.annotations.NullMarked;
