package io.troupe.actors.supervised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunListener;
import io.troupe.actors.run.RunStoppedException;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.tensor.random.Philox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs of small BERTs on sentences of a small grammar. */
@Timeout(240)
class TextRunTest {
  private static final String[][] GRAMMAR = {
    {"the", "a", "this"},
    {"big", "small", "red"},
    {"dog", "cat", "bird"},
    {"sees", "likes", "hears"},
    {"every", "some", "no"},
    {"tree", "house", "river"},
  };

  @TempDir Path temp;
  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    StringBuilder stories = new StringBuilder();
    for (int story = 0; story < 100; story++) {
      for (int sentence = 0; sentence < 4; sentence++) {
        stories.append(sentence(4 * story + sentence)).append(' ');
      }
      stories.append("\n\n");
    }
    text = temp.resolve("stories.txt");
    Files.writeString(text, stories);
  }

  private static String sentence(int index) {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < GRAMMAR.length; i++) {
      int choice = (int) (3 * Philox.of(4).derive(index).uniform(i));
      words.append(words.isEmpty() ? "" : " ").append(GRAMMAR[i][choice]);
    }
    return words + ".";
  }

  private TrainConfig config(String model, Path data, String more) {
    String sizes =
        """
        model-settings {
          hidden_size = 32, num_hidden_layers = 2, num_attention_heads = 2, intermediate_size = 48
          max_position_embeddings = 32, hidden_dropout_prob = 0, initializer_range = 0.15
        }
        """;
    Config written =
        ConfigFactory.parseString(
            """
            model = %s
            data = "%s"
            dataset.seq-length = 24
            epochs = 4
            batch-size = 8
            log-steps = 5
            text.vocab-size = 90
            optimizer { optim = adamw, learning-rate = 3e-3, max-grad-norm = 1 }
            """
                    .formatted(model, data)
                + (more.contains("pretrained") ? "" : sizes)
                + more);
    Config defaults = ConfigFactory.defaultReference().getConfig("troupe-train");
    return TrainConfig.from(written.withFallback(defaults).resolve());
  }

  private SupervisedSummary start(String run, TrainConfig config, RunListener listener) {
    try (SupervisedInputs inputs = SupervisedInputs.load(config);
        RunDirectory folder = RunDirectory.create(temp.resolve(run), config.render())) {
      return Run.train(new SupervisedAlgorithm(inputs), folder, listener);
    }
  }

  private void resume(String run) {
    try (RunDirectory folder = RunDirectory.open(temp.resolve(run));
        SupervisedInputs inputs =
            SupervisedInputs.load(TrainConfig.from(folder.config().config()))) {
      Run.train(new SupervisedAlgorithm(inputs), folder, RunListener.NONE);
    }
  }

  private byte[] weights(String run) throws IOException {
    return Files.readAllBytes(result(run).resolve("model.safetensors"));
  }

  private Path result(String run) {
    return temp.resolve(run).resolve("checkpoints/final");
  }

  private static RunListener stoppingAt(long step) {
    Thread run = Thread.currentThread();
    return event -> {
      if (event instanceof RunEvent.StepTrained trained && trained.step() == step) {
        run.interrupt();
      }
    };
  }

  @Test
  void pretrainedEncoderIsFineTunedAndBetterThanRandomWeights() {
    SupervisedSummary masked =
        start("masked", config("bert", text, "epochs = 60\n"), RunListener.NONE);
    assertThat(masked.results().get("test_loss"))
        .as("a word of three choices has a loss of 1.1; the kind of a word is known")
        .isLessThan(1.5);
    assertThat(result("masked").resolve("config.json")).exists();
    assertThat(result("masked").resolve("tokenizer.json")).exists();
    assertThat(result("masked").resolve("vocab.txt")).exists();

    String swapped = "epochs = 1, text.label-source = swapped-words\n";
    SupervisedSummary fresh =
        start("fresh", config("bert-sequence", text, swapped), RunListener.NONE);
    SupervisedSummary tuned =
        start(
            "tuned",
            config(
                "bert-sequence",
                text,
                swapped + "pretrained = \"%s\"\n".formatted(result("masked"))),
            RunListener.NONE);
    assertThat(tuned.results().get("test_loss")).isLessThan(fresh.results().get("test_loss"));
    assertThat(tuned.results().get("test_accuracy")).isGreaterThan(0.8);
  }

  @Test
  void resumedRunEndsBitForBitEqualWithAnyNumberOfThreads() throws IOException {
    start("whole", config("bert", text, "threads = 1, text.vocab-size = 40\n"), RunListener.NONE);
    TrainConfig config =
        config("bert", text, "threads = 2, save-steps = 7, text.vocab-size = 40\n");
    assertThatThrownBy(() -> start("cut", config, stoppingAt(25)))
        .isInstanceOf(RunStoppedException.class);
    resume("cut");
    assertThat(weights("cut")).isEqualTo(weights("whole"));
    start(
        "words",
        config("bert", text, "text.whole-word-masking = true, text.vocab-size = 40\n"),
        RunListener.NONE);
    assertThat(weights("words")).isNotEqualTo(weights("whole"));
  }

  @Test
  void tokensAreClassified() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 120; i++) {
      String words = sentence(i).replace(".", "").replace(" ", "\", \"");
      lines
          .append("{\"tokens\": [\"" + words + "\"], ")
          .append("\"tags\": [\"det\", \"adj\", \"noun\", \"verb\", \"det\", \"noun\"]}\n");
    }
    Path tagged = temp.resolve("tagged.jsonl");
    Files.writeString(tagged, lines);
    SupervisedSummary summary =
        start("tags", config("bert-token", tagged, "epochs = 8\n"), RunListener.NONE);
    assertThat(summary.results().get("test_accuracy")).isGreaterThan(0.95);
    assertThat(Files.readString(result("tags").resolve("config.json")))
        .contains("BertForTokenClassification", "\"noun\"");
  }

  @Test
  void spansAreFound() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 240; i++) {
      String context = sentence(i);
      String[] words = context.split(" ");
      boolean asksFirst = i % 2 == 0;
      String answer = asksFirst ? words[1] + " " + words[2] : words[5].replace(".", "");
      lines.append(
          "{\"question\": \"%s\", \"context\": \"%s\", \"answers\": {\"text\": [\"%s\"], \"answer_start\": [%d]}}%n"
              .formatted(
                  asksFirst ? "who sees" : "sees what", context, answer, context.indexOf(answer)));
    }
    Path questions = temp.resolve("questions.jsonl");
    Files.writeString(questions, lines);
    SupervisedSummary summary =
        start("spans", config("bert-span", questions, "epochs = 12\n"), RunListener.NONE);
    assertThat(summary.results().get("test_exact_match")).isGreaterThan(0.8);
    assertThat(summary.results().get("test_f1"))
        .isGreaterThanOrEqualTo(summary.results().get("test_exact_match"));
  }

  @Test
  void settingsThatDoNotFitAreRejectedInOneLine() {
    assertRejected(
        "dataset.seq-length = 33\n",
        "seq-length must be at most max_position_embeddings=32, got 33");
    assertRejected(
        "model-settings.vocab_size = 20\n",
        "vocab_size must be at least the 78 tokens of the tokenizer, got 20");
    assertRejected(
        "pretrained = \"%s\"\n".formatted(temp.resolve("none")),
        "model folder " + temp.resolve("none") + " must exist");
    assertRejected(
        "text.tokenizer = \"%s\"\n".formatted(temp),
        temp + " must contain tokenizer.json or vocab.txt, got neither");
    assertThatThrownBy(
            () -> start("x", config("mlp", text, "pretrained = \"%s\"\n".formatted(temp)), null))
        .hasMessage("pretrained must be empty for mlp, got " + temp);
  }

  private void assertRejected(String setting, String message) {
    assertThatThrownBy(() -> start("x", config("bert", text, setting), RunListener.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }
}
