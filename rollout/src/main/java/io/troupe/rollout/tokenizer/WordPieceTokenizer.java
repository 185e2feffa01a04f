package io.troupe.rollout.tokenizer;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/**
 * The tokenizer of BERT: words, split into pieces of a vocabulary (WordPiece, arXiv:1609.08144).
 * Texts are split by Hugging Face's library; the caller adds the special tokens, since it knows how
 * texts are combined and truncated. Thread-safe. The caller must close it; closing twice has no
 * effect.
 */
public final class WordPieceTokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;
  private final String json;
  private final String settings;
  private final List<String> tokens;

  private WordPieceTokenizer(Path source, String json, String settings, List<String> tokens) {
    this.json = json;
    this.settings = settings;
    this.tokens = tokens;
    this.tokenizer = PretrainedTokenizer.open(source, json);
  }

  /**
   * A text in pieces, without special tokens.
   *
   * @param ids of the pieces
   * @param starts index of the first character of each piece in the text
   * @param ends index after the last character of each piece
   */
  @SuppressWarnings("ArrayRecordComponent") // made here, never changed
  public record Pieces(int[] ids, int[] starts, int[] ends) {}

  /**
   * A tokenizer with a vocabulary that is trained on texts; a function of the texts.
   *
   * @param vocabSize maximum number of tokens; the characters of the texts are always included
   * @param lowerCase whether texts are converted to lower case, without accents
   */
  public static WordPieceTokenizer train(Iterable<String> texts, int vocabSize, boolean lowerCase) {
    return of(
        Path.of("trained vocabulary"),
        WordPieceTraining.train(texts, vocabSize, lowerCase),
        lowerCase);
  }

  private static WordPieceTokenizer of(Path source, List<String> tokens, boolean lowerCase) {
    return new WordPieceTokenizer(
        source,
        WordPieceJson.tokenizer(tokens, lowerCase),
        WordPieceJson.settings(lowerCase),
        tokens);
  }

  /**
   * The tokenizer of a folder with {@code tokenizer.json}, or with {@code vocab.txt} and optionally
   * {@code tokenizer_config.json}.
   *
   * @throws TokenizerFormatException if the folder does not contain a WordPiece tokenizer
   */
  public static WordPieceTokenizer load(Path folder) {
    AutoTokenizer.requireFolder(folder);
    Path file = folder.resolve(TokenizerJson.TOKENIZER);
    if (!Files.isRegularFile(file)) {
      VocabularyFile vocabulary = VocabularyFile.read(folder);
      return of(vocabulary.file(), vocabulary.tokens(), vocabulary.lowerCase());
    }
    JsonNode json = AutoTokenizer.readOptional(folder, TokenizerJson.TOKENIZER).orElseThrow();
    String type = json.path("model").path("type").asText("none");
    List<String> tokens = TokenizerJson.vocabulary(json);
    if (!type.equals("WordPiece") || tokens.isEmpty()) {
      throw new TokenizerFormatException(
          file + " must be a WordPiece tokenizer, as BERT has, got the type " + type);
    }
    for (String special : WordPieceJson.SPECIAL_TOKENS) {
      WordPieceJson.id(tokens, special);
    }
    Path config = folder.resolve(TokenizerJson.CONFIG);
    boolean lowerCase = json.path("normalizer").path("lowercase").asBoolean(true);
    return new WordPieceTokenizer(
        file,
        AutoTokenizer.readText(file),
        Files.isRegularFile(config)
            ? AutoTokenizer.readText(config)
            : WordPieceJson.settings(lowerCase),
        tokens);
  }

  /** The number of ids: every id is below it. */
  public int vocabSize() {
    return tokens.size();
  }

  /** The padding token. */
  public int padTokenId() {
    return tokens.indexOf(WordPieceJson.PAD);
  }

  /** The token at the start of every input. */
  public int clsTokenId() {
    return tokens.indexOf(WordPieceJson.CLS);
  }

  /** The token at the end of every text. */
  public int sepTokenId() {
    return tokens.indexOf(WordPieceJson.SEP);
  }

  /** The token that stands for a masked one. */
  public int maskTokenId() {
    return tokens.indexOf(WordPieceJson.MASK);
  }

  /** The ids of the special tokens. */
  public BitSet specialTokenIds() {
    BitSet ids = new BitSet();
    WordPieceJson.SPECIAL_TOKENS.forEach(token -> ids.set(tokens.indexOf(token)));
    return ids;
  }

  /** The ids of pieces that continue a word. */
  public BitSet continuations() {
    BitSet ids = new BitSet();
    for (int id = 0; id < tokens.size(); id++) {
      ids.set(id, tokens.get(id).startsWith(WordPieceJson.CONTINUATION));
    }
    return ids;
  }

  /** The text of a token, such as {@code ##ing}. */
  public String token(int id) {
    return tokens.get(id);
  }

  /** Splits a text; characters that are not in the vocabulary become the unknown token. */
  public Pieces split(String text) {
    Encoding encoding = tokenizer.encode(text, false, false);
    long[] ids = encoding.getIds();
    CharSpan[] spans = encoding.getCharTokenSpans();
    Pieces pieces = new Pieces(new int[ids.length], new int[ids.length], new int[ids.length]);
    int place = 0; // in UTF-16 units
    int codePoint = 0; // the same place in code points, in which the library counts
    for (int i = 0; i < ids.length; i++) {
      pieces.ids[i] = (int) ids[i];
      place = text.offsetByCodePoints(place, spans[i].getStart() - codePoint);
      codePoint = spans[i].getStart();
      pieces.starts[i] = place;
      pieces.ends[i] = text.offsetByCodePoints(place, spans[i].getEnd() - codePoint);
    }
    return pieces;
  }

  /** The files of the tokenizer, which outlive it. */
  public WordPieceFiles files() {
    return new WordPieceFiles(json, settings, tokens);
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
