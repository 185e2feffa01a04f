package io.troupe.training.text;

import io.troupe.nn.bert.BertForTokenClassification;
import io.troupe.nn.losses.CrossEntropyLoss;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import io.troupe.tensor.random.Philox;
import io.troupe.training.supervised.BatchTensors;
import io.troupe.training.supervised.Classification;
import io.troupe.training.supervised.Monitor;
import io.troupe.training.supervised.SupervisedTask;
import io.troupe.training.supervised.Tally;
import java.util.stream.IntStream;

/**
 * Trains a classifier of tokens: {@code labels}, (batch, time), with -100 for tokens without a
 * class. Loss and accuracy are means over the tokens with a class.
 */
public final class TokenClassification implements SupervisedTask {
  private final BertForTokenClassification module;
  private final CrossEntropyLoss loss;

  /**
   * A classification of tokens.
   *
   * @param labelSmoothing the share of each label that is spread over all classes
   */
  public TokenClassification(BertForTokenClassification module, double labelSmoothing) {
    this.module = module;
    this.loss = CrossEntropyLoss.of().withLabelSmoothing(labelSmoothing);
  }

  /** Logits of the tokens with a class, with these classes. */
  private record Classified(Tensor logits, Tensor labels) {}

  @Override
  public BertForTokenClassification module() {
    return module;
  }

  private Classified classified(MiniBatch batch) {
    Tensor logits = module.forward(TextTensors.of(batch));
    int[] labels = BatchTensors.of(batch, "labels").toInts();
    int[] places =
        IntStream.range(0, labels.length)
            .filter(i -> labels[i] != CrossEntropyLoss.IGNORE_INDEX)
            .toArray();
    if (places.length == 0) {
      throw new IllegalArgumentException("texts of a batch must have words with tags, got none");
    }
    int[] classes = IntStream.of(places).map(i -> labels[i]).toArray();
    Tensor rows = logits.reshape(labels.length, logits.size(2));
    return new Classified(
        Indexing.embedding(rows, Tensor.of(places, places.length)),
        Tensor.of(classes, classes.length));
  }

  @Override
  public Tensor loss(MiniBatch batch, Philox random) {
    Classified tokens = classified(batch);
    return loss.forward(tokens.logits, tokens.labels);
  }

  @Override
  public void evaluate(MiniBatch batch, Philox random, Tally tally) {
    Classified tokens = classified(batch);
    Classification.count(tokens.logits, tokens.labels, tally);
  }

  @Override
  public Monitor monitor() {
    return Monitor.ACCURACY;
  }
}
