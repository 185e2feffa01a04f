package io.troupe.rollout.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.rollout.jinja.value.RenderLimits;
import io.troupe.rollout.jinja.value.TemplateException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates from outside can neither exhaust the stack nor the memory, nor run for ever. */
class TemplateLimitsTest {
  private static final long SMALL_STACK = 512 * 1024; // half of what threads have by default

  private static String render(String template) {
    return Template.compile(template).render(Map.of(), RenderLimits.DEFAULT, ExpectedText.CLOCK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
        "{% set ns = namespace(x='a') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}"
            + "{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}"
            + "{% endfor %}",
        "{{ 'a' * 999999999 }}",
        "{{ [1] * 999999999 }}",
        "{{ range(1000000) }}",
        "{{ 2 ** 999999999 }}",
        "{{ 'x'.center(999999999) }}",
        "{{ '%999999999d' % 1 }}",
        "{{ [1]|tojson(indent=999999999) }}",
        "{{ 'x\\ny'|indent(999999999) }}",
        "{{ ('a' * 1000000).replace('a', 'b' * 1000) }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m() %}{{ 1 + (m()|length) }}{% endmacro %}{{ m() }}",
        "{% macro m() %}{% if true %}{% for i in [1] %}{{ [m()] }}{% endfor %}{% endif %}"
            + "{% endmacro %}{{ m() }}",
        "{% set ns = namespace(x=[]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}"
            + "{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(x=[]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}"
            + "{% endfor %}{{ ns.x|tojson }}",
        "{% set ns = namespace(x=[], y=[]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}"
            + "{% set ns.y = [ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
        "{% set ns = namespace(x=()) %}{% for i in range(9999) %}{% set ns.x = (ns.x,) %}"
            + "{% endfor %}{{ {ns.x: 1} }}",
        "{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}"
      })
  void excessIsAnErrorOfTheKindLimit(String template) {
    assertThatThrownBy(() -> render(template))
        .isInstanceOfSatisfying(
            TemplateException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(TemplateException.Kind.LIMIT);
              assertThat(e.getMessage()).startsWith("line 1 of the template: ").hasLineCount(1);
            });
  }

  @Test
  void deepNestingNeverOverflowsASmallStack() throws InterruptedException {
    for (String part : new String[] {"(", "[", "{1:", "not ", "-", "1 + ", "1 if 1 else ", "a."}) {
      assertRefused("{{ " + part.repeat(20_000) + "1 }}");
    }
    assertRefused("{{ 1" + "|string".repeat(20_000) + " }}");
    assertRefused("{{ 1" + " + 1".repeat(20_000) + " }}");
    assertRefused("{{ a" + "[0]".repeat(20_000) + " }}");
    assertRefused("{{ a" + "()".repeat(20_000) + " }}");
    assertRefused("{% if 1 %}".repeat(20_000) + "{% endif %}".repeat(20_000));
    assertRefused("{% macro m() %}{{ m()" + " + 1".repeat(300) + " }}{% endmacro %}{{ m() }}");
  }

  private static void assertRefused(String template) throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Runnable rendering =
        () -> {
          try {
            render(template);
          } catch (Throwable e) {
            failure.set(e);
          }
        };
    Thread thread = new Thread(null, rendering, "small stack", SMALL_STACK);
    thread.start();
    thread.join();
    assertThat(failure.get()).as(template.substring(0, 30)).isInstanceOf(TemplateException.class);
  }

  @Test
  void searchingIsLinear() {
    String needle = "'a' * 400000 ~ 'b'";
    assertThat(render("{{ (" + needle + ") in 'a' * 800000 }}")).isEqualTo("False");
    assertThat(render("{{ ('a' * 800000).rfind(" + needle + ") }}")).isEqualTo("-1");
  }

  @Test
  void errorsNameTheLine() {
    assertThatThrownBy(() -> render("a\n{% if true %}\n\n{{ x.y }}{% endif %}"))
        .hasMessage("line 4 of the template: 'x' is undefined");
    assertThatThrownBy(() -> render("a\n\n{{ 1 + }}"))
        .hasMessage("line 3 of the template: unexpected 'end of print statement'");
  }
}
