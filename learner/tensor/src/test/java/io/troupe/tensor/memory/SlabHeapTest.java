package io.troupe.tensor.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class SlabHeapTest {
  private static final long MB = 1L << 20;

  private record Block(long address, long bytes) {
    boolean overlaps(Block other) {
      return address < other.address + other.bytes && other.address < address + bytes;
    }
  }

  @Test
  void blocksNeverOverlapAndAreMergedAfterRelease() {
    long seed = 11;
    Random random = new Random(seed);
    try (Arena arena = Arena.ofConfined()) {
      SlabHeap heap = new SlabHeap(arena, 64);
      List<Block> used = new ArrayList<>();
      for (int i = 0; i < 5000; i++) {
        if (used.size() < 40 && random.nextBoolean()) {
          long bytes = SlabHeap.GRAIN_BYTES * (17 + random.nextInt(200));
          Block block = new Block(heap.acquire(bytes), bytes);
          assertThat(used).as("seed %d, round %d", seed, i).noneMatch(block::overlaps);
          used.add(block);
        } else if (!used.isEmpty()) {
          Block block = used.remove(random.nextInt(used.size()));
          heap.release(block.address, block.bytes);
        }
      }
      used.forEach(block -> heap.release(block.address, block.bytes));
      long reserved = heap.reservedBytes();
      for (long slab = 0; slab < reserved; slab += 16 * MB) {
        heap.acquire(16 * MB);
      }
      assertThat(heap.reservedBytes()).isEqualTo(reserved);
    }
  }

  @Test
  void aReusedBlockHasItsFullSize() {
    try (MemoryPool pool = new MemoryPool()) {
      Random random = new Random(7);
      for (int round = 0; round < 50; round++) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
          long bytes = MemoryPool.blockBytes(1 + random.nextInt(80_000));
          Block block = new Block(pool.acquire(bytes, MemoryUse.ACTIVATIONS), bytes);
          assertThat(blocks).as("round %d", round).noneMatch(block::overlaps);
          blocks.add(block);
        }
        blocks.forEach(block -> pool.release(block.address, block.bytes, MemoryUse.ACTIVATIONS));
      }
    }
  }

  @Test
  void changingSizesReserveNoMoreThanTheLargestStep() {
    try (MemoryPool pool = new MemoryPool()) {
      Random random = new Random(5);
      long afterFirst = 0;
      for (int step = 0; step < 300; step++) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          long bytes = MemoryPool.blockBytes(MB / 2 + random.nextInt((int) MB));
          blocks.add(new Block(pool.acquire(bytes, MemoryUse.ACTIVATIONS), bytes));
        }
        blocks.forEach(block -> pool.release(block.address, block.bytes, MemoryUse.ACTIVATIONS));
        afterFirst = step == 0 ? pool.reservedBytes() : afterFirst;
      }
      assertThat(pool.reservedBytes()).isLessThanOrEqualTo(afterFirst + 16 * MB);
      assertThat(pool.usedBytes()).isZero();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void smallerBlocksLeaveRoomForALargeOne() {
    try (MemoryPool pool = new MemoryPool()) {
      List<Block> blocks = new ArrayList<>();
      for (int i = 0; i < 48; i++) {
        blocks.add(new Block(pool.acquire(2 * MB, MemoryUse.ACTIVATIONS), 2 * MB));
      }
      long reserved = pool.reservedBytes();
      for (Block block : blocks.subList(1, 48)) {
        pool.release(block.address, block.bytes, MemoryUse.ACTIVATIONS);
      }
      pool.acquire(94 * MB, MemoryUse.GRADIENTS);

      assertThat(pool.reservedBytes()).isEqualTo(reserved);
    }
  }

  @Test
  void aBlockMayBeLargerThanASlab() {
    try (MemoryPool pool = new MemoryPool()) {
      long bytes = MemoryPool.blockBytes(40 * MB + 1);
      long address = pool.acquire(bytes, MemoryUse.ACTIVATIONS);
      Memory.setLong(address + bytes - 8, 42);
      pool.release(address, bytes, MemoryUse.ACTIVATIONS);
      assertThat(pool.acquire(20 * MB, MemoryUse.ACTIVATIONS)).isEqualTo(address);
      assertThat(pool.reservedBytes()).isEqualTo(bytes);
    }
  }
}
