package io.troupe.actors.supervised;

import io.troupe.data.augment.Augmentation;
import io.troupe.data.dataset.CharVocabulary;
import io.troupe.data.dataset.DataSplits;
import io.troupe.data.dataset.Dataset;
import io.troupe.data.dataset.Normalization;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.streams.batch.LastBatch;
import io.troupe.streams.batch.MiniBatches;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;

/**
 * The data of a supervised run: shuffled mini-batches for training, and the validation and test
 * sets.
 */
public final class TrainingData {
  private static final int EVALUATION_BATCH = 256;

  private final DataSplits splits;
  private final MiniBatches training;
  private final int maxEvalExamples;
  private final int evaluationBatch;

  /**
   * The data of a run.
   *
   * @param lastBatch treatment of the last batch of an epoch of training
   */
  TrainingData(DataSplits splits, TrainConfig config, LastBatch lastBatch) {
    int batchSize = config.batchSize() == 0 ? splits.train().size() : config.batchSize();
    this.splits = splits;
    this.training =
        MiniBatches.training(splits.train(), batchSize, config.seed())
            .withLastBatch(lastBatch)
            .withAugmentation(Augmentation.parse(config.augment()))
            .withPrefetch(1, config.prefetch());
    this.maxEvalExamples = config.maxEvalExamples();
    this.evaluationBatch = Math.max(1, Math.min(EVALUATION_BATCH, 4 * batchSize));
  }

  /**
   * The data of a run on nodes or graphs, which the task has; examples are their indices.
   *
   * @param labels of all of them
   * @param parts indices of the training, validation and test sets; the validation set may be empty
   */
  static TrainingData ofIndices(
      String description, int[] labels, int classes, List<int[]> parts, TrainConfig config) {
    int[] validation = parts.get(1);
    DataSplits splits =
        new DataSplits(
            description,
            NumberedExamples.of(parts.get(0), labels, classes),
            validation.length == 0
                ? Optional.empty()
                : Optional.of(NumberedExamples.of(validation, labels, classes)),
            NumberedExamples.of(parts.get(2), labels, classes),
            Normalization.NONE,
            Optional.empty());
    return new TrainingData(splits, config, LastBatch.KEEP); // statistics are over nodes
  }

  /** A description in one line. */
  public String description() {
    return splits.description();
  }

  /** Names of the classes by label; empty without classes. */
  public List<String> classNames() {
    return splits.train().spec().classNames();
  }

  /** The characters of a text; empty for other data. */
  public Optional<CharVocabulary> vocabulary() {
    return splits.vocabulary();
  }

  /** The examples themselves. */
  public DataSplits splits() {
    return splits;
  }

  /** Steps of an epoch. */
  public long stepsPerEpoch() {
    return training.stepsPerEpoch();
  }

  /**
   * The infinite stream of training batches.
   *
   * @param fromStep the step of the first batch, counted from 1
   */
  public Source<MiniBatch, NotUsed> training(long fromStep) {
    return training.source(fromStep);
  }

  /**
   * One pass over the validation set, which selects the best weights; over the test set if there is
   * no validation set.
   */
  public Iterator<MiniBatch> validation() {
    return once(splits.validation().orElse(splits.test()));
  }

  /** One pass over the test set. */
  public Iterator<MiniBatch> test() {
    return once(splits.test());
  }

  /** The first examples of the test set. */
  public Iterator<MiniBatch> firstOfTest(int count) {
    return first(splits.test(), count);
  }

  private Iterator<MiniBatch> once(Dataset dataset) {
    return first(dataset, maxEvalExamples == 0 ? dataset.size() : maxEvalExamples);
  }

  private Iterator<MiniBatch> first(Dataset dataset, int count) {
    Dataset measured =
        dataset.size() > count ? dataset.subset(IntStream.range(0, count).toArray()) : dataset;
    return MiniBatches.evaluation(measured, evaluationBatch).iterator();
  }
}
