package io.troupe.actors.cluster.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.cluster.inputs.InputFile;
import io.troupe.actors.cluster.inputs.InputFiles;
import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.actors.cluster.system.NodeSystem;
import io.troupe.actors.cluster.system.Remote;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ForkJoinPool;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two actor systems over TLS on this machine. */
class JoiningTest {
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir private Path folder;
  private final List<ActorSystem<?>> systems = new ArrayList<>();
  private ClusterKey key;
  private NodeAddress node;
  private Config config;
  private InputFiles inputs;

  @BeforeEach
  void startNode() throws Exception {
    key = ClusterKey.loadOrCreate(folder.resolve("cluster.key"));
    Path model = Files.createDirectory(folder.resolve("model"));
    byte[] weights = new byte[300_000]; // three chunks
    new Random(1).nextBytes(weights);
    Files.write(model.resolve("model.safetensors"), weights);
    Files.writeString(model.resolve("config.json"), "{}");
    Files.writeString(folder.resolve("train.jsonl"), "{\"question\": 1}\n");
    config =
        ConfigFactory.parseMap(
            Map.of(
                "model", model.toString(),
                "data.train", folder.resolve("train.jsonl").toString(),
                "seed", 7));
    inputs = InputFiles.of(config);
    node = new NodeAddress("127.0.0.1", 0).bound();
    systems.add(
        ActorSystem.create(
            parentOf(
                Gate.create(
                    "build-1",
                    () ->
                        new JoinMessage.Accepted(
                            node.toString(),
                            "run",
                            "seed = 7",
                            List.of(node.toString()),
                            inputs.files()),
                    ForkJoinPool.commonPool()),
                Gate.NAME),
            NodeSystem.NAME,
            NodeSystem.worker(node, key)));
  }

  @AfterEach
  void stop() {
    systems.forEach(ActorSystem::terminate);
    systems.forEach(system -> system.getWhenTerminated().toCompletableFuture().join());
  }

  private static Behavior<Void> parentOf(Behavior<JoinMessage> child, String name) {
    return Behaviors.setup(
        context -> {
          context.spawn(child, name);
          return Behaviors.empty();
        });
  }

  private Joining joining(ClusterKey ofJoiner, Duration deadline) throws Exception {
    NodeAddress self = new NodeAddress("127.0.0.1", 0).bound();
    BlockingQueue<JoinMessage> answers = Joining.queue();
    ActorSystem<Void> system =
        ActorSystem.create(
            parentOf(Joining.receiver(answers), Joining.NAME),
            NodeSystem.NAME,
            NodeSystem.worker(self, ofJoiner));
    systems.add(system);
    return new Joining(new Remote(system), self, node, answers, deadline);
  }

  @Test
  void fetchesTheFilesOfARun() throws Exception {
    Joining joining = joining(key, LONG);
    JoinMessage.Accepted accepted = joining.ask("build-1");
    assertThat(accepted.config()).isEqualTo("seed = 7");
    assertThat(accepted.files()).isEqualTo(inputs.files());

    Path here = folder.resolve("here");
    for (int i = 0; i < accepted.files().size(); i++) {
      InputFile file = accepted.files().get(i);
      joining.fetch(i, file, here.resolve(file.key()), _ -> {});
    }
    for (var file : inputs.files()) {
      assertThat(here.resolve(file.key()).resolve(file.name()))
          .hasSameBinaryContentAs(Path.of(file.path()));
    }
    Config relocated =
        new InputFiles(accepted.files())
            .relocate(
                config,
                Map.of("model", here.resolve("model"), "data.train", here.resolve("data.train")));
    assertThat(relocated.getString("model")).isEqualTo(here.resolve("model").toString());
    assertThat(InputFiles.of(relocated).fingerprint(relocated))
        .isEqualTo(inputs.fingerprint(config));
  }

  @Test
  void anotherProgramIsToldWhyItIsRejected() throws Exception {
    assertThatThrownBy(() -> joining(key, LONG).ask("build-2"))
        .isInstanceOf(JoinException.class)
        .hasMessage(
            node
                + " rejected this node: every node must run the same program, got version build-2;"
                + " this run has build-1");
  }

  @Test
  void aNodeWithAnotherKeyGetsNoAnswer() throws Exception {
    ClusterKey other = ClusterKey.loadOrCreate(folder.resolve("other.key"));
    Duration deadline = Duration.ofSeconds(3);
    assertThatThrownBy(() -> joining(other, deadline).ask("build-1"))
        .isInstanceOf(JoinException.class)
        .hasMessage(
            node
                + " must be a node of a run with the same key file, got no answer within "
                + deadline);
  }
}
