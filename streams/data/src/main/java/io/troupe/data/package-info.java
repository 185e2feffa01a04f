/**
 * Data from files. {@link io.troupe.data.rows} reads rows, {@link io.troupe.data.prompt} makes
 * prompts of them, {@link io.troupe.data.dataset} reads the examples of supervised learning and
 * {@link io.troupe.data.graph} reads graphs. This package holds the exception that every reader
 * throws, {@link io.troupe.data.DataFormatException}, and {@link io.troupe.data.Permutation}.
 */
package io.troupe.data;
