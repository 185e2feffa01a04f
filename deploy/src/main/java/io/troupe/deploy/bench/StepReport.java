package io.troupe.deploy.bench;

import io.troupe.actors.run.ResidentMemory;
import io.troupe.data.json.FiniteJson;
import io.troupe.tensor.Engine;
import io.troupe.tensor.backend.Backend;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Prints the step times of supervised models as they become available.
 *
 * @param out standard output
 * @param json whether to print one JSON object per line instead of a table
 */
record StepReport(PrintWriter out, boolean json) {
  void begin() {
    if (!json) {
      out.printf(
          "%-12s %12s %6s %12s %12s %14s%n",
          "model", "parameters", "batch", "median", "best", "tensors, peak");
      out.flush();
    }
  }

  /**
   * Prints the times of one model.
   *
   * @param engine the engine of its steps only
   */
  void add(String name, StepBench bench, Timings timings, Engine engine, int threads) {
    long parameters = bench.module().numParameters();
    long tensorBytes = engine.memory().peakBytes();
    if (json) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("work", "train");
      line.put("model", name);
      line.put("batch", bench.batch().size());
      line.put("threads", threads);
      line.put("parameters", parameters);
      line.put("n", timings.seconds().length);
      line.put("median_ms", 1e3 * timings.median());
      line.put("min_ms", 1e3 * timings.best());
      line.put("max_ms", 1e3 * timings.worst());
      line.put("examples_per_second", bench.batch().size() / timings.median());
      line.put("peak_tensor_bytes", tensorBytes);
      line.put("peak_resident_bytes", ResidentMemory.peakBytes());
      line.put("backend", Backend.of(engine).name());
      out.println(FiniteJson.line(line));
    } else {
      out.printf(
          "%-12s %,12d %6d %9.2f ms %9.2f ms %11.1f MB%n",
          name,
          parameters,
          bench.batch().size(),
          1e3 * timings.median(),
          1e3 * timings.best(),
          1e-6 * tensorBytes);
    }
    out.flush();
  }
}
