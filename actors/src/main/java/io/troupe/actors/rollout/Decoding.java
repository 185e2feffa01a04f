package io.troupe.actors.rollout;

import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The work of a rollout actor, which runs on one thread. */
public interface Decoding extends AutoCloseable {

  /**
   * The result of a slice of work.
   *
   * @param sampled groups that are complete
   * @param swapped the version of the weights that was swapped in, if one was
   * @param damaged why the transfer of weights failed, if it did
   * @param hasWork whether groups are still in progress
   */
  record Slice(
      List<SampledGroup> sampled, OptionalLong swapped, Optional<String> damaged, boolean hasWork) {
    /** Copies the list. */
    public Slice {
      sampled = List.copyOf(sampled);
    }
  }

  /**
   * Works for some milliseconds: adds groups to the batch, receives weights, decodes.
   *
   * @param groups to add
   * @param expectsWeights whether to wait for weights when there is nothing to decode
   */
  Slice advance(List<GroupSpec> groups, boolean expectsWeights);

  @Override
  void close();
}
