package io.troupe.rollout.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Small templates for every construct give what transformers renders from them. The file beside
 * {@code generate.py} has the texts and errors.
 */
class ConstructsTest {
  static JsonNode fixture() throws IOException {
    try (InputStream in = ConstructsTest.class.getResourceAsStream("/jinja/constructs.json")) {
      return new ObjectMapper().readTree(in);
    }
  }

  @Test
  void everyConstructRendersAsInTransformers() throws IOException {
    JsonNode fixture = fixture();
    List<String> differences = new ArrayList<>();
    for (JsonNode test : fixture.get("cases")) {
      String template = test.get("template").asText();
      String actual = ExpectedText.render(template, fixture.get("variables"));
      if (!agrees(actual, test)) {
        differences.add(
            template + "\n  expected " + ExpectedText.expected(test) + "\n  actual   " + actual);
      }
    }
    assertThat(fixture.get("cases").size()).isGreaterThan(250);
    assertThat(differences).isEmpty();
  }

  /** Whether the text is equal, or the error; Python's own errors may have another message. */
  private static boolean agrees(String actual, JsonNode test) {
    String expected = ExpectedText.expected(test);
    boolean ownMessage =
        expected.startsWith("TemplateError: ") || expected.startsWith("UndefinedError: ");
    return test.has("text") || ownMessage
        ? actual.equals(expected)
        : kind(actual).equals(kind(expected));
  }

  private static String kind(String error) {
    int colon = error.indexOf(':');
    return colon < 0 ? error : error.substring(0, colon);
  }
}
