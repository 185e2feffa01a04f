package io.troupe.deploy;

import static io.troupe.deploy.CommandLines.troupe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.deploy.CommandLines.Outcome;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Resumes run directories of an older version. {@code older/README.md} lists the commands. The
 * files {@code *-final.safetensors} are the final weights of that version without interruption.
 */
class OlderRunTest {
  /** Weights are about 1; kernels may sum in another order than in the older version. */
  private static final float TOLERANCE = 1e-4f;

  @TempDir private Path temporary;

  @BeforeEach
  void copyRuns() throws IOException, URISyntaxException {
    Path older = Path.of(OlderRunTest.class.getResource("older").toURI());
    try (Stream<Path> files = Files.walk(older)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = temporary.resolve(older.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        if (file.endsWith("config.conf")) {
          Files.writeString(copy, Files.readString(file).replace("@dir@", temporary.toString()));
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }

  @Test
  void resumedGrpoRunOfAnOlderVersionHasTheSameFinalWeights() throws IOException {
    Path run = temporary.resolve("grpo");
    Outcome outcome = troupe("resume", run);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(Files.readAllLines(run.resolve("metrics.jsonl"))).hasSize(60);
    assertThat(summary(run).get("groups_trained").asInt()).isEqualTo(120);
    assertSameWeights(run, "grpo-final.safetensors");
  }

  @Test
  void resumedSupervisedRunOfAnOlderVersionHasTheSameFinalWeights() throws IOException {
    Path run = temporary.resolve("supervised");
    Outcome outcome = troupe("resume", run);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(summary(run).get("steps").asInt()).isEqualTo(200);
    assertSameWeights(run, "supervised-final.safetensors");
  }

  @Test
  void unknownKeyOfAStoredRunIsIgnoredWithAWarning() throws IOException {
    Path run = temporary.resolve("supervised");
    Files.writeString(
        run.resolve("config.conf"),
        "\ndataset.removed = 1\nepochs = 1\n",
        StandardOpenOption.APPEND);
    Outcome outcome = troupe("resume", run);
    assertThat(outcome.status()).isZero();
    assertThat(outcome.err())
        .contains("config.conf has the unknown setting dataset.removed, which is ignored");
  }

  private static JsonNode summary(Path run) throws IOException {
    return new ObjectMapper().readTree(run.resolve("summary.json").toFile());
  }

  private void assertSameWeights(Path run, String expected) throws IOException {
    FloatBuffer weights = weights(run.resolve("checkpoints/final/model.safetensors"));
    FloatBuffer older = weights(temporary.resolve(expected));
    assertThat(weights.remaining()).isEqualTo(older.remaining()).isPositive();
    while (older.hasRemaining()) {
      assertThat(weights.get()).isCloseTo(older.get(), within(TOLERANCE));
    }
  }

  /** The float32 values after the header of a safetensors file. */
  private static FloatBuffer weights(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    long headerBytes = bytes.getLong();
    return bytes.position(Math.toIntExact(Long.BYTES + headerBytes)).asFloatBuffer();
  }
}
