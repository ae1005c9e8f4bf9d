/** The runtime's core: sandboxes, containers, their life and what is known of them. No API's types here. */
@NullMarked
package io.berth.core;

import org.jspecify.annotations.NullMarked;
