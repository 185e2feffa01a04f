package io.troupe.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.protocols.sample.Completion;
import io.troupe.tensor.random.Philox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunStateJsonTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameFile() {
    file = folder.resolve("run_state.json");
  }

  @Test
  void stateComesBackAsItWas() throws IOException {
    RunState state = RunStates.withOpenGroups(40);
    RunStateJson.write(file, state);

    assertThat(RunStateJson.read(file, RunState.class))
        .usingRecursiveComparison()
        .withComparatorForType(Double::compare, Double.class)
        .withComparatorForType(Float::compare, Float.class)
        .withStrictTypeChecking()
        .isEqualTo(state);
  }

  @Test
  void floatsComeBackBitForBit() throws IOException {
    float[] logProbs = new float[20_000];
    System.arraycopy(RunStates.AWKWARD, 0, logProbs, 0, RunStates.AWKWARD.length);
    Philox bits = Philox.of(3);
    for (int i = RunStates.AWKWARD.length; i < logProbs.length; i++) {
      float drawn = Float.intBitsToFloat(bits.word(i));
      logProbs[i] = Float.isNaN(drawn) ? -i : drawn;
    }
    RunState state = RunStates.withOpenGroups(40);
    RunStateJson.write(file, withLogProbs(state, logProbs));

    assertThat(first(RunStateJson.read(file, RunState.class)).logProbs()).isEqualTo(logProbs);
  }

  private static RunState withLogProbs(RunState state, float[] logProbs) {
    Completion before = first(state);
    Completion changed =
        new Completion(
            0,
            new int[logProbs.length],
            logProbs,
            new long[logProbs.length],
            "",
            before.finishReason());
    var sampled = state.sampled().getFirst();
    return new RunState(
        state.progress(),
        state.promptPosition(),
        state.nextGroupId(),
        "",
        0,
        state.books(),
        state.issued(),
        List.of(
            new io.troupe.protocols.sample.SampledGroup(
                sampled.spec(), List.of(changed, sampled.completions().get(1)))),
        state.scored());
  }

  private static Completion first(RunState state) {
    return state.sampled().getFirst().completions().getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"prompt_position\":14|\"prompt_position\":null|prompt_position",
        "\"prompt_position\":14|\"prompt_position\":14.5|prompt_position",
        "\"prompt_position\":14|\"prompt_position\":\"14\"|prompt_position",
        "\"prompt_position\":14|\"prompt_place\":14|prompt_position: is missing",
        "\"prompt_position\":14|\"prompt_position\":14,\"more\":1|more",
        "\"prompt_position\":14|\"prompt_position\":14,\"prompt_position\":14|Duplicate",
        "\"type\":\"length\"|\"type\":\"java.io.File\"|finish_reason",
        "\"groups_trained\":8|\"groups_trained\":9|do not balance",
        "\"group_id\":13|\"group_id\":12|open twice",
        "\"group_id\":13|\"group_id\":14|not issued yet",
        "\"policy_versions\":[39]|\"policy_versions\":[39,40]|2 versions",
        "\"step\":40|\"step\":-1|negative",
      })
  void refusesWhatIsNotAState(String part, String changed, String expected) throws IOException {
    RunStateJson.write(file, RunStates.withOpenGroups(40));
    String text = Files.readString(file);
    assertThat(text).contains(part);
    Files.writeString(file, text.replace(part, changed));

    assertThatThrownBy(() -> RunStateJson.read(file, RunState.class))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining(expected)
        .hasMessageStartingWith(file + " is not the state of a run: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void refusesTextThatIsCutOff() throws IOException {
    RunStateJson.write(file, RunStates.withOpenGroups(40));
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, text.length() - 5));

    assertThatThrownBy(() -> RunStateJson.read(file, RunState.class))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageNotContaining("\n");
  }
}
