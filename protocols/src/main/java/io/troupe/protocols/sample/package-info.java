/**
 * The life of a sample: a {@link io.troupe.protocols.sample.GroupSpec} is issued, becomes a {@link
 * io.troupe.protocols.sample.SampledGroup} in a rollout actor and a {@link
 * io.troupe.protocols.sample.ScoredGroup} in a reward actor, and ends in the learner. Records
 * without behaviour beyond validation.
 */
package io.troupe.protocols.sample;
