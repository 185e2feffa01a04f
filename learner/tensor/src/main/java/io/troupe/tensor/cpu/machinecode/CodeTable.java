package io.troupe.tensor.cpu.machinecode;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/** Functions that are generated on first use. Thread-safe; two threads may both generate one. */
public final class CodeTable {
  private final AtomicReferenceArray<MachineCode> codes;

  /** An empty table for indexes below {@code size}. */
  public CodeTable(int size) {
    codes = new AtomicReferenceArray<>(size);
  }

  /** The function of an index. */
  public MachineCode get(int index, Supplier<MachineCode> generator) {
    MachineCode code = codes.get(index);
    if (code == null) {
      code = generator.get();
      codes.set(index, code);
    }
    return code;
  }
}
