@NullMarked
package io.berth.core.cgroup;

import org.jspecify.annotations.NullMarked;
