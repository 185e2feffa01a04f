package io.troupe.data.dataset;

import io.troupe.data.DataFormatException;
import io.troupe.protocols.config.DatasetConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A folder of idx files with the names of MNIST and its variants. */
final class IdxSource {
  private static final List<String> DASHES = List.of("-", ".");
  private static final List<String> ENDINGS = List.of("", ".gz");

  private final Path folder;
  private final DatasetConfig config;

  private IdxSource(Path folder, DatasetConfig config) {
    this.folder = folder;
    this.config = config;
  }

  /** Returns whether the folder has a file of training images. */
  static boolean isAt(Path folder) {
    return find(folder, "train", "images", 3).isPresent();
  }

  static DataSplits open(Path folder, DatasetConfig config) {
    return new IdxSource(folder, config).open();
  }

  private DataSplits open() {
    IdxFile labels = require("train", "labels");
    int numClasses = Labels.numClasses(labels.file(), ints(labels), config.numClasses());
    SplitExamples train = part(require("train", "images"), labels, numClasses);
    Optional<SplitExamples> test =
        find(folder, "t10k", "images", 3).isEmpty()
            ? Optional.empty()
            : Optional.of(part(require("t10k", "images"), require("t10k", "labels"), numClasses));
    return Splitting.splits(
        "idx", config, Labels.numbers(numClasses), new PerSplit<>(train, Optional.empty(), test));
  }

  private SplitExamples part(IdxFile images, IdxFile labels, int numClasses) {
    if (labels.sizes().size() != 1 || labels.numExamples() != images.numExamples()) {
      throw new DataFormatException(
          "%s must have one label for each of the %d images in %s, got %s"
              .formatted(
                  labels.file(),
                  images.numExamples(),
                  images.file(),
                  ExampleSpec.shape(labels.sizes())));
    }
    Labels.require(labels.file(), ints(labels), numClasses);
    List<Integer> sizes = pictureSizes(images);
    double scale = config.scale() > 0 ? config.scale() : 255;
    return new SplitExamples(
        images.file(),
        images.numExamples(),
        ExampleValues.bytes(images.values(), Column.numel(sizes), scale),
        sizes,
        Map.of("label", new IntColumn(ints(labels), List.of())));
  }

  /** (channels, height, width); files of gray images have no dimension for the channel. */
  private static List<Integer> pictureSizes(IdxFile images) {
    List<Integer> sizes = images.exampleSizes();
    return switch (sizes.size()) {
      case 2 -> List.of(1, sizes.get(0), sizes.get(1));
      case 3 -> sizes;
      default ->
          throw new DataFormatException(
              images.file()
                  + " must contain images (examples, height, width), got "
                  + ExampleSpec.shape(images.sizes()));
    };
  }

  private static int[] ints(IdxFile labels) {
    int[] ints = new int[labels.values().length];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = labels.values()[i] & 0xFF;
    }
    return ints;
  }

  private IdxFile require(String part, String what) {
    int dimensions = what.equals("images") ? 3 : 1;
    return find(folder, part, what, dimensions)
        .map(IdxFile::read)
        .orElseThrow(
            () ->
                new DataFormatException(
                    "%s must contain %s-%s-idx%d-ubyte, packed (.gz) or not, got none; fetch it beside the others"
                        .formatted(folder, part, what, dimensions)));
  }

  private static Optional<Path> find(Path folder, String part, String what, int dimensions) {
    Stream<String> names =
        DASHES.stream()
            .flatMap(
                dash ->
                    ENDINGS.stream()
                        .map(
                            end -> part + "-" + what + dash + "idx" + dimensions + "-ubyte" + end));
    return names.map(folder::resolve).filter(Files::isRegularFile).findFirst();
  }
}
