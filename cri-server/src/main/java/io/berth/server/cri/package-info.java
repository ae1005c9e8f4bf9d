/** The CRI services: which thread a call runs on, and what it asks of the core. */
@NullMarked
package io.berth.server.cri;

import org.jspecify.annotations.NullMarked;
