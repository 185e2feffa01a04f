/**
 * The files that a run reads (policy, prompts, demonstrations), as a list with checksums, so that a
 * node that joins can use its own copies or fetch them. {@link
 * io.troupe.actors.cluster.inputs.InputFiles} is the type to read first.
 */
package io.troupe.actors.cluster.inputs;
