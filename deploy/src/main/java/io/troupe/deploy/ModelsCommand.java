package io.troupe.deploy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.data.json.FiniteJson;
import io.troupe.deploy.train.ModelArguments;
import io.troupe.deploy.view.Figures;
import io.troupe.deploy.view.Style;
import io.troupe.nn.registry.Capability;
import io.troupe.nn.registry.Hyperparameter;
import io.troupe.nn.registry.InputTensor;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.nn.registry.Settings;
import io.troupe.nn.summary.ModelSummary;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code troupe models}: lists the models, or describes one with its settings and inputs. */
@Command(
    name = "models",
    description = "Lists the models and their capabilities, or describes one of them.",
    footer = {
      "",
      "troupe models",
      "troupe models lenet5",
      "troupe models resnet18 --summary --size height=64 --size width=64"
    })
final class ModelsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", arity = "0..1", description = "Name of a model to describe.")
  private String name;

  @Option(
      names = "--summary",
      description = "Print the layers of the model: shapes, parameters, multiply-adds.")
  private boolean summary;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Hyperparameter of the model for --summary. Repeatable.")
  private List<String> assignments = new ArrayList<>();

  @Option(
      names = "--size",
      paramLabel = "NAME=N",
      description =
          "Size of a dimension of the input for --summary, such as height=64. Repeatable.")
  private Map<String, Integer> sizes = new LinkedHashMap<>();

  @Option(names = "--json", description = "Print a JSON object per model, for programs.")
  private boolean json;

  @Override
  public Integer call() {
    if (summary) {
      return printSummary();
    }
    if (!assignments.isEmpty() || !sizes.isEmpty()) {
      throw mistake("--set and --size must come with --summary");
    }
    List<ModelEntry<?>> entries = name == null ? ModelRegistry.entries() : List.of(entry());
    RunOutput output = RunOutput.of(spec.commandLine().getOut(), json);
    PrintWriter out = output.out();
    try (Engine engine = Engine.of(CpuBackend.create(1))) {
      if (json) {
        entries.forEach(entry -> out.println(toJson(entry, engine)));
      } else if (name == null) {
        printTable(entries, engine, output);
      } else {
        printOne(entries.getFirst(), engine, output);
      }
    }
    out.flush();
    return ExitCode.OK;
  }

  private int printSummary() {
    if (name == null) {
      throw mistake("--summary must come with the NAME of a model");
    }
    RunOutput output = RunOutput.of(spec.commandLine().getOut(), json);
    ModelEntry<?> entry = entry();
    try {
      Settings settings = entry.settings(ModelArguments.parse(assignments));
      SummaryTable table = new SummaryTable(name, ModelSummary.of(entry, settings, sizes));
      if (json) {
        output.out().println(table.toJson());
      } else {
        table.print(output.out(), output.style());
      }
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    output.out().flush();
    return ExitCode.OK;
  }

  private ParameterException mistake(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private ModelEntry<?> entry() {
    try {
      return ModelRegistry.entry(name);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private static Settings defaults(ModelEntry<?> entry) {
    return entry.settings(Map.of());
  }

  private static List<String> verbs(ModelEntry<?> entry) {
    return entry.capabilities().stream().map(Capability::verb).toList();
  }

  private static void printTable(List<ModelEntry<?>> entries, Engine engine, RunOutput output) {
    PrintWriter out = output.out();
    out.println(
        output
            .style()
            .dim(
                "%-16s %-18s %14s  %-47s %s"
                    .formatted("model", "family", "parameters", "capabilities", "")));
    for (ModelEntry<?> entry : entries) {
      out.printf(
          "%-16s %-18s %14s  %-47s %s%n",
          entry.name(),
          entry.family().title(),
          Figures.count(entry.numParameters(defaults(entry), engine)),
          String.join(", ", verbs(entry)),
          entry.summary());
    }
    out.println();
    out.println(
        output.style().dim("troupe models NAME: its settings;  troupe train NAME --data PATH"));
  }

  private static void printOne(ModelEntry<?> entry, Engine engine, RunOutput output) {
    PrintWriter out = output.out();
    Style style = output.style();
    out.printf("%s: %s%n", style.bold(entry.name()), entry.summary());
    out.printf(
        "%s, %s parameters as set by default%n",
        entry.family().title(), Figures.count(entry.numParameters(defaults(entry), engine)));
    out.printf("capabilities: %s%n", String.join(", ", verbs(entry)));
    out.println();
    out.println(style.dim("%-24s %-10s %s".formatted("--set", "default", "")));
    for (Hyperparameter<?> setting : entry.hyperparameters()) {
      out.printf("%-24s %-10s %s%n", setting.name(), setting.defaultText(), setting.summary());
      out.println(style.dim("%-24s %-10s %s".formatted("", "", setting.expected())));
    }
    out.println();
    out.println(style.dim("inputs"));
    for (InputTensor input : entry.inputs(defaults(entry))) {
      out.printf("%-24s %s%s%n", input.name(), input, input.isOptional() ? ", optional" : "");
    }
    out.println();
    out.println(
        style.dim(
            entry.has(Capability.Decode.class)
                ? "troupe simulate --model FOLDER --data FILE"
                : "troupe train " + entry.name() + " --data PATH"));
  }

  private static String toJson(ModelEntry<?> entry, Engine engine) {
    ObjectNode model = JsonNodeFactory.instance.objectNode();
    model.put("model", entry.name());
    model.put("family", entry.family().title());
    model.put("parameters", entry.numParameters(defaults(entry), engine));
    model.put("summary", entry.summary());
    ArrayNode capabilities = model.putArray("capabilities");
    verbs(entry).forEach(capabilities::add);
    ArrayNode settings = model.putArray("settings");
    for (Hyperparameter<?> setting : entry.hyperparameters()) {
      settings
          .addObject()
          .put("name", setting.name())
          .put("default", setting.defaultText())
          .put("expected", setting.expected())
          .put("summary", setting.summary());
    }
    ArrayNode inputs = model.putArray("inputs");
    for (InputTensor input : entry.inputs(defaults(entry))) {
      inputs
          .addObject()
          .put("name", input.name())
          .put("expected", input.toString())
          .put("optional", input.isOptional());
    }
    return FiniteJson.line(model);
  }
}
