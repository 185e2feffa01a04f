package io.troupe.actors.supervised;

import io.troupe.protocols.batch.MiniBatch;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.streams.augment.Augmentation;
import io.troupe.streams.batch.MiniBatches;
import io.troupe.streams.dataset.CharVocabulary;
import io.troupe.streams.dataset.DataSplits;
import io.troupe.streams.dataset.Dataset;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;

/** Pictures, rows and texts in shuffled mini-batches. */
final class DatasetBatches implements TrainingData {
  private static final int EVALUATION_BATCH = 256;

  private final DataSplits splits;
  private final MiniBatches training;
  private final int maxEvalExamples;
  private final int evaluationBatch;

  DatasetBatches(DataSplits splits, TrainConfig config) {
    int batchSize = config.batchSize() == 0 ? splits.train().size() : config.batchSize();
    this.splits = splits;
    this.training =
        MiniBatches.training(splits.train(), batchSize, config.seed())
            .withAugmentation(Augmentation.parse(config.augment()))
            .withPrefetch(1, config.prefetch());
    this.maxEvalExamples = config.maxEvalExamples();
    this.evaluationBatch = Math.max(1, Math.min(EVALUATION_BATCH, 4 * batchSize));
  }

  @Override
  public String description() {
    return splits.description();
  }

  @Override
  public List<String> classNames() {
    return splits.train().spec().classNames();
  }

  @Override
  public Optional<CharVocabulary> vocabulary() {
    return splits.vocabulary();
  }

  @Override
  public DataSplits splits() {
    return splits;
  }

  @Override
  public long stepsPerEpoch() {
    return training.stepsPerEpoch();
  }

  @Override
  public Source<MiniBatch, NotUsed> training(long fromStep) {
    return training.source(fromStep);
  }

  @Override
  public boolean hasValidation() {
    return splits.validation().isPresent();
  }

  @Override
  public Iterator<MiniBatch> validation() {
    return once(splits.validation().orElse(splits.test()));
  }

  @Override
  public Iterator<MiniBatch> test() {
    return once(splits.test());
  }

  private Iterator<MiniBatch> once(Dataset dataset) {
    boolean cut = maxEvalExamples > 0 && dataset.size() > maxEvalExamples;
    Dataset measured =
        cut ? dataset.subset(IntStream.range(0, maxEvalExamples).toArray()) : dataset;
    MiniBatches batches = MiniBatches.evaluation(measured, evaluationBatch);
    return LongStream.rangeClosed(1, batches.stepsPerEpoch()).mapToObj(batches::batch).iterator();
  }
}
