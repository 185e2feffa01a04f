package io.troupe.tensor.cpu;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.Memory;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.DoubleAdder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Reads a tensor as fast as the machine can: the limit that benchmarks are compared with. */
public final class MemoryScan {
  private static final int PARTS = 64;
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** The size of a scanned tensor in bytes is a multiple of this. */
  public static final long GRANULE_BYTES = 4L * PARTS * SPECIES.vectorByteSize();

  private MemoryScan() {}

  /**
   * Sums the elements of a FLOAT32 tensor in no fixed order.
   *
   * @param memory its size in bytes is a multiple of {@link #GRANULE_BYTES}
   */
  public static double sum(Tensor memory, ComputePool pool) {
    long address = memory.address();
    long partBytes = memory.sizeBytes() / PARTS;
    DoubleAdder sums = new DoubleAdder();
    pool.run(PARTS, part -> sums.add(sum(address + part * partBytes, partBytes)));
    return sums.sum();
  }

  private static float sum(long address, long bytes) {
    FloatVector a = FloatVector.zero(SPECIES);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    int step = SPECIES.vectorByteSize();
    for (long at = address; at < address + bytes; at += 4L * step) {
      a = a.add(load(at));
      b = b.add(load(at + step));
      c = c.add(load(at + 2L * step));
      d = d.add(load(at + 3L * step));
    }
    return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
  }

  private static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, Memory.ALL, address, ByteOrder.nativeOrder());
  }
}
