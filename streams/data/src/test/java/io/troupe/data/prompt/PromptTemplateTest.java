package io.troupe.data.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptTemplateTest {
  private static String fill(String template) {
    return PromptTemplate.parse(template).fill(column -> "<" + column + ">");
  }

  @ParameterizedTest
  @CsvSource({
    "{question},<question>",
    "Q: {question} A:,Q: <question> A:",
    "{extra_info.a-b},<extra_info.a-b>",
    "{the answer},<the answer>",
    "{{question}},{question}",
    "{{{question}}},{<question>}",
    "\\boxed{{{answer}}},\\boxed{<answer>}",
    "a {{}} b,a {} b",
  })
  void bracesArePlaceholdersOrDoubled(String template, String text) {
    assertThat(fill(template)).isEqualTo(text);
  }

  @Test
  void valuesAreNotParsedAsTemplates() {
    assertThat(PromptTemplate.parse("{a}{b}").fill(column -> column.equals("a") ? "{b}" : "$1\\"))
        .isEqualTo("{b}$1\\");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "}", "{}", "a {question", "question} b", "{{question}", "{a{b}}"})
  void errorForASingleBraceSuggestsDoublingIt(String template) {
    assertThatThrownBy(() -> PromptTemplate.parse(template))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("prompt-template must have {column}")
        .hasMessageContaining("write {{ and }} for braces");
  }
}
