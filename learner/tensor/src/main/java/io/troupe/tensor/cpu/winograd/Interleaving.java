package io.troupe.tensor.cpu.winograd;

import static io.troupe.tensor.cpu.machinecode.Address.at;

import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.Register;
import io.troupe.tensor.cpu.machinecode.VectorAssembler;
import io.troupe.tensor.memory.Memory;
import java.lang.foreign.Arena;

/**
 * Generates the separation of even and odd elements of two vectors, and its inverse. With AVX-512,
 * the four highest registers hold the positions of the elements.
 */
final class Interleaving {
  /** Four vectors of positions. */
  static final long INDICES = indices();

  private static final int EVENS = 28;
  private static final int ODDS = 29;
  private static final int LOWER = 30;
  private static final int UPPER = 31;

  private final VectorAssembler code;
  private final boolean hasPermutations;

  Interleaving(VectorAssembler code) {
    this.code = code;
    this.hasPermutations = code.isa() == Isa.AVX512;
  }

  private static long indices() {
    long address = Arena.global().allocate(4 * 64, 64).address();
    for (int i = 0; i < 16; i++) {
      long at = address + 4L * i;
      Memory.setInt(at, 2 * i);
      Memory.setInt(at + 64, 2 * i + 1);
      Memory.setInt(at + 128, i / 2 + i % 2 * 16);
      Memory.setInt(at + 192, 8 + i / 2 + i % 2 * 16);
    }
    return address;
  }

  /** Loads the positions from the address in a register. */
  void loadIndices(Register register) {
    if (hasPermutations) {
      for (int i = 0; i < 4; i++) {
        code.load(EVENS + i, at(register, 64 * i));
      }
    }
  }

  /** The even elements of {@code x} and then those of {@code y}. */
  void evens(int target, int x, int y) {
    separate(target, x, y, EVENS, 0x88);
  }

  /** The odd elements of {@code x} and then those of {@code y}. */
  void odds(int target, int x, int y) {
    separate(target, x, y, ODDS, 0xDD);
  }

  private void separate(int target, int x, int y, int indices, int selection) {
    if (hasPermutations) {
      code.move(target, x);
      code.permute(target, indices, y);
    } else {
      code.shuffle(target, x, y, selection);
      code.permutePairs(target, target, 0xD8);
    }
  }

  /**
   * Elements of {@code even} and {@code odd} in turn: {@code first} gets those of their lower
   * halves, {@code second} those of the upper ones.
   */
  void interleave(int first, int second, int even, int odd) {
    if (hasPermutations) {
      code.move(first, even);
      code.permute(first, LOWER, odd);
      code.move(second, even);
      code.permute(second, UPPER, odd);
    } else {
      code.unpackLow(first, even, odd);
      code.unpackHigh(odd, even, odd);
      code.selectHalves(second, first, odd, 0x31);
      code.selectHalves(first, first, odd, 0x20);
    }
  }
}
