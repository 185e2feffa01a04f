/**
 * Built-in tasks. {@link io.troupe.deploy.task.ArithmeticTask} writes its model and data into the
 * run directory, so that a run reads them like any other files.
 */
package io.troupe.deploy.task;
