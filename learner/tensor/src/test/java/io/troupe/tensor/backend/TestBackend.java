package io.troupe.tensor.backend;

import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.nd4j.Nd4jBackend;
import org.nd4j.linalg.factory.Nd4j;

/** The backends that tests run on. {@link DeclaredWrites} checks their calls. */
public enum TestBackend {
  CPU,
  ND4J;

  /**
   * Opens an engine with two threads, if the backend supports a number of threads. The caller must
   * close it.
   */
  public Engine open() {
    return Engine.of(
        DeclaredWrites.checked(
            switch (this) {
              case CPU -> CpuBackend.create(2);
              case ND4J -> nd4j();
            }));
  }

  /** Limits ND4J to one thread, since splitting tiny arrays across threads is slower. */
  private static Backend nd4j() {
    Nd4j.getEnvironment().setMaxMasterThreads(1);
    return new Nd4jBackend();
  }
}
