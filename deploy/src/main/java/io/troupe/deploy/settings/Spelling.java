package io.troupe.deploy.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Suggests a known name for a misspelled one. */
public final class Spelling {
  private Spelling() {}

  /** The end of a message, such as {@code : did you mean --top-p?}; empty if no name is similar. */
  public static String suggestion(String name, Collection<String> known) {
    return nearest(name, known).map(candidate -> ": did you mean " + candidate + "?").orElse("");
  }

  private static Optional<String> nearest(String name, Collection<String> known) {
    int most = Math.max(2, name.length() / 3);
    return known.stream()
        .filter(candidate -> distance(name, candidate) <= most)
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)));
  }

  /** Number of insertions, deletions and replacements (Levenshtein distance). */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
