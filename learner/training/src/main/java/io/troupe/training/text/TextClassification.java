package io.troupe.training.text;

import io.troupe.nn.bert.BertForSequenceClassification;
import io.troupe.nn.losses.CrossEntropyLoss;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import io.troupe.training.supervised.BatchTensors;
import io.troupe.training.supervised.Classification;
import io.troupe.training.supervised.Monitor;
import io.troupe.training.supervised.SupervisedTask;
import io.troupe.training.supervised.Tally;

/** Trains a classifier of texts: {@code label}, one class per text. */
public final class TextClassification implements SupervisedTask {
  private final BertForSequenceClassification module;
  private final CrossEntropyLoss loss;

  /**
   * A classification of texts.
   *
   * @param labelSmoothing the share of each label that is spread over all classes
   */
  public TextClassification(BertForSequenceClassification module, double labelSmoothing) {
    this.module = module;
    this.loss = CrossEntropyLoss.of().withLabelSmoothing(labelSmoothing);
  }

  @Override
  public BertForSequenceClassification module() {
    return module;
  }

  @Override
  public Tensor loss(MiniBatch batch, Philox random) {
    return loss.forward(module.forward(TextTensors.of(batch)), BatchTensors.of(batch, "label"));
  }

  @Override
  public void evaluate(MiniBatch batch, Philox random, Tally tally) {
    Classification.count(
        module.forward(TextTensors.of(batch)), BatchTensors.of(batch, "label"), tally);
  }

  @Override
  public Monitor monitor() {
    return Monitor.ACCURACY;
  }
}
