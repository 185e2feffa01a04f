package io.troupe.actors.supervised;

import io.troupe.data.dataset.DataSplits;
import io.troupe.data.dataset.Dataset;
import io.troupe.data.shapes.CaptionWords;
import io.troupe.data.shapes.ColoredKind;
import io.troupe.nn.clip.ClipTextConfig;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.rollout.tokenizer.WordLevelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The captions of images, as ids of {@link CaptionWords}. */
final class Captions {
  private static final String ARRAY = "caption";
  private static final CaptionWords WORDS = CaptionWords.all();

  private Captions() {}

  /** Whether the images of some data have captions. */
  static boolean areIn(DataSplits splits) {
    return splits.train().size() > 0 && splits.train().batch(0).containsKey(ARRAY);
  }

  /** The number of ids. */
  static int numIds() {
    return WORDS.size();
  }

  /**
   * Writes the files of the captions' tokenizer.
   *
   * @param encoder that reads the captions
   * @throws IOException if the folder cannot be written; files are whole or absent
   */
  static void saveTokenizer(Path folder, ClipTextConfig encoder) throws IOException {
    new WordLevelFiles(WORDS.words()).save(folder, encoder.maxPositionEmbeddings());
  }

  /** The number of ids of a caption in the training set, where they are longest. */
  static int length(DataSplits splits) {
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
  static void requireRead(String key, ClipTextConfig encoder, DataSplits splits) {
    if (encoder.vocabSize() != numIds() || encoder.maxPositionEmbeddings() < length(splits)) {
      throw new IllegalArgumentException(
          "%s must read the %d words of the captions and texts of at least %d tokens, got %d and %d; train it on captions of this data"
              .formatted(
                  key,
                  numIds(),
                  length(splits),
                  encoder.vocabSize(),
                  encoder.maxPositionEmbeddings()));
    }
  }

  /**
   * Captions among which the images of the test set find their own: those of all pairs of color and
   * kind if its pictures show one shape; empty if they show several.
   */
  static List<int[]> candidates(DataSplits splits) {
    int length = length(splits.test());
    return length == CaptionWords.length(1)
        ? ColoredKind.ALL.stream().map(pair -> WORDS.encode(pair.words(), length)).toList()
        : List.of();
  }
}
