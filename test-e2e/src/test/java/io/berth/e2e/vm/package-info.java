/** What only a machine with every cgroup controller can show; run in a virtual machine by {@code test-e2e/vm/check}. */
@NullMarked
package io.berth.e2e.vm;

import org.jspecify.annotations.NullMarked;
