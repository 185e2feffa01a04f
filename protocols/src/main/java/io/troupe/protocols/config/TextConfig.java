package io.troupe.protocols.config;

import com.typesafe.config.Config;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How texts are tokenized and labeled for encoders such as BERT.
 *
 * @param tokenizer folder of a WordPiece tokenizer; empty for that of the pretrained model, or a
 *     trained one
 * @param vocabSize maximum number of tokens of a trained tokenizer
 * @param lowerCase whether a trained tokenizer converts texts to lower case
 * @param mlmProbability share of the tokens that are masked and predicted
 * @param wholeWordMasking whether whole words are masked
 * @param labelSource where labels of texts come from
 */
public record TextConfig(
    String tokenizer,
    int vocabSize,
    boolean lowerCase,
    double mlmProbability,
    boolean wholeWordMasking,
    LabelSource labelSource) {

  /** Where labels of texts come from. */
  public enum LabelSource {
    /** A column of the data. */
    COLUMN,
    /** Made of the texts: in half of the sentences two neighboring words are exchanged. */
    SWAPPED_WORDS;

    private static Map<String, LabelSource> byName() {
      Map<String, LabelSource> byName = new LinkedHashMap<>();
      byName.put("column", COLUMN);
      byName.put("swapped-words", SWAPPED_WORDS);
      return byName;
    }
  }

  static final Section SECTION = Section.of("text", "Texts for encoders such as BERT.");

  private static final Key<String> TOKENIZER =
      SECTION.add(
          "tokenizer",
          ValueType.PATH,
          "",
          "Folder with a WordPiece tokenizer: tokenizer.json or vocab.txt. Empty: that of"
              + " pretrained, or else one that is trained on the training set.");
  private static final Key<Integer> VOCAB_SIZE =
      SECTION.add(
          "vocab-size",
          ValueType.INT,
          4096,
          Range.between(16, 1 << 20),
          "Maximum number of tokens of a tokenizer that is trained on the training set.");
  private static final Key<Boolean> LOWER_CASE =
      SECTION.add(
          "lower-case",
          ValueType.BOOLEAN,
          true,
          "Convert texts to lower case without accents, in a tokenizer that is trained.");
  private static final Key<Double> MLM_PROBABILITY =
      SECTION.add(
          "mlm-probability",
          ValueType.DOUBLE,
          0.15,
          Range.strictlyBetween(0, 1),
          "Share of the tokens that a masked language model predicts. Of these, 80 % are masked,"
              + " 10 % are replaced by random tokens and 10 % stay.");
  private static final Key<Boolean> WHOLE_WORD_MASKING =
      SECTION.add(
          "whole-word-masking", ValueType.BOOLEAN, false, "Mask all pieces of a word, or none.");
  private static final Key<LabelSource> LABEL_SOURCE =
      SECTION.add(
          "label-source",
          ValueType.choice(LabelSource.byName()),
          LabelSource.COLUMN,
          "Labels of texts: column (label-column, by default label), or swapped-words: in half of"
              + " the sentences of unlabeled texts two neighboring words are exchanged.");

  /** Checks the ranges. */
  public TextConfig {
    VOCAB_SIZE.check(vocabSize);
    MLM_PROBABILITY.check(mlmProbability);
  }

  /**
   * Reads the section {@code text}; a missing key has its default.
   *
   * @throws IllegalArgumentException if a value has the wrong type or is out of range
   */
  public static TextConfig from(Config config) {
    return new TextConfig(
        TOKENIZER.read(config),
        VOCAB_SIZE.read(config),
        LOWER_CASE.read(config),
        MLM_PROBABILITY.read(config),
        WHOLE_WORD_MASKING.read(config),
        LABEL_SOURCE.read(config));
  }
}
