/**
 * Tasks that come with Troupe. {@link io.troupe.deploy.task.ArithmeticTask} writes its model and
 * data into the run's folder as files, so that a run treats them like anybody's.
 */
package io.troupe.deploy.task;
