package io.troupe.nn.lm;

import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import java.util.Map;

/**
 * A decoder language model.
 *
 * <p>The forward pass is one code for rollout and learner: with a cache it decodes, without one it
 * attends causally within packed sequences. Temporaries belong to the current scope of the thread,
 * the parameters to {@link #scope()}. One thread uses a model at a time.
 */
public interface CausalLM extends AutoCloseable {
  /** The sizes and special tokens that every family has. */
  LMConfig config();

  /** The files that describe the model in a Hugging Face folder. */
  PretrainedConfig pretrainedConfig();

  /**
   * The hidden states after the final norm.
   *
   * @param tokens the rows of this pass
   * @param cache attends to what it remembers of each sequence; null to attend causally within
   *     {@code tokens.layout()}
   * @return (rows, hidden)
   * @throws IllegalArgumentException if a token is not in the vocabulary or a position beyond the
   *     model's context
   */
  Tensor hiddenStates(TokenBatch tokens, AttentionCache cache);

  /**
   * The logits of hidden states; rows may be selected before, so that only they are projected.
   *
   * @param hidden (rows, hidden)
   * @return (rows, vocab)
   */
  Tensor logits(Tensor hidden);

  /** All parameters under their Hugging Face names, in fixed order; a tied head is not repeated. */
  Map<String, Tensor> namedParameters();

  /** The long-lived scope of the parameters. */
  Scope scope();

  /** Switches dropout on. */
  void train();

  /** Switches dropout off, the state that models start in. */
  void eval();

  /** Whether dropout acts. */
  boolean isTraining();

  /** Says whether the parameters collect gradients; a frozen reference model's do not. */
  void requiresGrad(boolean requires);

  /** Forgets the gradients of all parameters. */
  void zeroGrad();

  /**
   * Overwrites the parameters of a model of the same configuration with this one's.
   *
   * @throws IllegalArgumentException if names or shapes differ
   */
  default void copyTo(CausalLM target) {
    Map<String, Tensor> targets = target.namedParameters();
    Map<String, Tensor> sources = namedParameters();
    if (!targets.keySet().equals(sources.keySet())) {
      throw new IllegalArgumentException(
          "the models have different parameters: copy between models of one config.json");
    }
    sources.forEach(
        (name, source) -> {
          Tensor copy = targets.get(name);
          if (!copy.shape().equals(source.shape())) {
            throw new IllegalArgumentException(
                name + " is " + source.shape() + " here but " + copy.shape() + " in the target");
          }
          copy.copyFrom(source);
        });
  }

  /** Gives the memory of the parameters back; closing twice is harmless. */
  @Override
  default void close() {
    scope().close();
  }
}
