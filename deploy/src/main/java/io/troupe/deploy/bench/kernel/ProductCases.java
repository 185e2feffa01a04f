package io.troupe.deploy.bench.kernel;

import io.troupe.deploy.bench.kernel.ProductCase.Form;
import java.util.ArrayList;
import java.util.List;

/** The matrix products of training and decoding the benchmark models, and cubes. */
final class ProductCases {
  private static final int TRAINING_ROWS = 2048;

  /** Rows of the logits that a training step computes at a time. */
  private static final int VOCABULARY_ROWS = 512;

  private static final int[] DECODING_ROWS = {1, 8, 32};
  private static final int[] CUBES = {64, 128, 256, 512, 1024, 2048};

  /** Weights of larger models are read in turn up to this size. */
  private static final long MAX_WORKING_SET = 128L << 20;

  private static final List<Layers> MODELS =
      List.of(
          new Layers("tiny", 4, 128, 512, 64),
          new Layers("15m", 6, 288, 768, 32_000),
          new Layers("110m", 12, 768, 2048, 32_000));

  private ProductCases() {}

  /** The weights of a model. */
  private record Layers(String model, int layers, int hidden, int intermediate, int vocab) {
    /** Bytes of all weights, which a decoding step reads. */
    long bytes() {
      long layer = 4L * hidden * hidden + 3L * hidden * intermediate;
      return Float.BYTES * (layers * layer + (long) hidden * vocab);
    }

    List<Weight> weights() {
      return List.of(
          new Weight(model + " q", hidden, hidden),
          new Weight(model + " up", intermediate, hidden),
          new Weight(model + " down", hidden, intermediate),
          new Weight(model + " head", vocab, hidden));
    }
  }

  /** A weight of (outFeatures, inFeatures) elements. */
  private record Weight(String name, int outFeatures, int inFeatures) {
    boolean isHead() {
      return name.endsWith(" head");
    }
  }

  static List<KernelCase> all() {
    List<KernelCase> cases = new ArrayList<>();
    for (Layers model : MODELS) {
      for (Weight weight : model.weights()) {
        addTraining(cases, weight);
        addDecoding(cases, weight, Math.min(MAX_WORKING_SET, model.bytes()));
      }
    }
    for (int size : CUBES) {
      for (Form form : List.of(Form.NN, Form.NT, Form.TN)) {
        cases.add(new ProductCase("cube", form, size, size, size, 0));
      }
    }
    return cases;
  }

  /** The product of the forward pass, the gradient of the input, and that of the weight. */
  private static void addTraining(List<KernelCase> cases, Weight weight) {
    int rows = weight.isHead() ? VOCABULARY_ROWS : TRAINING_ROWS;
    int in = weight.inFeatures;
    int out = weight.outFeatures;
    cases.add(new ProductCase(weight.name, Form.LINEAR, rows, out, in, 0));
    cases.add(new ProductCase(weight.name, Form.NN, rows, in, out, 0));
    cases.add(new ProductCase(weight.name, Form.TN, out, in, rows, 0));
  }

  private static void addDecoding(List<KernelCase> cases, Weight weight, long workingSetBytes) {
    for (int rows : DECODING_ROWS) {
      cases.add(
          new ProductCase(
              weight.name,
              Form.LINEAR,
              rows,
              weight.outFeatures,
              weight.inFeatures,
              workingSetBytes));
    }
  }
}
