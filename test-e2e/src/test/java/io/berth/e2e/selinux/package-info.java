/** What needs a kernel with SELinux and a policy: run in a virtual machine of its own. */
@NullMarked
package io.berth.e2e.selinux;

import org.jspecify.annotations.NullMarked;
