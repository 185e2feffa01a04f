package io.troupe.streams.dataset;

import io.troupe.protocols.config.DatasetConfig;
import io.troupe.streams.data.DataFormatException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * A text for a language model of characters: the last part of it is the test part, and what is held
 * out for validation lies before that.
 */
final class TextSource {
  private static final int MAX_VOCABULARY = 1 << 16;

  /** What a character of one byte takes, as text and as id, while it is read. */
  private static final int BYTES_PER_CHARACTER = 8;

  private TextSource() {}

  static boolean isAt(Path file) {
    return DataFile.unpackedName(file).endsWith(".txt");
  }

  static DataSplits open(Path file, DatasetConfig config) {
    String text = read(file);
    CharVocabulary vocabulary = CharVocabulary.of(text);
    if (vocabulary.size() > MAX_VOCABULARY) {
      throw new DataFormatException(
          "%s has %d different characters, expected a text with %d at most"
              .formatted(file, vocabulary.size(), MAX_VOCABULARY));
    }
    int[] ids = vocabulary.encode(text);
    int testFrom = ids.length - (int) Math.round(ids.length * config.testFraction());
    int validationFrom = testFrom - (int) Math.round(testFrom * config.validationFraction());
    Dataset train = part(file, ids, 0, validationFrom, vocabulary, config);
    Dataset test = part(file, ids, testFrom, ids.length, vocabulary, config);
    Optional<Dataset> validation =
        config.validationFraction() == 0
            ? Optional.empty()
            : Optional.of(part(file, ids, validationFrom, testFrom, vocabulary, config));
    return new DataSplits("", train, validation, test, Normalization.NONE, Optional.of(vocabulary))
        .describedAs("text of %,d characters".formatted(ids.length));
  }

  private static Dataset part(
      Path file, int[] ids, int from, int to, CharVocabulary vocabulary, DatasetConfig config) {
    if (to - from <= config.seqLength()) {
      throw new DataFormatException(
          "%s has %d characters in one of its parts, expected more than seq-length=%d"
              .formatted(file, to - from, config.seqLength()));
    }
    return new TextDataset(
        Arrays.copyOfRange(ids, from, to), vocabulary.size(), config.seqLength());
  }

  private static String read(Path file) {
    byte[] bytes = DataFile.read(file, in -> DataFile.readAll(file, in, BYTES_PER_CHARACTER));
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new DataFormatException(file + " is not UTF-8 text", e);
    }
  }
}
