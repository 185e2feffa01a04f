package io.troupe.rollout.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One token per character of an alphabet: ids 0, 1 and 2 are the padding, BOS and EOS tokens, the
 * first character is 3. With special tokens, an encoded text starts with BOS.
 */
public final class CharacterTokenizer implements Tokenizer {
  private final String alphabet;
  private final SpecialTokens specialTokens;
  private final Map<Integer, Integer> idOfCharacter = new HashMap<>();
  private final List<String> tokens = new ArrayList<>();

  /** A tokenizer with the default special tokens. */
  public CharacterTokenizer(String alphabet) {
    this(alphabet, SpecialTokens.DEFAULT);
  }

  /**
   * A tokenizer.
   *
   * @param alphabet the characters (Unicode code points) in the order of their ids, each once
   */
  public CharacterTokenizer(String alphabet, SpecialTokens specialTokens) {
    this.alphabet = alphabet;
    this.specialTokens = specialTokens;
    tokens.addAll(specialTokens.tokens());
    alphabet.codePoints().forEach(this::addCharacter);
  }

  private void addCharacter(int character) {
    String token = Character.toString(character);
    if (idOfCharacter.containsKey(character) || specialTokens.tokens().contains(token)) {
      throw new IllegalArgumentException(
          "alphabet must contain distinct characters that are no special tokens, got "
              + quoted(character));
    }
    idOfCharacter.put(character, tokens.size());
    tokens.add(token);
  }

  /** The characters in the order of their ids. */
  public String alphabet() {
    return alphabet;
  }

  @Override
  public int vocabSize() {
    return tokens.size();
  }

  @Override
  public OptionalInt padTokenId() {
    return OptionalInt.of(0);
  }

  @Override
  public OptionalInt bosTokenId() {
    return OptionalInt.of(1);
  }

  @Override
  public OptionalInt eosTokenId() {
    return OptionalInt.of(2);
  }

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    Ids ids = new Ids(text.length() + 1);
    if (addSpecialTokens) {
      ids.add(bosTokenId().getAsInt());
    }
    for (int i = 0; i < text.length(); ) {
      int special = specialTokens.at(text, i);
      if (special >= 0) {
        ids.add(special);
        i += tokens.get(special).length();
      } else {
        int character = text.codePointAt(i);
        ids.add(idOf(character, i));
        i += Character.charCount(character);
      }
    }
    return ids.toArray();
  }

  private int idOf(int character, int index) {
    Integer id = idOfCharacter.get(character);
    if (id == null) {
      throw new IllegalArgumentException(
          "text must contain only characters of the tokenizer's alphabet \""
              + alphabet.replace("\n", "\\n")
              + "\", got "
              + quoted(character)
              + " at "
              + index);
    }
    return id;
  }

  private static String quoted(int character) {
    return Character.isISOControl(character)
        ? String.format("U+%04X", character)
        : "'" + Character.toString(character) + "'";
  }

  @Override
  public String decode(int[] tokenIds, boolean skipSpecialTokens) {
    StringBuilder text = new StringBuilder();
    for (int id : tokenIds) {
      text.append(text(id, skipSpecialTokens));
    }
    return text.toString();
  }

  private String text(int id, boolean skipSpecialTokens) {
    int first = skipSpecialTokens ? SpecialTokens.COUNT : 0;
    return id >= first && id < tokens.size() ? tokens.get(id) : "";
  }

  @Override
  public Detokenizer incremental(int[] context) {
    return new Detokenizer() {
      @Override
      public String append(int tokenId) {
        return text(tokenId, true);
      }

      @Override
      public String flush() {
        return "";
      }
    };
  }

  @Override
  public TokenBytes tokenBytes() {
    List<byte[]> bytes = new ArrayList<>();
    for (int id = 0; id < tokens.size(); id++) {
      bytes.add(text(id, true).getBytes(StandardCharsets.UTF_8));
    }
    return new TokenBytes(bytes, false);
  }

  @Override
  public void save(Path folder) throws IOException {
    json().save(folder);
  }

  private TokenizerJson json() {
    return TokenizerJson.ofCharacters(tokens, specialTokens, 0);
  }

  /** The tokenizer of a {@code tokenizer.json}, if this class has written it. */
  static Optional<Tokenizer> read(JsonNode written) {
    List<String> tokens = TokenizerJson.vocabulary(written);
    if (tokens.size() < SpecialTokens.COUNT) {
      return Optional.empty();
    }
    try {
      CharacterTokenizer tokenizer =
          new CharacterTokenizer(
              String.join("", tokens.subList(SpecialTokens.COUNT, tokens.size())),
              new SpecialTokens(tokens.get(0), tokens.get(1), tokens.get(2)));
      return tokenizer.json().isEqualTo(written) ? Optional.of(tokenizer) : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // tokens that no tokenizer of this class can have
    }
  }
}
