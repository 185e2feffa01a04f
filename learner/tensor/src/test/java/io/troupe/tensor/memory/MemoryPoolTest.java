package io.troupe.tensor.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryPoolTest {
  /** Small blocks, blocks that share a slab, and blocks that have one of their own. */
  private static final List<Long> SIZES =
      List.of(256L, 1L << 20, 7L << 20, 16L << 20, 20L << 20, 16L << 20, 7L << 20, 80L << 20);

  private record Block(long address, long bytes) {}

  @Test
  void blocksOfAnySizeAreAlignedAndApart() {
    try (MemoryPool memory = new MemoryPool()) {
      List<Block> blocks = new ArrayList<>();
      for (int round = 0; round < 4; round++) {
        for (long bytes : SIZES) {
          blocks.add(new Block(memory.acquire(bytes), bytes));
        }
      }
      for (int i = 0; i < blocks.size(); i++) {
        Block block = blocks.get(i);
        assertThat(block.address % 64).isZero();
        Memory.setInt(block.address, i);
        Memory.setInt(block.address + block.bytes - 4, -i);
      }
      for (int i = 0; i < blocks.size(); i++) {
        Block block = blocks.get(i);
        assertThat(Memory.getInt(block.address)).isEqualTo(i);
        assertThat(Memory.getInt(block.address + block.bytes - 4)).isEqualTo(-i);
      }
    }
  }
}
