package io.troupe.data.text;

import io.troupe.data.DataFormatException;
import io.troupe.data.dataset.DataSplits;
import io.troupe.data.dataset.PerSplit;
import io.troupe.data.rows.Row;
import io.troupe.data.rows.Value;
import io.troupe.data.text.TextExamples.Targets;
import io.troupe.rollout.tokenizer.WordPieceTokenizer.Pieces;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Questions whose answers are spans of texts, in the form of SQuAD: columns {@code question},
 * {@code context} and {@code answers} with lists {@code text} and {@code answer_start}, of which
 * the first answer is used. A question without an answer, or whose answer is truncated, has the
 * span of the first token, {@code [CLS]}.
 */
public final class AnsweredQuestions {
  private AnsweredQuestions() {}

  /** The tokens of an answer, first and last. */
  private record Span(int start, int end) {
    static final Span NONE = new Span(0, 0);
  }

  /** The characters of an answer in its text: the first, and the one after the last. */
  private record Answer(int start, int end) {}

  /**
   * The datasets of some rows.
   *
   * @throws DataFormatException if a row has no question or context, or an answer is not in it
   */
  public static DataSplits of(PerSplit<List<Row>> rows, TextEncoder encoder) {
    return TextSplits.of("questions and texts", rows.map(part -> examples(part, encoder)), encoder);
  }

  private static TextExamples examples(List<Row> rows, TextEncoder encoder) {
    List<EncodedText> texts = new ArrayList<>();
    int[] starts = new int[rows.size()];
    int[] ends = new int[rows.size()];
    for (int i = 0; i < starts.length; i++) {
      Row row = rows.get(i);
      int[] question = encoder.split(row.requireText("question")).ids();
      String context = row.requireText("context");
      Pieces pieces = encoder.split(context);
      EncodedText text = encoder.question(question, pieces.ids());
      Span span = answer(row, context).map(answer -> span(answer, pieces, text)).orElse(Span.NONE);
      starts[i] = span.start;
      ends[i] = span.end;
      texts.add(text);
    }
    return new TextExamples(texts, new Targets.Spans(starts, ends), List.of(), encoder);
  }

  private static Optional<Answer> answer(Row row, String context) {
    Optional<Value> text = first(row, "answers.text");
    Optional<Value> start = first(row, "answers.answer_start");
    if (text.isEmpty() || start.isEmpty()) {
      return Optional.empty();
    }
    String answer = text.get().asText();
    int from = characterAt(start.get(), context);
    if (answer.isEmpty() || from < 0 || !context.startsWith(answer, from)) {
      throw new DataFormatException(
          "%s: the answer '%s' must be in the context at answer_start=%s"
              .formatted(row.where(), answer, start.get().asText()));
    }
    return Optional.of(new Answer(from, from + answer.length()));
  }

  /** The index in UTF-16 units of a position in code points, as Python counts; -1 if outside. */
  private static int characterAt(Value position, String context) {
    String literal = position.asText();
    boolean isInside =
        literal.matches("\\d{1,9}")
            && Integer.parseInt(literal) <= context.codePointCount(0, context.length());
    return isInside ? context.offsetByCodePoints(0, Integer.parseInt(literal)) : -1;
  }

  private static Optional<Value> first(Row row, String path) {
    return row.find(path)
        .filter(value -> value instanceof Value.Items(List<Value> values) && !values.isEmpty())
        .map(value -> ((Value.Items) value).values().getFirst());
  }

  private static Span span(Answer answer, Pieces pieces, EncodedText text) {
    int first = -1;
    int last = -1;
    for (int i = 0; i < pieces.ids().length; i++) {
      boolean overlaps = pieces.ends()[i] > answer.start && pieces.starts()[i] < answer.end;
      first = overlaps && first < 0 ? i : first;
      last = overlaps ? i : last;
    }
    int offset = 0;
    while (offset < text.length() && text.tokenTypeIds()[offset] == 0) {
      offset++; // [CLS], the question and [SEP]
    }
    boolean isKept = first >= 0 && offset + last < text.length() - 1;
    return isKept ? new Span(offset + first, offset + last) : Span.NONE;
  }
}
