package io.troupe.actors.cluster.reward;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.Score;
import java.util.function.Consumer;

/**
 * Scores samples. Calls return at once; a completion runs on the thread of the core, after the call
 * that started the work has returned.
 */
public interface ScoringWork {

  /**
   * Starts to score one sample.
   *
   * @param done receives the score once, unless the scoring is abandoned. A reward that throws is a
   *     score: the sample is unscorable.
   */
  Scoring score(Prompt prompt, Completion completion, Consumer<Score> done);

  /** A sample that is being scored. */
  interface Scoring {
    /** Name of the reward in progress. */
    String reward();

    /**
     * Interrupts the reward and gives up its result; the completion is not called.
     *
     * @throws IllegalStateException if too many rewards do not return
     */
    void abandon();
  }
}
