package io.troupe.deploy.score;

import io.troupe.data.rows.Row;
import io.troupe.data.rows.RowReader;
import io.troupe.data.rows.Value;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.Prompt;
import io.troupe.reward.RewardSum;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A file with a completion in each row. The other columns are the fields that rewards compare with.
 *
 * @param file {@code .jsonl}, {@code .json}, {@code .csv} or {@code .parquet}
 * @param completionColumn column of the completions; nested fields have dotted names
 * @param promptColumn column of the prompts; empty for the first of prompt, question and text that
 *     exists. A row without a prompt is scored with an empty one.
 * @param tokenizer counts the tokens of the completions; empty if no reward reads tokens
 */
public record CompletionFile(
    Path file, String completionColumn, String promptColumn, Optional<Tokenizer> tokenizer) {
  private static final List<String> PROMPT_COLUMNS = List.of("prompt", "question", "text");
  private static final int[] UNKNOWN_TOKEN = {0};

  /**
   * Scores every row in the order of the file.
   *
   * @param limit maximum number of rows; 0 for all
   * @throws io.troupe.data.DataFormatException if the file or a row of it cannot be used
   */
  public void score(RewardSum rewards, int limit, Consumer<ScoredRow> consumer) {
    for (Row row : RowReader.read(file, limit)) {
      Prompt prompt =
          new Prompt(row.index(), promptText(row), UNKNOWN_TOKEN, row.texts(), row.where());
      Completion completion = completion(row.requireText(completionColumn));
      consumer.accept(
          new ScoredRow(
              row.index() + 1,
              rewards.parts().stream()
                  .map(
                      part ->
                          new ScoredRow.Entry(
                              part.reward().name(),
                              part.weight(),
                              part.outcome(prompt, completion)))
                  .toList()));
    }
  }

  private String promptText(Row row) {
    return (promptColumn.isEmpty() ? PROMPT_COLUMNS.stream() : Stream.of(promptColumn))
        .flatMap(column -> row.find(column).stream())
        .findFirst()
        .map(Value::asText)
        .orElse("");
  }

  private Completion completion(String text) {
    int[] tokenIds = tokenizer.map(t -> t.encode(text, false)).orElse(new int[0]);
    return new Completion(
        0,
        tokenIds,
        new float[tokenIds.length],
        new long[tokenIds.length],
        text,
        new FinishReason.LengthLimit(tokenIds.length));
  }
}
