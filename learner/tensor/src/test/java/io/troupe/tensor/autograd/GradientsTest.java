package io.troupe.tensor.autograd;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.Engine;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.RandomTensors;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.backend.ActivationOp;
import io.troupe.tensor.backend.AttentionOperands;
import io.troupe.tensor.backend.AttentionScores;
import io.troupe.tensor.backend.RotaryAngles;
import io.troupe.tensor.backend.TestBackend;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Gradients of every recorded operation against central differences, on every backend. */
class GradientsTest {
  private static final long SEED = 20;
  private static final Set<UnaryOp> OF_POSITIVE =
      EnumSet.of(UnaryOp.SQRT, UnaryOp.RSQRT, UnaryOp.LOG, UnaryOp.RECIPROCAL);

  /** A check of one operation, which creates its own inputs. */
  private record Case(String name, Consumer<RandomTensors> check) {}

  @TestFactory
  Stream<DynamicNode> elementwise() {
    List<Case> cases = new ArrayList<>();
    for (BinaryOp op :
        List.of(
            BinaryOp.ADD,
            BinaryOp.SUB,
            BinaryOp.MUL,
            BinaryOp.DIV,
            BinaryOp.MAXIMUM,
            BinaryOp.MINIMUM)) {
      cases.add(binary(op, Shape.of(2, 3), Shape.of(2, 3)));
      cases.add(binary(op, Shape.of(2, 3), Shape.of(3)));
      cases.add(binary(op, Shape.of(2, 1, 2), Shape.of(3, 1)));
      cases.add(binary(op, Shape.of(), Shape.of(2, 2)));
    }
    for (UnaryOp op : UnaryOp.values()) {
      cases.add(
          new Case(
              op.name(),
              random ->
                  GradientCheck.check(
                      in -> in.getFirst().apply(op),
                      OF_POSITIVE.contains(op) ? random.positive(5) : random.awayFromZero(5))));
    }
    return on(cases);
  }

  @TestFactory
  Stream<DynamicNode> activations() {
    return on(
        Stream.of(
                new ActivationOp.LeakyRelu(0.2),
                new ActivationOp.Elu(0.7, 1.3),
                new ActivationOp.Softplus(2, 1),
                new ActivationOp.Softplus(1, 20))
            .map(
                op ->
                    new Case(
                        op.toString(),
                        random ->
                            GradientCheck.check(
                                in -> Elementwise.activation(op, in.getFirst()),
                                random.awayFromZero(7))))
            .toList());
  }

  private static Case binary(BinaryOp op, Shape a, Shape b) {
    return new Case(
        op + " " + a + " " + b,
        random ->
            GradientCheck.check(
                in -> Elementwise.binary(op, in.get(0), in.get(1)),
                random.doubles(a.sizes()),
                random.awayFromZero(b.sizes())));
  }

  @TestFactory
  Stream<DynamicNode> withNumbers() {
    return on(
        List.of(
            of("add a number", x -> x.add(0.3)),
            of("sub a number", x -> x.sub(0.3)),
            of("mul by a number", x -> x.mul(-1.7)),
            of("div by a number", x -> x.div(-1.7)),
            of("square by pow", x -> x.pow(2)),
            of("cube by pow", x -> x.pow(3)),
            new Case(
                "pow 0.5",
                random -> GradientCheck.check(in -> in.getFirst().pow(0.5), random.positive(4))),
            new Case(
                "pow -1.5",
                random -> GradientCheck.check(in -> in.getFirst().pow(-1.5), random.positive(4))),
            of("clamp", x -> x.clamp(-0.51, 0.51)),
            of("dropout", x -> Elementwise.dropout(x, 0.4, Philox.of(3))),
            of("expand", x -> x.expand(Shape.of(2, 3, 4))),
            of("relu in place", x -> Elementwise.reluInPlace(x.add(0.013))),
            of("add in place", x -> Elementwise.addInPlace(x.mul(2), x)),
            of("copy", Tensor::copy)));
  }

  @TestFactory
  Stream<DynamicNode> choices() {
    return on(
        List.of(
            new Case(
                "swiglu",
                random ->
                    GradientCheck.check(
                        in -> Elementwise.swiglu(in.get(0), in.get(1)),
                        random.doubles(2, 3),
                        random.doubles(2, 3))),
            new Case(
                "where",
                random ->
                    GradientCheck.check(
                        in ->
                            Elementwise.where(
                                Tensor.of(new double[] {1, 0, 0, 1, 1, 0}, 2, 3),
                                in.get(0),
                                in.get(1)),
                        random.doubles(2, 3),
                        random.doubles(3)))));
  }

  @TestFactory
  Stream<DynamicNode> reductions() {
    return on(
        List.of(
            of("sum", Tensor::sum),
            of("sum over the first dimension", x -> x.sum(0)),
            of("sum over the last dimension", x -> x.sum(-1)),
            of("mean", Tensor::mean),
            of("mean over a dimension", x -> x.mean(0)),
            of("sum to (3, 1)", x -> Reductions.sum(x, Shape.of(3, 1))),
            of("max over the first dimension", x -> x.max(0)),
            of("max over the last dimension", x -> x.max(1)),
            of("softmax", Tensor::softmax),
            of("logSoftmax", Tensor::logSoftmax)));
  }

  @TestFactory
  Stream<DynamicNode> matrixProducts() {
    return on(
        List.of(
            matmul(Shape.of(2, 3), Shape.of(3, 4)),
            matmul(Shape.of(1, 1), Shape.of(1, 1)),
            matmul(Shape.of(2, 2, 3), Shape.of(2, 3, 2)),
            matmul(Shape.of(2, 2, 3), Shape.of(3, 2)),
            matmul(Shape.of(2, 3), Shape.of(2, 3, 2)),
            matmul(Shape.of(2, 1, 2, 2), Shape.of(3, 2, 1)),
            linear(Shape.of(3, 2), true),
            linear(Shape.of(2, 2, 2), true),
            linear(Shape.of(2), false),
            swigluLinearAdd(true),
            swigluLinearAdd(false),
            new Case(
                "layers of one input", random -> checkOfTwoWeights(random, layersOfOneInput())),
            new Case(
                "linearSwiglu",
                random ->
                    checkOfTwoWeights(
                        random,
                        in ->
                            MatrixProducts.linearSwiglu(
                                in.get(0), in.get(1), in.get(2), in.get(3), null))),
            new Case(
                "linearAdd",
                random ->
                    GradientCheck.check(
                        in -> MatrixProducts.linearAdd(in.get(0), in.get(1), in.get(2), in.get(3)),
                        random.doubles(2, 3),
                        random.doubles(2, 4),
                        random.doubles(3, 4),
                        random.doubles(3)))));
  }

  private static Function<List<Tensor>, Tensor> layersOfOneInput() {
    return in -> {
      Tensor[] weights = {in.get(1), in.get(3)};
      List<Tensor> outs = MatrixProducts.linear(in.get(0), weights, new Tensor[] {in.get(2), null});
      return outs.get(0).mul(outs.get(1));
    };
  }

  /** Checks a function of an input, a weight, a bias and another weight. */
  private static void checkOfTwoWeights(
      RandomTensors random, Function<List<Tensor>, Tensor> function) {
    GradientCheck.check(
        function::apply,
        random.doubles(2, 4),
        random.doubles(3, 4),
        random.doubles(3),
        random.doubles(3, 4));
  }

  private static Case matmul(Shape a, Shape b) {
    return new Case(
        "matmul " + a + " " + b,
        random ->
            GradientCheck.check(
                in -> in.get(0).matmul(in.get(1)),
                random.doubles(a.sizes()),
                random.doubles(b.sizes())));
  }

  private static Case linear(Shape x, boolean withBias) {
    return new Case(
        "linear " + x + (withBias ? " with bias" : ""),
        random -> {
          List<Tensor> inputs = new ArrayList<>();
          inputs.add(random.doubles(x.sizes()));
          inputs.add(random.doubles(3, x.size(-1)));
          if (withBias) {
            inputs.add(random.doubles(3));
          }
          GradientCheck.check(
              in -> MatrixProducts.linear(in.get(0), in.get(1), withBias ? in.get(2) : null),
              inputs.toArray(Tensor[]::new));
        });
  }

  private static Case swigluLinearAdd(boolean withBias) {
    return new Case(
        "swigluLinearAdd" + (withBias ? " with bias" : ""),
        random -> {
          List<Tensor> inputs = new ArrayList<>();
          inputs.add(random.doubles(2, 4));
          inputs.add(random.doubles(2, 3));
          inputs.add(random.doubles(2, 3));
          inputs.add(random.doubles(4, 3));
          if (withBias) {
            inputs.add(random.doubles(4));
          }
          GradientCheck.check(
              in ->
                  MatrixProducts.swigluLinearAdd(
                      in.get(0), in.get(1), in.get(2), in.get(3), withBias ? in.get(4) : null),
              inputs.toArray(Tensor[]::new));
        });
  }

  @TestFactory
  Stream<DynamicNode> normalization() {
    return on(
        List.of(
            new Case(
                "layerNorm",
                random ->
                    GradientCheck.check(
                        in -> Normalization.layerNorm(in.get(0), in.get(1), in.get(2), 1e-5),
                        random.doubles(3, 4),
                        random.doubles(4),
                        random.doubles(4))),
            new Case(
                "layerNorm without bias",
                random ->
                    GradientCheck.check(
                        in -> Normalization.layerNorm(in.get(0), in.get(1), null, 1e-5),
                        random.doubles(2, 2, 3),
                        random.doubles(3))),
            new Case(
                "rmsNorm",
                random ->
                    GradientCheck.check(
                        in -> Normalization.rmsNorm(in.get(0), in.get(1), 1e-6),
                        random.doubles(3, 4),
                        random.doubles(4)))));
  }

  @TestFactory
  Stream<DynamicNode> movedElements() {
    return on(
        List.of(
            of("reshape", x -> x.reshape(2, 6).reshape(4, 3)),
            of("rows", x -> x.rows(1, 3)),
            of("slice", x -> x.slice(1)),
            of("overlapping views", x -> x.rows(0, 2).mul(x.rows(1, 3))),
            of("a view with its base", x -> x.mul(x.slice(2))),
            of("transpose", x -> x.transpose(0, 1)),
            of("permute", x -> x.reshape(3, 2, 2).permute(2, 0, 1)),
            of("narrow the first dimension", x -> x.narrow(0, 1, 2)),
            of("narrow the last dimension", x -> x.narrow(1, 1, 2)),
            of("narrow a middle dimension", x -> x.reshape(2, 3, 2).narrow(1, 1, 1)),
            of("cat along the first dimension", x -> Indexing.cat(0, List.of(x, x.rows(0, 1)))),
            of("cat along the last", x -> Indexing.cat(1, List.of(x.narrow(1, 2, 2), x))),
            of("embedding", x -> Indexing.embedding(x, Tensor.of(new int[] {2, 0, 2, 2}, 2, 2))),
            of("gather", x -> x.gather(Tensor.of(new int[] {0, 3, 3, 1, 1, 1}, 3, 2)))));
  }

  @TestFactory
  Stream<DynamicNode> attention() {
    int[] none = {-1, -1};
    return on(
        List.of(
            attention("one sequence", PackedSequences.of(3), 2, 1),
            attention("packed sequences", PackedSequences.of(new int[] {1, 2}, none), 1, 1),
            attention("grouped queries", PackedSequences.of(2), 4, 2),
            attention(
                "soft cap and window",
                PackedSequences.of(new int[] {3, 2}, new int[] {-1, 0}),
                2,
                1,
                AttentionScores.scaled(0.7)
                    .withSoftCap(OptionalDouble.of(0.8))
                    .withWindow(OptionalInt.of(2))),
            attention(
                "shared prefix",
                PackedSequences.of(new int[] {2, 1, 2}, new int[] {-1, 0, 0}),
                1,
                1),
            fullAttention("full attention", null),
            fullAttention("full attention with a mask", new int[] {1, 0, 1, 1, 1, 1, 0, 0}),
            rotary("rotary", 2),
            new Case(
                "rotary in place",
                random -> {
                  Tensor table = random.doubles(5, 2);
                  RotaryAngles angles =
                      new RotaryAngles(
                          map(table, Math::cos),
                          map(table, Math::sin),
                          Tensor.of(new int[] {3, 0, 4}));
                  GradientCheck.check(
                      in -> Attention.rotaryInPlace(in.getFirst().mul(2), angles),
                      random.doubles(3, 2, 4));
                }),
            rotary("rotary of a part", 1)));
  }

  private static Case attention(String name, PackedSequences layout, int heads, int kvHeads) {
    return attention(name, layout, heads, kvHeads, AttentionScores.scaled(0.7));
  }

  private static Case attention(
      String name, PackedSequences layout, int heads, int kvHeads, AttentionScores scores) {
    return new Case(
        "attention: " + name,
        random ->
            GradientCheck.check(
                in -> Attention.causal(in.get(0), in.get(1), in.get(2), layout, scores),
                random.doubles(layout.numRows(), heads, 2),
                random.doubles(layout.numRows(), kvHeads, 2),
                random.doubles(layout.numRows(), kvHeads, 2)));
  }

  /** Two examples of three queries and four keys; the bias is shared by examples, and by heads. */
  private static Case fullAttention(String name, int[] mask) {
    return new Case(
        name,
        random ->
            GradientCheck.check(
                in -> {
                  Tensor keyMask = mask == null ? null : Tensor.of(mask, 2, 4);
                  Tensor bias = in.get(3).add(in.get(4));
                  AttentionOperands operands =
                      new AttentionOperands(in.get(0), in.get(1), in.get(2), bias, keyMask, 0.7);
                  AttentionOperands shared =
                      new AttentionOperands(
                          in.get(0), in.get(1), in.get(2), in.get(4), keyMask, 0.7);
                  return Attention.full(operands).add(Attention.full(shared));
                },
                random.doubles(2, 3, 2, 2),
                random.doubles(2, 4, 2, 2),
                random.doubles(2, 4, 2, 2),
                random.doubles(1, 2, 3, 4),
                random.doubles(2, 1, 3, 4)));
  }

  private static Case rotary(String name, int half) {
    return new Case(
        name,
        random -> {
          Tensor angles = random.doubles(5, half);
          Tensor positions = Tensor.of(new int[] {3, 0, 4});
          Tensor cos = map(angles, Math::cos);
          Tensor sin = map(angles, Math::sin);
          GradientCheck.check(
              in -> Attention.rotary(in.getFirst(), new RotaryAngles(cos, sin, positions)),
              random.doubles(3, 2, 4));
        });
  }

  private static Tensor map(Tensor a, java.util.function.DoubleUnaryOperator function) {
    return Tensor.of(Arrays.stream(a.toDoubles()).map(function).toArray(), a.shape().sizes());
  }

  @TestFactory
  Stream<DynamicNode> losses() {
    // The gradient overwrites the logits, so each evaluation needs its own copy.
    return on(
        List.of(
            of("tokenLogProbs", x -> TokenLogProbs.of(x.mul(2), targets(), 1).logProbs()),
            of(
                "tokenLogProbs at a temperature",
                x -> TokenLogProbs.of(x.mul(2), targets(), 0.7).logProbs()),
            crossEntropy(false, 0),
            crossEntropy(false, 0.1),
            crossEntropy(true, 0),
            crossEntropy(true, 0.3)));
  }

  private static Case crossEntropy(boolean weighted, double labelSmoothing) {
    return of(
        "crossEntropy" + (weighted ? ", weighted" : "") + ", smoothing " + labelSmoothing,
        x ->
            CrossEntropy.ofRows(
                x,
                targets(),
                weighted ? Tensor.of(new double[] {0.5, 2, 0.1, 1.3}) : null,
                labelSmoothing));
  }

  private static Tensor targets() {
    return Tensor.of(new int[] {3, -100, 0});
  }

  /** A function of one (3, 4) tensor. */
  private static Case of(String name, java.util.function.UnaryOperator<Tensor> function) {
    return new Case(
        name,
        random -> GradientCheck.check(in -> function.apply(in.getFirst()), random.doubles(3, 4)));
  }

  private static Stream<DynamicNode> on(List<Case> cases) {
    return Arrays.stream(TestBackend.values())
        .map(
            backend ->
                dynamicContainer(
                    backend.name(),
                    cases.stream().map(c -> dynamicTest(c.name(), () -> run(backend, c)))));
  }

  private static void run(TestBackend backend, Case c) {
    try (Engine engine = backend.open();
        Scope _ = engine.open(c.name())) {
      c.check().accept(new RandomTensors(SEED));
    }
  }
}
