/**
 * What the commands of supervised learning share: {@link io.troupe.deploy.train.Recipes} has the
 * settings that suit each model.
 */
package io.troupe.deploy.train;
