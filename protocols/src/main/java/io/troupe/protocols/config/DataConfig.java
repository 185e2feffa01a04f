package io.troupe.protocols.config;

import com.typesafe.config.Config;

/**
 * Source of the prompts and how their text is built.
 *
 * @param train file of the training prompts; empty if the caller supplies them
 * @param heldOut file of the evaluation prompts; empty for none
 * @param promptColumn column of the prompt; empty for the first of {@code prompt}, {@code
 *     messages}, {@code question}, {@code text}
 * @param promptTemplate text of the prompt, in which {@code {column}} is replaced by the column's
 *     value; empty for the prompt column alone
 * @param promptPrefixTokens number of tokens of the text that form the prompt, from the start; 0
 *     for the whole text
 * @param maxPromptLength maximum number of tokens of a prompt; 0 for the context of the model
 * @param overlongPrompts what happens to longer prompts
 * @param maxPrompts maximum number of training prompts; 0 for all
 * @param maxHeldOut maximum number of evaluation prompts; 0 for all
 * @param shuffle whether the order of the prompts changes with each pass
 */
public record DataConfig(
    String train,
    String heldOut,
    String promptColumn,
    String promptTemplate,
    int promptPrefixTokens,
    int maxPromptLength,
    OverlongPrompts overlongPrompts,
    int maxPrompts,
    int maxHeldOut,
    boolean shuffle) {

  static final Section SECTION = Section.of("data", "Prompts for training and evaluation.");

  private static final Key<String> TRAIN =
      SECTION.add(
          "train",
          ValueType.PATH,
          "",
          "Training prompts: a .jsonl, .json, .csv, .tsv or .parquet file.");
  private static final Key<String> HELD_OUT =
      SECTION.add(
          "held-out",
          ValueType.PATH,
          "",
          "Evaluation prompts, on which accuracy is measured. They are not trained on.");
  private static final Key<String> PROMPT_COLUMN =
      SECTION.add(
          "prompt-column",
          ValueType.TEXT,
          "",
          "Column of the prompt. Empty: the first of prompt, messages, question," + " text.");
  private static final Key<String> PROMPT_TEMPLATE =
      SECTION.add(
          "prompt-template",
          ValueType.ESCAPED_TEXT,
          "",
          "Text of the prompt, in which {column} is replaced by the column's value. {{ and }} are"
              + " braces. Empty: the prompt column alone.");
  private static final Key<Integer> PROMPT_PREFIX_TOKENS =
      SECTION.add(
          "prompt-prefix-tokens",
          ValueType.INT,
          0,
          Range.atLeast(0),
          "Use only the first N tokens of each text as the prompt, for texts that the model"
              + " continues, such as stories. 0: the whole text.");
  private static final Key<Integer> MAX_PROMPT_LENGTH =
      SECTION.add(
          "max-prompt-length",
          ValueType.INT,
          0,
          Range.atLeast(0),
          "Maximum number of tokens of a prompt. 0: the model's context less one token.");
  private static final Key<OverlongPrompts> OVERLONG_PROMPTS =
      SECTION.add(
          "overlong-prompts",
          ValueType.choice(OverlongPrompts.BY_NAME),
          OverlongPrompts.SKIP,
          "Skip prompts that are longer than max-prompt-length, or remove tokens from their start"
              + " (truncate-left). The start and the summary of a run report their number.");
  private static final Key<Integer> MAX_PROMPTS =
      SECTION.add(
          "max-prompts",
          ValueType.INT,
          0,
          Range.atLeast(0),
          "Maximum number of training prompts to read. 0: all.");
  private static final Key<Integer> MAX_HELD_OUT =
      SECTION.add(
          "max-held-out",
          ValueType.INT,
          200,
          Range.atLeast(0),
          "Maximum number of evaluation prompts. 0: all.");
  private static final Key<Boolean> SHUFFLE =
      SECTION.add(
          "shuffle",
          ValueType.BOOLEAN,
          true,
          "Shuffle the training prompts before each pass, with the run's seed.");

  /** Checks the ranges. */
  public DataConfig {
    PROMPT_PREFIX_TOKENS.check(promptPrefixTokens);
    MAX_PROMPT_LENGTH.check(maxPromptLength);
    MAX_PROMPTS.check(maxPrompts);
    MAX_HELD_OUT.check(maxHeldOut);
  }

  /** Reads the section {@code data}; a missing key has its default. */
  public static DataConfig from(Config config) {
    return new DataConfig(
        TRAIN.read(config),
        HELD_OUT.read(config),
        PROMPT_COLUMN.read(config),
        PROMPT_TEMPLATE.read(config),
        PROMPT_PREFIX_TOKENS.read(config),
        MAX_PROMPT_LENGTH.read(config),
        OVERLONG_PROMPTS.read(config),
        MAX_PROMPTS.read(config),
        MAX_HELD_OUT.read(config),
        SHUFFLE.read(config));
  }
}
