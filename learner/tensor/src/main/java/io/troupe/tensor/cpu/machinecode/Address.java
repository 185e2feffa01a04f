package io.troupe.tensor.cpu.machinecode;

/**
 * A memory operand: {@code base + index * scale + displacement}.
 *
 * @param index null for none; not {@link Register#RSP}
 * @param scale 1, 2, 4 or 8
 */
public record Address(Register base, Register index, int scale, int displacement) {
  public Address {
    if (index == Register.RSP) {
      throw new IllegalArgumentException("index must not be RSP");
    }
    if (Integer.bitCount(scale) != 1 || scale < 1 || scale > 8) {
      throw new IllegalArgumentException("scale must be 1, 2, 4 or 8, got " + scale);
    }
  }

  /** The memory that a register points to. */
  public static Address at(Register base) {
    return new Address(base, null, 1, 0);
  }

  /** {@code base + displacement}. */
  public static Address at(Register base, int displacement) {
    return new Address(base, null, 1, displacement);
  }

  /** {@code base + index * scale}. */
  public static Address at(Register base, Register index, int scale) {
    return new Address(base, index, scale, 0);
  }

  /** The address so many bytes further. */
  public Address plus(int bytes) {
    return new Address(base, index, scale, displacement + bytes);
  }
}
