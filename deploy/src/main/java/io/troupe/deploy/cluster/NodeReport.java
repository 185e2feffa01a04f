package io.troupe.deploy.cluster;

import io.troupe.actors.cluster.node.CoordinatorListener;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.data.json.FiniteJson;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a node without a view of its own prints: a line for each event, or a JSON object. */
public final class NodeReport implements CoordinatorListener {
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final PrintWriter out;
  private final boolean json;
  private long steps;
  private long lastNs = System.nanoTime() - INTERVAL.toNanos();

  /**
   * A report.
   *
   * @param out standard output
   */
  public NodeReport(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  /** The node takes part in a run from now on. */
  public void begins(String title, NodeAddress address, String roles, Path directory) {
    print(
        "node",
        Map.of("address", address.toString(), "roles", roles, "directory", directory.toString()),
        "%s%nnode %s: %s; directory %s".formatted(title, address, roles, directory));
  }

  /** Number of steps of the run, for the lines about them. */
  public NodeReport of(long numSteps) {
    steps = numSteps;
    return this;
  }

  /** Something to read now. */
  public void say(String line) {
    print("message", Map.of("message", line), line);
  }

  @Override
  public void onStep(long step, Map<String, Double> metrics) {
    if (json || step == steps || System.nanoTime() - lastNs >= INTERVAL.toNanos()) {
      lastNs = System.nanoTime();
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("step", step);
      fields.put("steps", steps);
      fields.putAll(metrics);
      print("step", fields, line(step, metrics));
    }
  }

  private String line(long step, Map<String, Double> metrics) {
    return String.format(
        Locale.ROOT,
        "step %,d of %,d committed, reward %.2f, %,.0f tokens/s",
        step,
        steps,
        metrics.getOrDefault("reward", Double.NaN),
        metrics.getOrDefault("tokens_per_second", Double.NaN));
  }

  @Override
  public void onEnded(long step, Map<String, Double> summary, String failure) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("step", step);
    fields.putAll(summary);
    fields.put("failure", failure);
    print(
        "ended",
        fields,
        failure.isEmpty()
            ? "the run has ended after step " + step
            : "the run failed after step " + step + ": " + failure);
  }

  private synchronized void print(String event, Map<String, ?> fields, String line) {
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("event", event);
      object.putAll(fields);
      out.println(FiniteJson.line(object));
    } else {
      out.println(line);
    }
    out.flush();
  }
}
