/** What happens when the daemon starts: records, shims, cgroups, snapshots, leases and directories made one again. */
@NullMarked
package io.berth.core.recovery;

import org.jspecify.annotations.NullMarked;
