package io.troupe.deploy.log;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The git revision of the program, read from the files of the checkout. */
public final class GitRevision {
  private static final String UNKNOWN = "unknown";

  private GitRevision() {}

  /** The commit of the checkout that contains this program; {@code unknown} without one. */
  public static String ofProgram() {
    try {
      Path program =
          Path.of(GitRevision.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      for (Path folder = program; folder != null; folder = folder.getParent()) {
        if (Files.exists(folder.resolve(".git"))) {
          return of(folder);
        }
      }
    } catch (URISyntaxException | IOException e) {
      return UNKNOWN;
    }
    return UNKNOWN;
  }

  /**
   * The commit of a checkout.
   *
   * @param checkout directory with {@code .git}, a directory or the file of a linked work tree
   * @throws IOException if git's files cannot be read
   */
  static String of(Path checkout) throws IOException {
    Path git = checkout.resolve(".git");
    if (Files.isRegularFile(git)) {
      git = checkout.resolve(Files.readString(git).strip().replaceFirst("^gitdir: ", ""));
    }
    String head = Files.readString(git.resolve("HEAD")).strip();
    if (!head.startsWith("ref: ")) {
      return head;
    }
    String name = head.substring("ref: ".length());
    Path commonFile = git.resolve("commondir");
    Path common =
        Files.isRegularFile(commonFile) ? git.resolve(Files.readString(commonFile).strip()) : git;
    Path reference = common.resolve(name);
    return Files.isRegularFile(reference)
        ? Files.readString(reference).strip()
        : packed(common.resolve("packed-refs"), name);
  }

  private static String packed(Path packedReferences, String name) throws IOException {
    if (!Files.isRegularFile(packedReferences)) {
      return UNKNOWN;
    }
    return Files.readAllLines(packedReferences).stream()
        .filter(line -> line.endsWith(" " + name))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .findFirst()
        .orElse(UNKNOWN);
  }
}
