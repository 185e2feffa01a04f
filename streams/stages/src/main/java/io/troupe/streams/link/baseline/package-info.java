/**
 * Aeron without the frames, checks and encryption of the bulk transport, over the same channels:
 * the baseline of {@code troupe bench transport}.
 */
package io.troupe.streams.link.baseline;
