package io.troupe.training.text;

import io.troupe.nn.bert.BertForMaskedLM;
import io.troupe.nn.bert.EncoderInput;
import io.troupe.nn.losses.CrossEntropyLoss;
import io.troupe.nn.losses.Reduction;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import io.troupe.training.supervised.SupervisedTask;
import io.troupe.training.supervised.Tally;

/**
 * Trains a model to predict masked tokens. The loss is in nats per masked token. Tokens are masked
 * anew in every step; each evaluation masks the same ones. Logits are computed at masked positions
 * only.
 */
public final class MaskedLanguageModeling implements SupervisedTask {
  private static final CrossEntropyLoss LOSS = CrossEntropyLoss.of();
  private static final CrossEntropyLoss MEASURE =
      CrossEntropyLoss.of().withReduction(Reduction.SUM);

  private final BertForMaskedLM module;
  private final TokenMasking masking;

  /** A task on texts without labels. */
  public MaskedLanguageModeling(BertForMaskedLM module, TokenMasking masking) {
    this.module = module;
    this.masking = masking;
  }

  /** Logits of masked tokens, with these tokens. */
  private record Predicted(Tensor logits, Tensor labels) {}

  @Override
  public BertForMaskedLM module() {
    return module;
  }

  @Override
  public Tensor loss(MiniBatch batch, Philox random) {
    Predicted predicted = predict(batch, random);
    return LOSS.forward(predicted.logits, predicted.labels);
  }

  private Predicted predict(MiniBatch batch, Philox random) {
    EncoderInput texts = TextTensors.of(batch);
    MaskedTexts masked = masking.mask(texts.inputIds().toInts(), texts.time(), random);
    EncoderInput input =
        texts.withInputIds(Tensor.of(masked.inputIds(), texts.batch(), texts.time()));
    int count = masked.labels().length;
    Tensor logits = module.forward(input, Tensor.of(masked.positions(), count));
    return new Predicted(logits, Tensor.of(masked.labels(), count));
  }

  @Override
  public void evaluate(MiniBatch batch, Philox random, Tally tally) {
    Predicted predicted = predict(batch, random);
    int[] labels = predicted.labels.toInts();
    double sum = MEASURE.forward(predicted.logits, predicted.labels).item();
    tally.add("loss", sum, labels.length);
    int[] likeliest = predicted.logits.argmax().toInts();
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      right += likeliest[i] == labels[i] ? 1 : 0;
    }
    tally.add("accuracy", right, labels.length);
  }
}
