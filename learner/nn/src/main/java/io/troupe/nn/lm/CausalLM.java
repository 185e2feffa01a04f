package io.troupe.nn.lm;

import io.troupe.nn.Module;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Checkpoint;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A decoder language model.
 *
 * <p>The forward pass is the same for rollout and learner: with a cache it decodes, without one it
 * attends causally within packed sequences. Temporaries belong to the current scope of the thread,
 * the parameters to {@link #scope()}. A model must be used by one thread at a time.
 */
public abstract class CausalLM extends Module implements AutoCloseable {
  private final LMConfig config;
  private final PretrainedConfig pretrainedConfig;
  private final Scope scope;
  private boolean gradientCheckpointing;

  /**
   * A model without parameters.
   *
   * @param config sizes and special tokens
   * @param pretrainedConfig the files that describe the model in a Hugging Face folder
   * @param scope of the parameters
   */
  protected CausalLM(LMConfig config, PretrainedConfig pretrainedConfig, Scope scope) {
    this.config = config;
    this.pretrainedConfig = pretrainedConfig;
    this.scope = scope;
  }

  /** The sizes and special tokens that every family has. */
  public final LMConfig config() {
    return config;
  }

  /** The files that describe the model in a Hugging Face folder. */
  public final PretrainedConfig pretrainedConfig() {
    return pretrainedConfig;
  }

  /** The long-lived scope of the parameters. */
  public final Scope scope() {
    return scope;
  }

  /**
   * Sets whether the activations of each layer are computed again in the backward pass instead of
   * being kept (default: no). The gradients are the same, bit for bit.
   */
  public final void gradientCheckpointing(boolean on) {
    gradientCheckpointing = on;
  }

  /**
   * Applies a layer, with gradient checkpointing if it is on and gradients are recorded.
   *
   * @param layer the module of the layer
   * @param forward its forward pass
   * @param x (rows, hidden)
   * @return (rows, hidden)
   */
  protected final Tensor applyLayer(Module layer, UnaryOperator<Tensor> forward, Tensor x) {
    return gradientCheckpointing && GradMode.isEnabled()
        ? Checkpoint.of(new RepeatableLayer(layer, forward), x, layer.namedParameters().values())
        : forward.apply(x);
  }

  /**
   * The hidden states after the final norm.
   *
   * @param tokens the rows of this pass
   * @param cache holds the keys and values of earlier positions; null to attend causally within
   *     {@code tokens.layout()}
   * @return (rows, hidden)
   * @throws IllegalArgumentException if a token is not in the vocabulary or a position is beyond
   *     the model's context
   */
  public abstract Tensor hiddenStates(TokenBatch tokens, AttentionCache cache);

  /**
   * A forward pass for training.
   *
   * @param hiddenStates (rows, hidden), as {@link CausalLM#hiddenStates}
   * @param auxiliaryLoss a scalar to add to the loss, with its coefficient; empty for most models
   */
  public record TrainingPass(Tensor hiddenStates, Optional<Tensor> auxiliaryLoss) {}

  /**
   * A forward pass for training, without a cache.
   *
   * @throws IllegalArgumentException as {@link #hiddenStates}
   * @throws IllegalStateException if the settings of the model exclude each other
   */
  public TrainingPass trainingPass(TokenBatch tokens) {
    return new TrainingPass(hiddenStates(tokens, null), Optional.empty());
  }

  /** Whether gradient checkpointing is on. */
  protected final boolean isGradientCheckpointing() {
    return gradientCheckpointing;
  }

  /**
   * The logits of hidden states; the caller may select rows first, so that only they are projected.
   *
   * @param hidden (rows, hidden)
   * @return (rows, vocab)
   */
  public abstract Tensor logits(Tensor hidden);

  /**
   * The maximum length of sequences whose cached keys and values other sequences with the same
   * first tokens can use (default: the model's context). In longer ones the position embeddings
   * depend on the length of the sequence.
   */
  public int maxReusableLength() {
    return config.maxPositionEmbeddings();
  }

  /**
   * The hidden states of sequences of equal length.
   *
   * @param ids (batch, time), INT32
   * @return (batch, time, hidden)
   */
  public final Tensor embed(Tensor ids) {
    int[] lengths = new int[ids.size(0)];
    Arrays.fill(lengths, ids.size(1));
    PackedSequences layout = PackedSequences.of(lengths);
    Tensor hidden = hiddenStates(TokenBatch.packed(ids.toInts(), layout), null);
    return hidden.reshape(ids.size(0), ids.size(1), hidden.size(1));
  }

  /**
   * The logits after each token of sequences of equal length.
   *
   * @param ids (batch, time), INT32
   * @return (batch, time, vocab)
   */
  public final Tensor forward(Tensor ids) {
    Tensor hidden = embed(ids);
    Tensor logits = logits(hidden.reshape(-1, hidden.size(2)));
    return logits.reshape(ids.size(0), ids.size(1), logits.size(1));
  }

  /**
   * Overwrites the parameters of a model of the same configuration with this one's.
   *
   * @throws IllegalArgumentException if names or shapes differ
   */
  public final void copyTo(CausalLM target) {
    Map<String, Tensor> targets = target.namedParameters();
    Map<String, Tensor> sources = namedParameters();
    if (!targets.keySet().equals(sources.keySet())) {
      throw new IllegalArgumentException(
          "the target of a copy must have the same parameters: copy between models of one"
              + " config.json");
    }
    sources.forEach(
        (name, source) -> {
          Tensor copy = targets.get(name);
          if (!copy.shape().equals(source.shape())) {
            throw new IllegalArgumentException(
                name + " of the target must be " + source.shape() + ", got " + copy.shape());
          }
          copy.copyFrom(source);
        });
  }

  /** Releases the memory of the parameters; closing twice has no effect. */
  @Override
  public final void close() {
    scope.close();
  }
}
