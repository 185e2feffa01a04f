package io.troupe.tensor.cpu.random;

import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.RandomOps;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;
import io.troupe.tensor.memory.Memory;
import io.troupe.tensor.random.Philox;

/**
 * Random tensors.
 *
 * <p>A FLOAT32 element takes one word of the generator (element i word i), a FLOAT64 element two.
 * Dropout looks at one word per element in either type.
 */
public final class CpuRandom implements RandomOps {
  private final ComputePool pool;

  /** Computes on the threads of {@code pool}. */
  public CpuRandom(ComputePool pool) {
    this.pool = pool;
  }

  /** Writes the elements of one block of four words, from {@code from} to {@code end}. */
  @FunctionalInterface
  private interface Block {
    void write(int[] words, long from, long end);
  }

  /** Walks the blocks that hold elements {@code [0, n)}, {@code perBlock} elements each. */
  private void blocks(long n, int perBlock, Philox generator, Block body) {
    Partition.elements(
        pool,
        n,
        (from, end) -> {
          int[] words = new int[4];
          for (long i = from; i < end; i += perBlock) {
            generator.block(i / perBlock, words);
            body.write(words, i, Math.min(end, i + perBlock));
          }
        });
  }

  @Override
  public void uniform(Tensor out, Philox generator) {
    Writes.to(out);
    long to = out.address();
    if (out.dtype() == DType.FLOAT32) {
      blocks(
          out.numel(),
          4,
          generator,
          (words, from, end) -> {
            for (long i = from; i < end; i++) {
              Memory.setFloat(to + 4 * i, uniform(words[(int) (i - from)]));
            }
          });
    } else {
      blocks(
          out.numel(),
          2,
          generator,
          (words, from, end) -> {
            for (long i = from; i < end; i++) {
              int w = 2 * (int) (i - from);
              Memory.setDouble(to + 8 * i, uniform(words[w], words[w + 1]));
            }
          });
    }
  }

  /** 24 bits of a word as a number in [0, 1). */
  private static float uniform(int word) {
    return (word >>> 8) * 0x1p-24f;
  }

  /** 53 bits of two words as a number in [0, 1). */
  private static double uniform(int high, int low) {
    return (((high & 0xFFFFFFFFL) << 21) | (low >>> 11)) * 0x1p-53;
  }

  @Override
  public void normal(Tensor out, Philox generator) {
    Writes.to(out);
    long to = out.address();
    if (out.dtype() == DType.FLOAT32) {
      blocks(
          out.numel(),
          4,
          generator,
          (words, from, end) -> {
            for (long i = from; i < end; i++) {
              int w = (int) (i - from) & 2;
              double u = ((words[w] & 0xFFFFFFFFL) + 1) * 0x1p-32;
              double turn = (words[w + 1] & 0xFFFFFFFFL) * 0x1p-32;
              Memory.setFloat(to + 4 * i, (float) boxMuller(u, turn, i));
            }
          });
    } else {
      blocks(
          out.numel(),
          2,
          generator,
          (words, from, end) -> {
            for (long i = from; i < end; i++) {
              double u = 1 - uniform(words[0], words[1]);
              Memory.setDouble(to + 8 * i, boxMuller(u, uniform(words[2], words[3]), i));
            }
          });
    }
  }

  /** The normal number of an even or odd element from two uniform ones, u in (0, 1]. */
  private static double boxMuller(double u, double turn, long element) {
    double radius = Math.sqrt(-2 * Math.log(u));
    double angle = 2 * Math.PI * turn;
    return radius * ((element & 1) == 0 ? Math.cos(angle) : Math.sin(angle));
  }

  @Override
  public void dropout(Tensor out, Tensor a, double p, Philox generator) {
    Writes.to(out);
    long to = out.address();
    long source = a.address();
    if (out.dtype() == DType.FLOAT32) {
      Partition.elements(
          pool,
          out.numel(),
          (from, end) -> DropoutLoops.dropout(to, source, p, generator, from, end));
      return;
    }
    double scale = 1 / (1 - p);
    blocks(
        out.numel(),
        4,
        generator,
        (words, from, end) -> {
          for (long i = from; i < end; i++) {
            boolean kept = uniform(words[(int) (i - from)]) >= p;
            Memory.setDouble(to + 8 * i, kept ? Memory.getDouble(source + 8 * i) * scale : 0);
          }
        });
  }
}
