package io.troupe.tensor.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.backend.TestBackend;
import io.troupe.tensor.backend.Window;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The backward pass detects in-place modification of saved tensors, as in PyTorch. */
class InPlaceTest {
  private Engine engine;
  private Scope scope;

  @BeforeEach
  void open() {
    engine = TestBackend.CPU.open();
    scope = engine.open("test");
  }

  @AfterEach
  void close() {
    scope.close();
    engine.close();
  }

  private record Case(Function<List<Tensor>, Tensor> operation, List<Shape> operands) {
    static Case of(Function<List<Tensor>, Tensor> operation, Shape... operands) {
      return new Case(operation, List.of(operands));
    }
  }

  private static Map<String, Case> cases() {
    Shape s = Shape.of(2, 3);
    Map<String, Case> cases = new LinkedHashMap<>();
    cases.put("add", Case.of(x -> x.get(0).add(x.get(1)), s, s));
    cases.put("sub", Case.of(x -> x.get(0).sub(x.get(1)), s, s));
    cases.put("mul", Case.of(x -> x.get(0).mul(x.get(1)), s, s));
    cases.put("div", Case.of(x -> x.get(0).div(x.get(1)), s, s));
    cases.put(
        "maximum", Case.of(x -> Elementwise.binary(BinaryOp.MAXIMUM, x.get(0), x.get(1)), s, s));
    cases.put("pow", Case.of(x -> x.get(0).pow(3), s));
    for (UnaryOp op :
        List.of(
            UnaryOp.EXP,
            UnaryOp.LOG,
            UnaryOp.SQRT,
            UnaryOp.NEG,
            UnaryOp.ABS,
            UnaryOp.RELU,
            UnaryOp.TANH,
            UnaryOp.SIGMOID,
            UnaryOp.SILU,
            UnaryOp.GELU)) {
      cases.put(op.name().toLowerCase(java.util.Locale.ROOT), Case.of(x -> x.get(0).apply(op), s));
    }
    cases.put("clamp", Case.of(x -> x.get(0).clamp(0.6, 1), s));
    cases.put("sum", Case.of(x -> x.get(0).sum(1), s));
    cases.put("max", Case.of(x -> Reductions.max(x.get(0), Shape.of(2, 1)), s));
    cases.put("softmax", Case.of(x -> x.get(0).softmax(), s));
    cases.put("logSoftmax", Case.of(x -> x.get(0).logSoftmax(), s));
    cases.put("matmul", Case.of(x -> x.get(0).matmul(x.get(1)), s, Shape.of(3, 4)));
    cases.put(
        "linear",
        Case.of(
            x -> MatrixProducts.linear(x.get(0), x.get(1), x.get(2)),
            s,
            Shape.of(4, 3),
            Shape.of(4)));
    cases.put(
        "layerNorm",
        Case.of(
            x -> Normalization.layerNorm(x.get(0), x.get(1), x.get(2), 1e-5),
            s,
            Shape.of(3),
            Shape.of(3)));
    cases.put(
        "conv2d",
        Case.of(
            x -> Convolution.conv2d(x.get(0), x.get(1), null, Window.of(2), 1),
            Shape.of(1, 2, 4, 4),
            Shape.of(3, 2, 2, 2)));
    cases.put("cat", Case.of(x -> Indexing.cat(1, x), s, s));
    return cases;
  }

  @Test
  void detectsTheSameModificationsAsPyTorch() throws IOException {
    Map<String, Case> cases = cases();
    String[] lines;
    try (var stored = InPlaceTest.class.getResourceAsStream("inplace.txt")) {
      lines = new String(stored.readAllBytes(), StandardCharsets.UTF_8).split("\n");
    }
    assertThat(Arrays.stream(lines).map(line -> line.split(" ")[0]))
        .containsExactlyInAnyOrderElementsOf(cases.keySet());
    for (String line : lines) {
      String[] words = line.split(" ");
      if (words[0].equals("layerNorm")) {
        words[3] = "fine"; // PyTorch saves the bias, although the gradient does not read it
      }
      List<String> outcomes = new ArrayList<>(List.of(words[0]));
      for (int target = 0; target < words.length - 1; target++) {
        outcomes.add(outcome(cases.get(words[0]), target));
      }
      assertThat(outcomes).containsExactly(words);
    }
  }

  private static String outcome(Case c, int target) {
    List<Tensor> tensors = new ArrayList<>();
    for (Shape shape : c.operands()) {
      Tensor leaf = Tensor.full(DType.FLOAT64, shape, 0.7).requiresGrad(true);
      tensors.add(leaf.mul(1));
    }
    Tensor result = c.operation().apply(tensors);
    tensors.add(result);
    tensors.get(target).detach().muli(-3);
    try {
      result.backward(Tensor.full(DType.FLOAT64, result.shape(), 1));
      return "fine";
    } catch (IllegalStateException e) {
      return "error";
    }
  }

  @Test
  void messageNamesOperationShapeAndVersions() {
    Tensor a = Tensor.full(DType.FLOAT32, Shape.of(2, 3), 2).requiresGrad(true);
    Tensor b = Tensor.full(DType.FLOAT32, Shape.of(2, 3), 3);
    int version = b.storage().version();
    Tensor loss = a.mul(b).sum();
    b.muli(2);
    assertThatThrownBy(loss::backward)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "FLOAT32 (2, 3) saved by MUL for its gradient must be at version %d, got version %d;"
                + " do not modify it in place before backward()",
            version, version + 1);
  }

  @Test
  void viewsShareTheVersionOfTheirBase() {
    Tensor a = Tensor.full(DType.FLOAT32, Shape.of(2, 3), 2).requiresGrad(true);
    Tensor base = Tensor.full(DType.FLOAT32, Shape.of(4, 3), 3);
    Tensor loss = a.mul(base.rows(0, 2)).sum();
    base.slice(3).filli(0); // a different part of the same storage, as in PyTorch
    assertThatThrownBy(loss::backward).hasMessageContaining("saved by MUL");
  }

  @Test
  void tensorsNotSavedForBackwardMayBeModified() {
    Tensor a = Tensor.full(DType.FLOAT32, Shape.of(2, 3), 2).requiresGrad(true);
    Tensor b = Tensor.full(DType.FLOAT32, Shape.of(2, 3), 3);
    Tensor loss = a.mul(b).sum();
    a.detach().muli(2); // only the gradient of b reads it
    loss.backward();
    assertThat(a.grad().get(0)).isEqualTo(3);
  }

  @Test
  void modifyingMethodsIncrementTheVersionOfTheBase() {
    Map<String, Consumer<Tensor>> methods = new LinkedHashMap<>();
    methods.put("addScaledi", t -> t.addScaledi(Tensor.zeros(2, 3), 1));
    methods.put("muli", t -> t.muli(1));
    methods.put("filli", t -> t.filli(0));
    methods.put("copyFrom", t -> t.copyFrom(Tensor.zeros(2, 3)));
    methods.put("setFloats", t -> t.setFloats(new float[6]));
    methods.put("setBytes", t -> t.setBytes(4, MemorySegment.ofArray(new byte[4])));
    assertThat(
            Arrays.stream(Tensor.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(Method::getName)
                .filter(name -> name.matches("set[A-Z].*|copyFrom|\\w*[a-z]i"))
                .distinct())
        .containsExactlyInAnyOrderElementsOf(methods.keySet());
    methods.forEach(
        (name, method) -> {
          Tensor base = Tensor.zeros(4, 3);
          int version = base.storage().version();
          method.accept(base.rows(1, 3));
          assertThat(base.storage().version()).as(name).isGreaterThan(version);
        });
  }

  @Test
  void aSecondBackwardPassChecksVersionsAgain() {
    Tensor a = Tensor.full(DType.FLOAT32, Shape.of(2), 2).requiresGrad(true);
    Tensor loss = a.mul(a).sum();
    loss.backward();
    a.detach().muli(2);
    assertThat(a.grad().get(0)).isEqualTo(4);
    assertThatThrownBy(loss::backward).hasMessageContaining("saved by MUL");
  }
}
