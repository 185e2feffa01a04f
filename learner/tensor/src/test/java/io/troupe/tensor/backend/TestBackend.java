package io.troupe.tensor.backend;

import io.troupe.tensor.Engine;
import io.troupe.tensor.nd4j.Nd4jBackend;

/** The backends that tests run on. */
public enum TestBackend {
  ND4J;

  /** An engine of this backend; the caller closes it. */
  public Engine open() {
    return Engine.of(
        switch (this) {
          case ND4J -> new Nd4jBackend();
        });
  }
}
