/**
 * Records as JSON: what is kept of sandboxes and containers, and OCI specifications. Jackson's streams with the little
 * of a binding that records need; its databind would be a tenth of a pod's start and of the daemon's memory.
 */
@NullMarked
package io.berth.core.json;

import org.jspecify.annotations.NullMarked;
