package io.troupe.streams.decoding;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.GroupSpec;

/**
 * A prompt to continue.
 *
 * @param group its prompt, the number of its completions and the seed; ids of groups that are under
 *     way differ
 * @param config how to sample; the group says number and seed
 * @param wantsTokens whether each token is wanted as it comes, or the finished group alone
 */
public record DecodingRequest(GroupSpec group, GenerationConfig config, boolean wantsTokens) {}
