package io.troupe.tensor.cpu.machinecode;

import java.util.List;

/** The instruction sets that code can be tested for. */
public final class IsasOfMachine {
  private IsasOfMachine() {}

  /** That of the Vector API and the narrower ones; empty where no code can be generated. */
  public static List<Isa> all() {
    return Isa.ofMachine()
        .map(isa -> isa == Isa.AVX512 ? List.of(Isa.AVX512, Isa.AVX2) : List.of(isa))
        .orElse(List.of());
  }
}
