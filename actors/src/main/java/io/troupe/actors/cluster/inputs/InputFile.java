package io.troupe.actors.cluster.inputs;

/**
 * A file that a run reads.
 *
 * @param key configuration key that names it, or its directory, such as {@code model}
 * @param name of the file in that directory; its own name for a key that names a file
 * @param path on the node that lists it
 * @param bytes its size
 * @param sha256 of its content, in hexadecimal
 */
public record InputFile(String key, String name, String path, long bytes, String sha256) {
  /** Checks the values, which come from another node. */
  public InputFile {
    if (!InputFiles.KEYS.contains(key)) {
      throw new IllegalArgumentException(
          "the key of an input file must be one of " + InputFiles.KEYS + ", got " + key);
    }
    if (!name.matches("[^/\\\\\\p{Cntrl}]{1,255}") || name.equals("..") || name.equals(".")) {
      throw new IllegalArgumentException(
          "the name of an input file must be a plain file name, got " + name);
    }
    if (bytes < 0 || !sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "an input file must have a size and a SHA-256, got %d bytes and %s"
              .formatted(bytes, sha256));
    }
  }
}
