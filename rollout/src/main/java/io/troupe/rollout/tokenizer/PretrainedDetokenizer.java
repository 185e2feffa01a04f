package io.troupe.rollout.tokenizer;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Decodes a window of the last tokens again with each token and returns the new, complete text.
 *
 * <p>A replacement character at the end is incomplete, since further bytes may complete it, and so
 * is a run of byte tokens at the end: a decoder with byte fallback decodes a run as a whole and
 * replaces all of it if part of it is malformed. The window drops its first tokens as soon as the
 * text of the others does not depend on them, so that the cost of a token does not depend on the
 * length of the text.
 */
final class PretrainedDetokenizer implements Detokenizer {
  private static final int LONG_WINDOW = 16;
  private static final char REPLACEMENT = '\ufffd';

  private final PretrainedTokenizer tokenizer;
  private final IntPredicate hasText;
  private int[] window;
  private int size;
  private int emitted; // characters of the window's text that have been handed out
  private int shortenAt = LONG_WINDOW;

  /**
   * A detokenizer.
   *
   * @param hasText whether a token is part of the text
   */
  PretrainedDetokenizer(PretrainedTokenizer tokenizer, int[] context, IntPredicate hasText) {
    this.tokenizer = tokenizer;
    this.hasText = hasText;
    this.window = new int[Math.max(2 * LONG_WINDOW, context.length + LONG_WINDOW)];
    append(context);
  }

  @Override
  public String append(int tokenId) {
    return push(tokenId) ? decodeCertain() : "";
  }

  @Override
  public String append(int[] tokenIds) {
    boolean changed = false;
    for (int tokenId : tokenIds) {
      changed |= push(tokenId);
    }
    return changed ? decodeCertain() : "";
  }

  private boolean push(int tokenId) {
    if (!hasText.test(tokenId)) {
      return false;
    }
    if (size == window.length) {
      window = Arrays.copyOf(window, 2 * size);
    }
    window[size++] = tokenId;
    return true;
  }

  private String decodeCertain() {
    int certainTokens = size;
    while (certainTokens > 0 && tokenizer.isByte(window[certainTokens - 1])) {
      certainTokens--;
    }
    String text = decode(0, certainTokens);
    boolean endsCertain = text.isEmpty() || text.charAt(text.length() - 1) != REPLACEMENT;
    String delta = emit(text, endsCertain ? text.length() : text.length() - 1);
    if (endsCertain && certainTokens == size && size >= shortenAt) {
      shorten(text);
    }
    return delta;
  }

  private String emit(String text, int end) {
    if (end <= emitted) {
      return "";
    }
    String delta = text.substring(emitted, end);
    emitted = end;
    return delta;
  }

  /** Keeps a few last tokens, if they decode alone to what they add to the window's text. */
  private void shorten(String text) {
    for (int kept = 4; kept < size; kept *= 2) {
      int from = size - kept;
      if (tokenizer.isByte(window[from])) {
        continue;
      }
      String alone = decode(from, size);
      if (!alone.isEmpty() && text.endsWith(alone)) {
        System.arraycopy(window, from, window, 0, kept);
        size = kept;
        emitted = alone.length();
        shortenAt = Math.max(LONG_WINDOW, 2 * kept);
        return;
      }
    }
    shortenAt = 2 * size;
  }

  private String decode(int from, int to) {
    return to == from ? "" : tokenizer.decode(window, from, to, false);
  }

  @Override
  public String flush() {
    String text = decode(0, size);
    return emit(text, text.length());
  }
}
