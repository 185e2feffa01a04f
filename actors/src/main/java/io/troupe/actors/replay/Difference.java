package io.troupe.actors.replay;

import io.troupe.rollout.engine.SampleDifference;
import java.util.List;

/** The first thing in which a replay and the log of a run do not agree. */
public sealed interface Difference {

  /** The step of the run. */
  long step();

  /** One sentence without the step. */
  String describe();

  /**
   * The log is not one that a run writes.
   *
   * @param problem one sentence
   */
  record OfLog(long step, String problem) implements Difference {
    @Override
    public String describe() {
      return problem;
    }
  }

  /**
   * The prompt, the number of samples or the seed of a group are not those of the configuration.
   */
  record OfPrompt(long step, long groupId) implements Difference {
    @Override
    public String describe() {
      return "the prompt, number of samples or seed of group %d differs from the configuration"
          .formatted(groupId);
    }
  }

  /** A sample differs. */
  record OfSample(long step, SampleDifference sample) implements Difference {
    @Override
    public String describe() {
      return "group %d, sample %d, token %d: %s is %s in the log and %s in the replay"
          .formatted(
              sample.groupId(),
              sample.sampleIndex(),
              sample.position(),
              sample.part().label(),
              sample.recorded(),
              sample.computed());
    }
  }

  /** A score differs. */
  record OfScore(long step, long groupId, int sampleIndex, String recorded, String computed)
      implements Difference {
    @Override
    public String describe() {
      return "group %d, sample %d: reward is %s in the log and %s in the replay"
          .formatted(groupId, sampleIndex, recorded, computed);
    }
  }

  /**
   * The weights after a step differ.
   *
   * @param recorded checksum in the log
   * @param computed checksum in the replay
   * @param tensors names of the tensors that differ from the checkpoint of this step; empty if
   *     there is no such checkpoint
   */
  record OfWeights(long step, long recorded, long computed, List<String> tensors)
      implements Difference {

    /** Copies the list. */
    public OfWeights {
      tensors = List.copyOf(tensors);
    }

    @Override
    public String describe() {
      String sums =
          "the checksum of the weights is %08x in the log and %08x in the replay"
              .formatted(recorded, computed);
      return tensors.isEmpty()
          ? sums + "; no checkpoint of this step to compare tensors with"
          : sums
              + "; %d tensors differ from the checkpoint, first %s"
                  .formatted(tensors.size(), tensors.getFirst());
    }
  }
}
