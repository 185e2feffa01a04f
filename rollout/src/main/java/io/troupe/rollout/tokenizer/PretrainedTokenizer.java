package io.troupe.rollout.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.nn.checkpoint.WholeFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokenizer of any {@code tokenizer.json}, run by Hugging Face's own library (through DJL).
 * Texts are never truncated or padded, regardless of the settings in the file.
 *
 * <p>Difference from transformers: {@code clean_up_tokenization_spaces} is not applied, since it
 * changes the spaces of texts that are not English prose.
 */
public final class PretrainedTokenizer implements Tokenizer {
  static final Pattern BYTE_TOKEN = Pattern.compile("<0x[0-9A-F]{2}>");

  /** Texts of which one has tokens in every vocabulary; they show which tokens are added. */
  private static final List<String> SAMPLES = List.of("a", "1", "A", "+", "日");

  private static final Logger LOG = LoggerFactory.getLogger(PretrainedTokenizer.class);
  private static final String SPECIAL_TOKENS_MAP = "special_tokens_map.json";
  private static final List<String> MORE_FILES =
      List.of(
          TokenizerJson.CONFIG, SPECIAL_TOKENS_MAP, "chat_template.jinja", "chat_template.json");

  private final HuggingFaceTokenizer tokenizer;
  private final Map<String, String> files; // by name, as they were read
  private final JsonNode decoding; // the parts of tokenizer.json that say what tokens decode to
  private final Map<String, Integer> idOfToken;
  private final BitSet hasText = new BitSet(); // ids that are known and not special
  private final BitSet hasVisibleText = new BitSet(); // ids that do not begin, end or pad a text
  private final BitSet bytes = new BitSet(); // ids of bytes in a vocabulary that falls back on them
  private final OptionalInt bosTokenId;
  private final OptionalInt eosTokenId;
  private final OptionalInt padTokenId;
  private final Optional<AddedEnds> ends; // if the settings override the post-processor

  private PretrainedTokenizer(
      HuggingFaceTokenizer tokenizer, Map<String, String> files, JsonNode json, Path folder) {
    this.tokenizer = tokenizer;
    this.files = files;
    this.decoding = DecoderBytes.settings(json);
    this.idOfToken = vocabulary(json.path("model").path("vocab"));
    idOfToken.values().forEach(hasText::set);
    if (json.path("decoder").toString().contains("\"ByteFallback\"")) {
      idOfToken.forEach((token, id) -> bytes.set(id, BYTE_TOKEN.matcher(token).matches()));
    }
    for (JsonNode added : json.path("added_tokens")) {
      int id = added.path("id").asInt();
      idOfToken.put(added.path("content").asText(), id);
      hasText.set(id, !added.path("special").asBoolean());
    }
    bosTokenId = specialToken(folder, "bos_token");
    eosTokenId = specialToken(folder, "eos_token");
    padTokenId = specialToken(folder, "pad_token");
    idOfToken.values().forEach(hasVisibleText::set);
    Stream.of(bosTokenId, eosTokenId, padTokenId)
        .flatMapToInt(OptionalInt::stream)
        .forEach(hasVisibleText::clear);
    ends = overriddenEnds(folder);
  }

  private Optional<AddedEnds> overriddenEnds(Path folder) {
    Optional<JsonNode> settings = AutoTokenizer.readOptional(folder, TokenizerJson.CONFIG);
    if (settings.isEmpty()) {
      return Optional.empty();
    }
    String sample =
        SAMPLES.stream()
            .filter(text -> encoded(text, false).length > 0)
            .findFirst()
            .orElse(SAMPLES.getFirst());
    AddedEnds ofFile = AddedEnds.of(encoded(sample, true), encoded(sample, false));
    AddedEnds ofSettings = ofFile.with(settings.get(), bosTokenId, eosTokenId);
    if (ofSettings.isSameAs(ofFile)) {
      return Optional.empty();
    }
    LOG.warn(
        "{}: add_bos_token or add_eos_token in tokenizer_config.json contradicts the post-processor"
            + " in tokenizer.json and overrides it; transformers 5 uses the post-processor",
        folder);
    return Optional.of(ofSettings);
  }

  /**
   * The tokenizer of a folder.
   *
   * @throws TokenizerFormatException if its files cannot be used
   */
  static PretrainedTokenizer of(Path folder, String text, JsonNode json) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put(TokenizerJson.TOKENIZER, text);
    for (String name : MORE_FILES) {
      Path path = folder.resolve(name);
      if (Files.isRegularFile(path)) {
        files.put(name, AutoTokenizer.readText(path));
      }
    }
    HuggingFaceTokenizer tokenizer = open(folder.resolve(TokenizerJson.TOKENIZER), text);
    try {
      return new PretrainedTokenizer(tokenizer, files, json, folder);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  static HuggingFaceTokenizer open(Path path, String text) {
    try {
      return HuggingFaceTokenizer.newInstance(
          new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
          Map.of("truncation", "false", "padding", "false"));
    } catch (IOException | RuntimeException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new TokenizerFormatException(
          path + " does not describe a tokenizer (" + why + "): fetch it again", e);
    }
  }

  /** Ids by token: an object of ids, or for unigram models a list of pairs of token and score. */
  private static Map<String, Integer> vocabulary(JsonNode vocabulary) {
    Map<String, Integer> ids = new HashMap<>();
    if (vocabulary.isArray()) {
      vocabulary.forEach(pair -> ids.put(pair.path(0).asText(), ids.size()));
    } else {
      vocabulary.properties().forEach(entry -> ids.put(entry.getKey(), entry.getValue().asInt()));
    }
    return ids;
  }

  /** The token that the settings give a role, as text or as an object with its content. */
  private OptionalInt specialToken(Path folder, String role) {
    List<JsonNode> settings = new ArrayList<>();
    AutoTokenizer.readOptional(folder, TokenizerJson.CONFIG).ifPresent(settings::add);
    AutoTokenizer.readOptional(folder, SPECIAL_TOKENS_MAP).ifPresent(settings::add);
    for (JsonNode setting : settings) {
      JsonNode token = setting.path(role);
      String content = token.isTextual() ? token.asText() : token.path("content").asText();
      if (idOfToken.containsKey(content)) {
        return OptionalInt.of(idOfToken.get(content));
      }
    }
    return OptionalInt.empty();
  }

  @Override
  public int vocabSize() {
    return idOfToken.values().stream().mapToInt(id -> id + 1).max().orElse(0);
  }

  @Override
  public OptionalInt bosTokenId() {
    return bosTokenId;
  }

  @Override
  public OptionalInt eosTokenId() {
    return eosTokenId;
  }

  @Override
  public OptionalInt padTokenId() {
    return padTokenId;
  }

  /** Whether a token adds to a text when special ones are left out. */
  boolean hasText(int id) {
    return id >= 0 && hasText.get(id);
  }

  /** Whether a token adds to a text when special ones are visible. */
  private boolean hasVisibleText(int id) {
    return id >= 0 && hasVisibleText.get(id);
  }

  /** Whether a token is a byte, which is decoded together with the bytes around it. */
  boolean isByte(int id) {
    return bytes.get(id);
  }

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    return addSpecialTokens && ends.isPresent()
        ? ends.get().around(encoded(text, false))
        : encoded(text, addSpecialTokens);
  }

  private int[] encoded(String text, boolean addSpecialTokens) {
    long[] ids = tokenizer.encode(text, addSpecialTokens, false).getIds();
    int[] narrow = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      narrow[i] = (int) ids[i];
    }
    return narrow;
  }

  @Override
  public String decode(int[] tokenIds, boolean skipSpecialTokens) {
    return decode(tokenIds, 0, tokenIds.length, skipSpecialTokens);
  }

  String decode(int[] tokenIds, int from, int to, boolean skipSpecialTokens) {
    long[] wide = new long[to - from];
    for (int i = from; i < to; i++) {
      wide[i - from] = tokenIds[i];
    }
    return tokenizer.decode(wide, skipSpecialTokens);
  }

  @Override
  public Detokenizer incremental(int[] context) {
    return incremental(context, SpecialTokenText.HIDDEN);
  }

  @Override
  public Detokenizer incremental(int[] context, SpecialTokenText specialTokens) {
    return new PretrainedDetokenizer(
        this,
        context,
        switch (specialTokens) {
          case HIDDEN -> this::hasText;
          case VISIBLE -> this::hasVisibleText;
        });
  }

  @Override
  public TokenBytes tokenBytes() {
    DecoderBytes decoder = DecoderBytes.of(decoding);
    List<byte[]> bytes = new ArrayList<>(Collections.nCopies(vocabSize(), new byte[0]));
    idOfToken.forEach(
        (token, id) -> {
          if (hasText(id)) {
            bytes.set(id, decoder.of(token));
          }
        });
    return new TokenBytes(bytes, decoder.dropsFirstSpace());
  }

  @Override
  public void save(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, String> file : files.entrySet()) {
      WholeFile.write(folder.resolve(file.getKey()), file.getValue());
    }
    if (!files.containsKey(TokenizerJson.CONFIG)) {
      WholeFile.write(
          folder.resolve(TokenizerJson.CONFIG),
          "{\n  \"tokenizer_class\": \"PreTrainedTokenizerFast\"\n}\n");
    }
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
