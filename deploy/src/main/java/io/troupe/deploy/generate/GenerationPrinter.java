package io.troupe.deploy.generate;

import io.troupe.data.json.FiniteJson;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** Prints completions. */
public sealed interface GenerationPrinter {

  /** Prints a completion. */
  void print(GeneratedSequence sequence);

  /** Ends the output. */
  void finish();

  /**
   * Prints the text of a single completion while it is decoded. A file gets the exact text; on a
   * terminal a line end follows.
   *
   * @param out the output
   * @param terminal whether the output is a terminal
   */
  record Streamed(PrintWriter out, boolean terminal) implements GenerationPrinter {
    /** Prints the next part of the text. */
    public void printDelta(String text) {
      out.print(text);
      out.flush();
    }

    /** Prints nothing: the text has been printed already. */
    @Override
    public void print(GeneratedSequence sequence) {}

    @Override
    public void finish() {
      if (terminal) {
        out.println();
      }
      out.flush();
    }
  }

  /**
   * Prints each text below a line with the numbers of its prompt and sequence.
   *
   * @param out the output
   */
  record Listed(PrintWriter out) implements GenerationPrinter {
    @Override
    public void print(GeneratedSequence sequence) {
      out.printf(
          "== prompt %d, sequence %d%s%n",
          sequence.prompt().id() + 1,
          sequence.completion().sampleIndex() + 1,
          sequence.score().isPresent()
              ? ", score %.4f".formatted(sequence.score().getAsDouble())
              : "");
      out.println(sequence.completion().text());
      out.flush();
    }

    @Override
    public void finish() {}
  }

  /**
   * Prints each completion as a JSON object on a line of its own.
   *
   * @param out the output
   */
  record Json(PrintWriter out) implements GenerationPrinter {
    @Override
    public void print(GeneratedSequence sequence) {
      Completion completion = sequence.completion();
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("prompt", sequence.prompt().id());
      line.put("sequence", completion.sampleIndex());
      line.put("prompt_ids", sequence.prompt().tokenIds());
      line.put("ids", completion.tokenIds());
      line.put("text", completion.text());
      line.put("log_probs", completion.logProbs());
      line.put("finish_reason", name(completion.finishReason()));
      if (completion.finishReason() instanceof FinishReason.StopString(String stopString)) {
        line.put("stop_string", stopString);
      }
      if (completion.finishReason() instanceof FinishReason.StopToken(int tokenId)) {
        line.put("stop_token", tokenId);
      }
      sequence.score().ifPresent(score -> line.put("score", score));
      out.println(FiniteJson.line(line));
      out.flush();
    }

    private static String name(FinishReason reason) {
      return switch (reason) {
        case FinishReason.EndOfText _ -> "end-of-text";
        case FinishReason.StopToken _ -> "stop-token";
        case FinishReason.StopString _ -> "stop-string";
        case FinishReason.ConstraintMet _ -> "constraint";
        case FinishReason.LengthLimit _ -> "length";
        case FinishReason.Cancelled _ -> "cancelled";
      };
    }

    @Override
    public void finish() {}
  }
}
