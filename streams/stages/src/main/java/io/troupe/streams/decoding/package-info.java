/**
 * Decoding as a stage of a Pekko stream: requests in, tokens and finished groups out, as fast as
 * they are taken. {@link io.troupe.streams.decoding.DecodingStage} first.
 */
package io.troupe.streams.decoding;
