/** CRI messages to records of the core and back, one class for each family of messages. */
@NullMarked
package io.berth.server.cri.mapping;

import org.jspecify.annotations.NullMarked;
