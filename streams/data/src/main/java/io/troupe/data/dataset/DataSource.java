package io.troupe.data.dataset;

import io.troupe.data.DataFormatException;
import io.troupe.data.file.DataFile;
import io.troupe.protocols.config.DatasetConfig;
import io.troupe.protocols.config.GeneratedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Detects the format of the data at a path. */
public final class DataSource {
  private static final String KNOWN_DATA =
      "MNIST files (train-images-idx3-ubyte[.gz]), sub-folders of images (one per class), or one"
          + " file .csv[.gz], .tsv[.gz], .txt[.gz] or .safetensors, or train, val and test of it";

  private static final List<Predicate<Path>> FORMATS =
      List.of(CsvSource::isAt, SafetensorsSource::isAt, TextSource::isAt);

  private DataSource() {}

  /**
   * Opens the data of a run.
   *
   * @param data a path, or the name of {@link GeneratedData}
   * @throws DataFormatException if no format is recognized, or the data is damaged
   */
  public static DataSplits open(String data, DatasetConfig config) {
    Optional<GeneratedData> generated = GeneratedData.named(data);
    if (generated.isEmpty()) {
      return open(Path.of(data), config);
    }
    return switch (generated.get()) {
      case SHAPES -> ShapesSource.open(config);
      case NBODY ->
          throw new DataFormatException(
              "data must be examples of a model, got nbody; models that learn from particles are"
                  + " egnn and gnn");
    };
  }

  /**
   * Opens a file, or a folder with one file or with {@code train}, {@code val} and {@code test}
   * parts.
   *
   * @throws DataFormatException if no format is recognized, or the data is damaged
   */
  public static DataSplits open(Path path, DatasetConfig config) {
    if (Files.isRegularFile(path)) {
      return open(PerSplit.of(path), config);
    }
    if (!Files.isDirectory(path)) {
      throw new DataFormatException("file or folder " + path + " must exist");
    }
    if (IdxSource.isAt(path)) {
      return IdxSource.open(path, config);
    }
    if (ImageFolder.isAt(path)) {
      return ImageFolder.open(path, config);
    }
    for (Predicate<Path> format : FORMATS) {
      List<Path> files = files(path, format);
      if (!files.isEmpty()) {
        return open(parts(path, files), config);
      }
    }
    throw new DataFormatException(path + " must contain " + KNOWN_DATA + ", got none of them");
  }

  /**
   * The files of one format at a path: the file itself, or the files of a folder by their names.
   *
   * @param format whether a file has the format
   * @param expected the format, for messages
   * @throws DataFormatException if there are none
   */
  public static PerSplit<Path> files(Path path, Predicate<Path> format, String expected) {
    boolean isFile = Files.isRegularFile(path);
    if (!isFile && !Files.isDirectory(path)) {
      throw new DataFormatException("file or folder " + path + " must exist");
    }
    List<Path> files =
        isFile ? List.of(path).stream().filter(format).toList() : files(path, format);
    if (files.isEmpty()) {
      throw new DataFormatException(path + " must be or contain " + expected + ", got none");
    }
    return isFile ? PerSplit.of(path) : parts(path, files);
  }

  private static DataSplits open(PerSplit<Path> files, DatasetConfig config) {
    Path file = files.train();
    if (CsvSource.isAt(file)) {
      return CsvSource.open(files, config);
    }
    if (SafetensorsSource.isAt(file)) {
      return SafetensorsSource.open(files, config);
    }
    if (TextSource.isAt(file)) {
      return TextSource.open(files, config);
    }
    throw new DataFormatException(
        file + " must be a .csv[.gz], .tsv[.gz], .txt[.gz] or .safetensors file");
  }

  private static PerSplit<Path> parts(Path folder, List<Path> files) {
    Optional<Path> validation = named(files, "val").or(() -> named(files, "validation"));
    return new PerSplit<>(train(folder, files), validation, named(files, "test"));
  }

  private static Path train(Path folder, List<Path> files) {
    return named(files, "train")
        .or(() -> files.size() == 1 ? Optional.of(files.get(0)) : Optional.empty())
        .orElseThrow(
            () ->
                new DataFormatException(
                    "%s must contain one data file or one named train, got %d files; name the file to read"
                        .formatted(folder, files.size())));
  }

  private static Optional<Path> named(List<Path> files, String part) {
    return files.stream()
        .filter(file -> DataFile.lowerName(file).startsWith(part + "."))
        .findFirst();
  }

  private static List<Path> files(Path folder, Predicate<Path> format) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).filter(format).sorted().toList();
    } catch (IOException e) {
      throw new DataFormatException("cannot read the folder " + folder + ": " + e.getMessage(), e);
    }
  }
}
