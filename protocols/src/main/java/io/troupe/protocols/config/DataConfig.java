package io.troupe.protocols.config;

import com.typesafe.config.Config;

/**
 * Where prompts come from and how their text is made.
 *
 * @param train file of the prompts to train on: .jsonl, .json or .parquet; empty when the caller
 *     brings its own
 * @param heldOut file of the questions that accuracy is measured on; empty for none
 * @param promptColumn the column that holds the prompt; empty to take the first of {@code prompt},
 *     {@code question}, {@code text}
 * @param promptTemplate the prompt's text, with {@code {column}} for columns; empty for the prompt
 *     column alone
 * @param promptMaxTokens cut the prompt after so many tokens; 0 for never
 * @param maxPrompts read no more rows than that; 0 for all
 * @param maxHeldOut measure accuracy on no more questions than that; 0 for all
 * @param shuffle whether each pass over the data has an order of its own, drawn from the seed
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

  /** Checks the ranges. */
  public DataConfig {
    Settings.require(
        promptMaxTokens >= 0,
        "data.prompt-max-tokens",
        promptMaxTokens,
        "set 0 (never cut) or more");
    Settings.require(maxPrompts >= 0, "data.max-prompts", maxPrompts, "set 0 (all) or more");
    Settings.require(maxHeldOut >= 0, "data.max-held-out", maxHeldOut, "set 0 (all) or more");
  }

  /** Reads the section {@code data}. */
  public static DataConfig from(Config config) {
    return new DataConfig(
        config.getString("train"),
        config.getString("held-out"),
        config.getString("prompt-column"),
        config.getString("prompt-template"),
        config.getInt("prompt-max-tokens"),
        config.getInt("max-prompts"),
        config.getInt("max-held-out"),
        config.getBoolean("shuffle"));
  }
}
