package io.troupe.tensor.cpu.machinecode;

import java.util.Arrays;

/** The bytes of the code so far. */
final class CodeBuffer {
  private byte[] bytes = new byte[1024];
  private int size;

  int size() {
    return size;
  }

  void put(int... values) {
    if (size + values.length > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    for (int value : values) {
      bytes[size++] = (byte) value;
    }
  }

  void putInt(int value) {
    put(value, value >> 8, value >> 16, value >> 24);
  }

  void patchInt(int at, int value) {
    for (int i = 0; i < Integer.BYTES; i++) {
      bytes[at + i] = (byte) (value >> 8 * i);
    }
  }

  byte[] toArray() {
    return Arrays.copyOf(bytes, size);
  }

  /**
   * The ModRM byte and what follows it for a memory operand.
   *
   * @param field the low three bits of the other operand, or an extension of the opcode
   * @param unit what a one-byte displacement counts: 1, or the operand's size with EVEX
   */
  void memory(int field, Address address, int unit) {
    boolean needsSib = address.index() != null || address.base().low() == Register.RSP.low();
    int displacement = address.displacement();
    boolean isShort = displacement % unit == 0 && isByte(displacement / unit);
    int mode;
    if (displacement == 0 && address.base().low() != Register.RBP.low()) {
      mode = 0;
    } else {
      mode = isShort ? 1 : 2;
    }
    put(mode << 6 | field << 3 | (needsSib ? Register.RSP.low() : address.base().low()));
    if (needsSib) {
      int index = address.index() == null ? Register.RSP.low() : address.index().low();
      put(Integer.numberOfTrailingZeros(address.scale()) << 6 | index << 3 | address.base().low());
    }
    if (mode == 1) {
      put(displacement / unit);
    } else if (mode == 2) {
      putInt(displacement);
    }
  }

  private static boolean isByte(int value) {
    return value == (byte) value;
  }
}
