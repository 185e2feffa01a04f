/**
 * A coordinator under load: {@link io.troupe.actors.faults.load.CoordinatorLoad} runs the real
 * coordinator with its log on disk, and nodes that answer at once, for benchmarks.
 */
package io.troupe.actors.faults.load;
