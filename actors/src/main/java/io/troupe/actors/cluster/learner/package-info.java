/**
 * The event-driven core of a learner in a clustered run. {@link
 * io.troupe.actors.cluster.learner.TrainingWork} is what it needs of models and threads.
 */
package io.troupe.actors.cluster.learner;
