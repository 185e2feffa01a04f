package io.troupe.rollout.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AutoTokenizerTest {
  @TempDir Path folder;

  private void refuses(String message) {
    assertThatThrownBy(() -> AutoTokenizer.load(folder).close())
        .isInstanceOf(TokenizerFormatException.class)
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  @Test
  void refusesAMissingFolder() {
    folder = folder.resolve("none");
    refuses("model folder " + folder + " must exist");
  }

  @Test
  void refusesAFolderWithoutATokenizer() {
    refuses(folder + " must contain tokenizer.json, got none");
  }

  @Test
  void refusesFilesThatAreNotJson() throws IOException {
    write("tokenizer.json", "{\n\"version\": 1.0,\n oops");
    refuses("tokenizer.json is not valid JSON (line 3");
  }

  @Test
  void refusesAnEmptyFile() throws IOException {
    write("tokenizer.json", "");
    refuses("tokenizer.json must be a JSON object");
  }

  @Test
  void refusesBinary() throws IOException {
    Files.write(folder.resolve("tokenizer.json"), new byte[] {'{', (byte) 0xff, '}'});
    refuses("tokenizer.json must be UTF-8 text");
  }

  @Test
  void refusesJsonWithoutATokenizer() throws IOException {
    write("tokenizer.json", "{\"model\": {\"type\": \"Magic\"}}");
    refuses("tokenizer.json does not describe a tokenizer (");
  }

  @Test
  void refusesAFileThatIsTooLarge() throws IOException {
    try (RandomAccessFile file =
        new RandomAccessFile(folder.resolve("tokenizer.json").toFile(), "rw")) {
      file.setLength(AutoTokenizer.MAX_FILE_BYTES + 1); // sparse: takes no room on the disk
    }
    refuses(" must have at most " + AutoTokenizer.MAX_FILE_BYTES + " bytes, got ");
  }

  @Test
  void refusesBrokenSettings() throws IOException {
    Path vocabulary = Path.of("src/test/resources/tokenizers/byte_level/tokenizer.json");
    Files.copy(vocabulary, folder.resolve("tokenizer.json"));
    write("tokenizer_config.json", "[1]");
    refuses("tokenizer_config.json must be a JSON object");
  }

  @Test
  void takesSpecialTokensFromTheMapAndFromObjects() throws IOException {
    Path vocabulary = Path.of("src/test/resources/tokenizers/byte_fallback/tokenizer.json");
    Files.copy(vocabulary, folder.resolve("tokenizer.json"));
    write("tokenizer_config.json", "{\"bos_token\": {\"content\": \"<s>\"}}");
    write("special_tokens_map.json", "{\"eos_token\": \"</s>\", \"pad_token\": \"<none>\"}");
    try (Tokenizer tokenizer = AutoTokenizer.load(folder)) {
      assertThat(tokenizer.bosTokenId()).hasValue(1);
      assertThat(tokenizer.eosTokenId()).hasValue(2);
      assertThat(tokenizer.padTokenId()).isEmpty();
    }
  }

  @Test
  void filesOfOtherProgramsAreReadByTheLibrary() throws IOException {
    new CharacterTokenizer("ab").save(folder);
    Path path = folder.resolve("tokenizer.json");
    write(
        "tokenizer.json",
        Files.readString(path).replace("\"fuse_unk\" : false", "\"fuse_unk\" : true"));
    try (Tokenizer tokenizer = AutoTokenizer.load(folder)) {
      assertThat(tokenizer).isInstanceOf(PretrainedTokenizer.class);
      assertThat(tokenizer.encode("ab")).containsExactly(1, 3, 4);
      assertThat(tokenizer.decode(new int[] {3, 4, 99})).isEqualTo("ab");
    }
  }
}
