package io.troupe.data.csv;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.troupe.data.DataFormatException;
import io.troupe.data.file.TextFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * Reads the records of a CSV file (RFC 4180): fields may be quoted, and a quoted field may contain
 * separators, line breaks and doubled quotes. The separator is a comma, a semicolon or a tab,
 * whichever is most frequent outside quotes in the first record. Blank lines are skipped.
 */
public final class CsvFile {
  private static final int MAX_RECORD_CHARS = 16 << 20;
  private static final int DETECTION_CHARS = 1 << 16;
  private static final char[] SEPARATORS = {',', ';', '\t'};

  private CsvFile() {}

  /**
   * Reads records until the file ends or {@code action} returns false.
   *
   * @param action gets each record with the line in which it starts
   * @throws DataFormatException if the file is missing, is not UTF-8 text or has an unclosed quote
   */
  public static void forEach(Path file, Predicate<CsvRecord> action) {
    long[] line = {0};
    try (BufferedReader text = TextFile.open(file);
        CsvReader<CsvRecord> records = records(text)) {
      for (CsvRecord record : records) {
        line[0] = record.getStartingLineNumber();
        if (!isBlank(record) && !action.test(record)) {
          return;
        }
      }
    } catch (CsvParseException e) {
      throw unreadable(file, line[0], e);
    } catch (UncheckedIOException e) {
      throw unreadable(file, line[0], e.getCause());
    } catch (IOException e) {
      throw unreadable(file, line[0], e);
    }
  }

  private static boolean isBlank(CsvRecord record) {
    return record.getFieldCount() == 1 && record.getField(0).isBlank();
  }

  private static CsvReader<CsvRecord> records(BufferedReader text) throws IOException {
    char separator = separator(text);
    Reader checked = new ClosedQuotes(text, separator);
    return CsvReader.builder()
        .fieldSeparator(separator)
        .skipEmptyLines(true)
        .allowExtraFields(true) // callers report the number of fields with their expectation
        .allowMissingFields(true)
        .allowExtraCharsAfterClosingQuote(false)
        .trimWhitespacesAroundQuotes(true)
        .maxBufferSize(MAX_RECORD_CHARS)
        .ofCsvRecord(checked);
  }

  private static DataFormatException unreadable(Path file, long line, Exception cause) {
    if (cause instanceof CharacterCodingException || hasCodingCause(cause)) {
      return new DataFormatException(
          file + " must be UTF-8 text, got other bytes after line " + line, cause);
    }
    if (!Files.exists(file)) {
      return new DataFormatException("file " + file + " must exist", cause);
    }
    String reason = cause.getCause() == null ? cause.getMessage() : cause.getCause().getMessage();
    return new DataFormatException(
        "%s must be CSV text as in RFC 4180, got an unreadable record after line %d: %s"
            .formatted(file, line, reason),
        cause);
  }

  private static boolean hasCodingCause(Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof CharacterCodingException) {
        return true;
      }
    }
    return false;
  }

  /** Counts separators outside quotes in the first record; a file without any has one column. */
  private static char separator(BufferedReader text) throws IOException {
    text.mark(DETECTION_CHARS);
    int[] counts = new int[SEPARATORS.length];
    boolean quoted = false;
    boolean started = false;
    for (int read = 1; read < DETECTION_CHARS; read++) {
      int c = text.read();
      if (c < 0 || (started && !quoted && (c == '\n' || c == '\r'))) {
        break;
      }
      started |= !Character.isWhitespace(c);
      quoted ^= c == '"';
      for (int i = 0; i < counts.length; i++) {
        counts[i] += !quoted && c == SEPARATORS[i] ? 1 : 0;
      }
    }
    text.reset();
    return SEPARATORS[mostFrequent(counts)];
  }

  private static int mostFrequent(int[] counts) {
    int best = 0;
    for (int i = 1; i < counts.length; i++) {
      best = counts[i] > counts[best] ? i : best;
    }
    return best;
  }
}
