package io.troupe.deploy;

import io.troupe.actors.supervised.SupervisedInputs;
import io.troupe.data.dataset.DataSplits;
import io.troupe.data.dataset.Dataset;
import io.troupe.data.dataset.ExampleSpec;
import io.troupe.data.shapes.CaptionWords;
import io.troupe.deploy.report.AttentionPictures;
import io.troupe.deploy.report.CaptionedPictures;
import io.troupe.deploy.report.ClassifierPictures;
import io.troupe.deploy.report.ConfusionMatrix;
import io.troupe.deploy.report.CyclePictures;
import io.troupe.deploy.report.DepthPictures;
import io.troupe.deploy.report.EmbeddingPlot;
import io.troupe.deploy.report.PictureGrid;
import io.troupe.deploy.report.PngFile;
import io.troupe.deploy.report.Reconstructions;
import io.troupe.deploy.report.SegmentationPictures;
import io.troupe.nn.cyclegan.CycleGan;
import io.troupe.nn.cyclegan.Direction;
import io.troupe.nn.generative.ImageSampler;
import io.troupe.nn.generative.LatentInterpolation;
import io.troupe.nn.generative.SampleRequest;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.training.diffusion.NoisePrediction;
import io.troupe.training.graph.NodeScores;
import io.troupe.training.supervised.Tally;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Plots of a trained model, as far as they apply: confusion matrix and misclassified images,
 * classes and depths of pixels, attention to patches, reconstructions, samples, interpolations
 * between them, cycles of translation, and an embedding of the nodes of a graph.
 *
 * @param inputs the trained model and the data
 * @param folder directory of the plots
 */
record ResultPlots(SupervisedInputs inputs, Path folder) {
  private static final int SAMPLES_PER_CLASS = 8;
  private static final int SAMPLES = 64;
  private static final int RECONSTRUCTED = 24;
  private static final int INTERPOLATED = 10; // images of a row

  /**
   * Draws all that apply.
   *
   * @param test results on the test set
   * @return the files
   */
  List<Path> draw(Tally test) {
    List<Path> files = new ArrayList<>();
    test.confusion()
        .ifPresent(
            counts -> Plots.attempt("the confusion matrix", () -> confusion(counts, test, files)));
    BuiltModel<?> model = inputs.model();
    model
        .reconstruction()
        .ifPresent(_ -> Plots.attempt("reconstructions", () -> add(files, reconstructions(model))));
    model
        .depthEstimator()
        .ifPresent(depth -> Plots.attempt("the depths", () -> add(files, depths(model, depth))));
    model
        .attentionMaps()
        .ifPresent(
            maps -> Plots.attempt("the attention", () -> add(files, attention(model, maps))));
    model
        .imageSampler()
        .ifPresent(sampler -> Plots.attempt("samples", () -> add(files, samples(model, sampler))));
    if (model.module() instanceof LatentInterpolation line) {
      Plots.attempt("interpolations", () -> add(files, interpolations(model, line)));
    }
    model
        .translator()
        .ifPresent(
            networks -> Plots.attempt("the cycles", () -> add(files, cycles(model, networks))));
    if (inputs.task() instanceof NoisePrediction task) {
      Plots.attempt("samples", () -> add(files, captioned(task)));
    }
    if (inputs.task() instanceof NodeScores nodes) {
      Plots.attempt("the nodes", () -> add(files, nodes(nodes)));
    }
    return files;
  }

  private static Path add(List<Path> files, Path file) {
    files.add(file);
    return file;
  }

  /**
   * The confusion matrix, with misclassified images if there is a prediction for each example, or
   * images with the predictions of their pixels.
   */
  private Path confusion(long[][] counts, Tally test, List<Path> files) throws IOException {
    DataSplits splits = inputs.data().splits();
    int[] predicted = test.predictions();
    if (splits.test().spec().kind() == ExampleSpec.Kind.IMAGE
        && predicted.length <= splits.test().size()) {
      files.addAll(
          new ClassifierPictures(splits.test(), splits.normalization(), predicted).write(folder));
      return files.getLast();
    }
    if (SegmentationPictures.isOfPixels(splits.test())) {
      add(
          files,
          PngFile.write(
              new SegmentationPictures(splits.test(), splits.normalization(), predicted).draw(),
              folder.resolve("segmentation.png")));
    }
    List<String> names = splits.test().spec().classNames();
    return add(
        files,
        PngFile.write(new ConfusionMatrix(counts, names).draw(), folder.resolve("confusion.png")));
  }

  private Path reconstructions(BuiltModel<?> model) throws IOException {
    List<Integer> sizes = inputs.data().splits().test().spec().sizes();
    ArrayData.Floats originals = firstTestImages(RECONSTRUCTED);
    try (Scope _ = inputs.engine().open("reconstructions")) {
      Tensor images = Tensor.of(originals.values(), originals.sizes());
      float[] made = model.predict(Map.of("input", images)).toFloats();
      return PngFile.write(
          Reconstructions.draw(originals.values(), made, sizes.get(0), sizes.get(1), sizes.get(2)),
          folder.resolve("reconstructions.png"));
    }
  }

  private Path depths(BuiltModel<?> model, UnaryOperator<Tensor> depth) throws IOException {
    DataSplits splits = inputs.data().splits();
    float[] estimated = ofTest(model, DepthPictures.SHOWN, depth, Tensor::toFloats);
    return PngFile.write(
        new DepthPictures(splits.test(), splits.normalization(), estimated).draw(),
        folder.resolve("depths.png"));
  }

  private Path attention(BuiltModel<?> model, UnaryOperator<Tensor> maps) throws IOException {
    DataSplits splits = inputs.data().splits();
    AttentionPictures pictures =
        ofTest(
            model,
            AttentionPictures.SHOWN,
            maps,
            computed ->
                new AttentionPictures(
                    splits.test(),
                    splits.normalization(),
                    computed.toFloats(),
                    computed.size(1),
                    computed.size(2)));
    return PngFile.write(pictures.draw(), folder.resolve("attention.png"));
  }

  /** Applies a function of images to the first test images, and reads its result. */
  private <R> R ofTest(
      BuiltModel<?> model, int most, UnaryOperator<Tensor> function, Function<Tensor, R> read) {
    ArrayData.Floats images = firstTestImages(most);
    model.module().eval();
    try (Scope _ = inputs.engine().open("test images");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      return read.apply(function.apply(Tensor.of(images.values(), images.sizes())));
    }
  }

  private ArrayData.Floats firstTestImages(int most) {
    Dataset test = inputs.data().splits().test();
    int count = Math.min(most, test.size());
    return (ArrayData.Floats) test.batch(IntStream.range(0, count).toArray()).get("input");
  }

  /** Rows from one sample to another. */
  private Path interpolations(BuiltModel<?> model, LatentInterpolation line) throws IOException {
    int classes = model.entry().numImageClasses(model.settings());
    int rows = SAMPLES_PER_CLASS;
    int[] labels = IntStream.range(0, classes > 0 ? rows : 0).map(i -> i % classes).toArray();
    long seed = inputs.config().seed();
    SampleRequest from = new SampleRequest(seed, 0, rows, labels);
    SampleRequest to = new SampleRequest(seed, rows, rows, labels);
    model.module().eval();
    try (Scope _ = inputs.engine().open("interpolations");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      List<Tensor> columns = new ArrayList<>();
      for (int column = 0; column < INTERPOLATED; column++) {
        columns.add(line.between(from, to, column / (INTERPOLATED - 1.0)));
      }
      Tensor first = columns.getFirst();
      PictureGrid grid =
          new PictureGrid("", INTERPOLATED, first.size(1), first.size(2), first.size(3));
      for (int row = 0; row < rows; row++) {
        for (Tensor images : columns) {
          grid.add(images.slice(row).toFloats(), List.of());
        }
      }
      return PngFile.write(grid.draw(), folder.resolve("interpolations.png"));
    }
  }

  /** Test images with their translations in both directions. */
  private Path cycles(BuiltModel<?> model, CycleGan networks) throws IOException {
    Dataset test = inputs.data().splits().test();
    int count = Math.min(CyclePictures.COLUMNS, test.size());
    Map<String, ArrayData> chosen = test.batch(IntStream.range(0, count).toArray());
    List<Integer> sizes = test.spec().sizes();
    model.module().eval();
    List<float[]> rows = new ArrayList<>();
    try (Scope _ = inputs.engine().open("cycles");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      for (Direction direction : Direction.values()) {
        ArrayData.Floats given =
            (ArrayData.Floats) chosen.get(direction == Direction.A_TO_B ? "input" : "target");
        Tensor images = Tensor.of(given.values(), given.sizes());
        Tensor translated = networks.translate(images, direction);
        rows.add(given.values());
        rows.add(translated.toFloats());
        rows.add(networks.translate(translated, direction.reversed()).toFloats());
      }
    }
    return PngFile.write(
        new CyclePictures(sizes.get(0), sizes.get(1), sizes.get(2)).draw(rows),
        folder.resolve("cycles.png"));
  }

  /** Samples, one row per class if the model is conditional on classes. */
  private Path samples(BuiltModel<?> model, ImageSampler sampler) throws IOException {
    int classes = model.entry().numImageClasses(model.settings());
    int count = classes > 0 ? classes * SAMPLES_PER_CLASS : SAMPLES;
    int[] labels =
        IntStream.range(0, classes > 0 ? count : 0).map(i -> i / SAMPLES_PER_CLASS).toArray();
    model.module().eval();
    try (Scope _ = inputs.engine().open("samples");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      Tensor images = sampler.sample(new SampleRequest(inputs.config().seed(), 0, count, labels));
      PictureGrid grid =
          new PictureGrid("", SAMPLES_PER_CLASS, images.size(1), images.size(2), images.size(3));
      grid.add(images.toFloats(), List.of());
      return PngFile.write(grid.draw(), folder.resolve("samples.png"));
    }
  }

  /** A sample for each of the first test examples, with its caption. */
  private Path captioned(NoisePrediction task) throws IOException {
    CaptionWords words = inputs.data().splits().captions().orElseThrow();
    MiniBatch batch = inputs.data().firstOfTest(SAMPLES).next();
    try (Scope _ = inputs.engine().open("samples");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      return PngFile.write(
          CaptionedPictures.draw(words, batch, task.samples(batch, 0).toFloats()),
          folder.resolve("samples.png"));
    }
  }

  /** The logits of the test nodes in a plane. */
  private Path nodes(NodeScores task) throws IOException {
    Dataset test = inputs.data().splits().test();
    task.module().eval();
    try (Scope _ = inputs.engine().open("nodes");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      Map<String, ArrayData> measured = test.batch(IntStream.range(0, test.size()).toArray());
      int[] chosen = ((ArrayData.Ints) measured.get("input")).values();
      int[] labels = ((ArrayData.Ints) measured.get("label")).values();
      Tensor ofAll = task.scores();
      float[] scores = ofAll.toFloats();
      int width = ofAll.size(1);
      float[] ofTest = new float[chosen.length * width];
      for (int i = 0; i < chosen.length; i++) {
        System.arraycopy(scores, chosen[i] * width, ofTest, i * width, width);
      }
      EmbeddingPlot plot =
          new EmbeddingPlot(
              "test nodes by their scores", ofTest, width, labels, test.spec().classNames());
      return PngFile.write(plot.draw(), folder.resolve("nodes.png"));
    }
  }
}
