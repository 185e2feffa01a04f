package io.troupe.rollout.engine;

import io.troupe.rollout.tokenizer.Detokenizer;
import java.util.List;

/**
 * The text of one completion while it is decoded, up to the first stop string. An end of the text
 * that may be the start of a stop string is held back until the next tokens decide.
 */
final class TextStream {
  private final Detokenizer detokenizer;
  private final List<String> stopStrings;
  private final int longest;
  private final StringBuilder text = new StringBuilder();
  private int emitted;
  private String stoppedBy;

  TextStream(Detokenizer detokenizer, List<String> stopStrings) {
    this.detokenizer = detokenizer;
    this.stopStrings = stopStrings;
    this.longest = stopStrings.stream().mapToInt(String::length).max().orElse(0);
  }

  /** Adds a token; returns the new text that cannot become part of a stop string. */
  String append(int tokenId) {
    return take(detokenizer.append(tokenId));
  }

  /** Ends the text; returns the rest of it. */
  String finish() {
    String flushed = stoppedBy == null ? take(detokenizer.flush()) : "";
    return flushed + emitTo(text.length());
  }

  /** The stop string that has been found, or null. */
  String stoppedBy() {
    return stoppedBy;
  }

  /** The text that has been returned so far. */
  String text() {
    return text.substring(0, emitted);
  }

  private String take(String delta) {
    if (delta.isEmpty()) {
      return "";
    }
    int searchFrom = Math.max(0, text.length() - longest + 1);
    text.append(delta);
    findStop(searchFrom);
    return emitTo(stoppedBy == null ? text.length() - undecided() : text.length());
  }

  private void findStop(int searchFrom) {
    int first = -1;
    for (String stop : stopStrings) {
      int at = text.indexOf(stop, searchFrom);
      if (at >= 0 && (first < 0 || at < first)) {
        first = at;
        stoppedBy = stop;
      }
    }
    if (first >= 0) {
      text.setLength(first);
    }
  }

  /** The length of the longest end of the text that is the start of a stop string. */
  private int undecided() {
    for (int length = Math.min(longest - 1, text.length()); length > 0; length--) {
      for (String stop : stopStrings) {
        if (length < stop.length() && stop.startsWith(text.substring(text.length() - length))) {
          return length;
        }
      }
    }
    return 0;
  }

  private String emitTo(int end) {
    String delta = text.substring(Math.min(emitted, end), end);
    emitted = Math.max(emitted, end);
    return delta;
  }
}
