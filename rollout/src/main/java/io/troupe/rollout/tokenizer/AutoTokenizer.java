package io.troupe.rollout.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Loads the tokenizer of a model folder. Files that {@link CharacterTokenizer} and {@link
 * ByteTokenizer} have written are read by these classes without a native library; any other {@code
 * tokenizer.json}, BERT's {@code vocab.txt} without one, and the vocabulary of CLIP, are read by
 * {@link PretrainedTokenizer}.
 */
public final class AutoTokenizer {
  /** The maximum size of a file, three times that of the largest published vocabularies. */
  static final long MAX_FILE_BYTES = 128L << 20;

  private static final ObjectMapper JSON = new ObjectMapper();

  private AutoTokenizer() {}

  /**
   * The tokenizer of a folder; the caller must close it.
   *
   * @throws TokenizerFormatException if the folder does not hold a tokenizer that can be used
   */
  public static Tokenizer load(Path folder) {
    requireFolder(folder);
    Path path = folder.resolve(TokenizerJson.TOKENIZER);
    if (!Files.isRegularFile(path) && VocabularyFile.isIn(folder)) {
      VocabularyFile vocabulary = VocabularyFile.read(folder);
      String json = vocabulary.tokenizerJson();
      return PretrainedTokenizer.of(folder, json, parse(vocabulary.file(), json));
    }
    if (!Files.isRegularFile(path) && ClipVocabulary.isAt(folder)) {
      JsonNode clip = ClipVocabulary.tokenizerJson(folder);
      return PretrainedTokenizer.of(folder, clip.toString(), clip);
    }
    if (!Files.isRegularFile(path)) {
      throw new TokenizerFormatException(
          folder
              + " must contain tokenizer.json, got none; save the tokenizer into it with"
              + " transformers"
              + (hasSlowTokenizer(folder)
                  ? " (AutoTokenizer.from_pretrained(folder).save_pretrained(folder) converts its"
                      + " vocabulary)"
                  : ", or with Tokenizer.save"));
    }
    String text = readText(path);
    JsonNode tokenizer = parse(path, text);
    if (changesEnds(folder)) {
      return PretrainedTokenizer.of(folder, text, tokenizer);
    }
    return CharacterTokenizer.read(tokenizer)
        .or(() -> ByteTokenizer.read(tokenizer))
        .orElseGet(() -> PretrainedTokenizer.of(folder, text, tokenizer));
  }

  static void requireFolder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new TokenizerFormatException(
          "model folder " + folder + " must exist; name a folder that contains tokenizer.json");
    }
  }

  /** Whether the settings override the special tokens that the post-processor adds. */
  private static boolean changesEnds(Path folder) {
    return readOptional(folder, TokenizerJson.CONFIG)
        .filter(
            settings ->
                settings.path("add_bos_token").isBoolean()
                    || settings.path("add_eos_token").isBoolean())
        .isPresent();
  }

  /** Whether there is a vocabulary in another format, such as SentencePiece's. */
  private static boolean hasSlowTokenizer(Path folder) {
    return Stream.of("tokenizer.model", "vocab.json", "spiece.model")
        .anyMatch(name -> Files.isRegularFile(folder.resolve(name)));
  }

  /**
   * The text of a file of a model folder.
   *
   * @throws TokenizerFormatException if it cannot be read, is too large or is not UTF-8
   */
  public static String readText(Path path) {
    try {
      long size = Files.size(path);
      if (size > MAX_FILE_BYTES) {
        throw new TokenizerFormatException(
            path + " must have at most " + MAX_FILE_BYTES + " bytes, got " + size);
      }
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(Files.readAllBytes(path)))
          .toString();
    } catch (CharacterCodingException e) {
      throw new TokenizerFormatException(
          path + " must be UTF-8 text, got other bytes; fetch it again", e);
    } catch (IOException e) {
      throw new TokenizerFormatException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * The JSON object in a file of a model folder, if the file exists.
   *
   * @throws TokenizerFormatException if it cannot be read or is not a JSON object
   */
  public static Optional<JsonNode> readOptional(Path folder, String name) {
    Path path = folder.resolve(name);
    return Files.isRegularFile(path) ? Optional.of(parse(path, readText(path))) : Optional.empty();
  }

  private static JsonNode parse(Path path, String text) {
    try {
      JsonNode node = JSON.readTree(text);
      if (!node.isObject()) {
        throw new TokenizerFormatException(
            path + " must be a JSON object, got another value; fetch it again");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new TokenizerFormatException(
          path
              + " is not valid JSON (line "
              + (e.getLocation() == null ? 0 : e.getLocation().getLineNr())
              + ": "
              + e.getOriginalMessage().lines().findFirst().orElse("")
              + "): fetch it again",
          e);
    }
  }
}
