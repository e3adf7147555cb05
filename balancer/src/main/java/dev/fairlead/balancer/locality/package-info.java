/**
 * Beside pick: how a service's traffic is divided between near and far, by health, by weight, by
 * load, by hints, and where it must not go at all. Arithmetic only; which endpoints are near is the
 * policy's business.
 */
@NullMarked
package dev.fairlead.balancer.locality;

import org.jspecify.annotations.NullMarked;
