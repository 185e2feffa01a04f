/**
 * The process of {@code troupe serve}: {@link io.troupe.deploy.serve.ServingProcess} starts the
 * endpoint and its protocols.
 */
package io.troupe.deploy.serve;
