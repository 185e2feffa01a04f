package io.troupe.tensor.cpu.machinecode;

/** The general-purpose registers of x86-64, in the order of their numbers in machine code. */
public enum Register {
  RAX,
  RCX,
  RDX,
  RBX,
  RSP,
  RBP,
  RSI,
  RDI,
  R8,
  R9,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15;

  /** The low three bits of the number, which go into the ModRM or SIB byte. */
  int low() {
    return ordinal() & 7;
  }

  /** The fourth bit of the number, which goes into a prefix. */
  int high() {
    return ordinal() >> 3;
  }
}
