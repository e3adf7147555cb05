/** What a Scenario document says: places, services, traffic, faults, contenders. Values only. */
@NullMarked
package dev.fairlead.simulator.scenario;

import org.jspecify.annotations.NullMarked;
