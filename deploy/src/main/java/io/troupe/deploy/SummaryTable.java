package io.troupe.deploy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.data.json.FiniteJson;
import io.troupe.deploy.view.Figures;
import io.troupe.deploy.view.Style;
import io.troupe.nn.summary.LayerSummary;
import io.troupe.nn.summary.ModelSummary;
import io.troupe.tensor.Shape;
import java.io.PrintWriter;
import java.util.stream.Collectors;

/**
 * Prints the layers of a model.
 *
 * @param name of the model
 * @param summary its layers
 */
record SummaryTable(String name, ModelSummary summary) {
  private static final int MOST_NAME = 44;
  private static final double MILLION = 1e6;

  /** Prints a table with totals. */
  void print(PrintWriter out, Style style) {
    int width = nameWidth();
    String format = "%-" + width + "s %-16s %-20s %14s %16s %s%n";
    out.print(
        style.dim(
            format.formatted(
                "layer",
                "operation",
                "output",
                "parameters",
                "multiply-adds",
                summary.hasImage() ? " receptive field" : "")));
    for (LayerSummary layer : summary.layers()) {
      out.printf(
          format,
          shortened(layer.name(), width),
          layer.operation(),
          layer.output(),
          layer.parameters() == 0 ? "" : Figures.count(layer.parameters()),
          layer.multiplyAdds() == 0 ? "" : Figures.count(layer.multiplyAdds()),
          summary.hasImage() ? "%16s".formatted(layer.reach()) : "");
    }
    out.println();
    out.printf("%s: %s to %s%n", style.bold(name), inputs(), summary.output());
    out.printf(
        "%s parameters%s; %.1f million multiply-adds%n",
        Figures.count(summary.parameters()), unused(), summary.multiplyAdds() / MILLION);
  }

  private int nameWidth() {
    int longest =
        summary.layers().stream().mapToInt(layer -> layer.name().length()).max().orElse(0);
    return Math.clamp(longest, "layer".length(), MOST_NAME);
  }

  /** The end of a name tells more than its beginning. */
  private static String shortened(String name, int width) {
    return name.length() <= width ? name : "…" + name.substring(name.length() - width + 1);
  }

  private String inputs() {
    return summary.inputs().entrySet().stream()
        .map(input -> input.getKey() + " " + input.getValue())
        .collect(Collectors.joining(", "));
  }

  private String unused() {
    long unused = summary.unusedParameters();
    return unused == 0 ? "" : ", of which a prediction does not read " + Figures.count(unused);
  }

  /** The same as a JSON object. */
  String toJson() {
    ObjectNode model = JsonNodeFactory.instance.objectNode();
    model.put("model", name);
    model.put("parameters", summary.parameters());
    model.put("unused_parameters", summary.unusedParameters());
    model.put("multiply_adds", summary.multiplyAdds());
    ObjectNode inputs = model.putObject("inputs");
    summary.inputs().forEach((input, shape) -> put(inputs.putArray(input), shape));
    put(model.putArray("output"), summary.output());
    ArrayNode layers = model.putArray("layers");
    for (LayerSummary layer : summary.layers()) {
      ObjectNode row = layers.addObject();
      row.put("name", layer.name());
      row.put("operation", layer.operation());
      put(row.putArray("output"), layer.output());
      row.put("parameters", layer.parameters());
      row.put("multiply_adds", layer.multiplyAdds());
      row.put("receptive_field", layer.reach().toString());
    }
    return FiniteJson.line(model);
  }

  private static void put(ArrayNode array, Shape shape) {
    for (int size : shape.sizes()) {
      array.add(size);
    }
  }
}
