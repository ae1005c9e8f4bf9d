/** A node for tests: one daemon, one registry, and a count of what each test leaves behind. */
@NullMarked
package io.berth.e2e.node;

import org.jspecify.annotations.NullMarked;
