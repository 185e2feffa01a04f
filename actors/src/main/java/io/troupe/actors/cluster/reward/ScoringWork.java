package io.troupe.actors.cluster.reward;

import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import java.util.function.Consumer;

/**
 * Scores the samples of groups. Calls return at once; a completion runs on the thread of the core,
 * after the call that started the work has returned.
 */
public interface ScoringWork {

  /**
   * Starts to score the samples of a group, one after the other.
   *
   * @param first index of the first sample to score; those after it follow
   * @param each receives the score of each sample, in their order, unless the scoring is abandoned.
   *     A reward that throws is a score: the sample is unscorable.
   */
  Scoring score(SampledGroup group, int first, Consumer<Score> each);

  /** A group that is being scored. */
  interface Scoring {
    /** Name of the reward in progress. */
    String reward();

    /**
     * Interrupts the reward and gives up the scores to come; the completion is not called again.
     *
     * @throws IllegalStateException if too many rewards do not return
     */
    void abandon();
  }
}
