/** The Container Device Interface: vendors' files that say what a container needs to use a device. */
@NullMarked
package io.berth.core.cdi;

import org.jspecify.annotations.NullMarked;
