package io.troupe.tensor.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.autograd.Elementwise;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Extreme values, ties and NaN against PyTorch's results in torch/extremes.csv (make_fixtures.py).
 */
class TorchExtremesTest {
  /** Relative tolerance: libraries differ in the last bits of exp and similar functions. */
  private static final double UNITS = 16;

  private record Fixture(DType dtype, String operation, String a, String b, double[] expected) {
    static Fixture parse(String line) {
      String[] parts = line.split(",", -1);
      return new Fixture(DType.valueOf(parts[0]), parts[1], parts[2], parts[3], numbers(parts[4]));
    }

    Tensor first() {
      return Tensor.of(numbers(a)).to(dtype);
    }

    Tensor second() {
      return Tensor.of(numbers(b)).to(dtype);
    }
  }

  @ParameterizedTest
  @EnumSource
  void extremeValuesMatchPyTorch(TestBackend kind) throws IOException {
    try (Engine engine = kind.open()) {
      List<String> differences = new ArrayList<>();
      for (String line : lines()) {
        Fixture fixture = Fixture.parse(line);
        try (Scope _ = engine.open(fixture.operation())) {
          compare(differences, fixture, run(fixture).toDoubles());
        }
      }
      assertThat(differences).isEmpty();
    }
  }

  private static List<String> lines() throws IOException {
    try (InputStream in =
        TorchExtremesTest.class.getResourceAsStream("/io/troupe/tensor/torch/extremes.csv")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static Tensor run(Fixture fixture) {
    String operation = fixture.operation();
    String name = operation.substring(operation.lastIndexOf(' ') + 1);
    Tensor a = fixture.first();
    if (operation.startsWith("binary")) {
      return eachWithEach(BinaryOp.valueOf(name), a, fixture.second());
    }
    if (operation.startsWith("gradient of first")) {
      Tensor each = asColumn(a).expand(square(a));
      return gradient(
          each.detach(), x -> Elementwise.binary(BinaryOp.valueOf(name), x, fixture.second()));
    }
    if (operation.startsWith("gradient of second")) {
      Tensor each = fixture.second().expand(square(a));
      return gradient(
          each.detach(), x -> Elementwise.binary(BinaryOp.valueOf(name), asColumn(a), x));
    }
    if (operation.startsWith("scalar")) {
      Tensor out = Tensor.empty(a.dtype(), a.shape());
      Backend.of(a).elementwise().scalar(BinaryOp.valueOf(name), out, a, numbers(fixture.b())[0]);
      return out;
    }
    if (operation.startsWith("unary")) {
      return a.apply(UnaryOp.valueOf(name));
    }
    if (operation.startsWith("gradient of unary")) {
      return gradient(a, x -> x.apply(UnaryOp.valueOf(name)));
    }
    if (operation.startsWith("to ")) {
      return a.to(DType.valueOf(name));
    }
    if (operation.startsWith("gradient of")) {
      return gradient(a, x -> named(name, x, fixture));
    }
    return named(name, a, fixture);
  }

  private static Tensor eachWithEach(BinaryOp op, Tensor a, Tensor b) {
    Tensor out = Tensor.empty(a.dtype(), square(a));
    Backend.of(a).elementwise().binary(op, out, asColumn(a), b);
    return out;
  }

  private static Tensor asColumn(Tensor a) {
    return a.reshape(-1, 1);
  }

  private static Shape square(Tensor a) {
    return Shape.of(a.size(0), a.size(0));
  }

  private static Tensor named(String name, Tensor a, Fixture fixture) {
    return switch (name) {
      case "clamp" -> a.clamp(numbers(fixture.b())[0], numbers(fixture.b())[1]);
      case "softmax" -> a.softmax();
      case "logSoftmax" -> a.logSoftmax();
      case "argmax" -> a.argmax();
      case "max" -> a.max(0);
      case "sum" -> a.sum();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Tensor gradient(Tensor leaf, UnaryOperator<Tensor> function) {
    leaf.requiresGrad(true);
    function.apply(leaf).sum().backward();
    return leaf.grad();
  }

  private static void compare(List<String> differences, Fixture fixture, double[] actual) {
    double[] expected = fixture.expected();
    assertThat(actual).as(fixture.operation()).hasSameSizeAs(expected);
    double precision = fixture.dtype() == DType.FLOAT32 ? 0x1p-23 : 0x1p-52;
    for (int i = 0; i < expected.length; i++) {
      double e = expected[i];
      boolean same =
          e == actual[i]
              || (Double.isNaN(e) && Double.isNaN(actual[i]))
              || Math.abs(e - actual[i]) <= UNITS * precision * Math.max(1, Math.abs(e));
      if (!same) {
        differences.add(
            "%s %s of %s and %s, element %d: PyTorch says %s, got %s"
                .formatted(
                    fixture.dtype(),
                    fixture.operation(),
                    fixture.a(),
                    fixture.b(),
                    i,
                    e,
                    actual[i]));
      }
    }
  }

  private static double[] numbers(String text) {
    return Arrays.stream(text.split(";"))
        .mapToDouble(
            number ->
                switch (number) {
                  case "inf" -> Double.POSITIVE_INFINITY;
                  case "-inf" -> Double.NEGATIVE_INFINITY;
                  case "nan" -> Double.NaN;
                  default -> Double.parseDouble(number);
                })
        .toArray();
  }
}
