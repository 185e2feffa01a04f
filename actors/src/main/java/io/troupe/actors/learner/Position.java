package io.troupe.actors.learner;

/**
 * The position of a run between two steps.
 *
 * @param step the last completed step; 0 before the first
 * @param ledger of the run after that step
 * @param <L> the ledger of the run
 */
public record Position<L>(long step, L ledger) {}
