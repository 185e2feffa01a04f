package io.troupe.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.ReferenceModel;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Invalid model folders are rejected with an error message of one line. */
class BadCheckpointTest {
  private static final Engine ENGINE = Engine.of(CpuBackend.create(1));
  private static final String WEIGHTS = "model.safetensors";

  @TempDir Path folder;

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  @BeforeEach
  void copyModel() throws IOException {
    for (String name : new String[] {"config.json", WEIGHTS}) {
      Files.copy(ReferenceModel.named("llama-tied").folder().resolve(name), folder.resolve(name));
    }
  }

  private void assertRejected(String... messages) {
    long used = ENGINE.memory().usedBytes();
    assertThatThrownBy(() -> PretrainedModel.load(folder, ENGINE).close())
        .isInstanceOf(CheckpointFormatException.class)
        .hasMessageContainingAll(messages)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    assertThat(ENGINE.memory().usedBytes()).isEqualTo(used);
  }

  private byte[] weights() throws IOException {
    return Files.readAllBytes(folder.resolve(WEIGHTS));
  }

  private void weights(byte[] bytes) throws IOException {
    Files.write(folder.resolve(WEIGHTS), bytes);
  }

  /** Writes a file with this header and {@code dataBytes} zero bytes of data. */
  private void header(String header, int dataBytes) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    weights(file.putLong(text.length).put(text).array());
  }

  private void config(Consumer<ObjectNode> change) throws IOException {
    ObjectMapper json = new ObjectMapper();
    Path path = folder.resolve("config.json");
    ObjectNode config = (ObjectNode) json.readTree(path.toFile());
    change.accept(config);
    json.writeValue(path.toFile(), config);
  }

  /** Changes the tensors of the weights file. */
  private void tensors(Consumer<Map<String, Tensor>> change) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (Scope _ = ENGINE.open("copy");
        SafetensorsFile file = SafetensorsFile.open(folder.resolve(WEIGHTS))) {
      for (StoredTensor stored : file.tensors().values()) {
        Tensor tensor = Tensor.empty(DType.FLOAT32, stored.shape());
        file.read(stored.name(), tensor);
        tensors.put(stored.name(), tensor);
      }
      change.accept(tensors);
      SafetensorsWriter.write(folder.resolve("changed"), tensors);
    }
    Files.move(
        folder.resolve("changed"), folder.resolve(WEIGHTS), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void missingFolderIsRejected() {
    folder = folder.resolve("none");
    assertRejected("model folder " + folder + " must exist");
  }

  @Test
  void folderWithoutConfigIsRejected() throws IOException {
    Files.delete(folder.resolve("config.json"));
    assertRejected(folder + " must contain config.json, got none");
  }

  @Test
  void folderWithoutWeightsIsRejected() throws IOException {
    Files.delete(folder.resolve(WEIGHTS));
    assertRejected("must contain model.safetensors or model.safetensors.index.json, got neither");
  }

  @Test
  void truncatedFileIsRejectedAtEveryLength() throws IOException {
    byte[] whole = weights();
    for (int length : new int[] {0, 1, 7, 8, 9, 500, whole.length / 2, whole.length - 1}) {
      weights(Arrays.copyOf(whole, length));
      assertRejected("model.safetensors", "truncated");
    }
  }

  @Test
  void trailingBytesAreRejected() throws IOException {
    byte[] whole = weights();
    weights(Arrays.copyOf(whole, whole.length + 4));
    assertRejected("its tensors must have the ");
  }

  @Test
  void headerWithTooLargeSizesIsRejected() throws IOException {
    byte[] whole = weights();
    for (long claimed : new long[] {1L << 60, -1, 1L << 31, whole.length - 7, 0}) {
      ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).putLong(0, claimed);
      weights(whole);
      assertRejected(
          " must have a header of 2 to ",
          ", got " + Long.toUnsignedString(claimed) + " in a file of ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}} | two tensors overlap
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}} | there is a gap
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}} | must have 8 bytes for F32 [2], got 4
          {"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}} | which is too large
          {"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}} | integers in [0, 2^63), got -1
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}} | bytes after the header, got 4 to 0
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,9223372036854775807]}} | truncated or damaged
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999]}} | integers in [0, 2^63), got 99999999999999999999
          {"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}} | BOOL, got Q4;
          {"a":{"dtype":"F32","shape":[1]}} | must have dtype, shape and two data_offsets
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} | must be distinct, got a twice
          {"a":7} | must be START_OBJECT, got VALUE_NUMBER_INT
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} 7 | something follows
          [] | the header must be START_OBJECT, got START_ARRAY
          {"a | is not JSON
          """)
  void invalidHeadersAreRejected(String header, String message) throws IOException {
    header(header, 12);
    assertRejected("is not a valid safetensors file", message);
  }

  @Test
  void randomHeaderCorruptionIsDetectedOrHarmless() throws IOException {
    byte[] whole = weights();
    SplittableRandom random = new SplittableRandom(17);
    int headerBytes = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int refused = 0;
    for (int round = 0; round < 300; round++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(8 + headerBytes)] = (byte) random.nextInt(256);
      weights(damaged);
      try {
        PretrainedModel.load(folder, ENGINE).close();
      } catch (CheckpointFormatException e) {
        assertThat(e.getMessage()).contains(folder.toString());
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(250);
  }

  @Test
  void missingAndUnknownTensorsAreRejected() throws IOException {
    tensors(
        all -> {
          all.put("model.layers.0.extra", all.remove("model.norm.weight"));
        });
    assertRejected(
        "the weights do not fit config.json",
        "missing model.norm.weight",
        "not expected model.layers.0.extra");
  }

  @Test
  void tensorOfAnotherShapeIsRejected() throws IOException {
    tensors(all -> all.put("model.norm.weight", Tensor.zeros(DType.FLOAT32, Shape.of(31))));
    assertRejected("model.norm.weight must have shape (32), got (31)");
  }

  @Test
  void integerTensorIsRejected() throws IOException {
    tensors(all -> all.put("model.norm.weight", Tensor.zeros(DType.INT32, Shape.of(32))));
    assertRejected(
        "weights must be F32, F64, BF16 or F16 (integers for counts), got I32 for"
            + " model.norm.weight");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          hidden_size | null | hidden_size must be an integer above 0, got n
          hidden_size | -4 | hidden_size must be an integer above 0, got -4
          hidden_size | 1.5 | hidden_size must be an integer above 0, got 1.5
          vocab_size | 99999999999 | vocab_size must be an integer above 0, got 99999999999
          vocab_size | 62 | model.embed_tokens.weight must have shape (62, 32), got (61, 32)
          num_hidden_layers | 3 | missing model.layers.2.
          num_hidden_layers | 1 | not expected model.layers.1.
          num_key_value_heads | 3 | num_attention_heads must be a multiple of num_key_value_heads=3, got 4
          head_dim | 7 | head_dim must be even for rotary positions, got 7
          tie_word_embeddings | false | missing lm_head.weight
          attention_bias | "yes" | attention_bias must be true or false, got "yes"
          hidden_act | "magic" | hidden_act
          model_type | "mamba" | model_type must be one of gemma, gemma2, gemma3_text, gpt2, llama, mistral, mixtral, olmo2, phi3, qwen2, qwen3, qwen3_moe, smollm3, got "mamba"
          rope_parameters | {"rope_type":"mrope"} | rope_type must be default, linear, dynamic, yarn, longrope or llama3, got "mrope"
          rope_parameters | {"rope_type":"longrope","short_factor":[1],"long_factor":[1]} | short_factor must be a list of head_dim / 2 = 4 numbers above 0, got 1 elements
          rope_parameters | {"rope_type":"longrope","short_factor":"x"} | short_factor must be a list
          rope_parameters | {"rope_type":"yarn","factor":-2} | factor must be a number above 0, got -2
          rope_parameters | {"rope_type":"yarn","factor":2,"partial_rotary_factor":0.5} | partial_rotary_factor must be 1 for rope_type yarn, got 0.5
          rope_parameters | {"rope_type":"linear"} | factor must be a number above 0, got none
          eos_token_id | "end" | eos_token_id must be a token id or a list of them, got "end"
          hidden_size | 2000000000 | config.json: it asks for
          intermediate_size | 2000000000 | far more than the files beside it hold
          num_hidden_layers | 2000000000 | far more than the files beside it hold
          max_position_embeddings | -1 | max_position_embeddings must be an integer above 0, got -1
          """)
  void invalidConfigsAreRejected(String key, String value, String message) throws IOException {
    config(node -> node.set(key, json(value)));
    assertRejected(message);
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Test
  void configThatIsNotJsonIsRejected() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{oops");
    assertRejected("config.json: not JSON");
  }

  @Test
  void shardsWithMissingTensorsOrOutsideTheFolderAreRejected() throws IOException {
    Files.delete(folder.resolve(WEIGHTS));
    Path sharded = ReferenceModel.named("llama-sharded").folder();
    Files.copy(
        sharded.resolve("config.json"),
        folder.resolve("config.json"),
        StandardCopyOption.REPLACE_EXISTING);
    Path index = folder.resolve("model.safetensors.index.json");
    Files.copy(sharded.resolve("model.safetensors.index.json"), index);
    assertRejected("-of-00003.safetensors must exist");

    Files.writeString(index, "{\"weight_map\":{\"a\":\"../a.safetensors\"}}");
    assertRejected("file of a must be in the folder, got ../a.safetensors");

    Files.writeString(index, "{\"weight_map\":[]}");
    assertRejected("must have a weight_map");
  }
}
