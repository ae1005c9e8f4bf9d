@NullMarked
package io.berth.server.node;

import org.jspecify.annotations.NullMarked;
