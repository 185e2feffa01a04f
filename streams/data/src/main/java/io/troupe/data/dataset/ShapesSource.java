package io.troupe.data.dataset;

import io.troupe.data.DataFormatException;
import io.troupe.data.shapes.CaptionWords;
import io.troupe.data.shapes.ColoredKind;
import io.troupe.data.shapes.Looks;
import io.troupe.data.shapes.RenderedScene;
import io.troupe.data.shapes.ShapeKind;
import io.troupe.protocols.config.DatasetConfig;
import io.troupe.protocols.config.ShapesConfig;
import io.troupe.tensor.random.Philox;
import java.util.List;
import java.util.Optional;

/** The generated pictures of colored shapes. */
final class ShapesSource {
  private static final int CHANNELS = 3;
  private static final List<Integer> DEFAULT_SIZE = List.of(64, 64);

  private final DatasetConfig config;
  private final ShapesConfig shapes;
  private final Looks looks;
  private final CaptionWords words;

  private ShapesSource(DatasetConfig config) {
    this.config = config;
    this.shapes = config.shapes();
    this.looks = Looks.first(shapes.colors(), shapes.kinds());
    this.words = CaptionWords.of(looks);
  }

  static DataSplits open(DatasetConfig config) {
    if (config.channels() != 0 && config.channels() != CHANNELS) {
      throw new DataFormatException(
          "channels must be 3 for generated pictures, got " + config.channels());
    }
    if (!config.renderings().isEmpty()) {
      throw new DataFormatException(
          "renderings must be empty for generated pictures, got " + config.renderings());
    }
    return new ShapesSource(config).open();
  }

  private DataSplits open() {
    boolean isUnseen = shapes.pairs() == ShapesConfig.Pairs.UNSEEN;
    ShapesDataset train =
        part(
            0,
            shapes.trainExamples(),
            isUnseen ? looks.seen() : looks.all(),
            shapes.maxShapes(),
            shapes.partialCaptions());
    ShapesDataset test =
        part(
            1,
            shapes.testExamples(),
            isUnseen ? looks.unseen() : looks.all(),
            shapes.maxShapesOfTest(),
            0);
    PerSplit<Dataset> parts = new PerSplit<>(train, Optional.empty(), Optional.of(test));
    SplitIndices heldOut = SplitIndices.of("shapes", train.size(), parts, config);
    Normalization normalization = normalization(train, heldOut.train());
    return Splitting.splits(
            heldOut,
            new PerSplit<>(
                train.normalizedBy(normalization),
                Optional.empty(),
                Optional.of(test.normalizedBy(normalization))),
            normalization)
        .withCaptions(words)
        .describedAs("shapes");
  }

  private ShapesDataset part(
      int split, int size, List<ColoredKind> pairs, int maxShapes, double partialCaptions) {
    return new ShapesDataset(
        size,
        spec(),
        Philox.of(shapes.seed()).derive(split),
        words,
        pairs,
        maxShapes,
        partialCaptions,
        shapes.label(),
        Normalization.NONE);
  }

  private Normalization normalization(ShapesDataset train, int[] indices) {
    if (!config.normalize()) {
      return new Normalization(config.mean(), config.std());
    }
    ExampleValues values = (i, target, offset) -> train.readImage(indices[i], target, offset);
    return Normalization.of(values, indices.length, train.spec().sizes());
  }

  private ExampleSpec spec() {
    List<Integer> size = config.imageSize().isEmpty() ? DEFAULT_SIZE : config.imageSize();
    List<String> classNames =
        switch (shapes.label()) {
          case KIND -> looks.kinds().stream().map(ShapeKind::word).toList();
          case SEGMENTATION -> RenderedScene.classNames(looks);
          case DEPTH, NONE -> List.of();
        };
    return new ExampleSpec(
        ExampleSpec.Kind.IMAGE,
        List.of(CHANNELS, size.get(0), size.get(1)),
        classNames.size(),
        classNames);
  }
}
