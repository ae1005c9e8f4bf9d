/** What the messages look like, for tests and tools. The daemon itself does not use it. */
@NullMarked
package io.berth.proto.schema;

import org.jspecify.annotations.NullMarked;
