@NullMarked
package io.berth.server.registry;

import org.jspecify.annotations.NullMarked;
