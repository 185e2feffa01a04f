package io.troupe.deploy.view;

import io.troupe.data.json.FiniteJson;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Prints one JSON object a line for every event; its key {@code event} says which. Thread-safe. */
public final class JsonView implements RunView {
  private final PrintWriter out;
  private Path folder;

  /**
   * A view.
   *
   * @param out where lines go; left open
   */
  public JsonView(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void onStart(Path runFolder, String what) {
    folder = runFolder;
    print("start", Map.of("run", runFolder.toString()));
  }

  @Override
  public void onPhase(String phase) {
    print("phase", Map.of("phase", phase));
  }

  @Override
  public void onWarmStartStep(int step, int steps, double loss) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("step", step);
    fields.put("steps", steps);
    fields.put("loss", loss);
    print("warm_start_step", fields);
  }

  @Override
  public void onEvaluation(long step, Map<String, Double> figures) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("step", step);
    fields.putAll(figures);
    print("evaluation", fields);
  }

  @Override
  public void onStep(long step, long steps, Map<String, Double> metrics) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("step", step);
    fields.put("steps", steps);
    fields.putAll(metrics);
    print("step", fields);
  }

  @Override
  public void onFinished(Map<String, ?> summary) {
    Map<String, Object> fields = new LinkedHashMap<>(summary);
    fields.put("run", folder.toString());
    print("finished", fields);
  }

  @Override
  public void say(String line) {
    print("message", Map.of("text", line));
  }

  private synchronized void print(String event, Map<String, ?> fields) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("event", event);
    line.putAll(fields);
    out.println(FiniteJson.line(line));
    out.flush();
  }
}
