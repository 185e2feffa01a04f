package io.troupe.rollout.constraint.tokens;

import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;
import io.troupe.rollout.constraint.text.CharacterSet;
import io.troupe.rollout.tokenizer.TokenBytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tokens that a constrained text may consist of, and the characters that they can always write.
 * Immutable.
 *
 * <p>A vocabulary with a token for every byte of multi-byte characters writes all of them. In any
 * other vocabulary a token that ends inside a character might have no continuation, so such tokens
 * are not used, and the alphabet consists of the characters that are tokens.
 */
public final class Vocabulary {
  /** The maximum number of bytes of a short token; almost all tokens are short. */
  static final int SHORT_LENGTH = 16;

  private static final byte[] NONE = {};

  private final byte[][] bytes; // by token id
  private final boolean writesAllLongCharacters;
  private final CharacterSet alphabet;
  private final TokenTrie shortTokens;
  private final TokenTrie longTokens;

  private Vocabulary(byte[][] bytes) {
    this.bytes = bytes;
    this.writesAllLongCharacters = writesAllLongCharacters(bytes);
    this.alphabet = alphabet(bytes, writesAllLongCharacters);
    byte[][] used =
        writesAllLongCharacters
            ? bytes
            : Arrays.stream(bytes).map(Vocabulary::wholeCharacters).toArray(byte[][]::new);
    this.shortTokens = TokenTrie.of(used, 1, SHORT_LENGTH);
    this.longTokens = TokenTrie.of(used, SHORT_LENGTH + 1, Integer.MAX_VALUE);
  }

  private Vocabulary(byte[][] bytes, Vocabulary tries) {
    this.bytes = bytes;
    this.writesAllLongCharacters = tries.writesAllLongCharacters;
    this.alphabet = alphabet(bytes, writesAllLongCharacters);
    this.shortTokens = tries.shortTokens;
    this.longTokens = tries.longTokens;
  }

  /**
   * The usable tokens of a tokenizer.
   *
   * @param modelVocabSize number of logits; tokens beyond it are not used
   */
  public static Vocabulary of(TokenBytes tokens, int modelVocabSize) {
    int size = Math.min(tokens.vocabSize(), modelVocabSize);
    byte[][] bytes = new byte[size][];
    for (int id = 0; id < size; id++) {
      bytes[id] = tokens.of(id);
    }
    return new Vocabulary(bytes);
  }

  /**
   * This vocabulary for texts without some tokens, which a mask excludes later: the alphabet has no
   * character that only they can write.
   */
  public Vocabulary without(Iterable<Integer> tokenIds) {
    byte[][] others = bytes.clone();
    tokenIds.forEach(id -> others[id] = NONE);
    return writesAllLongCharacters == writesAllLongCharacters(others)
        ? new Vocabulary(others, this)
        : new Vocabulary(others);
  }

  private static CharacterSet alphabet(byte[][] bytes, boolean writesAllLongCharacters) {
    List<CharacterSet.Range> characters = new ArrayList<>();
    for (byte[] token : bytes) {
      int character = token.length > 0 && token.length <= 4 ? onlyCharacter(token) : -1;
      if (character >= 0) {
        characters.add(new CharacterSet.Range(character, character));
      }
    }
    CharacterSet ofTokens = CharacterSet.ofAny(characters);
    return writesAllLongCharacters ? ofTokens.union(CharacterSet.range(0x80, 0x10ffff)) : ofTokens;
  }

  private static boolean writesAllLongCharacters(byte[][] bytes) {
    boolean[] hasByte = new boolean[256];
    for (byte[] token : bytes) {
      if (token.length == 1) {
        hasByte[token[0] & 0xff] = true;
      }
    }
    for (int b = 0x80; b <= 0xf4; b++) {
      if (!hasByte[b] && b != 0xc0 && b != 0xc1) {
        return false;
      }
    }
    return true;
  }

  /** The character whose encoding the bytes are, or -1. */
  private static int onlyCharacter(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    boolean isOne = text.codePointCount(0, text.length()) == 1;
    return isOne && wholeCharacters(bytes).length > 0 ? text.codePointAt(0) : -1;
  }

  /** The bytes if they are well-formed UTF-8, otherwise none. */
  private static byte[] wholeCharacters(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return bytes;
    } catch (CharacterCodingException _) {
      return NONE;
    }
  }

  /** Characters that can be written after any tokens. */
  public CharacterSet alphabet() {
    return alphabet;
  }

  /** Whether a token has text. */
  public boolean hasText(int tokenId) {
    return tokenId >= 0 && tokenId < bytes.length && bytes[tokenId].length > 0;
  }

  /** Tokens of at most {@link #SHORT_LENGTH} bytes. */
  TokenTrie shortTokens() {
    return shortTokens;
  }

  /** The other tokens. */
  TokenTrie longTokens() {
    return longTokens;
  }

  /** The state after a token; nothing if the token is not allowed or has no text. */
  Language next(Language state, int tokenId, Languages languages) {
    if (!hasText(tokenId)) {
      return languages.nothing();
    }
    Language next = state;
    for (byte b : bytes[tokenId]) {
      next = languages.next(next, b & 0xff);
    }
    return next;
  }
}
