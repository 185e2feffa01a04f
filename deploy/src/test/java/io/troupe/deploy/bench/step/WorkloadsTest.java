package io.troupe.deploy.bench.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.cpu.CpuBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadsTest {
  private static final GraphSources NO_DATA = new GraphSources(null, false);

  /** The number of parameters of the networks of PyTorch that the steps are compared with. */
  @ParameterizedTest
  @CsvSource({
    "lenet5, 61706",
    "vit_tiny, 5362762",
    "swin_t, 28288354",
    "dcgan, 6342272",
    "gcn, 23063",
    "unet, 1927009",
    "clip, 9939969"
  })
  void aStepTrainsANetworkOfTheStatedSize(String name, long parameters) {
    try (Engine engine = Engine.of(CpuBackend.create(2));
        Scope weights = engine.longLived(name);
        StepBench bench = Workloads.of(name).prepare(NO_DATA, engine, weights)) {
      assertThat(bench.module().numParameters()).isEqualTo(parameters);
      bench.step();
      assertThat(bench.trainer().stepCount()).isOne();
    }
  }

  @Test
  void unknownNamesAreReported() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Workloads.of("vit"))
        .withMessageStartingWith("model must be one of lenet5, ")
        .withMessageEndingWith(", got vit");
  }
}
