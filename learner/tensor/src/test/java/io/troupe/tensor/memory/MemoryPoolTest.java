package io.troupe.tensor.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class MemoryPoolTest {
  /** Sizes of small blocks, blocks that share a slab, and blocks with a separate slab. */
  private static final List<Long> SIZES =
      List.of(256L, 1L << 20, 7L << 20, 16L << 20, 20L << 20, 16L << 20, 7L << 20, 80L << 20);

  private record Block(long address, long bytes) {}

  @Test
  void blocksOfAnySizeAreAlignedAndDisjoint() {
    try (MemoryPool memory = new MemoryPool()) {
      List<Block> blocks = new ArrayList<>();
      for (int round = 0; round < 4; round++) {
        for (long bytes : SIZES) {
          blocks.add(new Block(memory.acquire(bytes, MemoryUse.ACTIVATIONS), bytes));
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

  @Test
  void refusesToExceedItsLimitAndStaysUsable() {
    try (MemoryPool memory = new MemoryPool(40L << 20)) {
      long first = memory.acquire(20L << 20, MemoryUse.ACTIVATIONS);
      long used = memory.usedBytes();
      assertThatThrownBy(() -> memory.acquire(24L << 20, MemoryUse.ACTIVATIONS))
          .isInstanceOf(MemoryLimitException.class)
          .hasMessage(
              "memory-limit must be at least 44.0 MiB to allocate a tensor of 24.0 MiB, got 40.0"
                  + " MiB with 20.0 MiB in use; raise memory-limit or lower the batch size");
      assertThat(memory.usedBytes()).isEqualTo(used);
      assertThat(memory.reservedBytes()).isLessThanOrEqualTo(memory.limitBytes());
      memory.release(first, 20L << 20, MemoryUse.ACTIVATIONS);
      memory.acquire(12L << 20, MemoryUse.ACTIVATIONS); // fits into the reserved memory
      assertThat(memory.reservedBytes()).isEqualTo(20L << 20);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void trimReturnsTheMemoryOfFreeBlocksToTheSystem() {
    try (MemoryPool memory = new MemoryPool()) {
      long bytes = 16L << 20;
      long kept = memory.acquire(bytes, MemoryUse.WEIGHTS);
      long freed = memory.acquire(bytes, MemoryUse.ACTIVATIONS);
      Memory.setLong(kept + (8L << 20), 42);
      Memory.setLong(freed + (8L << 20), 42);
      memory.release(freed, bytes, MemoryUse.ACTIVATIONS);
      memory.trim();

      assertThat(memory.acquire(bytes, MemoryUse.ACTIVATIONS)).isEqualTo(freed);
      assertThat(Memory.getLong(freed + (8L << 20))).isZero(); // a new page
      assertThat(Memory.getLong(kept + (8L << 20))).isEqualTo(42);
    }
  }

  @Test
  void smallBlocksCountTowardsTheLimit() {
    try (MemoryPool memory = new MemoryPool(1024)) {
      for (int i = 0; i < 4; i++) {
        memory.acquire(256, MemoryUse.ACTIVATIONS);
      }
      assertThatThrownBy(() -> memory.acquire(256, MemoryUse.ACTIVATIONS))
          .isInstanceOf(MemoryLimitException.class);
    }
  }

  @Test
  void aLimitMustBePositive() {
    assertThatThrownBy(() -> new MemoryPool(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("memory-limit must be > 0 bytes, got 0");
  }

  @Test
  void scratchMemoryOfKernelsIsCounted() {
    long before = KernelScratch.bytes();
    MemorySegment segment = KernelScratch.allocate(1 << 20);
    assertThat(KernelScratch.bytes() - before).isGreaterThanOrEqualTo(1 << 20);
    assertThat(segment.address() % 64).isZero();
  }
}
