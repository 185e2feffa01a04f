package io.troupe.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.protocols.batch.ArrayData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextSourceTest {
  @TempDir Path folder;

  private DataSplits open(String text, String settings) throws IOException {
    Path file = Files.writeString(folder.resolve("input.txt"), text);
    return DataSource.open(file, Examples.config(settings));
  }

  @Test
  void sequencesAreConsecutiveAndTargetsAreTheNextCharacters() throws IOException {
    DataSplits splits = open("abcabcabcabcabcaba \u00e9", "seq-length = 2, test-fraction = 0.2");
    CharVocabulary vocabulary = splits.vocabulary().orElseThrow();
    assertThat(vocabulary.characters()).isEqualTo(" abc\u00e9");
    Dataset train = splits.train();
    assertThat(train.spec().numClasses()).isEqualTo(5);
    assertThat(train.size()).isEqualTo(7); // 16 characters; the last one is only a target
    Map<String, ArrayData> batch = train.batch(0, 6);
    assertThat(batch.get("input").sizes()).containsExactly(2, 2);
    assertThat(vocabulary.decode(Examples.ints(batch, "input"))).isEqualTo("abab");
    assertThat(vocabulary.decode(Examples.ints(batch, "target"))).isEqualTo("bcbc");
    Map<String, ArrayData> test = splits.test().batch(0);
    assertThat(vocabulary.decode(Examples.ints(test, "target"))).isEqualTo("a ");
  }

  @Test
  void byteOrderMarksAndCarriageReturnsAreRemoved() throws IOException {
    DataSplits splits = open("\uFEFFab\r\nab\r\nab\r\n", "seq-length = 2, test-fraction = 0.4");
    assertThat(splits.vocabulary().orElseThrow().characters()).isEqualTo("\nab");
  }

  @Test
  void validationSetIsBetweenTrainingAndTestSet() throws IOException {
    DataSplits splits =
        open("0123456789", "seq-length = 1, test-fraction = 0.2, validation-fraction = 0.25");
    assertThat(Examples.ints(splits.train().batch(4), "target")).containsExactly(5);
    assertThat(Examples.ints(splits.validation().orElseThrow().batch(0), "input"))
        .containsExactly(6);
    assertThat(Examples.ints(splits.test().batch(0), "input")).containsExactly(8);
  }

  @Test
  void trainingValidationAndTestTextsShareAVocabulary() throws IOException {
    Files.writeString(folder.resolve("train.txt"), "abcabc");
    Files.writeString(folder.resolve("val.txt"), "xbx");
    Files.writeString(folder.resolve("test.txt"), "ab!");
    DataSplits splits = DataSource.open(folder, Examples.config("seq-length = 2"));
    assertThat(splits.vocabulary().orElseThrow().characters()).isEqualTo("!abcx");
    assertThat(splits.train().size()).isEqualTo(2);
    assertThat(Examples.ints(splits.test().batch(0), "target")).containsExactly(2, 0);
    assertThat(Examples.ints(splits.validation().orElseThrow().batch(0), "input"))
        .containsExactly(4, 2);
  }

  @Test
  void evalSeqLengthSetsTheLengthForEvaluation() throws IOException {
    DataSplits splits =
        open("0123456789", "seq-length = 1, eval-seq-length = 3, test-fraction = 0.4");
    assertThat(splits.train().spec().sizes()).containsExactly(1);
    assertThat(Examples.ints(splits.test().batch(0), "input")).containsExactly(6, 7, 8);
  }

  @Test
  void vocabularyRejectsUnknownCharacters() {
    CharVocabulary vocabulary = CharVocabulary.of("b\ud83d\ude00a");
    assertThat(vocabulary.size()).isEqualTo(3);
    assertThat(vocabulary.encode("\ud83d\ude00ab")).containsExactly(2, 0, 1);
    assertThat(vocabulary.decode(1, 2)).isEqualTo("b\ud83d\ude00");
    assertThatThrownBy(() -> vocabulary.encode("abc"))
        .hasMessageContaining(
            "text must contain only the 3 characters that the model was trained on, got 'c'"
                + " (U+0063)");
  }

  @Test
  void textsThatAreTooShortOrNotUtf8AreRejected() throws IOException {
    assertThatThrownBy(() -> open("short", "seq-length = 8"))
        .hasMessageContaining(
            "its training part must have more than 8 characters, the length of an example, got 4;")
        .hasMessageEndingWith("set seq-length to 3 or less, or give a longer text");
    assertThatThrownBy(
            () -> open("too short", "seq-length = 8, eval-seq-length = 1, test-fraction = 0.3"))
        .hasMessageContaining(
            "its training part must have more than 8 characters, the length of an example, got 6");
    assertThatThrownBy(() -> open("0123456789".repeat(10), "seq-length = 64"))
        .hasMessageContaining(
            "its test part must have more than 64 characters, the length of an example, got 10;")
        .hasMessageContaining("set eval-seq-length to 9 or less");
    assertThatThrownBy(() -> open("0123456789", "seq-length = 4, test-fraction = 0.01"))
        .hasMessageEndingWith("the length of an example, got 0; give a longer text");
    Files.write(folder.resolve("input.txt"), new byte[] {'a', (byte) 0xE9, 'b'});
    assertThatThrownBy(() -> DataSource.open(folder, Examples.config("")))
        .hasMessageContaining("input.txt must be UTF-8 text, got other bytes");
  }

  @Test
  void shakespeareIsRead() {
    DataSplits splits = DataSource.open(SharedData.require("shakespeare"), Examples.config(""));
    assertThat(splits.train().spec().numClasses()).isEqualTo(65);
    assertThat(splits.train().size()).isEqualTo(15685);
    assertThat(splits.test().size()).isEqualTo(1742);
    assertThat(
            splits
                .vocabulary()
                .orElseThrow()
                .decode(Examples.ints(splits.train().batch(0), "input")))
        .startsWith("First Citizen:\nBefore we");
  }
}
