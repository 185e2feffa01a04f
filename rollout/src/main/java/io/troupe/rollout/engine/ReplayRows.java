package io.troupe.rollout.engine;

import io.troupe.rollout.kvcache.PageTable;
import java.util.ArrayList;
import java.util.List;

/** The rows of a forward pass of a replay. Rows of one sequence follow each other. */
final class ReplayRows {
  private final List<PageTable> tables = new ArrayList<>();
  private final List<Integer> sequences = new ArrayList<>();
  private final List<Integer> ids = new ArrayList<>();
  private final List<Integer> positions = new ArrayList<>();

  /** Adds a position and returns its row. */
  int add(PageTable pages, int id, int position) {
    if (tables.isEmpty() || tables.getLast() != pages) {
      tables.add(pages);
    }
    sequences.add(tables.size() - 1);
    ids.add(id);
    positions.add(position);
    return ids.size() - 1;
  }

  boolean isEmpty() {
    return ids.isEmpty();
  }

  PageTable[] tables() {
    return tables.toArray(PageTable[]::new);
  }

  int[] sequences() {
    return ints(sequences);
  }

  int[] ids() {
    return ints(ids);
  }

  int[] positions() {
    return ints(positions);
  }

  private static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
