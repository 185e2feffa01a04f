package io.troupe.actors.supervised;

import io.troupe.data.dataset.DataSplits;
import io.troupe.data.dataset.Dataset;
import io.troupe.data.shapes.CaptionWords;
import io.troupe.nn.clip.ClipTextConfig;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.rollout.tokenizer.WordLevelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The captions of images, as ids of {@link CaptionWords}.
 *
 * @param splits the images
 * @param words of the captions
 */
record Captions(DataSplits splits, CaptionWords words) {
  private static final String ARRAY = "caption";

  /** The captions of some data; empty if its images have none. */
  static Optional<Captions> of(DataSplits splits) {
    return splits.captions().map(words -> new Captions(splits, words));
  }

  /** The captions of some data, which must have them. */
  static Captions required(TrainConfig config, ModelEntry<?> entry, DataSplits splits) {
    return of(splits)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "data for %s must be images with captions, got %s in %s"
                        .formatted(entry.name(), splits.description(), config.data())));
  }

  /** The number of ids. */
  int numIds() {
    return words.size();
  }

  /**
   * Writes the files of the captions' tokenizer.
   *
   * @param encoder that reads the captions
   * @throws IOException if the folder cannot be written; files are whole or absent
   */
  void saveTokenizer(Path folder, ClipTextConfig encoder) throws IOException {
    new WordLevelFiles(words.words()).save(folder, encoder.maxPositionEmbeddings());
  }

  /** The number of ids of a caption in the training set, where they are longest. */
  int length() {
    return length(splits.train());
  }

  private static int length(Dataset images) {
    return switch (images.batch(0).get(ARRAY)) {
      case ArrayData.Ints(int[] _, int[] sizes) -> sizes[1];
      case ArrayData.Floats _ -> throw new IllegalStateException("captions must be ids");
    };
  }

  /**
   * Checks that a text encoder was trained on the words of the captions.
   *
   * @param key of the setting that names the encoder, for errors
   */
  void requireReader(String key, ClipTextConfig encoder) {
    if (encoder.vocabSize() != numIds() || encoder.maxPositionEmbeddings() < length()) {
      throw new IllegalArgumentException(
          "%s must read the %d words of the captions and texts of at least %d tokens, got %d and %d; train it on captions of this data"
              .formatted(
                  key, numIds(), length(), encoder.vocabSize(), encoder.maxPositionEmbeddings()));
    }
  }

  /**
   * Captions among which the images of the test set find their own: those of all pairs of color and
   * kind if its pictures show one shape; empty if they show several.
   */
  List<int[]> candidates() {
    int length = length(splits.test());
    return length == CaptionWords.length(1)
        ? words.ofOneShape().stream().map(caption -> words.encode(caption, length)).toList()
        : List.of();
  }
}
