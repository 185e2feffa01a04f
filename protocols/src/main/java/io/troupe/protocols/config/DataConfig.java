package io.troupe.protocols.config;

import com.typesafe.config.Config;

/**
 * Source of the prompts and how their text is built.
 *
 * @param train file of the training prompts; empty if the caller supplies them
 * @param heldOut file of the evaluation prompts; empty for none
 * @param promptColumn column of the prompt; empty for the first of {@code prompt}, {@code
 *     question}, {@code text}
 * @param promptTemplate text of the prompt, in which {@code {column}} is replaced by the column's
 *     value; empty for the prompt column alone
 * @param promptMaxTokens maximum length of a prompt, which is cut there; 0 for no limit
 * @param maxPrompts maximum number of training prompts; 0 for all
 * @param maxHeldOut maximum number of evaluation prompts; 0 for all
 * @param shuffle whether the order of the prompts changes with each pass
 */
public record DataConfig(
    String train,
    String heldOut,
    String promptColumn,
    String promptTemplate,
    int promptMaxTokens,
    int maxPrompts,
    int maxHeldOut,
    boolean shuffle) {

  static final Section SECTION = Section.of("data", "Prompts for training and evaluation.");

  private static final Key<String> TRAIN =
      SECTION.add(
          "train", ValueType.PATH, "", "Training prompts: a .jsonl, .json or .parquet file.");
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
          "Column of the prompt. Empty: the first of prompt, question, text.");
  private static final Key<String> PROMPT_TEMPLATE =
      SECTION.add(
          "prompt-template",
          ValueType.ESCAPED_TEXT,
          "",
          "Text of the prompt, in which {column} is replaced by the column's value. {{ and }} are"
              + " braces. Empty: the prompt column alone.");
  private static final Key<Integer> PROMPT_MAX_TOKENS =
      SECTION.add(
          "prompt-max-tokens",
          ValueType.INT,
          0,
          Range.atLeast(0),
          "Maximum number of prompt tokens; longer prompts are cut, as for stories to continue. 0:"
              + " no limit.");
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
    PROMPT_MAX_TOKENS.check(promptMaxTokens);
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
        PROMPT_MAX_TOKENS.read(config),
        MAX_PROMPTS.read(config),
        MAX_HELD_OUT.read(config),
        SHUFFLE.read(config));
  }
}
