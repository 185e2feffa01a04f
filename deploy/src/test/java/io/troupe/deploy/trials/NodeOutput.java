package io.troupe.deploy.trials;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The output of a process of a cluster, from all its starts.
 *
 * @param file that may not exist yet
 */
public record NodeOutput(Path file) {
  private static final Pattern LEADS =
      Pattern.compile("this node is the coordinator, epoch (\\d+)");
  private static final Pattern TRAINS = Pattern.compile("this learner trains, from step \\d+ on");
  private static final Pattern TAKES_PART = Pattern.compile("(?m)^joined run |" + LEADS.pattern());

  /** Its length. */
  public long bytes() throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /**
   * Whether the process has joined the run, or coordinates it, by its output after a position. A
   * learner takes part when it trains: before, it has no state that another one could use.
   */
  public boolean takesPart(long startByte) {
    Pattern pattern = file.getFileName().toString().startsWith("learner") ? TRAINS : TAKES_PART;
    try {
      return pattern.matcher(text(startByte)).find();
    } catch (IOException _) {
      return false;
    }
  }

  /**
   * Whether a cluster is complete: one coordinator node coordinates, and all other processes have
   * joined.
   *
   * @param names of its processes
   */
  public static boolean isComplete(Collection<String> names, Predicate<String> takesPart) {
    Map<Boolean, List<String>> byRole =
        names.stream().collect(Collectors.partitioningBy(name -> name.startsWith("coordinator")));
    return byRole.get(true).stream().anyMatch(takesPart)
        && byRole.get(false).stream().allMatch(takesPart);
  }

  /** The epochs in which it was the coordinator. */
  public List<Long> epochs() throws IOException {
    List<Long> epochs = new ArrayList<>();
    Matcher matcher = LEADS.matcher(text(0));
    while (matcher.find()) {
      epochs.add(Long.parseLong(matcher.group(1)));
    }
    return epochs;
  }

  private String text(long startByte) throws IOException {
    byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    int start = Math.toIntExact(startByte);
    return new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
  }
}
