package io.troupe.streams.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.serving.access.ApiKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page in headless Chromium, on a real endpoint. Skipped where Chromium is not installed. */
@Timeout(180)
class PageTest {
  private static final String KEY = "page-test-key-1234567890";

  @TempDir private static Path folder;

  private static RunningEndpoint endpoint;
  private static Chromium browser;

  @BeforeAll
  static void start() throws Exception {
    Optional<Path> program = Chromium.program();
    Assumptions.assumeTrue(
        program.isPresent(), "the page is not tested: Chromium must be on the PATH, got none");
    browser = Chromium.start(program.get(), folder.resolve("profile"));
    endpoint = RunningEndpoint.start(folder, "");
  }

  @AfterAll
  static void stop() throws Exception {
    if (endpoint != null) {
      endpoint.close();
    }
    if (browser != null) {
      browser.close();
    }
  }

  private static void open() throws Exception {
    browser.resize(1280, 900, false);
    browser.open(endpoint.uri("/"));
    browser.evaluate("sessionStorage.clear()");
    browser.open(endpoint.uri("/"));
    browser.waitUntil("document.getElementById('model-name').textContent === 'tiny'");
  }

  private static void set(String selector, String value) throws Exception {
    browser.evaluate(
        "{ const e = document.querySelector(\"%s\"); e.value = \"%s\";".formatted(selector, value)
            + " e.dispatchEvent(new Event('input', { bubbles: true }));"
            + " e.dispatchEvent(new Event('change', { bubbles: true })); }");
  }

  private static void click(String selector) throws Exception {
    browser.evaluate("document.querySelector('%s').click()".formatted(selector));
  }

  private static void complete(String prompt, String maxTokens, String seed) throws Exception {
    set("#prompt", prompt);
    set("[name=max_tokens]", maxTokens);
    set("[name=seed]", seed);
    click("#run");
    waitForEnd();
  }

  private static void waitForEnd() throws Exception {
    browser.waitUntil("!document.getElementById('run').disabled");
  }

  private static String text(String selector) throws Exception {
    return browser
        .evaluate("document.querySelector('%s').textContent".formatted(selector))
        .asText();
  }

  @Test
  void completionIsThatOfTheApiWithItsProbabilities() throws Exception {
    open();
    complete("Hello", "6", "11");
    JsonNode choice =
        endpoint
            .ask(
                "/v1/completions",
                "{'prompt': 'Hello', 'max_tokens': 6, 'temperature': 1, 'seed': 11, 'logprobs': 5,"
                    + " 'return_token_ids': true}")
            .path("choices")
            .path(0);
    int count = choice.path("token_ids").size();
    assertThat(browser.evaluate("document.querySelectorAll('#completion-output .token').length"))
        .hasToString(Integer.toString(count));
    assertThat(text("#status")).contains(count + " tokens", "seed 11");
    click("#completion-output .token:first-child");
    assertThat(text("#inspector .line"))
        .contains(
            "id " + choice.path("token_ids").path(0).asInt(),
            "weights v0",
            "log-probability "
                + "%.4f".formatted(choice.at("/logprobs/token_logprobs/0").asDouble()));
    int alternatives = choice.at("/logprobs/top_logprobs/0").size();
    assertThat(browser.evaluate("document.querySelectorAll('#inspector li').length").asInt())
        .isEqualTo(alternatives);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void answerContinuesWithAnAlternative() throws Exception {
    open();
    complete("Hello", "6", "11");
    click("#completion-output .token:first-child");
    String other =
        browser
            .evaluate("document.querySelector('#inspector li:not(.chosen) code').textContent")
            .asText();
    click("#inspector li:not(.chosen) button");
    browser.waitUntil("document.querySelector('#completion-output .given')");
    waitForEnd();
    assertThat(text("#completion-output .given")).isEqualTo(other);
    assertThat(text("#completion-output").length()).isGreaterThan(other.length());
  }

  @Test
  void chatAnswersAndKeepsTheConversation() throws Exception {
    open();
    click("#tab-chat");
    set("[name=max_tokens]", "4");
    for (int turn = 1; turn <= 2; turn++) {
      set("#message", "Hi");
      click("#run");
      waitForEnd();
      assertThat(browser.evaluate("document.querySelectorAll('#chat-output .turn').length").asInt())
          .isEqualTo(2 * turn);
    }
    assertThat(
            browser.evaluate("document.querySelectorAll('.turn.assistant .token').length").asInt())
        .isPositive();
    assertThat(browser.evaluate("document.getElementById('error').hidden").asBoolean())
        .as(text("#error"))
        .isTrue();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void stoppedAnswerEndsItsRequestAndStays() throws Exception {
    open();
    browser.evaluate(
        """
        {
          const real = window.fetch;
          window.fetch = (path, options) => path !== 'v1/completions' ? real(path, options)
            : Promise.resolve(new Response(new ReadableStream({
                start(answer) {
                  const event = 'data: {"choices":[{"text":"so","finish_reason":null}]}\\n\\n';
                  answer.enqueue(new TextEncoder().encode(event));
                  options.signal.addEventListener('abort', () => {
                    window.wasAborted = true;
                    answer.error(new DOMException('aborted', 'AbortError'));
                  });
                },
              })));
        }
        """);
    set("#prompt", "Hello");
    click("#run");
    browser.waitUntil("document.getElementById('completion-output').textContent === 'so'");
    assertThat(browser.evaluate("document.getElementById('run').disabled").asBoolean()).isTrue();
    click("#stop");
    waitForEnd();
    assertThat(browser.evaluate("window.wasAborted").asBoolean()).isTrue();
    assertThat(text("#completion-output")).isEqualTo("so");
    assertThat(text("#status")).contains("stopped");
    assertThat(browser.evaluate("document.getElementById('error').hidden").asBoolean()).isTrue();
  }

  @Test
  void errorsOfTheEndpointAreShown() throws Exception {
    open();
    complete("Hello".repeat(20), "8", "1"); // more than the context
    assertThat(text("#error")).startsWith("400: ").contains("prompt");
    set("[name=max_tokens]", "0");
    click("#run");
    waitForEnd();
    assertThat(text("#error")).contains("max_tokens: ");
  }

  @Test
  void messageWithoutAnAnswerCanBeSentAgain() throws Exception {
    open();
    click("#tab-chat");
    String message = "Hello".repeat(20); // more than the context
    set("#message", message);
    click("#run");
    waitForEnd();
    browser.waitUntil("document.querySelectorAll('#chat-output .turn').length === 0");
    assertThat(text("#error")).startsWith("400: ");
    assertThat(browser.evaluate("document.getElementById('message').value").asText())
        .isEqualTo(message);
  }

  @Test
  void keyIsKeptInTheTabAndSentAsABearerToken() throws Exception {
    Path keys = Files.writeString(folder.resolve("keys"), "page " + KEY + "\n");
    try (RunningEndpoint guarded =
        RunningEndpoint.start(folder.resolve("guarded"), "", ApiKeys.load(keys))) {
      browser.open(guarded.uri("/"));
      complete("Hello", "2", "1");
      assertThat(text("#error")).startsWith("401: ").contains("Enter an API key");
      set("#api-key", KEY);
      browser.waitUntil("document.getElementById('model-name').textContent === 'tiny'");
      click("#run");
      waitForEnd();
      assertThat(text("#status")).contains("2 tokens");
      assertThat(browser.evaluate("Object.values(localStorage).concat(document.cookie).join()"))
          .hasToString("\"\"");
      browser.open(guarded.uri("/"));
      browser.waitUntil("document.getElementById('model-name').textContent === 'tiny'");
    }
  }

  @Test
  void chartsShowTheLoad() throws Exception {
    open();
    complete("Hello", "8", "3");
    browser.waitUntil(
        "[...document.querySelectorAll('.chart-head b')].slice(0, 2).every(b => b.textContent ==="
            + " '0')");
    List<String> titles = new ArrayList<>();
    browser
        .evaluate("[...document.querySelectorAll('.chart h3')].map(h => h.textContent)")
        .forEach(title -> titles.add(title.asText()));
    assertThat(titles)
        .containsExactly(
            "Requests",
            "Tokens per second",
            "Time to first token",
            "Between tokens",
            "KV cache",
            "Prefix cache");
    browser.waitUntil("document.querySelectorAll('.chart canvas')[2].ariaLabel.includes('s')");
    assertThat(
            browser
                .evaluate(
                    "[...document.querySelectorAll('canvas')].every(c => c.getContext('2d')"
                        + ".getImageData(0, 0, c.width, c.height).data.some(x => x > 0))")
                .asBoolean())
        .isTrue();
  }

  @Test
  void quantilesAreInterpolatedWithinTheBucketsSinceAnEarlierScrape() throws Exception {
    open();
    JsonNode result =
        browser.evaluate(
            """
            import('/page/prometheus.js').then(({ Scrape }) => {
              const text = (a, b, c, hits) => `# HELP x y
            troupe_t_seconds_bucket{model_name="a \\\\"b\\\\"",le="0.1"} ${a}
            troupe_t_seconds_bucket{model_name="a",le="0.2"} ${b}
            troupe_t_seconds_bucket{model_name="a",le="+Inf"} ${c}
            troupe_hits_total{model_name="a"} ${hits}
            `;
              const before = new Scrape(text(100, 100, 100, 40), 1);
              const now = new Scrape(text(102, 110, 110, 60), 3);
              return [now.quantile('t_seconds', 0.5, before), now.quantile('t_seconds', 0.1, before),
                now.rate('hits', before), before.increase('hits', now),
                now.quantile('other', 0.5, before) ?? null];
            })
            """);
    assertThat(result.path(0).asDouble()).isCloseTo(0.1375, within(1e-12)); // rank 5: 3 of 8
    assertThat(result.path(1).asDouble()).isCloseTo(0.05, within(1e-12)); // rank 1: 1 of 2
    assertThat(result.path(2).asDouble()).isEqualTo(10);
    assertThat(result.path(3).asDouble()).as("a counter that was reset").isEqualTo(40);
    assertThat(result.path(4).isNumber()).as("NaN without observations").isFalse();
  }

  @Test
  void pageFitsAPhone() throws Exception {
    open();
    browser.resize(360, 740, true);
    complete("Hello", "8", "5");
    for (String tab : List.of("#tab-chat", "#tab-completion")) {
      click(tab);
      assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
          .isLessThanOrEqualTo(360);
    }
  }
}
