/**
 * The process of {@code troupe serve}: {@link io.troupe.deploy.serve.ServingProcess} starts the
 * endpoint and its protocols with the model of a {@link io.troupe.deploy.serve.ModelSource}.
 */
package io.troupe.deploy.serve;
