package io.troupe.serving.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The API keys that an endpoint accepts. Only hashes of keys stay in memory, and a key is compared
 * with all of them in constant time.
 */
public final class ApiKeys {
  private static final int MIN_KEY_LENGTH = 16;
  private static final int MAX_FILE_BYTES = 1 << 20;

  private final List<Entry> entries;
  private final Optional<Caller> withoutKey;

  private record Entry(byte[] hash, Caller caller) {}

  private ApiKeys(List<Entry> entries, Optional<Caller> withoutKey) {
    this.entries = entries;
    this.withoutKey = withoutKey;
  }

  /**
   * No key is needed: every caller has these scopes.
   *
   * @param scopes of every caller
   */
  public static ApiKeys none(Set<Scope> scopes) {
    return new ApiKeys(List.of(), Optional.of(new Caller("anonymous", scopes)));
  }

  /**
   * Reads a file of keys. A line has a name, a key of at least 16 characters, and {@code weights}
   * if the key may replace weights, with spaces between them. Empty lines and lines that begin with
   * {@code #} are skipped.
   *
   * @throws IllegalArgumentException if the file cannot be read or a line has another form; the
   *     message never contains a key
   */
  public static ApiKeys load(Path file) {
    List<Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    List<String> lines = read(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        Entry entry = parse(line, "line " + (i + 1) + " of " + file);
        if (!names.add(entry.caller.name())) {
          throw new IllegalArgumentException(
              "line %d of %s must have a name of its own, got %s again"
                  .formatted(i + 1, file, entry.caller.name()));
        }
        entries.add(entry);
      }
    }
    if (entries.isEmpty()) {
      throw new IllegalArgumentException(file + " must contain an API key, got none");
    }
    return new ApiKeys(List.copyOf(entries), Optional.empty());
  }

  private static List<String> read(Path file) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new IllegalArgumentException(
            "%s must be at most 1 MiB, got %d bytes".formatted(file, Files.size(file)));
      }
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "api-key-file must be a readable text file, got " + file, e);
    }
  }

  private static Entry parse(String line, String where) {
    String[] words = line.split("\\s+", -1);
    boolean forWeights = words.length == 3 && words[2].equals("weights");
    if (words.length != 2 && !forWeights) {
      throw new IllegalArgumentException(
          where
              + " must be 'NAME KEY' or 'NAME KEY weights', got "
              + words.length
              + " words of another form");
    }
    if (words[1].length() < MIN_KEY_LENGTH) {
      throw new IllegalArgumentException(
          "%s must have a key of at least %d characters, got %d"
              .formatted(where, MIN_KEY_LENGTH, words[1].length()));
    }
    Set<Scope> scopes = forWeights ? EnumSet.allOf(Scope.class) : EnumSet.of(Scope.GENERATE);
    return new Entry(hash(words[1]), new Caller(words[0], scopes));
  }

  /** Whether a caller without a key has access. */
  public boolean areRequired() {
    return withoutKey.isEmpty();
  }

  /**
   * The owner of a key.
   *
   * @param key the bearer token of the request, if it has one
   * @return empty if the key is missing or unknown
   */
  public Optional<Caller> caller(Optional<String> key) {
    if (withoutKey.isPresent()) {
      return withoutKey;
    }
    byte[] hash = hash(key.orElse(""));
    Optional<Caller> found = Optional.empty();
    for (Entry entry : entries) { // all of them: the time must not depend on the place of the key
      if (MessageDigest.isEqual(entry.hash, hash)) {
        found = Optional.of(entry.caller);
      }
    }
    return found;
  }

  private static byte[] hash(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
