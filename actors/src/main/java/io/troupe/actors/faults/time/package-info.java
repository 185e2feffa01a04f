/**
 * Virtual time and simulated processes. {@link io.troupe.actors.faults.time.Timeline} runs events
 * in an order that the seed decides, {@link io.troupe.actors.faults.time.SimulatedProcess} is a
 * thread with a clock that can be killed and paused, and {@link io.troupe.actors.faults.time.Trace}
 * records the events. Uses only the JDK.
 */
package io.troupe.actors.faults.time;
