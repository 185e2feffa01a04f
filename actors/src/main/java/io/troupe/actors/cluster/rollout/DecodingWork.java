package io.troupe.actors.cluster.rollout;

import io.troupe.actors.cluster.protocol.BulkMessage.WeightsVersion;
import io.troupe.actors.cluster.protocol.Outcome;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import java.util.function.Consumer;

/**
 * Decodes groups with a copy of the policy. Calls return at once; a completion runs on the thread
 * of the core, after the call that started the work has returned.
 */
public interface DecodingWork {

  /**
   * Adds a group to those that are being decoded. No group is added before the first weights are
   * swapped in, and none twice at a time.
   *
   * @param done receives the samples once, unless the group is cancelled
   */
  void decode(GroupSpec group, Consumer<Outcome<SampledGroup>> done);

  /** Ends the decoding of a group; its completion is not called. No effect on other groups. */
  void cancel(long groupId);

  /**
   * Replaces the weights between two forward passes. Groups that are being decoded continue with
   * the new ones. One call at a time.
   *
   * @param done is called when the next token comes from these weights, or when they do not match
   *     their checksum or the model; then the previous ones stay
   */
  void swap(WeightsVersion weights, Consumer<Outcome<Long>> done);
}
