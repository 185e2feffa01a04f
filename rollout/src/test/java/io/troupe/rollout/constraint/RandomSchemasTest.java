package io.troupe.rollout.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.troupe.protocols.config.OutputConstraint;
import io.troupe.rollout.tokenizer.ByteTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Texts drawn under random schemas are valid; schemas that are rejected are named as the cause. */
class RandomSchemasTest {
  private static final List<String> VALUES =
      List.of("1", "2.5", "-3", "\"a\"", "\"bc\"", "null", "true", "[]", "[1]", "{}", "{\"a\":1}");
  private static final List<String> PATTERNS =
      List.of("^[a-c]+$", "\\\\}", "^a|\\\\}$", "\\\\d|\\\\}:?", "^(x|yy)*$", "[^a-z]", "^.{1,4}$");
  private static final List<String> FACTORS = List.of("1", "7", "12", "0.5", "0.01", "2.5", "100");
  private static final List<String> FORMATS =
      List.of("date", "time", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "uri");
  private static final List<String> NAMES = List.of("a", "b", "aa", "kind");

  private final SplittableRandom random = new SplittableRandom(17);

  @Test
  void textsOfRandomSchemasAreValid() {
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    RandomTokens tokens = new RandomTokens(new ByteTokenizer());
    int numCompiled = 0;
    for (int round = 0; round < 2500; round++) {
      String text = root();
      CompiledConstraint compiled;
      try {
        compiled = tokens.compiler().compile(new OutputConstraint.JsonSchema(text)).orElseThrow();
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageStartingWith("json-schema ");
        continue;
      }
      numCompiled++;
      Schema schema = registry.getSchema(text, InputFormat.JSON);
      for (int i = 0; i < 4; i++) {
        String drawn = tokens.draw(compiled, new int[0], 12 * i, random).text();
        assertThat(schema.validate(drawn, InputFormat.JSON))
            .as("round %d: %s under %s", round, drawn, text)
            .isEmpty();
        assertThat(compiled.validator().violation(drawn)).as(text).isEmpty();
      }
    }
    assertThat(numCompiled).isGreaterThan(1000);
  }

  @Test
  void textsOfFormatsAndMultiplesAreValid() {
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    RandomTokens tokens = new RandomTokens(new ByteTokenizer());
    for (int round = 0; round < 200; round++) {
      String text =
          random.nextBoolean()
              ? "{\"type\":\"string\",\"format\":\"" + any(FORMATS) + "\"}"
              : "{\"type\":\"%s\",\"multipleOf\":%s,\"minimum\":%d}"
                  .formatted(
                      any(List.of("number", "integer")), any(FACTORS), random.nextInt(-50, 50));
      CompiledConstraint compiled =
          tokens.compiler().compile(new OutputConstraint.JsonSchema(text)).orElseThrow();
      Schema schema = registry.getSchema(text, InputFormat.JSON);
      String drawn = tokens.draw(compiled, new int[0], 12, random).text();
      assertThat(schema.validate(drawn, InputFormat.JSON)).as("%s: %s", text, drawn).isEmpty();
      assertThat(compiled.validator().violation(drawn)).as(text).isEmpty();
    }
  }

  private String root() {
    String body = schema(3);
    return "{\"$defs\":{\"x\":" + schema(2) + ",\"y\":" + schema(2) + "}," + body.substring(1);
  }

  private String schema(int depth) {
    int kind = random.nextInt(depth == 0 ? 5 : 11);
    return switch (kind) {
      case 0 -> object("\"type\":\"string\"", ofString());
      case 1 ->
          object("\"type\":\"" + (random.nextBoolean() ? "integer" : "number") + "\"", range());
      case 2 -> object("\"enum\":[" + any(VALUES) + "," + any(VALUES) + "]");
      case 3 -> object("\"const\":" + any(VALUES));
      case 4 -> object("\"type\":[\"null\",\"boolean\"]");
      case 5 -> object("\"type\":\"array\"", ofArray(depth));
      case 6 -> object("\"type\":\"object\"", ofObject(depth));
      case 7 ->
          object(
              "\""
                  + any(List.of("anyOf", "oneOf"))
                  + "\":["
                  + schema(depth - 1)
                  + ","
                  + schema(depth - 1)
                  + "]",
              random.nextInt(3) == 0 ? ofObject(depth - 1) : "");
      case 8 -> object("\"allOf\":[" + schema(depth - 1) + "," + schema(depth - 1) + "]");
      case 9 -> object("\"$ref\":\"#" + any(List.of("/$defs/x", "/$defs/y", "")) + "\"");
      default -> object(ofObject(depth), random.nextBoolean() ? ofArray(depth) : "");
    };
  }

  private String ofString() {
    return switch (random.nextInt(4)) {
      case 0 -> "\"maxLength\":" + random.nextInt(4);
      case 1 -> "\"minLength\":2,\"maxLength\":" + random.nextInt(2, 5);
      case 2 -> "\"pattern\":\"" + any(PATTERNS) + "\"";
      default -> "\"pattern\":\"" + any(PATTERNS) + "\",\"maxLength\":" + random.nextInt(1, 6);
    };
  }

  private String range() {
    int low = random.nextInt(-20, 20);
    return switch (random.nextInt(4)) {
      case 0 -> "\"minimum\":" + low;
      case 1 -> "\"exclusiveMaximum\":" + low + ".5";
      case 2 -> "\"minimum\":" + low + ",\"maximum\":" + (low + random.nextInt(0, 120));
      default -> "\"exclusiveMinimum\":" + low + ",\"exclusiveMaximum\":" + (low + 2);
    };
  }

  private String ofArray(int depth) {
    List<String> parts = new ArrayList<>();
    if (random.nextBoolean()) {
      parts.add("\"items\":" + (random.nextInt(4) == 0 ? "false" : schema(depth - 1)));
    }
    if (random.nextInt(3) == 0) {
      parts.add("\"prefixItems\":[" + schema(depth - 1) + "," + schema(depth - 1) + "]");
    }
    if (random.nextBoolean()) {
      parts.add("\"minItems\":" + random.nextInt(3));
    }
    if (random.nextBoolean()) {
      parts.add("\"maxItems\":" + random.nextInt(4));
    }
    return String.join(",", parts);
  }

  private String ofObject(int depth) {
    List<String> parts = new ArrayList<>();
    if (random.nextInt(4) != 0) {
      parts.add(
          "\"properties\":{\""
              + any(NAMES)
              + "\":"
              + schema(Math.max(0, depth - 1))
              + ",\"c\":"
              + schema(Math.max(0, depth - 1))
              + "}");
    }
    if (random.nextBoolean()) {
      parts.add("\"required\":[\"" + any(NAMES) + "\"]");
    }
    if (random.nextInt(3) == 0) {
      parts.add(
          "\"additionalProperties\":"
              + any(List.of("false", "true", schema(Math.max(0, depth - 1)))));
    }
    return String.join(",", parts);
  }

  private static String object(String... parts) {
    return "{" + String.join(",", List.of(parts).stream().filter(p -> !p.isEmpty()).toList()) + "}";
  }

  private String any(List<String> options) {
    return options.get(random.nextInt(options.size()));
  }
}
