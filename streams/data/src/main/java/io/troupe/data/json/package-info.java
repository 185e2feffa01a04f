/**
 * JSON that other programs can read: {@link io.troupe.data.json.FiniteJson} writes every JSON file
 * of a run and all output of {@code --json}.
 */
package io.troupe.data.json;
