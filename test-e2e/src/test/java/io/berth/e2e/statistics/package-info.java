/** What containers and pods are said to use, against what they did use. */
@NullMarked
package io.berth.e2e.statistics;

import org.jspecify.annotations.NullMarked;
