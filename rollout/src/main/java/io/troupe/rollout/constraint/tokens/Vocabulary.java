package io.troupe.rollout.constraint.tokens;

import io.troupe.rollout.constraint.text.CharacterSet;
import io.troupe.rollout.tokenizer.TokenBytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The tokens that a constrained text may consist of, and the characters that they can always write.
 *
 * <p>A vocabulary with a token for every byte of multi-byte characters writes all of them. In any
 * other vocabulary a token that ends inside a character might have no continuation, so such tokens
 * are not used, and the alphabet consists of the characters that are tokens.
 *
 * @param trie the tokens
 * @param alphabet characters that can be written after any tokens
 */
public record Vocabulary(TokenTrie trie, CharacterSet alphabet) {

  /**
   * The usable tokens of a tokenizer.
   *
   * @param modelVocabSize number of logits; tokens beyond it are not used
   */
  public static Vocabulary of(TokenBytes tokens, int modelVocabSize) {
    boolean[] hasByte = new boolean[256];
    List<CharacterSet.Range> characters = new ArrayList<>();
    int size = Math.min(tokens.vocabSize(), modelVocabSize);
    for (int id = 0; id < size; id++) {
      byte[] bytes = tokens.of(id);
      if (bytes.length == 1) {
        hasByte[bytes[0] & 0xff] = true;
      }
      int character = bytes.length <= 4 ? onlyCharacter(bytes) : -1;
      if (character >= 0) {
        characters.add(new CharacterSet.Range(character, character));
      }
    }
    CharacterSet ofTokens = CharacterSet.ofAny(characters).intersect(CharacterSet.ALL);
    if (hasAllLongCharacters(hasByte)) {
      CharacterSet alphabet = ofTokens.union(CharacterSet.range(0x80, 0x10ffff));
      return new Vocabulary(TokenTrie.of(size, tokens::of), alphabet);
    }
    return new Vocabulary(TokenTrie.of(size, id -> wholeCharacters(tokens.of(id))), ofTokens);
  }

  private static boolean hasAllLongCharacters(boolean[] hasByte) {
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
    boolean isOne = !text.isEmpty() && text.codePointCount(0, text.length()) == 1;
    return isOne && wholeCharacters(bytes).length > 0 ? text.codePointAt(0) : -1;
  }

  /** The bytes if they are well-formed UTF-8, otherwise none. */
  private static byte[] wholeCharacters(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return bytes;
    } catch (CharacterCodingException _) {
      return new byte[0];
    }
  }
}
