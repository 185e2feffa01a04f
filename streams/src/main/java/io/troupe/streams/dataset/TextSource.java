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

  static DataSplits open(Parts<Path> files, DatasetConfig config) {
    Parts<String> texts = files.map(TextSource::read);
    CharVocabulary vocabulary =
        CharVocabulary.of(texts.train() + texts.validation().orElse("") + texts.test().orElse(""));
    if (vocabulary.size() > MAX_VOCABULARY) {
      throw new DataFormatException(
          "%s has %d different characters, expected a text with %d at most"
              .formatted(files.train(), vocabulary.size(), MAX_VOCABULARY));
    }
    Parts<int[]> own = texts.map(vocabulary::encode);
    Parts<int[]> ids = own.test().isPresent() ? own : withTest(own, config.testFraction());
    if (ids.validation().isEmpty() && config.validationFraction() > 0) {
      ids = withValidation(ids, config.validationFraction());
    }
    Path file = files.train();
    String evalSetting = config.evalSeqLength() > 0 ? "eval-seq-length" : "seq-length";
    int evalLength = config.evalSeqLength() > 0 ? config.evalSeqLength() : config.seqLength();
    Dataset test = pieces(file, ids.test().orElseThrow(), vocabulary, evalSetting, evalLength);
    return new DataSplits(
            "",
            pieces(file, ids.train(), vocabulary, "seq-length", config.seqLength()),
            ids.validation().map(held -> pieces(file, held, vocabulary, evalSetting, evalLength)),
            test,
            Normalization.NONE,
            Optional.of(vocabulary))
        .describedAs("text of %,d characters".formatted(own.train().length));
  }

  private static Parts<int[]> withTest(Parts<int[]> ids, double fraction) {
    int[] all = ids.train();
    int from = all.length - (int) Math.round(all.length * fraction);
    return new Parts<>(
        Arrays.copyOf(all, from),
        ids.validation(),
        Optional.of(Arrays.copyOfRange(all, from, all.length)));
  }

  private static Parts<int[]> withValidation(Parts<int[]> ids, double fraction) {
    int[] all = ids.train();
    int from = all.length - (int) Math.round(all.length * fraction);
    return new Parts<>(
        Arrays.copyOf(all, from),
        Optional.of(Arrays.copyOfRange(all, from, all.length)),
        ids.test());
  }

  private static Dataset pieces(
      Path file, int[] ids, CharVocabulary vocabulary, String setting, int length) {
    if (ids.length <= length) {
      throw new DataFormatException(
          "%s has %d characters in one of its parts, expected more than %s=%d"
              .formatted(file, ids.length, setting, length));
    }
    return new TextDataset(ids, vocabulary.size(), length);
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
