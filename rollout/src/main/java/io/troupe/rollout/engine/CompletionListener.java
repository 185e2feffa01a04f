package io.troupe.rollout.engine;

import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.tokenizer.SpecialTokenText;
import java.util.OptionalInt;

/**
 * Receives the tokens and the completions of one group, on the thread that drives the engine. It
 * may submit and cancel groups; a cancellation takes effect at the end of the step.
 */
@FunctionalInterface
public interface CompletionListener {
  /** Every completion of the group has ended. */
  void onCompleted(SampledGroup group);

  /**
   * Whether the group is decoded in the next step. After some steps without demand, others take the
   * places of the group in the batch.
   */
  default boolean hasDemand() {
    return true;
  }

  /**
   * Whether a group that has had no demand for some steps keeps its cached keys and values even if
   * other groups wait for pages. If not, its pages may be released; when there is demand again, the
   * keys and values are computed again before the next token, which is the same to the bit.
   */
  default boolean keepsPages() {
    return true;
  }

  /** Whether to call {@link #onToken}; if not, completions are detokenized once, at their end. */
  default boolean wantsTokens() {
    return false;
  }

  /**
   * The group has joined the batch.
   *
   * @param numCachedTokens tokens of its prompt whose keys and values are already cached
   */
  default void onAdmitted(int numCachedTokens) {}

  /** The pages of the group have been released because it did not keep them. */
  default void onPreempted() {}

  /**
   * Whether completions are sampled. If not, the group ends when its prompt has been read, with
   * empty completions.
   */
  default boolean wantsCompletions() {
    return true;
  }

  /** Number of most likely tokens that {@link #onToken} gets for each position; 0 for none. */
  default int numAlternatives() {
    return 0;
  }

  /**
   * Number of most likely tokens that {@link #onPrompt} gets for each position of the prompt; empty
   * if the log-probabilities of the prompt are not needed.
   */
  default OptionalInt numPromptAlternatives() {
    return OptionalInt.empty();
  }

  /** Whether special tokens are part of the text. */
  default SpecialTokenText specialTokens() {
    return SpecialTokenText.HIDDEN;
  }

  /**
   * The prompt has been read, before the first token is selected. Called if {@link
   * #numPromptAlternatives} is present.
   */
  default void onPrompt(PromptLogProbs logProbs) {}

  /** A token has been selected. */
  default void onToken(DecodedToken token) {}
}
