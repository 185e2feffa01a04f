package io.troupe.data.dataset;

import io.troupe.data.DataFormatException;
import io.troupe.data.file.DataFile;
import io.troupe.data.file.TextFile;
import io.troupe.protocols.config.DatasetConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * A text for a language model of characters. The end of the text is the test part; the validation
 * part, if there is one, is the text before it. CRLF is read as LF, as Python's text files are.
 */
final class TextSource {
  private static final int MAX_VOCABULARY = 1 << 16;

  /** Memory per byte while the file is read: the text and the ids of its characters. */
  private static final int BYTES_PER_CHARACTER = 8;

  private static final String EVAL_SETTING = "eval-seq-length";

  private TextSource() {}

  static boolean isAt(Path file) {
    return DataFile.unpackedName(file).endsWith(".txt");
  }

  static DataSplits open(PerSplit<Path> files, DatasetConfig config) {
    PerSplit<String> texts = files.map(TextSource::read);
    CharVocabulary vocabulary =
        CharVocabulary.of(texts.train() + texts.validation().orElse("") + texts.test().orElse(""));
    if (vocabulary.size() > MAX_VOCABULARY) {
      throw new DataFormatException(
          "%s must have at most %d different characters, got %d"
              .formatted(files.train(), MAX_VOCABULARY, vocabulary.size()));
    }
    PerSplit<int[]> own = texts.map(vocabulary::encode);
    PerSplit<int[]> ids = own.test().isPresent() ? own : withTest(own, config.testFraction());
    if (config.trainFraction() < 1) {
      throw new DataFormatException(
          "train-fraction must be 1 for text, got " + config.trainFraction());
    }
    if (ids.validation().isEmpty() && config.validationFraction() > 0) {
      ids = withValidation(ids, config.validationFraction());
    }
    Path file = files.train();
    int evalLength = config.evalSeqLength() > 0 ? config.evalSeqLength() : config.seqLength();
    return new DataSplits(
            "",
            pieces(file, ids.train(), vocabulary, "training", "seq-length", config.seqLength()),
            ids.validation()
                .map(
                    held -> pieces(file, held, vocabulary, "validation", EVAL_SETTING, evalLength)),
            pieces(file, ids.test().orElseThrow(), vocabulary, "test", EVAL_SETTING, evalLength),
            Normalization.NONE,
            Optional.of(vocabulary))
        .describedAs("text of %,d characters".formatted(own.train().length));
  }

  private static PerSplit<int[]> withTest(PerSplit<int[]> ids, double fraction) {
    int[] all = ids.train();
    int from = all.length - (int) Math.round(all.length * fraction);
    return new PerSplit<>(
        Arrays.copyOf(all, from),
        ids.validation(),
        Optional.of(Arrays.copyOfRange(all, from, all.length)));
  }

  private static PerSplit<int[]> withValidation(PerSplit<int[]> ids, double fraction) {
    int[] all = ids.train();
    int from = all.length - (int) Math.round(all.length * fraction);
    return new PerSplit<>(
        Arrays.copyOf(all, from),
        Optional.of(Arrays.copyOfRange(all, from, all.length)),
        ids.test());
  }

  private static Dataset pieces(
      Path file, int[] ids, CharVocabulary vocabulary, String part, String setting, int length) {
    if (ids.length <= length) {
      String shorter =
          ids.length > 1 ? "set %s to %d or less, or ".formatted(setting, ids.length - 1) : "";
      throw new DataFormatException(
          "%s: its %s part must have more than %d characters, the length of an example, got %d; %sgive a longer text"
              .formatted(file, part, length, ids.length, shorter));
    }
    return new TextDataset(ids, vocabulary.size(), length);
  }

  private static String read(Path file) {
    byte[] bytes = DataFile.read(file, in -> DataFile.readAll(file, in, BYTES_PER_CHARACTER));
    try (Reader reader = TextFile.decode(new ByteArrayInputStream(bytes))) {
      StringWriter text = new StringWriter(bytes.length);
      reader.transferTo(text);
      return text.toString().replace("\r\n", "\n");
    } catch (CharacterCodingException e) {
      throw new DataFormatException(file + " must be UTF-8 text, got other bytes", e);
    } catch (IOException e) {
      throw new DataFormatException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
