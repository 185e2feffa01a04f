package io.troupe.serving;

import io.troupe.nn.ReferenceModel;
import io.troupe.nn.llama.LlamaConfig;
import io.troupe.nn.llama.LlamaModel;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.rollout.tokenizer.ByteTokenizer;
import io.troupe.rollout.tokenizer.CharacterTokenizer;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Small random models with a tokenizer, in folders of their own. */
public final class ModelFolder {
  /** Tokens 3 to 60 of every model. */
  public static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz012345";

  private static final List<String> TEST_DATA = List.of("expected.json");

  private ModelFolder() {}

  /**
   * Writes a random model whose tokens are bytes, with a context of 1,024 tokens: unlike the others
   * it can write any JSON.
   */
  public static Path writeByteModel(Path folder) {
    ByteTokenizer tokenizer = new ByteTokenizer();
    LlamaConfig config =
        LlamaConfig.builder()
            .vocabSize(tokenizer.vocabSize())
            .hiddenSize(16)
            .intermediateSize(32)
            .numHiddenLayers(1)
            .numAttentionHeads(2)
            .maxPositionEmbeddings(1024)
            .bosTokenId(tokenizer.bosTokenId())
            .eosTokenIds(Set.of(tokenizer.eosTokenId().getAsInt()))
            .padTokenId(tokenizer.padTokenId())
            .build();
    try (Engine engine = Engine.of(CpuBackend.create(1));
        LlamaModel model = LlamaModel.random(config, engine, 5)) {
      PretrainedModel.save(model, folder);
      tokenizer.save(folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes a model directory.
   *
   * @param name of a reference model, such as {@code llama3-untied}
   * @param folder is created
   */
  public static Path write(String name, Path folder) {
    try (Stream<Path> files = Files.list(ReferenceModel.named(name).folder())) {
      Files.createDirectories(folder);
      for (Path file : files.toList()) {
        if (!TEST_DATA.contains(file.getFileName().toString())) {
          Files.copy(file, folder.resolve(file.getFileName()));
        }
      }
      new CharacterTokenizer(ALPHABET).save(folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
