/** SELinux: which labels pods, their containers and their volumes get. */
@NullMarked
package io.berth.core.selinux;

import org.jspecify.annotations.NullMarked;
