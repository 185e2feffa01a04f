package io.troupe.training.packing;

import io.troupe.nn.lm.TokenBatch;
import io.troupe.tensor.PackedSequences;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of one forward pass, and the assignment of rows to the tokens that they predict.
 *
 * <p>Adjacent samples of one group share the rows of their prompt, a segment that each of their
 * completions continues. The last row of the prompt predicts the first token of every one of them.
 *
 * @param tokens the rows
 * @param predictions number of tokens that are predicted
 * @param rows for each prediction, the row that makes it
 * @param targets for each prediction, the token
 * @param samples for each prediction, the index of its sample
 * @param offsets for each prediction, its position in the completion
 */
@SuppressWarnings("ArrayRecordComponent") // written once while packing
public record PackedBatch(
    TokenBatch tokens, int predictions, int[] rows, int[] targets, int[] samples, int[] offsets) {

  /**
   * Cuts samples into batches of at most {@code maxTokens} rows, in order; a longer sample has its
   * own batch. Samples with an empty completion are left out.
   */
  public static List<PackedBatch> pack(List<PackedSample> samples, int maxTokens) {
    List<PackedBatch> batches = new ArrayList<>();
    List<PackedSample> open = new ArrayList<>();
    int rows = 0;
    for (PackedSample sample : samples) {
      if (sample.completionIds().length == 0) {
        continue;
      }
      int added = sample.completionRows() + (continuesGroup(open, sample) ? 0 : promptRows(sample));
      if (!open.isEmpty() && rows + added > maxTokens) {
        batches.add(of(open));
        open.clear();
        rows = 0;
        added = sample.completionRows() + promptRows(sample);
      }
      open.add(sample);
      rows += added;
    }
    if (!open.isEmpty()) {
      batches.add(of(open));
    }
    return batches;
  }

  private static boolean continuesGroup(List<PackedSample> open, PackedSample sample) {
    return !open.isEmpty() && open.getLast().group() == sample.group();
  }

  private static int promptRows(PackedSample sample) {
    return sample.promptIds().length;
  }

  /** All samples, none with an empty completion, in one batch. */
  public static PackedBatch of(List<PackedSample> samples) {
    return new Layout(samples).build();
  }

  /** Writes rows and predictions side by side. */
  private static final class Layout {
    private final List<PackedSample> samples;
    private final List<int[]> segments = new ArrayList<>(); // {length, prefix}
    private final int[] ids;
    private final int[] rows;
    private final int[] targets;
    private final int[] owners;
    private final int[] offsets;
    private int row;
    private int prediction;

    Layout(List<PackedSample> samples) {
      this.samples = samples;
      int mostRows = 0;
      int predictions = 0;
      for (PackedSample sample : samples) {
        mostRows += promptRows(sample) + sample.completionRows();
        predictions += sample.completionIds().length;
      }
      ids = new int[mostRows];
      rows = new int[predictions];
      targets = new int[predictions];
      owners = new int[predictions];
      offsets = new int[predictions];
    }

    PackedBatch build() {
      for (int from = 0; from < samples.size(); ) {
        int to = from + 1;
        while (to < samples.size() && samples.get(to).group() == samples.get(from).group()) {
          to++;
        }
        addGroup(samples.subList(from, to));
        from = to;
      }
      int[] lengths = segments.stream().mapToInt(segment -> segment[0]).toArray();
      int[] prefixes = segments.stream().mapToInt(segment -> segment[1]).toArray();
      PackedSequences layout = PackedSequences.of(lengths, prefixes);
      TokenBatch tokens = TokenBatch.packed(java.util.Arrays.copyOf(ids, row), layout);
      return new PackedBatch(tokens, prediction, rows, targets, owners, offsets);
    }

    private void addGroup(List<PackedSample> group) {
      int[] prompt = group.getFirst().promptIds();
      int lastPromptRow = row + prompt.length - 1;
      append(prompt, prompt.length);
      if (group.size() == 1) {
        PackedSample only = group.getFirst();
        append(only.completionIds(), only.completionRows());
        segments.add(new int[] {prompt.length + only.completionRows(), -1});
        predict(only, lastPromptRow, lastPromptRow + 1);
        return;
      }
      int prefix = segments.size();
      segments.add(new int[] {prompt.length, -1});
      for (PackedSample sample : group) {
        int first = row;
        append(sample.completionIds(), sample.completionRows());
        if (sample.completionRows() > 0) {
          segments.add(new int[] {sample.completionRows(), prefix});
        }
        predict(sample, lastPromptRow, first);
      }
    }

    private void append(int[] tokens, int count) {
      System.arraycopy(tokens, 0, ids, row, count);
      row += count;
    }

    private void predict(PackedSample sample, int lastPromptRow, int firstRow) {
      for (int token = 0; token < sample.completionIds().length; token++) {
        rows[prediction] = token == 0 ? lastPromptRow : firstRow + token - 1;
        targets[prediction] = sample.completionIds()[token];
        owners[prediction] = sample.index();
        offsets[prediction] = token;
        prediction++;
      }
    }
  }
}
