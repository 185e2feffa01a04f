package io.troupe.deploy.cluster;

import io.troupe.actors.run.RunDirectory;
import io.troupe.nn.checkpoint.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The identity of a clustered run, in the file {@code run-id} of its directory.
 *
 * @param id 64 random bits
 */
public record RunIdentity(long id) {
  private static final String FILE = "run-id";

  /**
   * The identity of the run in a directory, which gets one if it has none.
   *
   * @throws io.troupe.actors.run.RunDirectoryException if the file cannot be read or written
   */
  public static RunIdentity of(Path run) {
    Path file = run.resolve(FILE);
    try {
      if (!Files.exists(file)) {
        WholeFile.write(file, new RunIdentity(new SecureRandom().nextLong()) + "\n");
      }
      return parse(Files.readString(file).strip());
    } catch (IOException e) {
      throw RunDirectory.failure(run, e);
    }
  }

  /** Whether a directory has a clustered run. */
  public static boolean isPresent(Path run) {
    return Files.exists(run.resolve(FILE));
  }

  /**
   * Whether a directory has the run with this identity.
   *
   * @throws io.troupe.actors.run.RunDirectoryException if the file cannot be read
   */
  public boolean isIn(Path run) {
    return isPresent(run) && of(run).equals(this);
  }

  /** Reads the text form. */
  public static RunIdentity parse(String text) {
    return new RunIdentity(HexFormat.fromHexDigitsToLong(text));
  }

  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(id);
  }
}
