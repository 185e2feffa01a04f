package io.troupe.deploy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.deploy.generate.GenerationPrinter;
import io.troupe.deploy.generate.GenerationSettings;
import io.troupe.deploy.generate.PromptArguments;
import io.troupe.deploy.generate.TextGeneration;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Prompt;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code troupe generate}: continues prompts with a model on disk. */
@Command(
    name = "generate",
    sortOptions = false,
    sortSynopsis = false,
    customSynopsis = {
      "troupe generate --model FOLDER --prompt TEXT [OPTIONS]",
      "       troupe generate --model FOLDER (--prompt-ids IDS | --prompts FILE) [OPTIONS]"
    },
    description = {
      "Continues prompts with a model in Hugging Face's layout.",
      "Settings have transformers' names; what is not given is as the model's"
          + " generation_config.json says, or transformers' default. Greedy, unless the model or an"
          + " option asks for sampling or beams."
    },
    optionListHeading = "%n",
    footer = {
      "",
      "troupe generate --model MODEL --prompt 'Once upon a time' --top-p 0.9",
      "troupe generate --model MODEL --prompts questions.jsonl --num-beams 4 --json"
    })
final class GenerateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FOLDER",
      description = "The model: config.json, model.safetensors, tokenizer.json.")
  private Path model;

  @ArgGroup(multiplicity = "1")
  private Source source;

  private static final class Source {
    @Option(names = "--prompt", paramLabel = "TEXT", description = "The text to continue.")
    private String text;

    @Option(
        names = "--prompt-ids",
        paramLabel = "IDS",
        description = "The tokens to continue, such as 1,15,27.")
    private String ids;

    @Option(
        names = "--prompts",
        paramLabel = "FILE",
        description =
            "A prompt per row (.jsonl, .json, .parquet; column prompt, question or text) or per"
                + " line (any other file).")
    private Path file;
  }

  @Option(
      names = "--decoding",
      paramLabel = "HOW",
      description = "greedy, sample or beam: short for the settings that make it so.")
  private String decoding;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Tokens of a completion, at most. Default: 20.")
  private Integer maxNewTokens;

  @Option(
      names = "--do-sample",
      arity = "0..1",
      negatable = true,
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "Draw tokens; otherwise the likeliest is taken.")
  private Boolean doSample;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      description = "Divides the logits. Default: 1.")
  private Double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "N",
      description = "Draw from the k likeliest tokens; 0: from all. Default: 50.")
  private Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Draw from the fewest tokens that have this probability together. Default: 1.")
  private Double topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description =
          "Draw from tokens at least this fraction as likely as the likeliest. Default: 0.")
  private Double minP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      description = "Above 1: tokens that have occurred become less likely. Default: 1.")
  private Double repetitionPenalty;

  @Option(
      names = "--num-beams",
      paramLabel = "N",
      description = "Beams of a beam search; 1: none. Default: 1.")
  private Integer numBeams;

  @Option(
      names = "--length-penalty",
      paramLabel = "X",
      description = "Exponent of the length that divides a beam's score. Default: 1.")
  private Double lengthPenalty;

  @Option(
      names = "--early-stopping",
      paramLabel = "false|true|never",
      description = "When a beam search stops. Default: false.")
  private String earlyStopping;

  @Option(
      names = "--num-return-sequences",
      paramLabel = "N",
      description = "Completions of each prompt. Default: 1.")
  private Integer numReturnSequences;

  @Option(
      names = "--stop-strings",
      paramLabel = "TEXT",
      description = "A text that ends a completion. Repeatable.")
  private List<String> stopStrings;

  @Option(
      names = "--eos-token-id",
      paramLabel = "ID",
      split = ",",
      description = "A token that ends a completion, instead of the model's own. Repeatable.")
  private List<Integer> eosTokenIds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The same seed draws the same tokens. Default: 0.")
  private Long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that compute; 0: one per core. Default: 0.")
  private int threads;

  @Option(
      names = "--json",
      description =
          "Print a JSON object per completion: ids, text, log_probs, finish_reason, and the score"
              + " of a beam.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    Config typed = typed();
    Typed.read(spec, () -> GenerationSettings.of(Optional.empty(), typed, decoding));
    if (threads < 0 || threads > 1024) {
      throw usageError("threads=" + threads + ": set 0 (one per core) to 1024");
    }
    try (TextGeneration generation = TextGeneration.open(model, threads)) {
      GenerationConfig config =
          GenerationSettings.of(
              generation.model().pretrainedConfig().generationConfigJson(), typed, decoding);
      generate(generation, prompts(generation), config);
    }
    return ExitCode.OK;
  }

  private void generate(TextGeneration generation, List<Prompt> prompts, GenerationConfig config)
      throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    boolean single = prompts.size() == 1 && config.numReturnSequences() == 1;
    if (json) {
      print(generation, prompts, config, null, new GenerationPrinter.Json(out));
    } else if (single) {
      boolean terminal = RunOutput.of(out, false).terminal();
      var streamed = new GenerationPrinter.Streamed(out, terminal);
      print(generation, prompts, config, streamed::printDelta, streamed);
    } else {
      print(generation, prompts, config, null, new GenerationPrinter.Listed(out));
    }
  }

  private static void print(
      TextGeneration generation,
      List<Prompt> prompts,
      GenerationConfig config,
      Consumer<String> textDeltas,
      GenerationPrinter printer)
      throws InterruptedException {
    generation.generate(prompts, config, textDeltas, printer::print);
    printer.finish();
  }

  private List<Prompt> prompts(TextGeneration generation) {
    if (source.ids != null) {
      return List.of(PromptArguments.ids(source.ids, generation.tokenizer()));
    }
    return source.text != null
        ? List.of(PromptArguments.text(0, source.text, generation.tokenizer()))
        : PromptArguments.file(source.file, generation.tokenizer());
  }

  private Config typed() {
    Map<String, Object> typed = new LinkedHashMap<>();
    typed.put("max-new-tokens", maxNewTokens);
    typed.put("do-sample", doSample);
    typed.put("temperature", temperature);
    typed.put("top-k", topK);
    typed.put("top-p", topP);
    typed.put("min-p", minP);
    typed.put("repetition-penalty", repetitionPenalty);
    typed.put("num-beams", numBeams);
    typed.put("length-penalty", lengthPenalty);
    typed.put("early-stopping", earlyStopping);
    typed.put("num-return-sequences", numReturnSequences);
    typed.put("stop-strings", stopStrings);
    typed.put("eos-token-ids", eosTokenIds);
    typed.put("seed", seed);
    typed.values().removeIf(Objects::isNull);
    return ConfigFactory.parseMap(typed);
  }

  private ParameterException usageError(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
