package io.troupe.deploy;

import static io.troupe.deploy.CommandLines.troupe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.troupe.actors.run.RunDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each error prints one line, sets the exit status, and creates no files. */
class BadInputTest {
  @TempDir private Path temporary;
  private Path run;
  private Path train;

  @BeforeEach
  void writePrompts() throws IOException {
    run = temporary.resolve("run");
    train = Files.writeString(temporary.resolve("train.jsonl"), question("1+2="));
  }

  private static String question(String text) {
    return "{\"question\": \"" + text + "\", \"answer\": \"3\"}\n";
  }

  private CommandLines.Outcome simulate(Path model, Path prompts, Object... more) {
    Object[] args = {
      "simulate",
      "--model",
      model,
      "--train",
      prompts,
      "--reward",
      "numeric-match",
      "--output-dir",
      run
    };
    Object[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    CommandLines.Outcome outcome = troupe(all);
    assertThat(run).doesNotExist();
    return outcome;
  }

  private static CommandLines.Outcome generate(Path model, Object... more) {
    Object[] args = {"generate", "--model", model};
    Object[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return troupe(all);
  }

  private Path model() throws IOException {
    return TinyModel.write(modelFolder());
  }

  private Path modelFolder() {
    return temporary.resolve("model");
  }

  @Test
  void missingModelFolderIsRejected() {
    Path missing = temporary.resolve("no-model");
    simulate(missing, train).isMistake(1, "no-model must exist");
    generate(missing, "--prompt", "1").isMistake(1, "no-model must exist");
  }

  @Test
  void truncatedSafetensorsIsRejected() throws IOException {
    Path weights = model().resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(weights);
    Files.write(weights, Arrays.copyOf(whole, whole.length - 100));
    simulate(modelFolder(), train).isMistake(1, "model.safetensors");
    generate(modelFolder(), "--prompt", "1").isMistake(1, "model.safetensors");
  }

  @Test
  void safetensorsHeaderWithTooLargeSizesIsRejected() throws IOException {
    Path weights = model().resolve("model.safetensors");
    byte[] header = new byte[64];
    ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(1L << 60);
    Files.write(weights, header);
    simulate(modelFolder(), train).isMistake(1, "model.safetensors", Long.toString(1L << 60));
    generate(modelFolder(), "--prompt", "1").isMistake(1, "model.safetensors");
  }

  @Test
  void promptTokenWithoutEmbeddingIsRejected() throws IOException {
    Path model = TinyModel.write(temporary.resolve("model"), 10);
    String expected = "must contain only tokens below the model's vocab_size 10, got ";
    simulate(model, train).isMistake(1, "line 1 " + expected, "(token 1");
    generate(model, "--prompt", "9").isMistake(1, "prompt 1 " + expected + "9 (token 12)");
    assertThat(generate(model, "--prompt", "1").status()).isZero();
  }

  @Test
  void promptLongerThanTheContextIsRejected() throws IOException {
    String longText = "1+".repeat(TinyModel.CONTEXT) + "1=";
    Files.writeString(train, question(longText));
    simulate(model(), train).isMistake(1, "train.jsonl", "context is 16", "overlong-prompts");
    generate(modelFolder(), "--prompt", longText).isMistake(1, "context", "16");
  }

  @Test
  void emptyPromptFileIsRejected() throws IOException {
    Files.writeString(train, "");
    simulate(model(), train).isMistake(1, "train.jsonl must contain rows, got none");
    generate(modelFolder(), "--prompts", train)
        .isMistake(1, "train.jsonl must contain rows, got none");
    Path lines = Files.writeString(temporary.resolve("prompts.txt"), "\n");
    generate(modelFolder(), "--prompts", lines).isMistake(1, "prompts.txt", "empty");
  }

  @Test
  void missingPromptFileIsRejected() throws IOException {
    Path missing = temporary.resolve("missing.jsonl");
    simulate(model(), missing).isMistake(1, "missing.jsonl must exist");
    generate(modelFolder(), "--prompts", missing).isMistake(1, "missing.jsonl must exist");
  }

  @Test
  void lineThatIsNotJsonIsRejected() throws IOException {
    Files.writeString(train, question("1+2=") + "1+2 is 3\n");
    simulate(model(), train).isMistake(1, "train.jsonl line 2", "not JSON");
    generate(modelFolder(), "--prompts", train).isMistake(1, "train.jsonl line 2", "not JSON");
  }

  @Test
  void unknownRewardIsRejected() throws IOException {
    troupe("simulate", "--reward", "numeric-mach", "--output-dir", run)
        .isMistake(2, "numeric-mach", "numeric-match");
    assertThat(run).doesNotExist();
  }

  @Test
  void invalidRewardIsRejected() {
    troupe("simulate", "--reward", "length:much", "--output-dir", run).isMistake(2, "length:much");
    troupe("simulate", "--reward", "length,minimum=3", "--output-dir", run).isMistake(2, "minimum");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "0", "-0.1", "NaN", "much"})
  void topPOutOfRangeIsRejected(String topP) throws IOException {
    generate(model(), "--prompt", "1", "--top-p", topP).isMistake(2, "top-p", topP);
  }

  @Test
  void singleGenerationIsRejected() {
    troupe("simulate", "--num-generations", "1", "--output-dir", run)
        .isMistake(2, "num-generations must be >= 2, got 1");
    assertThat(run).doesNotExist();
  }

  @Test
  void valueOfAnotherTypeIsRejected() {
    troupe("simulate", "--learning-rate", "fast").isMistake(2, "--learning-rate", "fast");
    troupe("simulate", "--steps", "2.5").isMistake(2, "--steps must be a whole number", "got 2.5");
  }

  @Test
  void similarOptionsAndCommandsAreSuggested() {
    troupe("simulate", "--num-generation", "4")
        .isMistake(2, "unknown option --num-generation: did you mean --num-generations?");
    troupe("generate", "--model", "m", "--prompt", "1", "--topp=0.9")
        .isMistake(2, "did you mean --top-p?");
    troupe("simulat").isMistake(2, "did you mean simulate?");
    troupe("--no-such-thing-at-all").isMistake(2, "--no-such-thing-at-all");
  }

  @Test
  void similarKeysAreSuggested() throws IOException {
    troupe("simulate", "--set", "grpo.bet=0.1").isMistake(2, "did you mean grpo.beta?");
    Path file = Files.writeString(temporary.resolve("my.conf"), "optimizer.learning-rat = 1");
    troupe("simulate", "--config", file)
        .isMistake(2, "my.conf", "did you mean optimizer.learning-rate?");
    Files.writeString(file, "steps = [");
    troupe("simulate", "--config", file).isMistake(2, "my.conf");
  }

  @Test
  void modelWithoutPromptsAndPromptsWithoutModelAreRejected() throws IOException {
    troupe("simulate", "--model", model(), "--output-dir", run).isMistake(2, "--train");
    troupe("simulate", "--train", train, "--output-dir", run).isMistake(2, "--model");
    assertThat(run).doesNotExist();
  }

  @Test
  void tokenOutsideOfTheVocabularyIsRejected() throws IOException {
    generate(model(), "--prompt-ids", "1,999").isMistake(1, "999", "vocab_size");
    generate(modelFolder(), "--prompt-ids", "1,x").isMistake(1, "'x'");
  }

  @Test
  void characterOutsideOfTheVocabularyIsRejected() throws IOException {
    generate(model(), "--prompt", "one").isMistake(1, "'o'");
  }

  @Test
  void runDirectoryThatIsAFileIsRejected() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "");
    troupe("simulate", "--output-dir", file).isMistake(1, "cannot write the run directory");
    troupe("simulate", "--output-dir", file.resolve("below"))
        .isMistake(1, "cannot write the run directory");
    assertThat(file).isEmptyFile();
  }

  @Test
  void readOnlyRunDirectoryIsRejected() throws IOException {
    Path readOnly = Files.createDirectory(temporary.resolve("read-only"));
    assumeTrue(readOnly.toFile().setWritable(false), "this file system has no read-only folders");
    assumeFalse(Files.isWritable(readOnly), "root may write into read-only folders");
    troupe("simulate", "--output-dir", readOnly.resolve("run"))
        .isMistake(1, "cannot write the run directory", "permission denied");
  }

  @Test
  void runDirectoryInUseIsRejected() {
    try (RunDirectory _ = RunDirectory.create(run, "steps = 1")) {
      troupe("resume", run).isMistake(1, "is in use by another run");
    }
  }

  @Test
  void runDirectoryWithARunIsRejected() throws IOException {
    RunDirectory.create(run, "steps = 1").close();
    troupe("simulate", "--output-dir", run).isMistake(1, "contains a run", "troupe resume");
    assertThat(run.resolve("config.conf")).hasContent("steps = 1");
  }

  @Test
  void resumingADirectoryWithoutARunIsRejected() {
    troupe("resume", temporary).isMistake(1, "must contain a run");
    troupe("resume", temporary.resolve("nothing")).isMistake(1, "must contain a run");
  }
}
