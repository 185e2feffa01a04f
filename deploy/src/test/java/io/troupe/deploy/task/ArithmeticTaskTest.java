package io.troupe.deploy.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArithmeticTaskTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path temporary;

  private Path write(String name, long seed) throws IOException {
    Path folder = Files.createDirectory(temporary.resolve(name));
    try (Engine engine = Engine.of(CpuBackend.create(1))) {
      new ArithmeticTask(folder, seed).write(engine);
    }
    return folder;
  }

  /** Maps each question to its second column. */
  private static Map<String, String> read(Path folder, String file, String column)
      throws IOException {
    Map<String, String> rows = new LinkedHashMap<>();
    for (String line : Files.readAllLines(folder.resolve("data").resolve(file))) {
      JsonNode row = JSON.readTree(line);
      rows.put(row.get("question").asText(), row.get(column).asText());
    }
    return rows;
  }

  @Test
  void answersAreCorrect() throws IOException {
    Map<String, String> rows = read(write("run", 1), "train.jsonl", "answer");
    assertThat(rows).hasSizeGreaterThan(2000);
    rows.forEach(
        (question, answer) -> {
          String[] terms = question.replace("=", "").split("\\+");
          assertThat(Integer.parseInt(terms[0]) + Integer.parseInt(terms[1]))
              .isEqualTo(Integer.parseInt(answer));
        });
  }

  @Test
  void validationQuestionsAreInNoOtherFile() throws IOException {
    Path folder = write("run", 7);
    Set<String> heldOut = new HashSet<>(read(folder, "held-out.jsonl", "answer").keySet());
    assertThat(heldOut).hasSize(200);
    assertThat(read(folder, "train.jsonl", "answer"))
        .doesNotContainKeys(heldOut.toArray(String[]::new));
    assertThat(read(folder, "demonstrations.jsonl", "completion"))
        .doesNotContainKeys(heldOut.toArray(String[]::new));
  }

  @Test
  void filesDependOnlyOnTheSeed() throws IOException {
    Path one = write("one", 3);
    Path same = write("same", 3);
    Path other = write("other", 4);
    for (String file : new String[] {"data/train.jsonl", "model/model.safetensors"}) {
      assertThat(same.resolve(file)).hasSameBinaryContentAs(one.resolve(file));
      assertThat(Files.mismatch(other.resolve(file), one.resolve(file))).isNotNegative();
    }
  }

  @Test
  void modelAndTokenizerHaveTheSameVocabulary() throws IOException {
    Path model = write("run", 1).resolve("model");
    try (Engine engine = Engine.of(CpuBackend.create(1));
        CausalLM policy = PretrainedModel.load(model, engine);
        Tokenizer tokenizer = AutoTokenizer.load(model)) {
      assertThat(tokenizer.vocabSize()).isEqualTo(policy.config().vocabSize());
      assertThat(policy.config().eosTokenIds()).containsExactly(tokenizer.eosTokenId().getAsInt());
      assertThat(tokenizer.decode(tokenizer.encode("17+25="))).isEqualTo("17+25=");
    }
  }

  @Test
  void settingsNameTheFilesThatAreWritten() throws IOException {
    Path folder = write("run", 1);
    var settings = ArithmeticTask.settings(folder);
    for (String key : new String[] {"model", "data.train", "data.held-out", "warm-start.data"}) {
      assertThat(Path.of(settings.getString(key))).exists();
    }
  }
}
