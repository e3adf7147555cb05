/**
 * The loop's first station: what can be picked. Services, their endpoints, where these are and what
 * is said of them. Values only.
 */
@NullMarked
package dev.fairlead.balancer.endpoint;

import org.jspecify.annotations.NullMarked;
