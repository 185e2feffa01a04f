package io.troupe.nn.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checkpoint of a step of a run: a folder {@code checkpoint-STEP}. It gets this name when it is
 * complete.
 *
 * @param path of the folder
 * @param step after which it was written
 */
public record StepFolder(Path path, long step) {
  private static final Pattern NAME = Pattern.compile("checkpoint-(\\d{1,18})");

  /** The folder of a step, in that of all checkpoints; it may not exist. */
  public static StepFolder of(Path checkpoints, long step) {
    return new StepFolder(checkpoints.resolve("checkpoint-" + step), step);
  }

  /**
   * The complete checkpoints of a run, newest first.
   *
   * @param checkpoints the folder of all
   * @throws IOException if it does not exist or cannot be listed
   */
  public static List<StepFolder> in(Path checkpoints) throws IOException {
    try (Stream<Path> entries = Files.list(checkpoints)) {
      return entries
          .map(StepFolder::read)
          .flatMap(Optional::stream)
          .sorted(Comparator.comparingLong(StepFolder::step).reversed())
          .toList();
    }
  }

  private static Optional<StepFolder> read(Path path) {
    Matcher name = NAME.matcher(path.getFileName().toString());
    return name.matches()
        ? Optional.of(new StepFolder(path, Long.parseLong(name.group(1))))
        : Optional.empty();
  }
}
