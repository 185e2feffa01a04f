package io.troupe.nn.losses;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.TorchFile;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares losses and their input gradients with PyTorch, for every reduction. */
class LossParityTest {
  private static final List<Reduction> REDUCTIONS =
      List.of(Reduction.NONE, Reduction.MEAN, Reduction.SUM);

  private TorchFile torch;
  private Engine engine;
  private Scope scope;

  @BeforeEach
  void open() {
    torch = TorchFile.open("losses/losses");
    engine = Engine.of(CpuBackend.create(2));
    scope = engine.open("losses");
  }

  @AfterEach
  void close() {
    scope.close();
    engine.close();
    torch.close();
  }

  /** Checks a loss for the inputs x0, x1, ... and the constants c0, c1, ... of a test case. */
  private void check(String name, Function<List<Tensor>, Tensor> loss) {
    List<Tensor> inputs = new ArrayList<>();
    for (int i = 0; torch.has(name + ".x" + i); i++) {
      inputs.add(torch.leaf(name + ".x" + i));
    }
    List<Tensor> operands = new ArrayList<>(inputs);
    for (int i = 0; torch.has(name + ".c" + i); i++) {
      operands.add(torch.get(name + ".c" + i));
    }
    Tensor y = loss.apply(operands);
    y.backward(torch.get(name + ".dy"));
    torch.check(y, name + ".y");
    for (int i = 0; i < inputs.size(); i++) {
      torch.check(inputs.get(i).grad(), name + ".dx" + i);
    }
  }

  private void check(String name, Loss loss) {
    check(name, operands -> loss.forward(operands.get(0), operands.get(1)));
  }

  private static String suffix(Reduction reduction) {
    return switch (reduction) {
      case NONE -> "_none";
      case MEAN -> "_mean";
      case SUM -> "_sum";
      case BATCH_MEAN -> "_batchmean";
    };
  }

  @Test
  void regressionMatchesPyTorch() {
    for (Reduction reduction : REDUCTIONS) {
      check("mse" + suffix(reduction), new MSELoss(reduction));
      check("l1" + suffix(reduction), new L1Loss(reduction));
      check("huber" + suffix(reduction), new HuberLoss(1.5, reduction));
      check("smooth_l1" + suffix(reduction), new SmoothL1Loss(0.7, reduction));
    }
    check("smooth_l1_beta_0", new SmoothL1Loss(0, Reduction.MEAN));
  }

  @Test
  void crossEntropyMatchesPyTorch() {
    Tensor weight = torch.get("weight");
    for (Reduction reduction : REDUCTIONS) {
      CrossEntropyLoss plain = CrossEntropyLoss.of().withReduction(reduction);
      CrossEntropyLoss weighted = plain.withWeight(weight);
      check("ce" + suffix(reduction), plain);
      check("ce_smoothed" + suffix(reduction), plain.withLabelSmoothing(0.2));
      check("ce_weighted" + suffix(reduction), weighted);
      check("ce_both" + suffix(reduction), weighted.withLabelSmoothing(0.2));
      check("ce_dense" + suffix(reduction), weighted.withLabelSmoothing(0.1).withIgnoreIndex(255));
    }
  }

  @Test
  void nllMatchesPyTorch() {
    for (Reduction reduction : REDUCTIONS) {
      NLLLoss plain = NLLLoss.of().withReduction(reduction);
      check("nll" + suffix(reduction), plain.withWeight(torch.get("weight")));
      check("nll_dense" + suffix(reduction), plain.withIgnoreIndex(255));
    }
  }

  @Test
  void binaryCrossEntropyMatchesPyTorch() {
    for (Reduction reduction : REDUCTIONS) {
      BCEWithLogitsLoss plain = BCEWithLogitsLoss.of().withReduction(reduction);
      check("bce" + suffix(reduction), plain);
      check(
          "bce_weighted" + suffix(reduction),
          plain.withWeight(torch.get("weight")).withPosWeight(torch.get("pos_weight")));
    }
  }

  @Test
  void divergenceMatchesPyTorch() {
    for (Reduction reduction : Reduction.values()) {
      check("kl" + suffix(reduction), new KLDivLoss(false, reduction));
      check("kl_log" + suffix(reduction), new KLDivLoss(true, reduction));
    }
  }

  @Test
  void contrastiveLossesMatchPyTorch() {
    for (Reduction reduction : REDUCTIONS) {
      CosineEmbeddingLoss cosine = new CosineEmbeddingLoss(0.1, reduction);
      check("cosine" + suffix(reduction), x -> cosine.forward(x.get(0), x.get(1), x.get(2)));
      TripletMarginLoss triplet = TripletMarginLoss.of().withReduction(reduction);
      check("triplet" + suffix(reduction), x -> triplet.forward(x.get(0), x.get(1), x.get(2)));
    }
    TripletMarginLoss l1 = TripletMarginLoss.of().withMargin(0.5).withP(1);
    check("triplet_l1", x -> l1.forward(x.get(0), x.get(1), x.get(2)));
    TripletMarginLoss swapped = TripletMarginLoss.of().withMargin(2).withP(3).withSwap(true);
    check("triplet_p3_swap", x -> swapped.forward(x.get(0), x.get(1), x.get(2)));
    InfoNCELoss infoNce = new InfoNCELoss(0.1, Reduction.MEAN);
    check("info_nce", x -> infoNce.forward(x.get(0), x.get(1)));
    InfoNCELoss each = new InfoNCELoss(0.1, Reduction.NONE);
    check("info_nce_none", x -> each.forward(x.get(0), x.get(1)));
    NTXentLoss ntXent = new NTXentLoss(0.5, Reduction.MEAN);
    check("nt_xent", x -> ntXent.forward(x.get(0), x.get(1)));
  }

  @Test
  void errorNamesLabelsOutOfRange() {
    Tensor logits = Tensor.zeros(3, 10);
    assertThatThrownBy(
            () -> CrossEntropyLoss.of().forward(logits, Tensor.of(new int[] {1, 10, 2}, 3)))
        .isInstanceOf(ShapeException.class)
        .hasMessage("label in row 1 must be one of the 10 classes, 0 to 9, got 10");
    assertThatThrownBy(() -> NLLLoss.of().forward(logits, Tensor.of(new int[] {1, 1, -1}, 3)))
        .hasMessage("label in row 2 must be one of the 10 classes, 0 to 9, got -1");
    assertThatThrownBy(
            () ->
                CrossEntropyLoss.of()
                    .forward(Tensor.zeros(1, 2, 2, 2), Tensor.of(new int[] {0, 1, 7, 0}, 1, 2, 2)))
        .hasMessage("label in row [0, 1, 0] must be one of the 2 classes, 0 to 1, got 7");
  }

  @Test
  void errorNamesShapesThatDoNotMatch() {
    assertThatThrownBy(
            () -> CrossEntropyLoss.of().forward(Tensor.zeros(3, 10), Tensor.of(new int[4], 4)))
        .hasMessage(
            "scores must be (batch, classes, ...) with INT32 labels (batch, ...), got scores (3,"
                + " 10) with labels INT32 (4)");
    assertThatThrownBy(() -> MSELoss.of().forward(Tensor.zeros(3, 1), Tensor.zeros(3)))
        .hasMessage("shapes of MSELoss must be equal, got (3, 1) and (3)");
  }
}
