/** Pods: names, lists, namespaces, files, sysctls. */
@NullMarked
package io.berth.e2e.pods;

import org.jspecify.annotations.NullMarked;
