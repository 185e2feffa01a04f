package io.troupe.rollout.constraint.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.troupe.protocols.config.OutputConstraint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OutputValidatorTest {
  private static final List<String> VALUES =
      List.of(
          "0",
          "1",
          "-2.5",
          "7",
          "0.5",
          "305",
          "true",
          "null",
          "\"\"",
          "\"abc\"",
          "\"AB12\"",
          "[]",
          "\"circle\"",
          "\"box\"",
          "[1,2]",
          "{}",
          "{\"tail\":null}",
          "\"2024-02-30\"",
          "\"line\"",
          "{\"kind\":\"circle\",\"r\":1}",
          "{\"value\":1,\"children\":[]}",
          "[\"line\",1,0.5]");
  private static final List<String> NAMES =
      List.of(
          "name",
          "age",
          "tags",
          "value",
          "children",
          "head",
          "tail",
          "kind",
          "r",
          "size",
          "a",
          "ab",
          "id",
          "extra",
          "code",
          "has",
          "day",
          "any",
          "one",
          "other",
          "text",
          "married");

  @Test
  void randomValuesAreValidWhereTheLibraryOfNetworkntFindsThemValid() throws IOException {
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    SplittableRandom random = new SplittableRandom(51);
    int numValid = 0;
    for (Path file : schemas()) {
      String text = Files.readString(file);
      Schema schema = registry.getSchema(text, InputFormat.JSON);
      OutputValidator validator = OutputValidator.of(new OutputConstraint.JsonSchema(text));
      for (int round = 0; round < 1500; round++) {
        String value = value(random, 3);
        boolean isValid = schema.validate(value, InputFormat.JSON).isEmpty();
        boolean hasFormat = value.contains("2024-02-30"); // the library does not check formats
        if (!hasFormat) {
          assertThat(validator.violation(value).isEmpty())
              .as("%s under %s: %s", value, file.getFileName(), validator.violation(value))
              .isEqualTo(isValid);
        }
        numValid += isValid ? 1 : 0;
      }
    }
    assertThat(numValid).isGreaterThan(50);
  }

  private static String value(SplittableRandom random, int depth) {
    int kind = random.nextInt(4);
    if (depth == 0 || kind == 0) {
      return VALUES.get(random.nextInt(VALUES.size()));
    }
    StringBuilder parts = new StringBuilder();
    int count = random.nextInt(1, 4);
    for (int i = 0; i < count; i++) {
      parts.append(i == 0 ? "" : ",");
      if (kind > 1) {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        parts.append(parts.indexOf('"' + name + '"') < 0 ? '"' + name + "\":" : "\"x" + i + "\":");
      }
      parts.append(value(random, depth - 1));
    }
    return kind > 1 ? "{" + parts + "}" : "[" + parts + "]";
  }

  private static List<Path> schemas() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/schemas"))) {
      return files.sorted().toList();
    }
  }

  @Test
  void textsThatAreNotJsonAreViolations() {
    OutputValidator objects = OutputValidator.of(new OutputConstraint.JsonObject());
    assertThat(objects.violation("{\"a\":[1]}")).isEmpty();
    assertThat(objects.violation("[1]")).hasValue("text must be a JSON object, got ARRAY");
    for (String text : List.of("", "{", "{} {}", "{'a':1}", "{\"a\":01}", "{\"a\":NaN}", "{}x")) {
      assertThat(objects.violation(text)).as(text).isPresent();
    }
    assertThat(objects.violation("{\"a\":" + "[".repeat(5000))).isPresent();
  }

  @Test
  void aRegularExpressionMatchesTheWholeText() {
    OutputValidator validator =
        OutputValidator.of(
            new OutputConstraint.Regex("(?<n>a|\\u00e9|[\\ud83d\\ude00]|\\\\u0041)+"));
    assertThat(validator.violation("aé😀")).isEmpty();
    assertThat(validator.violation("\\u0041")).isEmpty();
    assertThat(validator.violation("A")).isPresent();
    assertThat(validator.violation("xa")).isPresent();
    assertThatThrownBy(() -> OutputValidator.of(new OutputConstraint.Regex("(a)\\1")))
        .hasMessageStartingWith("regex must be a regular expression of RE2's syntax");
  }

  @Test
  void aViolationNamesThePlaceAndTheExpectation() {
    OutputValidator validator =
        OutputValidator.of(
            new OutputConstraint.JsonSchema(
                "{\"properties\":{\"a\":{\"items\":{\"type\":\"integer\",\"maximum\":5}}}}"));
    assertThat(validator.violation("{\"a\":[1,7]}")).hasValue("#/a/1 must be maximum 5, got 7");
    assertThat(validator.violation("{\"a\":[1.0]}")).isEmpty();
    assertThat(validator.violation("{\"a\":[1.5]}"))
        .hasValue("#/a/0 must be of type \"integer\", got 1.5");
  }
}
