package io.troupe.deploy.view;

import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunSummary;
import io.troupe.data.json.FiniteJson;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Prints one JSON object per event, with its type in the key {@code event}. Thread-safe. */
public final class JsonView implements RunView {
  private final PrintWriter out;
  private Path directory;

  /**
   * A view.
   *
   * @param out the output; it stays open
   */
  public JsonView(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void onStart(Path runDirectory, String title) {
    directory = runDirectory;
    print("start", Map.of("run", runDirectory.toString()));
  }

  @Override
  public void onEvent(RunEvent event) {
    switch (event) {
      case RunEvent.PhaseStarted(String name) -> print("phase", Map.of("phase", name));
      case RunEvent.WarmStartStep(int step, int steps, double loss) ->
          print("warm_start_step", fields(step, steps, Map.of("loss", loss)));
      case RunEvent.Evaluated(long step, Map<String, Double> figures, var _) ->
          print("evaluation", fields(step, figures));
      case RunEvent.StepTrained(long step, long steps, Map<String, Double> metrics) ->
          print("step", fields(step, steps, metrics));
      case RunEvent.SamplesTrained _ -> {} // they are in the samples file
      case RunEvent.Finished(RunSummary summary) -> {
        Map<String, Object> fields = new LinkedHashMap<>(summary.toMap());
        fields.put("run", directory.toString());
        print("finished", fields);
      }
    }
  }

  private static Map<String, Object> fields(long step, long steps, Map<String, Double> figures) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("step", step);
    fields.put("steps", steps);
    fields.putAll(figures);
    return fields;
  }

  private static Map<String, Object> fields(long step, Map<String, Double> figures) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("step", step);
    fields.putAll(figures);
    return fields;
  }

  @Override
  public void print(String line) {
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
