package io.troupe.actors.rollout;

import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The work of a rollout actor, done on one thread. */
public interface Decoding extends AutoCloseable {

  /**
   * What came of a slice of work.
   *
   * @param sampled groups that are complete
   * @param swapped the version of the weights that was swapped in, if one was
   * @param damaged why the weights that were arriving are lost, if they are
   * @param hasWork whether groups are still being decoded
   */
  record Slice(
      List<SampledGroup> sampled, OptionalLong swapped, Optional<String> damaged, boolean hasWork) {
    /** Copies the list. */
    public Slice {
      sampled = List.copyOf(sampled);
    }
  }

  /**
   * Works for some milliseconds: takes groups in, receives weights, decodes.
   *
   * @param groups to be taken in
   * @param expectsWeights whether to wait for weights when there is nothing to decode
   */
  Slice advance(List<GroupSpec> groups, boolean expectsWeights);

  @Override
  void close();
}
