package io.troupe.rollout.constraint.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.rollout.constraint.automaton.Language;
import io.troupe.rollout.constraint.automaton.Languages;
import io.troupe.rollout.constraint.text.CharacterSet;
import io.troupe.rollout.constraint.text.TextLanguages;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaLanguageTest {
  private final Languages languages = new Languages(50_000);
  private final TextLanguages text = new TextLanguages(languages, CharacterSet.ALL);

  @ParameterizedTest
  @CsvSource(
      delimiterString = " # ",
      quoteCharacter = '`',
      value = {
        // schema # texts that it has # texts that it does not have
        "{\"type\":\"integer\"} # 0;-1;123456789012345 # 01;1.0;+1;1234567890123456;-;1e3",
        "{\"type\":\"number\"} # 0;-1.5;0.25 # .5;1.;1e2;NaN",
        "{\"type\":[\"boolean\",\"null\"]} # true;false;null # True;nul;\"null\"",
        "{\"type\":\"string\",\"maxLength\":2} # \"\";\"é😀\";\"\\ud83d\\ude00a\";\"\\n\\u0041\""
            + " # \"abc\";\"\\ud83d\";\"\\ude00\";\"\\x\";'a'",
        "{\"const\":\"a\\\"b\"} # \"a\\\"b\" # \"a\"b\";\"a\\u0022b\"",
        "{\"enum\":[1,\"x\",[1,{\"y\":null}]],\"type\":[\"array\",\"integer\"]}"
            + " # 1;[1,{\"y\":null}];[1, {\"y\": null}] # \"x\";[1,{}]",
        "{\"type\":\"array\",\"items\":{\"type\":\"null\"},\"minItems\":1,\"maxItems\":2}"
            + " # [null];[null,null];[null, null] # [];[null,null,null];[null ,null]",
        "{\"prefixItems\":[{\"type\":\"null\"},{\"const\":1}],\"items\":{\"const\":2},\"minItems\":1}"
            + " # [null];[null,1];[null,1,2,2] # [];[1];[null,2]",
        "{\"type\":\"array\",\"maxItems\":0} # [] # [1]",
        "{\"properties\":{\"a\":{\"const\":1},\"b\":{\"const\":2}},\"required\":[\"b\"]}"
            + " # {\"a\":1,\"b\":2};{\"b\":2};{\"a\": 1, \"b\": 2}"
            + " # {\"a\":1};{};{\"b\":2,\"a\":1};{\"b\":2,\"c\":3};{ \"b\":2}",
        "{\"properties\":{\"a\":{\"const\":1}},\"additionalProperties\":{\"const\":0}} #"
            + " {};{\"a\":1};{\"b\":0};{\"a\":1,\"aa\":0,\"\":0} #"
            + " {\"a\":0};{\"\\u0061\":0};{\"b\":1}",
        "{\"type\":\"object\",\"required\":[\"x\"],\"additionalProperties\":{\"const\":1}}"
            + " # {\"x\":1};{\"x\":1,\"y\":1} # {};{\"y\":1}",
        "{\"anyOf\":[{\"const\":1},{\"type\":\"null\"}]} # 1;null # 2",
        "{\"oneOf\":[{\"const\":1},{\"const\":2},{\"type\":\"string\"}]} # 1;2;\"a\" # 3",
        "{\"allOf\":[{\"type\":\"number\",\"minimum\":3},{\"type\":\"integer\",\"maximum\":5}]}"
            + " # 3;4;5 # 2;6;3.5",
        "{\"type\":\"integer\",\"minimum\":1,\"anyOf\":[{\"maximum\":2},{\"const\":9}]} # 1;2;9 #"
            + " 0;3",
        "{\"$ref\":\"#/$defs/a\",\"maximum\":1,\"$defs\":{\"a\":{\"type\":\"integer\",\"minimum\":0}}}"
            + " # 0;1 # 2;-1",
        "{\"type\":\"string\",\"pattern\":\"^a+$\",\"minLength\":2,\"maxLength\":3}"
            + " # \"aa\";\"aaa\" # \"a\";\"aaaa\"",
        "{\"type\":\"string\",\"pattern\":\"b\"} # \"b\";\"abc\";\"\\\"b\\n\" # \"a\";\"\\u0062\"",
        "{\"type\":\"string\",\"format\":\"date\"} # \"2024-02-28\" # \"2024-02-30\";\"24-1-1\"",
        "{\"type\":\"integer\",\"multipleOf\":7} # 0;7;-14;700;7777777 # 1;-8;07;7.0",
        "{\"type\":\"number\",\"multipleOf\":0.25} # 0;0.25;-1.5;10;2.75;3.50 # 0.3;1.125;.5",
        "{\"type\":\"number\",\"multipleOf\":0.01,\"minimum\":1,\"maximum\":2} # 1;1.5;1.99;2 #"
            + " 0.99;2.01;1.005",
        "{\"type\":\"integer\",\"multipleOf\":1000,\"exclusiveMinimum\":0} # 1000;12000 #"
            + " 0;-1000;1500",
        "{\"format\":\"ipv4\",\"type\":\"string\"} # \"0.10.255.1\" #"
            + " \"256.1.1.1\";\"1.1.1\";\"01.1.1.1\"",
        "{\"format\":\"ipv6\",\"type\":\"string\"} #"
            + " \"::\";\"::1\";\"1::\";\"a:b:c:d:1:2:3:4\";\"1::2:3\" #"
            + " \":\";\"1::2::3\";\"1:2:3:4:5:6:7\";\"1:2:3:4:5:6:7:8:9\"",
        "{\"format\":\"hostname\",\"type\":\"string\"} # \"a\";\"a-b.c1\" # \"-a\";\"a.\";\"a_b\"",
        "{\"format\":\"email\",\"type\":\"string\"} # \"a.b+c@d.org\" #"
            + " \"a@b\";\"@b.c\";\"a..b@c.d\"",
        "{\"format\":\"duration\",\"type\":\"string\"} # \"P1Y\";\"P2DT3H4M\";\"PT5S\";\"P6W\" #"
            + " \"P\";\"PT\";\"P1Y2D\";\"PT1H2S\";\"P1W2D\";\"1D\"",
        "{\"format\":\"uri\",\"type\":\"string\"} # \"https://a.org/b?c=d#e\" #"
            + " \"a.org\";\"https://\"",
        "{\"type\":\"object\",\"properties\":{\"a\":false,\"b\":true}} # {};{\"b\":[{}]} #"
            + " {\"a\":1}",
        "{\"allOf\":[{\"properties\":{\"a\":{\"type\":\"integer\"}},\"additionalProperties\":false},{\"properties\":{\"a\":{\"minimum\":5},\"b\":true}}]}"
            + " # {};{\"a\":5} # {\"a\":4};{\"b\":1}"
      })
  void aSchemaHasItsTexts(String schema, String valid, String invalid) {
    Language language = SchemaLanguage.of(schema, text);
    assertThat(valid.split(";")).allMatch(candidate -> accepts(language, candidate));
    assertThat(invalid.split(";")).noneMatch(candidate -> accepts(language, candidate));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " # ",
      quoteCharacter = '`',
      value = {
        "{\"type\":\"array\",\"uniqueItems\":true} # not contain uniqueItems (not supported), got"
            + " it at #/uniqueItems",
        "{\"properties\":{\"a\":{\"not\":{}}}} # not contain not (not supported), got it at"
            + " #/properties/a/not",
        "{\"multipleOf\":0} # at #/multipleOf must be a number in (0, 1e18]",
        "{\"multipleOf\":1001} # at #/multipleOf must be at most 1000 without its decimal point",
        "{\"patternProperties\":{}} # patternProperties",
        "{\"minLenght\":2} # minLenght",
        "{\"if\":{}} # if",
        "{\"type\":\"text\"} # at #/type must be object, array",
        "{\"items\":[true]} # at #/items must be an object or a boolean",
        "{\"minLength\":-1} # at #/minLength must be an integer >= 0, got -1",
        "{\"maximum\":\"x\"} # at #/maximum must be a number",
        "{\"maximum\":1e400} # at #/maximum must be a number",
        "{\"required\":\"a\"} # at #/required must be an array of strings",
        "{\"anyOf\":[]} # at #/anyOf must be an array with schemas",
        "{\"$ref\":\"http://x/y\"} # at #/$ref must be a reference to a part",
        "{\"$ref\":\"#/$defs/a\"} # at #/$ref must be the path of a part",
        "{\"format\":\"regex\"} # at #/format must be one of [date, date-time, duration, email,"
            + " hostname, ipv4, ipv6, time, uri, uuid], got regex",
        "{\"pattern\":\"(?=a)\"} # at #/pattern must not contain lookaround",
        "{\"oneOf\":[{\"type\":\"number\"},{\"type\":\"integer\"}]} # schemas that exclude each"
            + " other",
        "{\"oneOf\":[{\"minimum\":1},{\"type\":\"string\"}]} # schemas that exclude each other",
        "{\"allOf\":[{\"pattern\":\"a\"},{\"pattern\":\"b\"}]} # at #/allOf/pattern must be the"
            + " same",
        "{\"allOf\":[{\"$ref\":\"#\"},{\"type\":\"null\"}]} # does not lead to itself",
        "{\"$ref\":\"#\"} # at #/$ref must be a reference that does not lead to itself",
        "{\"anyOf\":[{\"const\":1},{\"$ref\":\"#/$defs/a\"}],\"$defs\":{\"a\":{\"$ref\":\"#\"}}} #"
            + " lead to itself",
        "[1] # must be an object or a boolean",
        "{\"a\" # must be JSON, got a text that is not",
        "{} {} # must be JSON"
      })
  void whatIsNotSupportedIsRejectedByName(String schema, String expected) {
    assertThatThrownBy(() -> SchemaLanguage.of(schema, text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("json-schema ")
        .hasMessageContaining(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "false",
        "{\"enum\":[]}",
        "{\"type\":\"integer\",\"minimum\":2,\"maximum\":1}",
        "{\"properties\":{\"a\":{\"$ref\":\"#\"}},\"required\":[\"a\"]}",
        "{\"type\":\"array\",\"items\":false,\"minItems\":1}",
        "{\"allOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}",
        "{\"type\":\"string\",\"pattern\":\"^a$\",\"minLength\":2}"
      })
  void aSchemaWithoutValuesHasNoTexts(String schema) {
    assertThat(SchemaLanguage.of(schema, text).isNothing()).isTrue();
  }

  @Test
  void integersAreExactlyThoseInTheRange() {
    SplittableRandom random = new SplittableRandom(2);
    for (int round = 0; round < 120; round++) {
      int low = random.nextInt(-1200, 1200);
      int high = low + random.nextInt(0, 1500);
      Language language =
          SchemaLanguage.of(
              "{\"type\":\"integer\",\"minimum\":%d,\"maximum\":%d}".formatted(low, high), text);
      for (int value = -1300; value <= 2800; value++) {
        assertThat(accepts(language, Integer.toString(value)))
            .as("%d in [%d, %d]", value, low, high)
            .isEqualTo(low <= value && value <= high);
      }
    }
  }

  @Test
  void decimalsAreExactlyThoseInTheRange() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 60; round++) {
      BigDecimal low = decimal(random, -3, 2);
      BigDecimal high = low.add(decimal(random, 0, 3));
      String exclusive = random.nextBoolean() ? "exclusiveM" : "m";
      Language language =
          SchemaLanguage.of(
              "{\"type\":\"number\",\"%sinimum\":%s,\"maximum\":%s}"
                  .formatted(exclusive, low.toPlainString(), high.toPlainString()),
              text);
      for (int i = -450; i <= 650; i++) {
        BigDecimal value = BigDecimal.valueOf(i, 2);
        boolean isIn =
            value.compareTo(low) >= (exclusive.equals("m") ? 0 : 1) && value.compareTo(high) <= 0;
        assertThat(accepts(language, value.toPlainString()))
            .as("%s in %s %s..%s", value, exclusive, low, high)
            .isEqualTo(isIn);
      }
    }
  }

  private static BigDecimal decimal(SplittableRandom random, int from, int to) {
    return BigDecimal.valueOf(random.nextDouble(from, to))
        .setScale(random.nextInt(0, 3), RoundingMode.HALF_UP);
  }

  @Test
  void recursionEndsAtItsMaximumDepthAndEveryPlaceBeforeCanBeLeft() {
    Language language =
        SchemaLanguage.of("{\"type\":\"array\",\"items\":{\"$ref\":\"#\"},\"minItems\":0}", text);
    int depth = References.MAX_DEPTH + 1;
    assertThat(accepts(language, "[".repeat(depth) + "]".repeat(depth))).isTrue();
    assertThat(accepts(language, "[".repeat(depth + 1) + "]".repeat(depth + 1))).isFalse();
    assertThat(after(language, "[".repeat(depth)).isNothing()).isFalse();
    assertThat(after(language, "[".repeat(depth + 1)).isNothing()).isTrue();
    Language deep =
        SchemaLanguage.of(
            "{\"anyOf\":[{\"$ref\":\"#/$defs/b\"},{\"const\":1}],"
                + "\"$defs\":{\"b\":{\"prefixItems\":[{\"$ref\":\"#\"}],\"items\":false,\"minItems\":1}}}",
            text);
    Language state = deep;
    int reached = 0;
    while (!languages.next(state, '[').isNothing()) {
      state = languages.next(state, '[');
      reached++;
    }
    assertThat(reached).isGreaterThan(20);
    assertThat(accepts(deep, "[".repeat(reached) + "1" + "]".repeat(reached))).isTrue();
  }

  @Test
  void objectsOfAnyKindNestToTheDepth() {
    Language language = SchemaLanguage.ofObjects(text);
    assertThat(accepts(language, "{\"a\": [1, {\"b\": \"\\u00e9\"}, null], \"\": {}}")).isTrue();
    assertThat(accepts(language, "{\"a\":1,}")).isFalse();
    assertThat(accepts(language, "[]")).isFalse();
    int depth = References.MAX_DEPTH - 1;
    String open = "{\"a\":";
    assertThat(accepts(language, open.repeat(depth) + "{}" + "}".repeat(depth))).isTrue();
  }

  @Test
  void largeAndDeepSchemasAreRejected() {
    assertThatThrownBy(() -> SchemaLanguage.of("{\"title\":\"" + "a".repeat(65_536) + "\"}", text))
        .hasMessageContaining("at most 65536 characters");
    String deep = "{\"items\":".repeat(100) + "true" + "}".repeat(100);
    assertThatThrownBy(() -> SchemaLanguage.of(deep, text))
        .hasMessageContaining("json-schema must be JSON");
    StringBuilder doubling = new StringBuilder("{\"$defs\":{");
    for (int i = 0; i < 40; i++) {
      String next = "{\"$ref\":\"#/$defs/%d\",\"type\":\"object\"}".formatted(i + 1);
      doubling.append("\"%d\":{\"properties\":{\"a\":%s,\"b\":%s}},".formatted(i, next, next));
    }
    assertThatThrownBy(
            () -> SchemaLanguage.of(doubling + "\"40\":true},\"$ref\":\"#/$defs/0\"}", text))
        .hasMessageContaining("must be simpler");
    assertThatThrownBy(
            () ->
                SchemaLanguage.of(
                    "{\"items\":{\"$ref\":\"#\",\"items\":{\"$ref\":\"#\"}},\"minItems\":1}", text))
        .hasMessageContaining("must be simpler");
    StringBuilder patterns = new StringBuilder("{\"anyOf\":[");
    for (int i = 0; i < 30; i++) {
      patterns.append("{\"pattern\":\"^[a-z]{1,9").append(10 + i).append("}[0-9]$\"},");
    }
    assertThatThrownBy(() -> SchemaLanguage.of(patterns + "true]}", text))
        .hasMessageContaining("at most 20000 states together");
  }

  private boolean accepts(Language language, String candidate) {
    return after(language, candidate.strip()).acceptsEnd();
  }

  private Language after(Language language, String candidate) {
    Language state = language;
    for (byte b : candidate.getBytes(StandardCharsets.UTF_8)) {
      state = languages.next(state, b & 0xff);
    }
    return state;
  }
}
