package io.troupe.deploy.trials;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The output of a process of a cluster, from all its starts.
 *
 * @param file that may not exist yet
 */
public record NodeOutput(Path file) {
  private static final Pattern LEADS =
      Pattern.compile("this node is the coordinator, epoch (\\d+)");
  private static final Pattern TRAINS = Pattern.compile("this learner trains, from step \\d+ on");
  private static final Pattern IN_CONTACT = Pattern.compile("coordinator nodes in contact: ");
  private static final Pattern MEMBERS = Pattern.compile(IN_CONTACT + "\\[(.*)]");
  private static final Pattern JOINED = Pattern.compile("(?m)^joined run ");

  /** Its length. */
  public long bytes() throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /**
   * Whether the process takes part in the run, by its output after a position. A coordinator node
   * must be a member of the cluster of coordinator nodes, and a learner must train: before, it has
   * no state that another one could use.
   */
  public boolean takesPart(long startByte) {
    try {
      return sign().matcher(text(startByte)).find();
    } catch (IOException _) {
      return false;
    }
  }

  /** The text that a process of this kind prints when it takes part. */
  private Pattern sign() {
    String name = file.getFileName().toString();
    if (name.startsWith("coordinator")) {
      return IN_CONTACT;
    }
    return name.startsWith("learner") ? TRAINS : JOINED;
  }

  /** The coordinator nodes in contact, as this coordinator node printed them last. */
  public List<String> inContact() {
    try {
      return MEMBERS
          .matcher(text(0))
          .results()
          .map(result -> List.of(result.group(1).split(", ")))
          .reduce(List.of(), (_, last) -> last);
    } catch (IOException _) {
      return List.of();
    }
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
