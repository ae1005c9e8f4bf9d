/** What is carried between a client and what runs in a pod: execs, attached clients, forwarded ports. */
@NullMarked
package io.berth.core.stream;

import org.jspecify.annotations.NullMarked;
