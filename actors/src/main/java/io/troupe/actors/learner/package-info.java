/**
 * The learner: {@link io.troupe.actors.learner.LearnerActor} asks for groups, has them trained on a
 * thread of its own and says what has been trained; {@link io.troupe.actors.learner.PolicyTraining}
 * is the work behind it.
 */
package io.troupe.actors.learner;
