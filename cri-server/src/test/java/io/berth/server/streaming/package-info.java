@NullMarked
package io.berth.server.streaming;

import org.jspecify.annotations.NullMarked;
