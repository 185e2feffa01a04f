/**
 * Common parts of the commands for supervised models. {@link io.troupe.deploy.train.Recipes} has
 * the recommended settings of each model.
 */
package io.troupe.deploy.train;
