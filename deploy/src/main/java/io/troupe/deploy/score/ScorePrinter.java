package io.troupe.deploy.score;

import io.troupe.data.json.FiniteJson;
import io.troupe.reward.RewardResult;
import io.troupe.reward.RewardSum.Outcome;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints scored completions. */
public sealed interface ScorePrinter {

  /** Prints one completion. */
  void print(ScoredRow row);

  /** Prints the means at the end. */
  void finish(RewardMeans means);

  /** A table. Texts are shortened so that a line fits the width. */
  final class Table implements ScorePrinter {
    private static final int ROW = 6;
    private static final int SCORE = 7;
    private static final int MIN_TEXT = 8;

    private final PrintWriter out;
    private final int nameWidth;
    private final int textWidth;
    private boolean hasHeader;

    /**
     * A table.
     *
     * @param width maximum number of characters of a line
     * @param rewards names of the rewards
     */
    public Table(PrintWriter out, int width, List<String> rewards) {
      this.out = out;
      this.nameWidth = rewards.stream().mapToInt(String::length).max().orElse(0);
      int gaps = 8; // two spaces between five columns
      this.textWidth = Math.max(MIN_TEXT, (width - ROW - SCORE - nameWidth - gaps) / 2);
    }

    @Override
    public void print(ScoredRow row) {
      if (!hasHeader) {
        hasHeader = true;
        line("row", "reward", "score", "completion", "answer");
      }
      String number = Long.toString(row.row());
      for (ScoredRow.Entry entry : row.entries()) {
        switch (entry.outcome()) {
          case Outcome.Computed(RewardResult(double value, String completion, String answer)) ->
              line(number, entry.reward(), score(value), completion, answer);
          case Outcome.Failed(String reason) ->
              out.printf(
                  "%" + ROW + "s  %-" + nameWidth + "s  %" + SCORE + "s  %s%n",
                  number,
                  entry.reward(),
                  "-",
                  shortened(reason, 2 * textWidth + 2));
        }
        number = "";
      }
    }

    private void line(String row, String reward, String score, String completion, String answer) {
      String format =
          "%" + ROW + "s  %-" + nameWidth + "s  %" + SCORE + "s  %-" + textWidth + "s  %s";
      out.println(
          format
              .formatted(
                  row,
                  reward,
                  score,
                  shortened(completion, textWidth),
                  shortened(answer, textWidth))
              .stripTrailing());
    }

    /** The end of a long text is kept, where answers are. */
    private static String shortened(String text, int width) {
      String line = text.strip().replaceAll("\\s+", " ");
      if (line.isEmpty()) {
        return "-";
      }
      return line.length() <= width ? line : "\u2026" + line.substring(line.length() - width + 1);
    }

    private static String score(double value) {
      return value == Math.rint(value) && Math.abs(value) < 1e6
          ? Long.toString((long) value)
          : String.format(Locale.ROOT, "%.4f", value);
    }

    @Override
    public void finish(RewardMeans means) {
      out.println();
      means
          .byReward()
          .forEach((reward, mean) -> out.printf("mean %-" + nameWidth + "s  %.4f%n", reward, mean));
      if (means.byReward().size() > 1) {
        out.printf("mean %-" + nameWidth + "s  %.4f%n", "sum", means.ofSum());
      }
      out.printf("%d completions, %d without a score%n", means.numRows(), means.numUnscorable());
      out.flush();
    }
  }

  /**
   * One JSON object per completion, and one with the means at the end.
   *
   * @param out standard output
   */
  record Json(PrintWriter out) implements ScorePrinter {
    @Override
    public void print(ScoredRow row) {
      Map<String, Object> rewards = new LinkedHashMap<>();
      row.entries().forEach(entry -> rewards.put(entry.reward(), fields(entry.outcome())));
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("row", row.row());
      line.put("reward", row.sum().orElse(Double.NaN));
      line.put("rewards", rewards);
      out.println(FiniteJson.line(line));
    }

    private static Map<String, Object> fields(Outcome outcome) {
      Map<String, Object> fields = new LinkedHashMap<>();
      switch (outcome) {
        case Outcome.Computed(RewardResult(double value, String completion, String answer)) -> {
          fields.put("score", value);
          fields.put("completion", completion);
          fields.put("answer", answer);
        }
        case Outcome.Failed(String reason) -> {
          fields.put("score", null);
          fields.put("reason", reason);
        }
      }
      return fields;
    }

    @Override
    public void finish(RewardMeans means) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("rows", means.numRows());
      line.put("unscorable", means.numUnscorable());
      line.put("mean_reward", means.ofSum());
      line.put("mean_rewards", means.byReward());
      out.println(FiniteJson.line(line));
      out.flush();
    }
  }
}
