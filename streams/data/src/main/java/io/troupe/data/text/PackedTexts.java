package io.troupe.data.text;

import io.troupe.data.DataFormatException;
import io.troupe.data.dataset.DataSplits;
import io.troupe.data.dataset.PerSplit;
import io.troupe.data.rows.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Texts without labels for a masked language model: the tokens of all rows in their order, with
 * {@code [SEP]} between rows, in pieces of {@code seq-length}.
 */
public final class PackedTexts {
  private PackedTexts() {}

  /**
   * The datasets of some rows.
   *
   * @throws DataFormatException if a row has no text
   */
  public static DataSplits of(PerSplit<List<Row>> rows, TextEncoder encoder) {
    return TextSplits.of("pieces of text", rows.map(part -> pieces(part, encoder)), encoder);
  }

  private static TextExamples pieces(List<Row> rows, TextEncoder encoder) {
    List<EncodedText> pieces = new ArrayList<>();
    int[] piece = new int[encoder.maxLength() - 2];
    int length = 0;
    for (Row row : rows) {
      int[] ids = encoder.split(row.requireText(TextRows.TEXT)).ids();
      for (int i = 0; i <= ids.length; i++) {
        piece[length++] = i < ids.length ? ids[i] : encoder.tokenizer().sepTokenId();
        if (length == piece.length) {
          pieces.add(encoder.single(piece));
          length = 0;
        }
      }
    }
    if (length > 1) {
      pieces.add(encoder.single(Arrays.copyOf(piece, length - 1))); // it ends with [SEP] anyway
    }
    if (pieces.isEmpty()) {
      throw new DataFormatException("texts must have tokens, got none in " + rows.size() + " rows");
    }
    return new TextExamples(pieces, new TextExamples.Targets.None(), List.of(), encoder);
  }
}
