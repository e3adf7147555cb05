/** What can be picked: services, endpoints, where they are. */
@NullMarked
package dev.fairlead.balancer.endpoint;

import org.jspecify.annotations.NullMarked;
