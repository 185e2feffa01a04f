package io.troupe.deploy;

import com.typesafe.config.Config;
import io.troupe.deploy.chat.ChatSession;
import io.troupe.deploy.chat.InteractiveChat;
import io.troupe.deploy.chat.InterruptKey;
import io.troupe.deploy.generate.GenerationPrinter;
import io.troupe.deploy.generate.GenerationSettings;
import io.troupe.deploy.generate.PromptArguments;
import io.troupe.deploy.generate.SchemaArgument;
import io.troupe.deploy.generate.TextGeneration;
import io.troupe.deploy.settings.SettingFlags;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.chat.ChatTemplate;
import io.troupe.rollout.chat.ConversationRenderer;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
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
      "troupe generate --model DIR --prompt TEXT [OPTIONS]",
      "       troupe generate --model DIR (--prompt-ids IDS | --prompts FILE) [OPTIONS]",
      "       troupe generate --model DIR --chat [--system TEXT] [--prompt TEXT] [OPTIONS]"
    },
    description = {
      "Continues prompts with a model in Hugging Face's layout.",
      "Settings have transformers' names. Those that are not given come from the model's"
          + " generation_config.json, or have transformers' defaults. An option that only affects"
          + " sampling, such as --temperature, turns sampling on."
    },
    optionListHeading = "%n",
    footer = {
      "",
      "troupe generate --model MODEL --prompt 'Once upon a time' --top-p 0.9",
      "troupe generate --model MODEL --prompts questions.jsonl --num-beams 4 --json",
      "troupe generate --model MODEL --chat --system 'Answer in one sentence.'"
    })
final class GenerateCommand implements Callable<Integer> {
  private static final SettingFlags FLAGS =
      new SettingFlags(
          GenerationConfig.SECTION.settings(),
          "Generation settings, with the defaults of models without generation_config.json");

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description =
          "Directory of the model in Hugging Face's layout (config.json, model.safetensors,"
              + " tokenizer.json).")
  private Path model;

  @ArgGroup(multiplicity = "0..1")
  private Source source;

  private static final class Source {
    @Option(names = "--prompt", paramLabel = "TEXT", description = "Text to continue.")
    private String text;

    @Option(
        names = "--prompt-ids",
        paramLabel = "IDS",
        description = "Token ids to continue, such as 1,15,27.")
    private String ids;

    @Option(
        names = "--prompts",
        paramLabel = "FILE",
        description =
            "File of prompts: one per row (.jsonl, .json, .csv, .tsv or .parquet; column prompt,"
                + " messages, question or text) or one per line (any other file).")
    private Path file;
  }

  @Option(
      names = "--chat",
      description =
          "Treat --prompt as a message and apply the model's chat template. Without --prompt, start"
              + " a conversation on the terminal.")
  private boolean chat;

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "With --chat: system message at the start of the conversation.")
  private String system;

  @Option(
      names = "--decoding",
      paramLabel = "HOW",
      description =
          "Decoding method: greedy, sample or beam (4 beams). Sets do-sample and num-beams.")
  private String decoding;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Number of compute threads. 0: one per core (default: 0).")
  private int threads;

  @Option(
      names = "--json",
      description =
          "Print a JSON object per completion: ids, text, log_probs, finish_reason, the stop_string"
              + " or stop_token that was found, and the score of a beam.")
  private boolean json;

  private GenerateCommand() {}

  /** The command with an option for every setting of generation. */
  static CommandSpec spec() {
    CommandSpec spec = CommandSpec.forAnnotatedObject(new GenerateCommand());
    FLAGS.addTo(spec);
    return spec;
  }

  @Override
  public Integer call() throws InterruptedException, IOException {
    Config options = options();
    if (threads < 0 || threads > 1024) {
      throw usageError("--threads must be in [0, 1024], got " + threads);
    }
    checkSource();
    try (TextGeneration generation = TextGeneration.open(model, threads)) {
      Optional<String> ofModel = generation.model().pretrainedConfig().generationConfigJson();
      if (!chat) {
        GenerationConfig config = GenerationSettings.of(ofModel, options, decoding);
        generate(generation, prompts(generation), config);
        return ExitCode.OK;
      }
      GenerationConfig config = GenerationSettings.ofAnswer(ofModel, options, decoding);
      ConversationRenderer renderer = ChatTemplate.rendererOf(model);
      if (source == null) {
        converse(new ChatSession(generation, renderer, config, Optional.ofNullable(system)));
      } else {
        generate(generation, List.of(message(generation, renderer)), config);
      }
    }
    return ExitCode.OK;
  }

  private void checkSource() {
    if (!chat && source == null) {
      throw usageError("--prompt, --prompt-ids or --prompts must be given, got none of them");
    }
    if (!chat && system != null) {
      throw usageError("--system must be used with --chat");
    }
    if (chat && source != null && source.text == null) {
      throw usageError("--chat must be used with --prompt or alone, got another kind of prompt");
    }
    if (chat && source == null && (json || !isTerminal())) {
      throw usageError("--chat must be used with --prompt, unless input and output are a terminal");
    }
  }

  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private Prompt message(TextGeneration generation, ConversationRenderer renderer) {
    return ChatSession.prompt(
        Optional.ofNullable(system), source.text, renderer, generation.tokenizer());
  }

  private void converse(ChatSession session) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    BufferedReader in = new BufferedReader(System.console().reader());
    new InteractiveChat(session, in, out, new InterruptKey()).run();
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
        : PromptArguments.file(source.file, generation.tokenizer(), ChatTemplate.rendererOf(model));
  }

  private Config options() {
    return Arguments.read(
        spec,
        () -> {
          Config options = SchemaArgument.read(FLAGS.read(spec.commandLine().getParseResult()));
          GenerationSettings.of(Optional.empty(), options, decoding);
          return options;
        });
  }

  private ParameterException usageError(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
