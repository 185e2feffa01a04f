/**
 * Prompts, completions and scores. A {@link io.troupe.protocols.sample.GroupSpec} becomes a {@link
 * io.troupe.protocols.sample.SampledGroup} in a rollout actor and a {@link
 * io.troupe.protocols.sample.ScoredGroup} in the reward actor, which the learner reads. The records
 * have no behavior beyond validation.
 */
package io.troupe.protocols.sample;
