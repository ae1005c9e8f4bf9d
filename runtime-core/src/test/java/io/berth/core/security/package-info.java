@NullMarked
package io.berth.core.security;

import org.jspecify.annotations.NullMarked;
