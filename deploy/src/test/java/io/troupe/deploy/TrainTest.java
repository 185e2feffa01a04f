package io.troupe.deploy;

import static io.troupe.deploy.CommandLines.troupe;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.actors.run.RunDirectory;
import io.troupe.deploy.CommandLines.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path temporary;
  private Path run;
  private Path table;

  @BeforeEach
  void writeTable() throws IOException {
    run = temporary.resolve("run");
    table = Tables.write(temporary.resolve("table.csv"));
  }

  @Test
  void trainingWritesACompleteRunDirectory() throws IOException {
    Outcome outcome =
        troupe(
            "train",
            "mlp",
            "--data",
            table,
            "--epochs",
            "3",
            "--set",
            "hidden=8",
            "--output-dir",
            run);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .contains("mlp on table.csv, 3 epochs", "held-out accuracy", "best, epoch", "test")
        .contains("curves.png", "./troupe predict --weights " + run);
    assertThat(run.resolve("plots/curves.png")).isNotEmptyFile();
    assertThat(run.resolve("config.conf")).content().contains("hidden=\"8\"", "epochs=3");
    assertThat(run.resolve("log.txt")).content().contains("revision ", "epochs=3");
    JsonNode summary = JSON.readTree(run.resolve("summary.json").toFile());
    assertThat(summary.get("epochs").asDouble()).isEqualTo(3);
  }

  @Test
  void everyEventIsALineOfJsonAndLaterLayersHavePrecedence() throws IOException {
    Path file =
        Files.writeString(
            temporary.resolve("my.conf"),
            "model = mlp, epochs = 9, batch-size = 20, model-settings { hidden = [4, 3] }");
    Outcome outcome =
        troupe(
            "train",
            "--config",
            file,
            "--data",
            table,
            "--epochs",
            "2",
            "--output-dir",
            run,
            "--json",
            "--log-steps",
            "1",
            "--threads",
            "1");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    List<String> lines = outcome.out().lines().toList();
    assertThat(lines).allSatisfy(line -> assertThat(JSON.readTree(line).has("event")).isTrue());
    JsonNode last = JSON.readTree(lines.getLast());
    assertThat(last.get("event").asText()).isEqualTo("finished");
    assertThat(last.get("run").asText()).isEqualTo(run.toString());
    assertThat(last.get("test_accuracy").isNumber()).isTrue();
    assertThat(lines.stream().filter(line -> line.contains("\"event\":\"evaluation\"")))
        .hasSize(2)
        .allSatisfy(line -> assertThat(JSON.readTree(line).get("eval_loss").isNumber()).isTrue());
    assertThat(run.resolve("config.conf"))
        .content()
        .contains("epochs=2", "batch-size=20", "optim=adam", "normalize=true");
  }

  @Test
  void interruptedRunIsResumedAndFinishedRunIsNot() {
    troupe("train", "mlp", "--data", table, "--epochs", "1", "--output-dir", run);
    troupe("resume", run).isFailure(1, "has finished");
    Path begun = temporary.resolve("begun");
    try (RunDirectory folder = RunDirectory.open(run)) {
      RunDirectory.create(begun, read(folder.configFile())).close();
    }
    Outcome outcome = troupe("resume", begun);
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("mlp on table.csv, 1 epoch, seed 42, resumed");
    assertThat(begun.resolve("checkpoints/final/model.safetensors"))
        .hasSameBinaryContentAs(run.resolve("checkpoints/final/model.safetensors"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void errorsAreOneLineAndWriteNoFiles() throws IOException {
    troupe("train").isMistake(2, "troupe models");
    troupe("train", "mlp").isMistake(2, "--data must be a file or directory, got none");
    troupe("train", "mpl", "--data", table)
        .isMistake(2, "model must be one of ", "mlp", ", got mpl");
    train("--set", "hiden=3").isMistake(1, "setting must be one of ", "hidden=128", ", got hiden");
    train("--set", "hidden=0").isMistake(1, "hidden must be whole numbers from 1", "got 0");
    train("--set", "hidden").isMistake(2, "--set must be key=value, got hidden");
    train("--learning-rat", "1").isMistake(2, "did you mean --learning-rate?");
    train("--epochs", "0").isMistake(2, "epochs must be >= 1, got 0");
    train("--optim", "adagrad").isMistake(2, "adagrad", "adamw");
    Path file = Files.writeString(temporary.resolve("my.conf"), "optimizer.learning-rat = 1");
    train("--config", file).isMistake(2, "my.conf", "did you mean optimizer.learning-rate?");
    Path missing = temporary.resolve("missing");
    troupe("train", "mlp", "--data", missing, "--output-dir", run)
        .isMistake(1, "file or folder ", "missing must exist");
    assertThat(run).doesNotExist();
  }

  @Test
  void dataTypeMustMatchTheModel() throws IOException {
    Path text = Files.writeString(temporary.resolve("text.txt"), "to be or not to be\n".repeat(9));
    String[] fits = {"--seq-length", "8"};
    for (String layer : List.of("rnn", "lstm", "gru")) {
      troupe("train", layer, "--data", text, "--output-dir", run, fits[0], fits[1])
          .isMistake(1, "data for " + layer + " must be numbers, got text in", "char-" + layer);
    }
    troupe("train", "mlp", "--data", text, "--output-dir", run, fits[0], fits[1])
        .isMistake(1, "data for mlp must be numbers, got text in", "char-rnn, char-lstm, char-gru");
    troupe("train", "char-lstm", "--data", table, "--output-dir", run)
        .isMistake(
            1,
            "data for char-lstm must be text, got",
            "2 numbers per example",
            "models for sequences of numbers are rnn, lstm, gru");
    troupe("train", "char-lstm", "--data", text, "--output-dir", run)
        .isMistake(
            1,
            "its test part must have more than ",
            ", got 17;",
            "set eval-seq-length to 16 or less");
    assertThat(run).doesNotExist();
  }

  @Test
  void invalidDataIsReportedInOneLine() throws IOException {
    train("--num-classes", "1").isMistake(1, "table.csv", " must be from 0 to 0, got 1");
    Path idx = Files.createDirectory(temporary.resolve("idx"));
    for (String part : List.of("train", "t10k")) {
      Files.write(idx.resolve(part + "-images-idx3-ubyte"), new byte[] {0, 0, 8, 3, 0, 0});
      Files.write(idx.resolve(part + "-labels-idx1-ubyte"), new byte[] {0, 0, 8, 1, 0, 0});
    }
    troupe("train", "mlp", "--data", idx, "--output-dir", run)
        .isMistake(1, "idx1-ubyte", "too short");
    assertThat(run).doesNotExist();
  }

  @Test
  void textsAndFoldersThatDoNotFitAreReportedInOneLine() throws IOException {
    Path text = Files.writeString(temporary.resolve("text.txt"), "To be.\n\nOr not.\n\nIt is.\n");
    Path rows = Files.writeString(temporary.resolve("a.jsonl"), "{\"text\": \"be\"}\n".repeat(9));
    bert("bert", text, "--pretrained", temporary)
        .isMistake(1, temporary + " must contain config.json, got none");
    bert("bert", text, "--tokenizer", temporary)
        .isMistake(1, temporary + " must contain tokenizer.json or vocab.txt, got neither");
    bert("bert", text, "--seq-length", "200")
        .isMistake(1, "seq-length must be at most max_position_embeddings=128, got 200");
    bert("bert", text, "--mlm-probability", "1.5")
        .isMistake(2, "mlm-probability must be in (0, 1), got 1.5");
    bert("bert", temporary.resolve("no.txt")).isMistake(1, "no.txt must exist");
    bert("bert-sequence", rows)
        .isMistake(1, "a.jsonl line ", " must have the column label, got text");
    bert("bert-token", rows).isMistake(1, "a.jsonl line ", " must have the column tags, got text");
    bert("bert-span", rows)
        .isMistake(1, "a.jsonl line ", " must have the column question, got text");
    train("--pretrained", temporary).isMistake(1, "pretrained must be empty for mlp, got ");
    assertThat(run).doesNotExist();
  }

  private Outcome bert(String model, Path data, Object... options) {
    Object[] args = {"train", model, "--data", data, "--output-dir", run};
    Object[] all = java.util.Arrays.copyOf(args, args.length + options.length);
    System.arraycopy(options, 0, all, args.length, options.length);
    return troupe(all);
  }

  @Test
  void nanLossStopsTheRunAndNamesTheOperation() {
    train("--optim", "sgd", "--learning-rate", "1e30", "--json")
        .isFailure(1, "not a number first in the result of");
    assertThat(run.resolve("summary.json")).doesNotExist();
  }

  private Outcome train(Object... more) {
    Object[] args = {"train", "mlp", "--data", table, "--output-dir", run};
    Object[] all = java.util.Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return troupe(all);
  }
}
