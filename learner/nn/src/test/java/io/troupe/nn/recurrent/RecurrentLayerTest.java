package io.troupe.nn.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.TorchFile;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.random.Philox;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RNN, LSTM and GRU: parity with PyTorch for every option, and errors for invalid input. */
class RecurrentLayerTest {
  private static final RecurrentOptions OPTIONS = RecurrentOptions.of(4, 6);
  private static final int[] LENGTHS = {3, 5, 1};

  private Engine engine;
  private Scope scope;

  @BeforeEach
  void open() {
    engine = Engine.of(CpuBackend.create(2));
    scope = engine.open("recurrent");
  }

  @AfterEach
  void close() {
    scope.close();
    engine.close();
  }

  private static RecurrentLayer layer(String word, RecurrentOptions options) {
    Initializer initializer = Initializer.of(DType.FLOAT32, 1);
    return switch (word) {
      case "rnn" -> new RNN(options, initializer);
      case "relu" -> new RNN(options, Activation.RELU, initializer);
      case "lstm" -> new LSTM(options, initializer);
      default -> new GRU(options, initializer);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"rnn", "relu", "lstm", "gru"})
  void matchesPyTorch(String word) {
    check(word, word, OPTIONS, null);
    check(word, word + "_state", OPTIONS.withBatchFirst(false), null);
    check(word, word + "_no_bias", OPTIONS.withBias(false), null);
    RecurrentOptions deep = OPTIONS.withNumLayers(2).withBidirectional(true);
    check(word, word + "_deep", deep, null);
    check(word, word + "_lengths", OPTIONS, LENGTHS);
    check(word, word + "_both_lengths", deep, LENGTHS);
  }

  private static void check(String word, String name, RecurrentOptions options, int[] lengths) {
    try (TorchFile torch = TorchFile.open("recurrent/recurrent")) {
      RecurrentLayer layer = layer(word, options);
      torch.load(name + ".param.", layer);
      Tensor x = torch.leaf(name + ".x");
      Tensor h0 = torch.has(name + ".h0") ? torch.leaf(name + ".h0") : null;
      Tensor c0 = torch.has(name + ".c0") ? torch.leaf(name + ".c0") : null;
      RecurrentOutput out =
          layer.forward(x, h0 == null ? null : new RecurrentState(h0, c0), lengths);
      torch.check(out.output(), name + ".y");
      torch.check(out.state().h(), name + ".hn");
      Tensor objective =
          out.output()
              .mul(torch.get(name + ".dy"))
              .sum()
              .add(out.state().h().mul(torch.get(name + ".dhn")).sum());
      if (torch.has(name + ".cn")) {
        torch.check(out.state().c(), name + ".cn");
        objective = objective.add(out.state().c().mul(torch.get(name + ".dcn")).sum());
      }
      objective.backward();
      torch.check(x.grad(), name + ".dx");
      torch.checkGradients(name + ".grad.", layer);
      if (h0 != null) {
        torch.check(h0.grad(), name + ".dh0");
      }
      if (c0 != null) {
        torch.check(c0.grad(), name + ".dc0");
      }
    }
  }

  @Test
  void initialWeightsAreWithinPyTorchsBounds() {
    RecurrentLayer layer = layer("lstm", RecurrentOptions.of(8, 16));
    layer
        .namedParameters()
        .forEach(
            (name, parameter) -> {
              double largest = 0;
              for (double value : parameter.toDoubles()) {
                largest = Math.max(largest, Math.abs(value));
              }
              assertThat(largest).as(name).isBetween(0.2, 0.25);
            });
    assertThat(layer.numParameters()).isEqualTo(4 * 16 * (8 + 16 + 2));
  }

  @Test
  void dropoutBetweenLayersIsActiveOnlyInTraining() {
    RecurrentLayer layer = layer("gru", OPTIONS.withNumLayers(2).withDropout(0.5));
    Tensor x = Tensor.full(DType.FLOAT32, io.troupe.tensor.Shape.of(2, 3, 4), 1);
    float[] evaluated = layer.forward(x).toFloats();
    assertThat(layer.forward(x).toFloats()).isEqualTo(evaluated);
    layer.train();
    layer.restartRandom(Philox.of(5));
    float[] dropped = layer.forward(x).toFloats();
    assertThat(dropped).isNotEqualTo(evaluated);
    layer.restartRandom(Philox.of(5));
    assertThat(layer.forward(x).toFloats()).isEqualTo(dropped);
  }

  @Test
  void sequenceInChunksMatchesTheWholeSequence() {
    RecurrentLayer layer = layer("lstm", OPTIONS.withNumLayers(2));
    Tensor x = Initializer.of(DType.FLOAT32, 3).normal(1, 2, 5, 4);
    RecurrentOutput whole = layer.forward(x, null, null);
    RecurrentOutput first = layer.forward(x.narrow(1, 0, 2), null, null);
    RecurrentOutput second = layer.forward(x.narrow(1, 2, 3), first.state().detach(), null);
    assertThat(second.output().toFloats()).isEqualTo(whole.output().narrow(1, 2, 3).toFloats());
    assertThat(second.state().c().toFloats()).isEqualTo(whole.state().c().toFloats());
  }

  @Test
  void invalidInputsAreRejected() {
    RecurrentLayer lstm = layer("lstm", OPTIONS);
    assertThatThrownBy(() -> lstm.forward(Tensor.zeros(2, 5, 3)))
        .hasMessage("input of LSTM must be (batch, time, 4), got (2, 5, 3)");
    RecurrentState bad = new RecurrentState(Tensor.zeros(1, 2, 6), Tensor.zeros(1, 3, 6));
    assertThatThrownBy(() -> lstm.forward(Tensor.zeros(2, 5, 4), bad, null))
        .hasMessage(
            "the initial state must be (numLayers numDirections, batch, hidden), (1, 2, 6), got"
                + " (1, 3, 6)");
    RecurrentState none = RecurrentState.of(Tensor.zeros(1, 2, 6));
    assertThatThrownBy(() -> lstm.forward(Tensor.zeros(2, 5, 4), none, null))
        .hasMessage("LSTM state must have a cell state c, got h only");
    assertThatThrownBy(() -> new RNN(OPTIONS, Activation.GELU, Initializer.of(DType.FLOAT32, 1)))
        .hasMessage("nonlinearity must be tanh or relu, got gelu");
    assertThatThrownBy(() -> OPTIONS.withDropout(1))
        .hasMessage("dropout must be in [0, 1), got 1.0");
  }
}
