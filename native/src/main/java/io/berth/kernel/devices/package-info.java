/** Which devices the processes of a cgroup may make and open: BPF programs of the kernel's device hook. */
@NullMarked
package io.berth.kernel.devices;

import org.jspecify.annotations.NullMarked;
