/**
 * The health of an endpoint: {@link io.troupe.serving.health.Health}, derived from its state and
 * from {@link io.troupe.serving.health.Progress}.
 */
package io.troupe.serving.health;
