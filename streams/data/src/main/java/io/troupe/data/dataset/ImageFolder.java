package io.troupe.data.dataset;

import io.troupe.data.DataFormatException;
import io.troupe.protocols.config.DatasetConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder of PNG and JPEG files with a sub-folder for each class, as {@code ImageFolder} of
 * torchvision; or with the sub-folders {@code train} and {@code test} that hold those, and {@code
 * val}, which is the test part where there is no {@code test}.
 */
final class ImageFolder {
  private static final List<String> VALIDATION_FOLDERS = List.of("val", "valid", "validation");

  private final DatasetConfig config;

  /** The size of every picture; from the first one where the settings do not say it. */
  private PictureFile.Size size;

  private ImageFolder(DatasetConfig config) {
    this.config = config;
  }

  /** Whether sub-folders hold pictures. */
  static boolean isAt(Path folder) {
    return isTree(trainFolder(folder));
  }

  private static boolean isTree(Path folder) {
    return list(folder).stream()
        .filter(Files::isDirectory)
        .anyMatch(inner -> list(inner).stream().anyMatch(PictureFile::isAt));
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
          "%s has the classes %s, but num-classes is %d"
              .formatted(train, String.join(", ", classNames), config.numClasses()));
    }
    Optional<Path> test = subFolder(folder, List.of("test"));
    Optional<Path> validation = subFolder(folder, VALIDATION_FOLDERS);
    Parts<Path> folders =
        train.equals(folder)
            ? Parts.of(train)
            : test.isEmpty()
                ? new Parts<>(train, Optional.empty(), validation)
                : new Parts<>(train, validation, test);
    Parts<Part> parts = folders.map(inner -> part(inner, classNames));
    return Splitting.splits("image folder", config, classNames, parts);
  }

  private static Optional<Path> subFolder(Path folder, List<String> names) {
    return names.stream().map(folder::resolve).filter(Files::isDirectory).findFirst();
  }

  private static List<String> classNames(Path folder) {
    return list(folder).stream()
        .filter(
            inner -> Files.isDirectory(inner) && list(inner).stream().anyMatch(PictureFile::isAt))
        .map(inner -> inner.getFileName().toString())
        .toList();
  }

  private Part part(Path folder, List<String> classNames) {
    for (String name : classNames(folder)) {
      if (!classNames.contains(name)) {
        throw new DataFormatException(
            "%s has the class %s, which the training part does not have: %s"
                .formatted(folder, name, String.join(", ", classNames)));
      }
    }
    List<PictureFile> files = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int label = 0; label < classNames.size(); label++) {
      Path inner = folder.resolve(classNames.get(label));
      for (Path file : Files.isDirectory(inner) ? list(inner) : List.<Path>of()) {
        if (PictureFile.isAt(file)) {
          files.add(new PictureFile(file));
          labels.add(label);
        }
      }
    }
    if (files.isEmpty()) {
      throw new DataFormatException(folder + " holds no PNG or JPEG files in sub-folders");
    }
    requireOneSize(files);
    double scale = config.scale() > 0 ? config.scale() : 255;
    int[] classes = labels.stream().mapToInt(label -> label).toArray();
    return new Part(
        folder,
        files.size(),
        new PictureValues(files, size, scale),
        List.of(size.channels(), size.height(), size.width()),
        Map.of("label", new IntColumn(classes, List.of())));
  }

  private void requireOneSize(List<PictureFile> files) {
    if (size == null) {
      PictureFile.Size first = files.get(0).size();
      boolean resized = !config.imageSize().isEmpty();
      size =
          new PictureFile.Size(
              resized ? config.imageSize().get(0) : first.height(),
              resized ? config.imageSize().get(1) : first.width(),
              config.channels() > 0 ? config.channels() : first.channels());
    }
    if (!config.imageSize().isEmpty()) {
      return;
    }
    for (PictureFile file : files) {
      PictureFile.Size other = file.size();
      if (other.height() != size.height() || other.width() != size.width()) {
        throw new DataFormatException(
            "%s is %dx%d, but the first picture is %dx%d (height and width): set image-size to resize all"
                .formatted(
                    file.file(), other.height(), other.width(), size.height(), size.width()));
      }
    }
  }

  /** What a folder holds, by name; nothing where it is no folder. */
  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new DataFormatException("cannot read the folder " + folder + ": " + e.getMessage(), e);
    }
  }
}
