package io.troupe.rollout.tokenizer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The files {@code tokenizer.json} and {@code tokenizer_config.json} of a BERT tokenizer. */
final class WordPieceJson {
  static final String VOCABULARY = "vocab.txt";

  /** The start of a piece that continues a word. */
  static final String CONTINUATION = "##";

  static final String PAD = "[PAD]";
  static final String UNK = "[UNK]";
  static final String CLS = "[CLS]";
  static final String SEP = "[SEP]";
  static final String MASK = "[MASK]";
  static final List<String> SPECIAL_TOKENS = List.of(PAD, UNK, CLS, SEP, MASK);

  private static final int MAX_CHARS_PER_WORD = 100; // of a word that is split, as in BERT
  private static final ObjectMapper JSON = new ObjectMapper();

  private WordPieceJson() {}

  /**
   * The text of {@code tokenizer.json}.
   *
   * @param tokens in the order of their ids, with all special tokens
   * @throws TokenizerFormatException if a special token is missing
   */
  static String tokenizer(List<String> tokens, boolean lowerCase) {
    ObjectNode json = JSON.createObjectNode();
    json.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = json.putArray("added_tokens");
    for (String token : SPECIAL_TOKENS) {
      added.add(TokenizerJson.addedToken(id(tokens, token), token));
    }
    ObjectNode normalizer = json.putObject("normalizer");
    normalizer.put("type", "BertNormalizer").put("clean_text", true);
    normalizer.put("handle_chinese_chars", true).putNull("strip_accents");
    normalizer.put("lowercase", lowerCase);
    json.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    json.set("post_processor", template(tokens));
    ObjectNode decoder = json.putObject("decoder");
    decoder.put("type", "WordPiece").put("prefix", CONTINUATION).put("cleanup", true);
    ObjectNode model = json.putObject("model");
    model.put("type", "WordPiece").put("unk_token", UNK);
    model.put("continuing_subword_prefix", CONTINUATION);
    model.put("max_input_chars_per_word", MAX_CHARS_PER_WORD);
    ObjectNode vocabulary = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.put(tokens.get(id), id);
    }
    return json.toPrettyString() + "\n";
  }

  static int id(List<String> tokens, String token) {
    int id = tokens.indexOf(token);
    if (id < 0) {
      throw new TokenizerFormatException(VOCABULARY + " must contain " + token + ", got none");
    }
    return id;
  }

  private static ObjectNode template(List<String> tokens) {
    ObjectNode template = JSON.createObjectNode().put("type", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    ArrayNode pair = template.putArray("pair");
    for (ArrayNode form : List.of(single, pair)) {
      form.add(special(CLS, 0)).add(TokenizerJson.sequence("A", 0)).add(special(SEP, 0));
    }
    pair.add(TokenizerJson.sequence("B", 1)).add(special(SEP, 1));
    ObjectNode specials = template.putObject("special_tokens");
    for (String token : List.of(CLS, SEP)) {
      ObjectNode entry = specials.putObject(token);
      entry.put("id", token).putArray("ids").add(id(tokens, token));
      entry.putArray("tokens").add(token);
    }
    return template;
  }

  private static ObjectNode special(String token, int typeId) {
    ObjectNode node = JSON.createObjectNode();
    node.putObject("SpecialToken").put("id", token).put("type_id", typeId);
    return node;
  }

  /** The text of {@code tokenizer_config.json}. */
  static String settings(boolean lowerCase) {
    ObjectNode config = JSON.createObjectNode();
    config.put("tokenizer_class", "BertTokenizer");
    config.put("do_lower_case", lowerCase);
    config.put("pad_token", PAD).put("unk_token", UNK).put("cls_token", CLS);
    config.put("sep_token", SEP).put("mask_token", MASK);
    config.put("clean_up_tokenization_spaces", true);
    return config.toPrettyString() + "\n";
  }
}
