/**
 * Binary encoding of samples and scores, for records of the log and for messages between processes.
 * Little-endian, versioned and canonical: equal values have equal bytes, and no other bytes are
 * accepted for them. Counts and lengths are checked against the bytes that are there before memory
 * is allocated. Start with {@link io.troupe.log.codec.GroupCodec}.
 */
package io.troupe.log.codec;
