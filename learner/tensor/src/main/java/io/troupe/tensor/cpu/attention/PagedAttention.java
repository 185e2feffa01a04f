package io.troupe.tensor.cpu.attention;

import io.troupe.tensor.DType;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.backend.KvRows;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import java.util.ArrayList;
import java.util.List;

/**
 * FLOAT32 attention to the keys of a paged cache.
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

  private final PageAddresses pages;
  private final KvRows rows;
  private final int heads;
  private final int kvHeads;
  private final int group;
  private final int headDim;
  private final float scale;
  private final long q;
  private final long out;
  private final List<Tile> tiles;

  PagedAttention(Tensor out, Tensor q, KvPages pages, int layer, KvRows rows, double scale) {
    this.pages = new PageAddresses(pages, layer);
    this.rows = rows;
    this.heads = q.size(1);
    this.kvHeads = pages.keys().size(2);
    this.group = heads / kvHeads;
    this.headDim = q.size(2);
    this.scale = (float) scale;
    this.q = q.address();
    this.out = out.address();
    this.tiles = tiles(q.size(0));
  }

  /**
   * Rows {@code [row, row + count)}: one sequence, one chunk.
   *
   * @param end the position after that of its last row
   */
  private record Tile(int row, int count, int end) {
    int chunks() {
      return (end + SoftmaxState.CHUNK - 1) / SoftmaxState.CHUNK;
    }
  }

  /** A chunk of the keys of a tile. */
  private record Task(Tile tile, int chunk) {}

  private List<Tile> tiles(int numRows) {
    int most = Math.max(1, TILE_COLUMNS / group);
    List<Tile> found = new ArrayList<>();
    int row = 0;
    while (row < numRows) {
      int count = 1;
      while (count < most && row + count < numRows && isNeighbor(row, row + count)) {
        count++;
      }
      found.add(new Tile(row, count, rows.position()[row + count - 1] + 1));
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
      runChunks(pool);
    } else {
      int perPart = (tasks + MAX_PARTS - 1) / MAX_PARTS;
      Partition.split(
          pool,
          tasks,
          perPart,
          (from, to) -> {
            for (int task = (int) from; task < to; task++) {
              runTile(tiles.get(task / kvHeads), task % kvHeads);
            }
          });
    }
  }

  private void runTile(Tile tile, int kvHead) {
    PagedTile run = paged(tile, kvHead, 2);
    SoftmaxState total = run.state(0);
    SoftmaxState next = run.state(1);
    for (int chunk = 0; chunk < tile.chunks(); chunk++) {
      run.chunk(chunk == 0 ? total : next, chunk);
      if (chunk > 0) {
        total.merge(next, run.columns());
      }
    }
    run.finish(total, out);
  }

  private PagedTile paged(Tile tile, int kvHead, int states) {
    return new PagedTile(
        pages, rows, tile.row, tile.count, kvHead, heads, group, headDim, scale, q, states);
  }

  private void runChunks(ComputePool pool) {
    List<Task> tasks = new ArrayList<>();
    int[] firstTask = new int[tiles.size()];
    for (int i = 0; i < firstTask.length; i++) {
      firstTask[i] = tasks.size();
      for (int chunk = 0; chunk < tiles.get(i).chunks(); chunk++) {
        tasks.add(new Task(tiles.get(i), chunk));
      }
    }
    long bytes = SoftmaxState.bytes(Math.max(TILE_COLUMNS, group), headDim);
    int floats = Math.toIntExact(tasks.size() * kvHeads * bytes / Float.BYTES);
    try (Scope temporary = Scope.current().engine().open("chunks of attention")) {
      long states = Tensor.empty(temporary, DType.FLOAT32, Shape.of(floats)).address();
      pool.run(
          tasks.size() * kvHeads,
          part -> {
            Task task = tasks.get(part / kvHeads);
            PagedTile run = paged(task.tile, part % kvHeads, 0);
            run.chunk(new SoftmaxState(states + part * bytes, run.columns(), headDim), task.chunk);
          });
      pool.run(
          tiles.size() * kvHeads,
          part -> {
            int kvHead = part % kvHeads;
            Tile tile = tiles.get(part / kvHeads);
            long first = states + ((long) firstTask[part / kvHeads] * kvHeads + kvHead) * bytes;
            mergeChunks(paged(tile, kvHead, 0), tile.chunks(), first, kvHeads * bytes);
          });
    }
  }

  private void mergeChunks(PagedTile run, int chunks, long first, long step) {
    SoftmaxState total = new SoftmaxState(first, run.columns(), headDim);
    for (int chunk = 1; chunk < chunks; chunk++) {
      total.merge(new SoftmaxState(first + chunk * step, run.columns(), headDim), run.columns());
    }
    run.finish(total, out);
  }
}
