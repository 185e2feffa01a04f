package io.troupe.deploy.serve;

import io.troupe.data.json.FiniteJson;
import io.troupe.nn.lm.LMConfig;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.model.Weights;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Reports what a serving process does. */
public sealed interface ServingReport {
  /**
   * Where a process listens.
   *
   * @param http address of the HTTP API
   * @param flight address of Arrow Flight
   */
  record Addresses(String http, String flight) {}

  /** Requests are served from now on. */
  void serving(Endpoint endpoint, Addresses addresses, boolean needsKey, Duration startTime);

  /** No new requests are admitted. */
  void stopping(int numRunning);

  /** Everything has ended. */
  void stopped();

  /**
   * Lines for people.
   *
   * @param out standard output
   */
  record Text(PrintWriter out) implements ServingReport {
    @Override
    public void serving(
        Endpoint endpoint, Addresses addresses, boolean needsKey, Duration startTime) {
      LMConfig model = endpoint.model().config();
      Weights weights = endpoint.model().weights();
      out.printf(
          Locale.ROOT,
          "troupe: serves %s (%d layers, context %,d), weights version %d, checksum %s%n",
          endpoint.model().name(),
          model.numHiddenLayers(),
          model.maxPositionEmbeddings(),
          weights.version(),
          weights.shortChecksum());
      out.printf("HTTP     %s   OpenAI API; the page is at /%n", addresses.http());
      out.printf("Flight   %s   Arrow Flight%n", addresses.flight());
      out.printf("API key  %s%n", needsKey ? "required" : "not required");
      out.printf(Locale.ROOT, "ready after %.1f s; Ctrl-C stops%n", startTime.toMillis() / 1000.0);
      out.flush();
    }

    @Override
    public void stopping(int numRunning) {
      out.printf("stopping: %d requests are running%n", numRunning);
      out.flush();
    }

    @Override
    public void stopped() {
      out.println("stopped");
      out.flush();
    }
  }

  /**
   * A JSON object per event.
   *
   * @param out standard output
   */
  record Json(PrintWriter out) implements ServingReport {
    @Override
    public void serving(
        Endpoint endpoint, Addresses addresses, boolean needsKey, Duration startTime) {
      Weights weights = endpoint.model().weights();
      Map<String, Object> event = event("serving");
      event.put("model", endpoint.model().name());
      event.put("http", addresses.http());
      event.put("flight", addresses.flight());
      event.put("weights_version", weights.version());
      event.put("weights_checksum", weights.checksum());
      event.put("api_key_required", needsKey);
      event.put("start_seconds", startTime.toMillis() / 1000.0);
      print(event);
    }

    @Override
    public void stopping(int numRunning) {
      Map<String, Object> event = event("stopping");
      event.put("running", numRunning);
      print(event);
    }

    @Override
    public void stopped() {
      print(event("stopped"));
    }

    private static Map<String, Object> event(String name) {
      Map<String, Object> event = new LinkedHashMap<>();
      event.put("event", name);
      return event;
    }

    private void print(Map<String, Object> event) {
      out.println(FiniteJson.line(event));
      out.flush();
    }
  }
}
