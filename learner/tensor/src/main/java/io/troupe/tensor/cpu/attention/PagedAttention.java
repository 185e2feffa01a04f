package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.DType;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.KvRows;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import java.util.ArrayList;
import java.util.List;

/**
 * FLOAT32 attention to the keys of a paged cache, in which the keys and values of the pass are
 * stored first.
 *
 * <p>A tile holds neighboring rows of one sequence: one when decoding, more when a prompt is read.
 * Its tasks are its key heads; when there are few of them, the chunks of its keys become tasks too,
 * so that one long sequence keeps all threads busy. Bits do not depend on the tasks: chunks are
 * always merged in order.
 */
final class PagedAttention {
  /** Queries that are computed together, unless more heads share a key head. */
  private static final int TILE_COLUMNS = 32;

  /** With fewer tasks than this, chunks become tasks. */
  private static final int FEW_TASKS = 64;

  /** Maximum number of parts. */
  private static final int MAX_PARTS = 64;

  /** Keys and values of a part, in elements: enough to pay for waking a thread. */
  private static final long PART_ELEMENTS = 32 * 1024;

  private final PagedInputs inputs;
  private final KvRows rows;
  private final int kvHeads;
  private final int headDim;
  private final long out;
  private final List<Tile> tiles;

  PagedAttention(Tensor out, PagedInputs inputs) {
    this.inputs = inputs;
    this.rows = inputs.rows();
    this.kvHeads = inputs.kvHeads();
    this.headDim = inputs.headDim();
    this.out = out.address();
    this.tiles = tiles(out.size(0));
  }

  /**
   * Rows {@code [row, row + count)}: one sequence, one chunk.
   *
   * @param firstChunk index of the first chunk with keys that a row attends to
   * @param end the position after that of its last row
   * @param isAlone whether no other row of the pass belongs to its sequence
   */
  private record Tile(int row, int count, int firstChunk, int end, boolean isAlone) {
    int chunks() {
      return (end + SoftmaxState.CHUNK - 1) / SoftmaxState.CHUNK - firstChunk;
    }
  }

  /** A chunk of the keys of a tile. */
  private record Task(Tile tile, int chunk) {}

  private List<Tile> tiles(int numRows) {
    int[] rowsOfSequence = new int[rows.pageTables().length];
    for (int row = 0; row < numRows; row++) {
      rowsOfSequence[rows.sequence()[row]]++;
    }
    int most = Math.max(1, TILE_COLUMNS / inputs.group());
    List<Tile> found = new ArrayList<>(numRows);
    int row = 0;
    while (row < numRows) {
      int count = 1;
      while (count < most && row + count < numRows && isNeighbor(row, row + count)) {
        count++;
      }
      boolean isAlone = rowsOfSequence[rows.sequence()[row]] == 1;
      int start = inputs.transform().firstChunkStart(rows.position()[row]);
      int end = rows.position()[row + count - 1] + 1;
      found.add(new Tile(row, count, start / SoftmaxState.CHUNK, end, isAlone));
      row += count;
    }
    return found;
  }

  private boolean isNeighbor(int row, int other) {
    int position = rows.position()[other];
    return rows.sequence()[row] == rows.sequence()[other]
        && position > rows.position()[row]
        && position < SoftmaxState.endOfChunk(rows.position()[row]);
  }

  void run(ComputePool pool) {
    int tasks = tiles.size() * kvHeads;
    if (tasks < FEW_TASKS && tiles.stream().anyMatch(tile -> tile.chunks() > 1)) {
      store(pool, tiles);
      runChunks(pool);
    } else {
      store(pool, tiles.stream().filter(tile -> !tile.isAlone).toList());
      int parts = Math.clamp(elements() / PART_ELEMENTS, 1, MAX_PARTS);
      int perPart = (tasks + parts - 1) / parts;
      Partition.split(pool, tasks, perPart, (from, to) -> runTasks((int) from, (int) to));
    }
  }

  /** Stores the keys and values of tiles whose keys other tasks read. */
  private void store(ComputePool pool, List<Tile> stored) {
    Partition.rows(
        pool,
        stored.size(),
        (long) TILE_COLUMNS * kvHeads * headDim,
        (from, to) -> {
          for (Tile tile : stored.subList((int) from, (int) to)) {
            for (int row = tile.row; row < tile.row + tile.count; row++) {
              inputs.store(row, 0, kvHeads);
            }
          }
        });
  }

  /** Elements of keys and values that are multiplied with a query. */
  private long elements() {
    long keys = 0;
    for (Tile tile : tiles) {
      keys += (long) tile.count * (tile.end - tile.firstChunk * SoftmaxState.CHUNK);
    }
    return 2 * keys * inputs.heads() * headDim;
  }

  private void runTasks(int from, int to) {
    PagedRow decoded = new PagedRow(inputs, out);
    int task = from;
    while (task < to) {
      Tile tile = tiles.get(task / kvHeads);
      int kvHead = task % kvHeads;
      if (tile.count == 1) {
        int end = Math.min(kvHeads, kvHead + to - task);
        if (tile.isAlone) {
          inputs.store(tile.row, kvHead, end);
        }
        decoded.run(tile.row, kvHead, end);
        task += end - kvHead;
      } else {
        runTile(tile, kvHead);
        task++;
      }
    }
  }

  private void runTile(Tile tile, int kvHead) {
    PagedTile run = new PagedTile(inputs, tile.row, tile.count, kvHead, 2);
    SoftmaxState total = run.state(0);
    SoftmaxState next = run.state(1);
    for (int chunk = 0; chunk < tile.chunks(); chunk++) {
      run.chunk(chunk == 0 ? total : next, tile.firstChunk + chunk);
      if (chunk > 0) {
        total.merge(next, run.columns());
      }
    }
    run.finish(total, out);
  }

  private void runChunks(ComputePool pool) {
    List<Task> tasks = new ArrayList<>();
    int[] firstTask = new int[tiles.size()];
    for (int i = 0; i < firstTask.length; i++) {
      firstTask[i] = tasks.size();
      for (int chunk = 0; chunk < tiles.get(i).chunks(); chunk++) {
        tasks.add(new Task(tiles.get(i), tiles.get(i).firstChunk + chunk));
      }
    }
    long bytes = SoftmaxState.bytes(Math.max(TILE_COLUMNS, inputs.group()), headDim);
    int floats = Math.toIntExact(tasks.size() * kvHeads * bytes / Float.BYTES);
    try (Scope temporary = Scope.current().engine().open("chunks of attention")) {
      long states = Tensor.empty(temporary, DType.FLOAT32, Shape.of(floats)).address();
      pool.run(
          tasks.size() * kvHeads,
          part -> {
            Task task = tasks.get(part / kvHeads);
            PagedTile run = withoutStates(task.tile, part % kvHeads);
            run.chunk(new SoftmaxState(states + part * bytes, run.columns(), headDim), task.chunk);
          });
      pool.run(
          tiles.size() * kvHeads,
          part -> {
            int kvHead = part % kvHeads;
            Tile tile = tiles.get(part / kvHeads);
            long first = states + ((long) firstTask[part / kvHeads] * kvHeads + kvHead) * bytes;
            mergeChunks(withoutStates(tile, kvHead), tile.chunks(), first, kvHeads * bytes);
          });
    }
  }

  private PagedTile withoutStates(Tile tile, int kvHead) {
    return new PagedTile(inputs, tile.row, tile.count, kvHead, 0);
  }

  private void mergeChunks(PagedTile run, int chunks, long first, long step) {
    SoftmaxState total = new SoftmaxState(first, run.columns(), headDim);
    for (int chunk = 1; chunk < chunks; chunk++) {
      total.merge(new SoftmaxState(first + chunk * step, run.columns(), headDim), run.columns());
    }
    run.finish(total, out);
  }
}
