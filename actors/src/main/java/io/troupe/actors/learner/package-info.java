/**
 * The learner of a run, independent of the algorithm. {@link io.troupe.actors.learner.LearnerActor}
 * requests batches from a {@link io.troupe.actors.learner.BatchSource} and lets a {@link
 * io.troupe.actors.learner.Training} train on them, on the one {@link
 * io.troupe.actors.learner.LearnerThread} of an attempt.
 */
package io.troupe.actors.learner;
