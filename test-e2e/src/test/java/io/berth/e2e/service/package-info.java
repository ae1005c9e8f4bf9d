/** The daemon as a service of the machine. */
@NullMarked
package io.berth.e2e.service;

import org.jspecify.annotations.NullMarked;
