package io.troupe.actors.supervised;

import io.troupe.protocols.batch.MiniBatch;
import io.troupe.streams.dataset.CharVocabulary;
import io.troupe.streams.dataset.DataSplits;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;

/** What a supervised run learns from and is measured on. */
public interface TrainingData {
  /** What it is, in a line. */
  String description();

  /** Names of the classes by label; empty where there are none. */
  List<String> classNames();

  /** The characters of a text; empty for other data. */
  Optional<CharVocabulary> vocabulary();

  /** The examples themselves. */
  DataSplits splits();

  /** Steps of an epoch. */
  long stepsPerEpoch();

  /**
   * The batches of the training part, without end.
   *
   * @param fromStep the step of the first one, counted from 1
   */
  Source<MiniBatch, NotUsed> training(long fromStep);

  /** Whether examples are held out to decide which weights are best. */
  boolean hasValidation();

  /** Those examples, once; those of the test part where there are none. */
  Iterator<MiniBatch> validation();

  /** The examples that the result is measured on, once. */
  Iterator<MiniBatch> test();
}
