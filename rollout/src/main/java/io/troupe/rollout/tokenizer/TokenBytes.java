package io.troupe.rollout.tokenizer;

import java.util.List;

/**
 * The bytes of UTF-8 that each token adds to a text. Immutable.
 *
 * <p>The bytes of several tokens together are the text of all of them, and bytes of one character
 * may be in several tokens.
 */
public final class TokenBytes {
  private static final byte[] NONE = {};

  private final byte[][] bytes;
  private final boolean dropsFirstSpace;

  /**
   * The bytes of a vocabulary.
   *
   * @param bytes by token id; empty for special tokens and ids without a token. Owned by this
   * @param dropsFirstSpace see {@link #dropsFirstSpace}
   */
  TokenBytes(List<byte[]> bytes, boolean dropsFirstSpace) {
    this.bytes = bytes.toArray(byte[][]::new);
    this.dropsFirstSpace = dropsFirstSpace;
  }

  /** The number of token ids. */
  public int vocabSize() {
    return bytes.length;
  }

  /** The number of bytes of a token; 0 for special tokens and ids without a token. */
  public int length(int tokenId) {
    return bytes[tokenId].length;
  }

  /** The bytes of a token; empty for special tokens and ids without a token. */
  public byte[] of(int tokenId) {
    return bytes[tokenId].length == 0 ? NONE : bytes[tokenId].clone();
  }

  /** Whether a space at the very start of a text, before any other token, is not part of it. */
  public boolean dropsFirstSpace() {
    return dropsFirstSpace;
  }
}
