package io.troupe.serving;

import io.troupe.nn.ReferenceModel;
import io.troupe.rollout.tokenizer.CharacterTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Small random models with a tokenizer, in folders of their own. */
public final class ModelFolder {
  /** Tokens 3 to 60 of every model. */
  public static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz012345";

  private static final List<String> TEST_DATA = List.of("expected.json");

  private ModelFolder() {}

  /**
   * Writes a model directory.
   *
   * @param name of a reference model, such as {@code llama3-untied}
   * @param folder is created
   */
  public static Path write(String name, Path folder) {
    try (Stream<Path> files = Files.list(ReferenceModel.named(name).folder())) {
      Files.createDirectories(folder);
      for (Path file : files.toList()) {
        if (!TEST_DATA.contains(file.getFileName().toString())) {
          Files.copy(file, folder.resolve(file.getFileName()));
        }
      }
      new CharacterTokenizer(ALPHABET).save(folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
