package io.troupe.tensor.cpu.machinecode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;

/** The vector instruction sets that generated code uses. */
public enum Isa {
  /** 32 registers of 16 floats, and masks. */
  AVX512(16, 32),
  /** 16 registers of 8 floats, with fused multiply-add (FMA3). */
  AVX2(8, 16);

  private static final Optional<Isa> MACHINE = find();

  private final int lanes;
  private final int registers;

  Isa(int lanes, int registers) {
    this.lanes = lanes;
    this.registers = registers;
  }

  /** Floats in a vector. */
  public int lanes() {
    return lanes;
  }

  /** Bytes of a vector. */
  public int bytes() {
    return lanes * Float.BYTES;
  }

  /** Vector registers. */
  public int registers() {
    return registers;
  }

  /** The register for the mask of a function that has a single one. */
  public int maskRegister() {
    return this == AVX512 ? 1 : registers - 1;
  }

  /**
   * The instruction set whose vectors are as wide as those of the Vector API, so that both share
   * layouts and {@code -XX:UseAVX} limits both; empty where no code can be generated.
   */
  public static Optional<Isa> ofMachine() {
    return MACHINE;
  }

  private static Optional<Isa> find() {
    if (!ExecutableMemory.isSupported()) {
      return Optional.empty();
    }
    return switch (FloatVector.SPECIES_PREFERRED.length()) {
      case 16 -> Optional.of(AVX512);
      case 8 -> Optional.of(AVX2).filter(isa -> hasMultiplyAdd());
      default -> Optional.empty();
    };
  }

  private static boolean hasMultiplyAdd() {
    try {
      return Files.readString(Path.of("/proc/cpuinfo")).contains(" fma ");
    } catch (IOException e) {
      return false;
    }
  }
}
