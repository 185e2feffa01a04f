package io.troupe.actors.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.actors.coordinator.Ledger;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.tensor.random.Philox;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpoStateTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void createFilePath() {
    file = folder.resolve("state.json");
  }

  @Test
  void stateIsReadBackUnchanged() throws IOException {
    GrpoState state = GrpoStates.withOpenGroups(40);
    GrpoCheckpoint.writeState(file, state);

    assertThat(GrpoCheckpoint.readState(folder))
        .usingRecursiveComparison()
        .withComparatorForType(Double::compare, Double.class)
        .withComparatorForType(Float::compare, Float.class)
        .withStrictTypeChecking()
        .isEqualTo(state);
  }

  @Test
  void floatsAreReadBackBitForBit() throws IOException {
    float[] logProbs = new float[20_000];
    System.arraycopy(GrpoStates.SPECIAL_FLOATS, 0, logProbs, 0, GrpoStates.SPECIAL_FLOATS.length);
    Philox bits = Philox.of(3);
    for (int i = GrpoStates.SPECIAL_FLOATS.length; i < logProbs.length; i++) {
      float drawn = Float.intBitsToFloat(bits.word(i));
      logProbs[i] = Float.isNaN(drawn) ? -i : drawn;
    }
    GrpoState state = GrpoStates.withOpenGroups(40);
    GrpoCheckpoint.writeState(file, withLogProbs(state, logProbs));

    assertThat(first(GrpoCheckpoint.readState(folder)).logProbs()).isEqualTo(logProbs);
  }

  private static GrpoState withLogProbs(GrpoState state, float[] logProbs) {
    Completion before = first(state);
    Completion changed =
        new Completion(
            0,
            new int[logProbs.length],
            logProbs,
            new long[logProbs.length],
            "",
            before.finishReason());
    var sampled = state.ledger().sampled().getFirst();
    Ledger ledger = state.ledger();
    return state.with(
        new Ledger(
            ledger.policyVersion(),
            ledger.nextGroupId(),
            ledger.groupsTrained(),
            ledger.groupsDroppedByReason(),
            ledger.samplesTrained(),
            ledger.samplesUnscorableByReason(),
            ledger.tokensGenerated(),
            ledger.rolloutRestarts(),
            ledger.issued(),
            List.of(
                new SampledGroup(sampled.spec(), List.of(changed, sampled.completions().get(1)))),
            ledger.scored()),
        0);
  }

  private static Completion first(GrpoState state) {
    return state.ledger().sampled().getFirst().completions().getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"next_group_id\":14|\"next_group_id\":null|next_group_id",
        "\"next_group_id\":14|\"next_group_id\":14.5|next_group_id",
        "\"next_group_id\":14|\"next_group_id\":\"14\"|next_group_id",
        "\"next_group_id\":14|\"next_group\":14|next_group_id: is missing",
        "\"next_group_id\":14|\"next_group_id\":14,\"more\":1|more",
        "\"next_group_id\":14|\"next_group_id\":14,\"next_group_id\":14|Duplicate",
        "\"type\":\"length\"|\"type\":\"java.io.File\"|finish_reason",
        "\"groups_trained\":8|\"groups_trained\":9|does not balance",
        "\"group_id\":13|\"group_id\":12|open twice",
        "\"group_id\":13|\"group_id\":14|not issued yet",
        "\"policy_versions\":[39]|\"policy_versions\":[39,40]|must have a log-probability and a"
            + " version",
        "\"policy_version\":40|\"policy_version\":-1|negative",
      })
  void rejectsFilesThatAreNotAState(String part, String changed, String expected)
      throws IOException {
    GrpoCheckpoint.writeState(file, GrpoStates.withOpenGroups(40));
    String text = Files.readString(file);
    assertThat(text).contains(part);
    Files.writeString(file, text.replace(part, changed));

    assertThatThrownBy(() -> GrpoCheckpoint.readState(folder))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContaining(expected)
        .hasMessageStartingWith(file + " is not the state of a run: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void rejectsTruncatedText() throws IOException {
    GrpoCheckpoint.writeState(file, GrpoStates.withOpenGroups(40));
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, text.length() - 5));

    assertThatThrownBy(() -> GrpoCheckpoint.readState(folder))
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageNotContaining("\n");
  }

  /** Reads a checkpoint in the format before {@code state.json}, with one open group. */
  @Test
  void readsAStateInTheFirstFormat() throws IOException, URISyntaxException {
    Path checkpoint = Path.of(GrpoStateTest.class.getResource("first-format").toURI());

    GrpoState state = GrpoCheckpoint.readState(checkpoint);

    assertThat(state.step()).isEqualTo(100);
    assertThat(state.numTokens()).isEqualTo(491_144);
    assertThat(state.accuracyBefore()).isEqualTo(0.03);
    assertThat(state.wallSeconds()).isEqualTo(30.406944519);
    Ledger ledger = state.ledger();
    assertThat(ledger.groupsIssued()).isEqualTo(3207);
    assertThat(ledger.groupsTrained()).isEqualTo(3200);
    assertThat(ledger.groupsDroppedByReason()).containsExactly(Map.entry("stale", 6L));
    assertThat(ledger.scored()).hasSize(1);
    assertThat(ledger.scored().getFirst().group().completions()).hasSize(2);
    assertThat(ledger.scored().getFirst().group().spec().prompt().text()).isNotEmpty();
  }
}
