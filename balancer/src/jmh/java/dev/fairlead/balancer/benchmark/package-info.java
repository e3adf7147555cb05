/** What a pick costs, beside what a Java team would use today. */
@NullMarked
package dev.fairlead.balancer.benchmark;

import org.jspecify.annotations.NullMarked;
