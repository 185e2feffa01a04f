package io.troupe.training.packing;

import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.CausalLM.TrainingPass;
import io.troupe.tensor.Engine;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.GradientListener;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import io.troupe.tensor.autograd.TokenLogProbs;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.MatrixOps;

/**
 * Runs a model over packed rows and reads off the log-probability of every predicted token.
 *
 * <p>Logits are computed in parts of at most {@code logitsBytes} and freed before the next part.
 * Results do not depend on the parts, bit for bit ({@link LogitChunks}). Their gradients are
 * collected in the hidden states; one backward pass then goes through the model and releases the
 * memory of activations on its way. The gradient of each token is requested when its
 * log-probability is known, so it must depend on nothing but the token itself.
 *
 * @param model the model; its parameters collect the gradients
 * @param temperature divides the logits
 * @param logitsBytes memory for logits, in bytes; at least one block of {@link LogitChunks} is
 *     computed at once
 */
public record LogProbPass(CausalLM model, double temperature, long logitsBytes) {

  /** The gradient of the loss at one token. */
  @FunctionalInterface
  public interface TokenGradient {
    /**
     * The derivative of the loss by the log-probability of a token.
     *
     * @param sample index of the sample
     * @param offset place of the token in its completion
     * @param logProb its log-probability
     */
    double at(int sample, int offset, double logProb);

    /**
     * The weight of a pass's auxiliary loss: its share of the tokens of the batch (default: 1, for
     * a batch of one pass).
     *
     * @param predictions tokens of the pass
     */
    default double auxiliaryWeight(int predictions) {
      return 1;
    }

    /**
     * A gradient whose batch has several passes.
     *
     * @param tokens of the batch, of all passes together
     */
    static TokenGradient ofPasses(TokenGradient gradient, long tokens) {
      return new TokenGradient() {
        @Override
        public double at(int sample, int offset, double logProb) {
          return gradient.at(sample, offset, logProb);
        }

        @Override
        public double auxiliaryWeight(int predictions) {
          return (double) predictions / tokens;
        }
      };
    }
  }

  /** Receives log-probabilities and entropies, in nats: by sample, then by token. */
  public interface Sink {
    /** Receives the numbers of one token. */
    void accept(int sample, int offset, double logProb, double entropy);
  }

  /** A forward pass; nothing is recorded for gradients. */
  public void read(PackedBatch batch, Sink sink) {
    try (Scope _ = engine().open("log-probabilities");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      Tensor hidden = predictionRows(model.hiddenStates(batch.tokens(), null), batch);
      int chunkRows = chunkRows(batch.predictions());
      for (int from = 0; from < batch.predictions(); from += chunkRows) {
        int to = Math.min(batch.predictions(), from + chunkRows);
        try (Scope _ = engine().open("logits")) {
          deliver(batch, from, tokenLogProbs(batch, hidden, from, to), sink);
        }
      }
    }
  }

  /** A forward and a backward pass: adds the gradients to the parameters of the model. */
  public void accumulate(PackedBatch batch, Sink sink, TokenGradient gradient) {
    accumulate(batch, sink, gradient, GradientListener.NONE);
  }

  /**
   * As {@link #accumulate(PackedBatch, Sink, TokenGradient)}; the listener is called for the
   * parameters whose gradients the pass has completed while it continues with the others.
   */
  public void accumulate(
      PackedBatch batch, Sink sink, TokenGradient gradient, GradientListener listener) {
    try (Scope _ = engine().open("training pass")) {
      TrainingPass pass = model.trainingPass(batch.tokens());
      Tensor hidden = predictionRows(pass.hiddenStates(), batch); // (predictions, hidden)
      Tensor leaf = hidden.detach().requiresGrad(true);
      int chunkRows = chunkRows(batch.predictions());
      for (int from = 0; from < batch.predictions(); from += chunkRows) {
        int to = Math.min(batch.predictions(), from + chunkRows);
        try (Scope _ = engine().open("logits")) {
          TokenLogProbs read = tokenLogProbs(batch, leaf, from, to);
          double[] logProbs = deliver(batch, from, read, sink);
          Tensor gradients = gradients(batch, from, logProbs, gradient);
          read.logProbs().backward(gradients.to(read.logProbs().dtype()));
        }
      }
      backward(hidden, leaf.grad(), pass, gradient.auxiliaryWeight(batch.predictions()), listener);
    }
  }

  private static void backward(
      Tensor hidden, Tensor gradient, TrainingPass pass, double weight, GradientListener listener) {
    if (pass.auxiliaryLoss().isEmpty()) {
      hidden.backwardAndRelease(gradient, listener);
      return;
    }
    Tensor auxiliary = pass.auxiliaryLoss().get().mul(weight);
    Tensor loss = hidden.mul(gradient).sum().add(auxiliary); // has these gradients
    loss.backwardAndRelease(Tensor.scalar(loss.dtype(), 1), listener);
  }

  private Engine engine() {
    return model.scope().engine();
  }

  private int chunkRows(int predictions) {
    long affordable = logitsBytes / (4L * model.config().vocabSize());
    MatrixOps products = Backend.of(engine()).products();
    return new LogitChunks(predictions, products::sumBlock).rows(affordable);
  }

  /** Selects the rows that predict tokens, from (rows, hidden). */
  private static Tensor predictionRows(Tensor hidden, PackedBatch batch) {
    return Indexing.embedding(hidden, Tensor.of(batch.rows()));
  }

  private TokenLogProbs tokenLogProbs(PackedBatch batch, Tensor hidden, int from, int to) {
    Tensor logits = model.logits(hidden.rows(from, to)); // (to - from, vocab)
    int[] targets = java.util.Arrays.copyOfRange(batch.targets(), from, to);
    return TokenLogProbs.of(logits, Tensor.of(targets), temperature);
  }

  private static double[] deliver(PackedBatch batch, int from, TokenLogProbs read, Sink sink) {
    double[] logProbs = read.logProbs().toDoubles();
    double[] entropies = read.entropy().toDoubles();
    for (int i = 0; i < logProbs.length; i++) {
      sink.accept(batch.samples()[from + i], batch.offsets()[from + i], logProbs[i], entropies[i]);
    }
    return logProbs;
  }

  private static Tensor gradients(
      PackedBatch batch, int from, double[] logProbs, TokenGradient gradient) {
    double[] gradients = new double[logProbs.length];
    for (int i = 0; i < gradients.length; i++) {
      gradients[i] = gradient.at(batch.samples()[from + i], batch.offsets()[from + i], logProbs[i]);
    }
    return Tensor.of(gradients);
  }
}
