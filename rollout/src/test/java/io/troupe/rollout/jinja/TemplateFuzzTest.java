package io.troupe.rollout.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.rollout.jinja.value.RenderLimits;
import io.troupe.rollout.jinja.value.TemplateException;
import io.troupe.rollout.jinja.value.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a template and its variables contain, rendering gives a text or the declared error. */
class TemplateFuzzTest {
  private static final int ROUNDS = 2_000;
  private static final RenderLimits LIMITS = new RenderLimits(100_000, 1 << 20, 300);
  private static final String[] PIECES = {
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "-",
    "+",
    "'",
    "\"",
    "\\",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    ".",
    ",",
    ":",
    "=",
    "~",
    "*",
    "**",
    "if",
    "else",
    "for",
    "in",
    "is",
    "not",
    "set",
    "macro",
    "endfor",
    "endif",
    "endset",
    "raw",
    "endraw",
    "call",
    "generation",
    "loop",
    "\n",
    " ",
    "1",
    "0x",
    "1e999",
    "\ud83d",
    "é",
    "\u0000",
    "none",
    "tojson",
    "range",
    "namespace"
  };

  private static List<String> templates(JsonNode fixture) {
    List<String> templates = new ArrayList<>();
    fixture.get("cases").forEach(test -> templates.add(test.get("template").asText()));
    return templates;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void mutatedTemplatesRenderOrFailWithTheDeclaredError(long seed) throws IOException {
    JsonNode fixture = ConstructsTest.fixture();
    List<String> templates = templates(fixture);
    Map<String, Value> variables = ExpectedText.variables(fixture.get("variables"));
    SplittableRandom random = new SplittableRandom(seed);
    int rendered = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String template = templates.get(random.nextInt(templates.size()));
      for (int i = random.nextInt(4); i >= 0; i--) {
        template = mutated(template, templates, random);
      }
      rendered += renders(template, variables, seed, round) ? 1 : 0;
    }
    assertThat(rendered).isBetween(ROUNDS / 20, ROUNDS);
  }

  private static String mutated(String template, List<String> templates, SplittableRandom random) {
    int at = random.nextInt(template.length() + 1);
    int end = Math.min(template.length(), at + random.nextInt(8));
    return switch (random.nextInt(4)) {
      case 0 -> template.substring(0, at) + template.substring(end); // removes
      case 1 -> template.substring(0, at) + piece(random) + template.substring(at); // inserts
      case 2 -> template.substring(0, at) + piece(random) + template.substring(end); // replaces
      default -> {
        String other = templates.get(random.nextInt(templates.size()));
        yield template.substring(0, at) + other.substring(random.nextInt(other.length() + 1));
      }
    };
  }

  private static String piece(SplittableRandom random) {
    return PIECES[random.nextInt(PIECES.length)];
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5})
  void everyVariableMayHaveAnyValue(long seed) throws IOException {
    JsonNode fixture = ConstructsTest.fixture();
    List<String> templates = templates(fixture);
    Map<String, Value> variables = ExpectedText.variables(fixture.get("variables"));
    List<Value> values = new ArrayList<>(variables.values());
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < ROUNDS; round++) {
      Map<String, Value> mixed = new HashMap<>();
      variables.forEach(
          (name, value) ->
              mixed.put(
                  name,
                  random.nextInt(3) == 0 ? values.get(random.nextInt(values.size())) : value));
      renders(templates.get(random.nextInt(templates.size())), mixed, seed, round);
    }
  }

  private static boolean renders(
      String template, Map<String, Value> variables, long seed, int round) {
    try {
      Template.compile(template).render(variables, LIMITS, ExpectedText.CLOCK);
      return true;
    } catch (TemplateException e) {
      assertThat(e.getMessage()).isNotBlank();
      return false;
    } catch (Throwable e) {
      return fail("seed " + seed + ", round " + round + ":\n" + template, e);
    }
  }

  @Test
  void everyPrefixOfATemplateRendersOrFails() throws IOException {
    JsonNode fixture = ConstructsTest.fixture();
    Map<String, Value> variables = ExpectedText.variables(fixture.get("variables"));
    for (String template : templates(fixture)) {
      for (int end = 0; end < template.length(); end++) {
        renders(template.substring(0, end), variables, 0, end);
      }
    }
  }
}
