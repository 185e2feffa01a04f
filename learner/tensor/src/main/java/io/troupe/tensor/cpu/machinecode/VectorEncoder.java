package io.troupe.tensor.cpu.machinecode;

/**
 * Encodes the operands of vector instructions: VEX prefixes for {@link Isa#AVX2}, EVEX prefixes for
 * {@link Isa#AVX512}.
 */
abstract sealed class VectorEncoder extends Assembler permits VectorAssembler {
  /** Opcode maps 0F, 0F38 and 0F3A, in the numbering of VEX and EVEX. */
  static final int MAP_0F = 1;

  static final int MAP_0F38 = 2;
  static final int MAP_0F3A = 3;

  /** Implied prefixes none, 66, F3 and F2. */
  static final int NONE = 0;

  static final int P66 = 1;
  static final int PF3 = 2;
  static final int PF2 = 3;

  private final Isa isa;

  VectorEncoder(Isa isa) {
    this.isa = isa;
  }

  /** The instruction set that is encoded. */
  public final Isa isa() {
    return isa;
  }

  final void registers(int map, int prefix, int opcode, int field, int second, int third) {
    registers(0, map, prefix, opcode, field, second, third);
  }

  final void registers(
      int wide, int map, int prefix, int opcode, int field, int second, int third) {
    if (isa == Isa.AVX512) {
      evex(wide, field, third >> 4 & 1, third >> 3 & 1, map, prefix, second, 0);
    } else {
      vex(wide, field, 0, third >> 3, map, prefix, second, 1);
    }
    code().put(opcode, 0xC0 | (field & 7) << 3 | third & 7);
  }

  /**
   * An instruction with a memory operand.
   *
   * @param unit bytes of the memory operand, by which EVEX scales short displacements
   * @param masking bits z and aaa of EVEX
   */
  final void memory(
      int map, int prefix, int opcode, int field, int second, Address at, int unit, int masking) {
    memory(0, map, prefix, opcode, field, second, at, unit, masking);
  }

  final void memory(
      int wide,
      int map,
      int prefix,
      int opcode,
      int field,
      int second,
      Address at,
      int unit,
      int masking) {
    if (isa == Isa.AVX512) {
      evex(wide, field, indexBit(at), at.base().high(), map, prefix, second, masking);
    } else {
      vex(wide, field, indexBit(at), at.base().high(), map, prefix, second, 1);
    }
    code().put(opcode);
    code().memory(field & 7, at, isa == Isa.AVX512 ? unit : 1);
  }

  /** Three-byte VEX prefix; {@code length} is 1 for 256 bits. */
  final void vex(int wide, int field, int x, int b, int map, int prefix, int second, int length) {
    code().put(0xC4);
    code().put((field >> 3 & 1 ^ 1) << 7 | (x ^ 1) << 6 | (b ^ 1) << 5 | map);
    code().put(wide << 7 | (~second & 15) << 3 | length << 2 | prefix);
  }

  /** EVEX prefix for vectors of 512 bits. */
  final void evex(int wide, int field, int x, int b, int map, int prefix, int second, int masking) {
    code().put(0x62);
    code()
        .put(
            (field >> 3 & 1 ^ 1) << 7
                | (x ^ 1) << 6
                | (b ^ 1) << 5
                | (field >> 4 & 1 ^ 1) << 4
                | map);
    code().put(wide << 7 | (~second & 15) << 3 | 1 << 2 | prefix);
    code().put(masking & 0x80 | 2 << 5 | (second >> 4 & 1 ^ 1) << 3 | masking & 7);
  }

  static int indexBit(Address address) {
    return address.index() == null ? 0 : address.index().high();
  }
}
