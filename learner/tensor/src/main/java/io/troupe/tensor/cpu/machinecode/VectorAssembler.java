package io.troupe.tensor.cpu.machinecode;

/**
 * Encodes instructions on vectors of floats, with VEX prefixes for {@link Isa#AVX2} and EVEX
 * prefixes for {@link Isa#AVX512}. Vector registers are numbers from 0 to {@code isa.registers() -
 * 1}.
 *
 * <p>The lanes that a masked instruction works on come from a mask: with AVX-512 a mask register,
 * with AVX2 a vector register whose lanes have their highest bit set.
 */
public final class VectorAssembler extends VectorEncoder {
  public VectorAssembler(Isa isa) {
    super(isa);
  }

  /** All lanes become zero. */
  public void zero(int target) {
    if (isa() == Isa.AVX512) {
      registers(MAP_0F, P66, 0xEF, target, target, target); // vpxord
    } else {
      registers(MAP_0F, NONE, 0x57, target, target, target); // vxorps
    }
  }

  /** Copies a register. */
  public void move(int target, int source) {
    registers(MAP_0F, NONE, 0x28, target, 0, source); // vmovaps
  }

  /** Loads a vector from any address. */
  public void load(int target, Address source) {
    memory(MAP_0F, NONE, 0x10, target, 0, source, isa().bytes(), 0); // vmovups
  }

  /** Loads the lanes of a mask; the others become zero and are not read. */
  public void load(int target, Address source, int mask) {
    if (isa() == Isa.AVX512) {
      memory(MAP_0F, NONE, 0x10, target, 0, source, isa().bytes(), 0x80 | mask);
    } else {
      memory(MAP_0F38, P66, 0x2C, target, mask, source, isa().bytes(), 0); // vmaskmovps
    }
  }

  /** Stores a vector to any address. */
  public void store(Address target, int source) {
    memory(MAP_0F, NONE, 0x11, source, 0, target, isa().bytes(), 0);
  }

  /** Stores the lanes of a mask; the others are not written. */
  public void store(Address target, int source, int mask) {
    if (isa() == Isa.AVX512) {
      memory(MAP_0F, NONE, 0x11, source, 0, target, isa().bytes(), mask);
    } else {
      memory(MAP_0F38, P66, 0x2E, source, mask, target, isa().bytes(), 0);
    }
  }

  /** Loads one float into all lanes. */
  public void broadcast(int target, Address source) {
    memory(MAP_0F38, P66, 0x18, target, 0, source, Float.BYTES, 0); // vbroadcastss
  }

  /** Copies the first lane to all lanes. */
  public void broadcastFirst(int target, int source) {
    registers(MAP_0F38, P66, 0x18, target, 0, source); // vbroadcastss
  }

  /** Stores the first lane. */
  public void storeFirst(Address target, int source) {
    memory(MAP_0F, PF3, 0x11, source, 0, target, Float.BYTES, 0); // vmovss
  }

  /** {@code sum = x * y + sum}, rounded once. */
  public void multiplyAdd(int sum, int x, int y) {
    registers(MAP_0F38, P66, 0xB8, sum, x, y); // vfmadd231ps
  }

  /** {@code sum = x * memory + sum}, rounded once. */
  public void multiplyAdd(int sum, int x, Address y) {
    memory(MAP_0F38, P66, 0xB8, sum, x, y, isa().bytes(), 0);
  }

  /** {@code target = x + y}. */
  public void add(int target, int x, int y) {
    registers(MAP_0F, NONE, 0x58, target, x, y); // vaddps
  }

  /** {@code target = x + memory}. */
  public void add(int target, int x, Address y) {
    memory(MAP_0F, NONE, 0x58, target, x, y, isa().bytes(), 0);
  }

  /** {@code target = x - y}. */
  public void subtract(int target, int x, int y) {
    registers(MAP_0F, NONE, 0x5C, target, x, y); // vsubps
  }

  /** {@code target = x - memory}. */
  public void subtract(int target, int x, Address y) {
    memory(MAP_0F, NONE, 0x5C, target, x, y, isa().bytes(), 0);
  }

  /** {@code target = x * y}. */
  public void multiply(int target, int x, int y) {
    registers(MAP_0F, NONE, 0x59, target, x, y); // vmulps
  }

  /** {@code target = x / y}. */
  public void divide(int target, int x, int y) {
    registers(MAP_0F, NONE, 0x5E, target, x, y); // vdivps
  }

  /** The square root of each lane. */
  public void squareRoot(int target, int source) {
    registers(MAP_0F, NONE, 0x51, target, 0, source); // vsqrtps
  }

  /** {@code target = min(x, y)}; y where one of them is NaN. */
  public void min(int target, int x, int y) {
    registers(MAP_0F, NONE, 0x5D, target, x, y); // vminps
  }

  /** {@code target = max(x, y)}; y where one of them is NaN. */
  public void max(int target, int x, int y) {
    registers(MAP_0F, NONE, 0x5F, target, x, y); // vmaxps
  }

  /**
   * Sets a mask, as in {@link #loadMask}, to the lanes where x is not less than y, or one is NaN.
   */
  public void notLess(int mask, int x, int y) {
    registers(MAP_0F, NONE, 0xC2, mask, x, y); // vcmpnltps
    code().put(5);
  }

  /** Copies the lanes of a mask; the others become zero. */
  public void keep(int target, int source, int mask) {
    if (isa() == Isa.AVX512) {
      evex(0, target, source >> 4 & 1, source >> 3 & 1, MAP_0F, NONE, 0, 0x80 | mask);
      code().put(0x28, 0xC0 | (target & 7) << 3 | source & 7); // vmovaps
    } else {
      registers(MAP_0F, NONE, 0x54, target, source, mask); // vandps
    }
  }

  /** Takes the lanes of a mask from {@code chosen}, the others from {@code other}. */
  public void blend(int target, int other, int chosen, int mask) {
    if (isa() == Isa.AVX512) {
      evex(0, target, chosen >> 4 & 1, chosen >> 3 & 1, MAP_0F38, P66, other, mask);
      code().put(0x65, 0xC0 | (target & 7) << 3 | chosen & 7); // vblendmps
    } else {
      registers(MAP_0F3A, P66, 0x4A, target, other, chosen); // vblendvps
      code().put(mask << 4);
    }
  }

  /** {@code target = x & y}, bit by bit. */
  public void and(int target, int x, int y) {
    registers(MAP_0F, P66, 0xDB, target, x, y); // vpand, vpandd
  }

  /** {@code target = x | y}, bit by bit. */
  public void or(int target, int x, int y) {
    registers(MAP_0F, P66, 0xEB, target, x, y); // vpor, vpord
  }

  /** {@code target = x * 2^y}, rounded once, for whole numbers y; only AVX-512. */
  public void scale(int target, int x, int y) {
    registers(MAP_0F38, P66, 0x2C, target, x, y); // vscalefps
  }

  /** {@code target = x + y} of 32-bit integers. */
  public void addIntegers(int target, int x, int y) {
    registers(MAP_0F, P66, 0xFE, target, x, y); // vpaddd
  }

  /** {@code target = x - y} of 32-bit integers. */
  public void subtractIntegers(int target, int x, int y) {
    registers(MAP_0F, P66, 0xFA, target, x, y); // vpsubd
  }

  /** Shifts 32-bit integers to the left. */
  public void shiftLeft(int target, int source, int bits) {
    registers(MAP_0F, P66, 0x72, 6, target, source); // vpslld
    code().put(bits);
  }

  /** Shifts 32-bit integers to the right and keeps their signs. */
  public void shiftRight(int target, int source, int bits) {
    registers(MAP_0F, P66, 0x72, 4, target, source); // vpsrad
    code().put(bits);
  }

  /**
   * Combines the halves of a vector until one lane is left, the first.
   *
   * @param spare a register that gets the other half
   * @param combine code that combines both into {@code vector}
   */
  public void foldHalves(int vector, int spare, Runnable combine) {
    if (isa() == Isa.AVX512) {
      shuffleQuarters(spare, vector, vector, 0x0E);
      combine.run();
      shuffleQuarters(spare, vector, vector, 0x01);
    } else {
      selectHalves(spare, vector, vector, 0x01);
    }
    combine.run();
    shuffle(spare, vector, vector, 0x0E);
    combine.run();
    shuffle(spare, vector, vector, 0x01);
    combine.run();
  }

  /**
   * Reads the mask of a vector from memory: two bytes with one bit per lane for AVX-512, one vector
   * for AVX2.
   *
   * @param mask a mask register from 1 to 7 for AVX-512, a vector register for AVX2
   */
  public void loadMask(int mask, Address source) {
    if (isa() == Isa.AVX512) {
      vex(0, mask, indexBit(source), source.base().high(), MAP_0F, NONE, 0, 0);
      code().put(0x90); // kmovw
      code().memory(mask, source, 1);
    } else {
      load(mask, source);
    }
  }

  /** Fetches a cache line into the second cache. */
  public void prefetch(Address source) {
    if (indexBit(source) + source.base().high() > 0) {
      code().put(0x40 | indexBit(source) << 1 | source.base().high());
    }
    code().put(0x0F, 0x18);
    code().memory(2, source, 1); // prefetcht1
  }

  /** Takes elements of {@code x} and {@code y} in turn, from the lower half of every 128 bits. */
  public void unpackLow(int target, int x, int y) {
    registers(MAP_0F, NONE, 0x14, target, x, y); // vunpcklps
  }

  /** The same from the upper half of every 128 bits. */
  public void unpackHigh(int target, int x, int y) {
    registers(MAP_0F, NONE, 0x15, target, x, y); // vunpckhps
  }

  /** Takes the lower pair of elements of every 128 bits, of {@code x} and then of {@code y}. */
  public void unpackLowPairs(int target, int x, int y) {
    registers(1, MAP_0F, P66, 0x14, target, x, y); // vunpcklpd
  }

  /** The same with the upper pair. */
  public void unpackHighPairs(int target, int x, int y) {
    registers(1, MAP_0F, P66, 0x15, target, x, y); // vunpckhpd
  }

  /**
   * Of every 128 bits, takes two elements of {@code x} and two of {@code y}.
   *
   * @param selection two bits for each element
   */
  public void shuffle(int target, int x, int y, int selection) {
    registers(MAP_0F, NONE, 0xC6, target, x, y); // vshufps
    code().put(selection);
  }

  /** Takes two of four quarters of {@code x} and two of {@code y}; only AVX-512. */
  public void shuffleQuarters(int target, int x, int y, int selection) {
    registers(MAP_0F3A, P66, 0x23, target, x, y); // vshuff32x4
    code().put(selection);
  }

  /** Takes one half from {@code x} and {@code y} twice; only AVX2. */
  public void selectHalves(int target, int x, int y, int selection) {
    registers(MAP_0F3A, P66, 0x06, target, x, y); // vperm2f128
    code().put(selection);
  }

  /** Reorders the four pairs of elements of {@code x}; only AVX2. */
  public void permutePairs(int target, int x, int selection) {
    registers(1, MAP_0F3A, P66, 0x01, target, 0, x); // vpermpd
    code().put(selection);
  }

  /**
   * Takes each element from {@code target} or {@code y}; only AVX-512.
   *
   * @param indices register of integers: below 16 an element of {@code target}, from 16 of y
   */
  public void permute(int target, int indices, int y) {
    registers(MAP_0F38, P66, 0x7F, target, indices, y); // vpermt2ps
  }

  /** Loads half as many floats as a vector has lanes and makes them doubles. */
  public void loadAsDoubles(int target, Address source) {
    memory(0, MAP_0F, NONE, 0x5A, target, 0, source, isa().bytes() / 2, 0); // vcvtps2pd
  }

  /** Makes a vector of doubles floats, in the lower half of the target. */
  public void toFloats(int target, int doubles) {
    registers(1, MAP_0F, P66, 0x5A, target, 0, doubles); // vcvtpd2ps
  }

  /** Stores the lower half of a vector, of registers 0 to 15. */
  public void storeLowerHalf(Address target, int source) {
    int length = isa() == Isa.AVX512 ? 1 : 0;
    vex(0, source, indexBit(target), target.base().high(), MAP_0F, NONE, 0, length);
    code().put(0x11); // vmovups
    code().memory(source & 7, target, 1);
  }

  /** Loads one double into all lanes. */
  public void broadcastDouble(int target, Address source) {
    int wide = isa() == Isa.AVX512 ? 1 : 0;
    memory(wide, MAP_0F38, P66, 0x19, target, 0, source, Double.BYTES, 0); // vbroadcastsd
  }

  /** {@code target = x + y} of doubles. */
  public void addDoubles(int target, int x, int y) {
    registers(1, MAP_0F, P66, 0x58, target, x, y); // vaddpd
  }

  /** {@code target = x - y} of doubles. */
  public void subtractDoubles(int target, int x, int y) {
    registers(1, MAP_0F, P66, 0x5C, target, x, y); // vsubpd
  }

  /** {@code target = x * y} of doubles. */
  public void multiplyDoubles(int target, int x, int y) {
    registers(1, MAP_0F, P66, 0x59, target, x, y); // vmulpd
  }

  /** Makes the first float a double; of the target, only the first lane is defined. */
  public void firstToDouble(int target, int source) {
    registers(MAP_0F, PF3, 0x5A, target, source, source); // vcvtss2sd
  }

  /** Makes the first double a float; of the target, only the first lane is defined. */
  public void firstToFloat(int target, int source) {
    registers(1, MAP_0F, PF2, 0x5A, target, source, source); // vcvtsd2ss
  }

  /** {@code target = x + y} of the first doubles. */
  public void addFirstDoubles(int target, int x, int y) {
    registers(1, MAP_0F, PF2, 0x58, target, x, y); // vaddsd
  }

  /** {@code target = x / y} of the first doubles. */
  public void divideFirstDoubles(int target, int x, int y) {
    registers(1, MAP_0F, PF2, 0x5E, target, x, y); // vdivsd
  }

  /** The square root of the first double. */
  public void squareRootOfFirstDouble(int target, int source) {
    registers(1, MAP_0F, PF2, 0x51, target, source, source); // vsqrtsd
  }

  /** Ends the use of wide vectors, so that code of older instruction sets is not slowed down. */
  public void zeroUpper() {
    code().put(0xC5, 0xF8, 0x77);
  }
}
