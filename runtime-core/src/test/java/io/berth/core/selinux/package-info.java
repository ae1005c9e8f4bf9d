@NullMarked
package io.berth.core.selinux;

import org.jspecify.annotations.NullMarked;
