package io.troupe.actors.cluster.inputs;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * All files that a run reads, in the order of their keys and names. Two nodes with equal checksums
 * compute the same run.
 *
 * @param files the files
 */
public record InputFiles(List<InputFile> files) {
  /** The configuration keys that name files or directories. */
  public static final List<String> KEYS =
      List.of("model", "data.train", "data.held-out", "warm-start.data");

  private static final int MAX_FILES = 1000;
  private static final int BUFFER_BYTES = 1 << 20;

  /** Copies the list and checks its length. */
  public InputFiles {
    files = List.copyOf(files);
    if (files.size() > MAX_FILES) {
      throw new IllegalArgumentException(
          "a run must read at most %d files, got %d".formatted(MAX_FILES, files.size()));
    }
  }

  /**
   * Lists the files of a configuration and computes their checksums.
   *
   * @param config of a run, with all keys
   * @throws IOException if a file cannot be read
   */
  public static InputFiles of(Config config) throws IOException {
    List<InputFile> files = new ArrayList<>();
    for (String key : KEYS) {
      String value = config.hasPath(key) ? config.getString(key) : "";
      if (!value.isEmpty()) {
        for (Path file : filesOf(Path.of(value))) {
          files.add(
              new InputFile(
                  key,
                  file.getFileName().toString(),
                  file.toAbsolutePath().normalize().toString(),
                  Files.size(file),
                  sha256(file)));
        }
      }
    }
    return new InputFiles(files);
  }

  private static List<Path> filesOf(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> entries = Files.list(path)) {
      return entries
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    }
  }

  /** The SHA-256 of a file, in hexadecimal. */
  static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /**
   * A checksum of all files and of the settings that do not name files: equal for nodes that
   * compute the same run.
   *
   * @param config of the run
   */
  public String fingerprint(Config config) {
    MessageDigest digest = sha256();
    Config others = config;
    for (String key : KEYS) {
      others = others.withoutPath(key);
    }
    Map<String, String> settings = new TreeMap<>();
    others
        .entrySet()
        .forEach(entry -> settings.put(entry.getKey(), entry.getValue().unwrapped().toString()));
    settings.forEach(
        (key, value) -> digest.update((key + "=" + value + "\n").getBytes(StandardCharsets.UTF_8)));
    for (InputFile file : files) {
      digest.update(
          "%s/%s %s%n"
              .formatted(file.key(), file.name(), file.sha256())
              .getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The files that this machine has under the same paths with the same content. */
  public List<InputFile> foundHere() throws IOException {
    List<InputFile> found = new ArrayList<>();
    for (InputFile file : files) {
      Path path = Path.of(file.path());
      if (Files.isRegularFile(path)
          && Files.size(path) == file.bytes()
          && sha256(path).equals(file.sha256())) {
        found.add(file);
      }
    }
    return found;
  }

  /**
   * The settings with the paths of this machine.
   *
   * @param config of the run
   * @param folders for each key the directory that has its files here
   */
  public Config relocate(Config config, Map<String, Path> folders) {
    Map<String, String> paths = new HashMap<>();
    Map<String, List<InputFile>> byKey = new LinkedHashMap<>();
    files.forEach(file -> byKey.computeIfAbsent(file.key(), _ -> new ArrayList<>()).add(file));
    byKey.forEach(
        (key, members) -> {
          Path folder = folders.get(key);
          boolean isDirectory = key.equals("model");
          paths.put(
              key, (isDirectory ? folder : folder.resolve(members.getFirst().name())).toString());
        });
    return ConfigFactory.parseMap(paths).withFallback(config);
  }
}
