/**
 * A run, independent of the algorithm that it trains with: directory, attempts and restarts, actor
 * system, deadlines, events and summary. Read {@link io.troupe.actors.run.Run} first, then {@link
 * io.troupe.actors.run.Algorithm} and {@link io.troupe.actors.run.Attempt}, which GRPO and
 * supervised training implement.
 */
package io.troupe.actors.run;
