package io.troupe.data.dataset;

import io.troupe.data.DataFormatException;
import io.troupe.data.image.ImageFile;
import io.troupe.data.image.ImageSize;
import io.troupe.protocols.config.DatasetConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder of image files with a sub-folder for each class, as {@code ImageFolder} of torchvision:
 * images may be in folders below that of their class, and a class without images is an error. Files
 * and folders whose names start with a dot are skipped. The folder may instead have the sub-folders
 * {@code train} and {@code test} with such classes, and {@code val}, which is the test part if
 * there is no {@code test}.
 */
final class ImageFolder {
  private static final List<String> VALIDATION_FOLDERS = List.of("val", "valid", "validation");
  private static final int MAX_DEPTH = 16;

  private final DatasetConfig config;

  /** The size of every image; that of the first one unless the settings define it. */
  private ImageSize size;

  private ImageFolder(DatasetConfig config) {
    this.config = config;
  }

  /** Returns whether sub-folders of a folder contain images. */
  static boolean isAt(Path folder) {
    return classFolders(trainFolder(folder)).stream().anyMatch(inner -> !images(inner).isEmpty());
  }

  private static Path trainFolder(Path folder) {
    Path train = folder.resolve("train");
    return Files.isDirectory(train) ? train : folder;
  }

  static DataSplits open(Path folder, DatasetConfig config) {
    return new ImageFolder(config).open(folder);
  }

  private DataSplits open(Path folder) {
    Path train = trainFolder(folder);
    List<String> classNames = classNames(train);
    if (config.numClasses() > 0 && classNames.size() > config.numClasses()) {
      throw new DataFormatException(
          "%s must have at most num-classes=%d classes, got %s"
              .formatted(train, config.numClasses(), String.join(", ", classNames)));
    }
    Optional<Path> test = subFolder(folder, List.of("test"));
    Optional<Path> validation = subFolder(folder, VALIDATION_FOLDERS);
    PerSplit<Path> folders =
        train.equals(folder)
            ? PerSplit.of(train)
            : test.isEmpty()
                ? new PerSplit<>(train, Optional.empty(), validation)
                : new PerSplit<>(train, validation, test);
    PerSplit<SplitExamples> parts = folders.map(inner -> part(inner, classNames));
    return Splitting.splits("image folder", config, classNames, parts);
  }

  private static Optional<Path> subFolder(Path folder, List<String> names) {
    return names.stream().map(folder::resolve).filter(Files::isDirectory).findFirst();
  }

  private static List<String> classNames(Path folder) {
    return classFolders(folder).stream().map(inner -> inner.getFileName().toString()).toList();
  }

  private SplitExamples part(Path folder, List<String> classNames) {
    List<ImageFile> files = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (Path inner : classFolders(folder)) {
      int label = classNames.indexOf(inner.getFileName().toString());
      if (label < 0) {
        throw new DataFormatException(
            "%s must have only the classes of the training part (%s), got %s"
                .formatted(folder, String.join(", ", classNames), inner.getFileName()));
      }
      List<ImageFile> images = images(inner);
      if (images.isEmpty()) {
        throw new DataFormatException(
            "%s must contain %s files as every class, got none; add images or remove the folder"
                .formatted(inner, ImageFile.FORMATS));
      }
      for (ImageFile image : images) {
        files.add(image);
        labels.add(label);
      }
    }
    if (files.isEmpty()) {
      throw new DataFormatException(
          "%s must contain a sub-folder of %s files per class, got none"
              .formatted(folder, ImageFile.FORMATS));
    }
    requireOneSize(files);
    double scale = config.scale() > 0 ? config.scale() : 255;
    int[] classes = labels.stream().mapToInt(label -> label).toArray();
    return new SplitExamples(
        folder,
        files.size(),
        new ImageValues(files, size, scale),
        List.of(size.channels(), size.height(), size.width()),
        Map.of("label", new IntColumn(classes, List.of())));
  }

  private void requireOneSize(List<ImageFile> files) {
    if (size == null) {
      ImageSize first = files.get(0).size();
      boolean resized = !config.imageSize().isEmpty();
      size =
          new ImageSize(
              resized ? config.imageSize().get(0) : first.height(),
              resized ? config.imageSize().get(1) : first.width(),
              config.channels() > 0 ? config.channels() : first.channels());
    }
    if (!config.imageSize().isEmpty()) {
      return;
    }
    for (ImageFile file : files) {
      ImageSize other = file.size();
      if (other.height() != size.height() || other.width() != size.width()) {
        throw new DataFormatException(
            "%s must be %dx%d (height and width) like the first image, got %dx%d; set image-size to resize all"
                .formatted(
                    file.file(), size.height(), size.width(), other.height(), other.width()));
      }
    }
  }

  /** The sub-folders that are not hidden, by name. */
  private static List<Path> classFolders(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isDirectory)
          .filter(inner -> !inner.getFileName().toString().startsWith("."))
          .sorted(Comparator.comparing(inner -> inner.getFileName().toString()))
          .toList();
    } catch (IOException e) {
      throw new DataFormatException("cannot read the folder " + folder + ": " + e.getMessage(), e);
    }
  }

  /** The images of a class in torchvision's order: by folder, then by name. */
  private static List<ImageFile> images(Path folder) {
    try (Stream<Path> files = Files.walk(folder, MAX_DEPTH, FileVisitOption.FOLLOW_LINKS)) {
      return files
          .filter(Files::isRegularFile)
          .filter(ImageFile::isAt)
          .filter(file -> !isHidden(folder.relativize(file)))
          .sorted(
              Comparator.comparing((Path file) -> file.getParent().toString())
                  .thenComparing(file -> file.getFileName().toString()))
          .map(ImageFile::new)
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new DataFormatException("cannot read the folder " + folder + ": " + e.getMessage(), e);
    }
  }

  private static boolean isHidden(Path relative) {
    for (Path name : relative) {
      if (name.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }
}
