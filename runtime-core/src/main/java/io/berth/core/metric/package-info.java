/** The metrics of pods and containers that monitoring systems know from cAdvisor (Kubernetes KEP-2371). */
@NullMarked
package io.berth.core.metric;

import org.jspecify.annotations.NullMarked;
