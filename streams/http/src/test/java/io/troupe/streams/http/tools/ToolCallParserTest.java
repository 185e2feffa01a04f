package io.troupe.streams.http.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ToolCallParserTest {
  private static final String CALL =
      "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"x\": 1}}\n</tool_call>";

  private static ToolText parse(List<String> pieces) {
    ToolCallParser parser = new ToolCallParser();
    StringBuilder content = new StringBuilder();
    List<ToolCall> calls = new ArrayList<>();
    for (String piece : pieces) {
      ToolText text = parser.append(piece);
      content.append(text.content());
      calls.addAll(text.calls());
    }
    ToolText rest = parser.flush();
    calls.addAll(rest.calls());
    return new ToolText(content + rest.content(), calls);
  }

  @Test
  void findsCallsAndTheTextBeforeThem() {
    ToolText text = parse(List.of("Let me see.\n" + CALL + "\n" + CALL));
    assertThat(text.content()).isEqualTo("Let me see.");
    assertThat(text.calls())
        .containsExactly(new ToolCall("f", "{\"x\":1}"), new ToolCall("f", "{\"x\":1}"));
  }

  @Test
  void resultDoesNotDependOnHowTheTextIsCut() {
    String whole = "a < b <tool \n" + CALL + "\n\n" + CALL + "\n";
    ToolText expected = parse(List.of(whole));
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<String> pieces = new ArrayList<>();
      for (int i = 0; i < whole.length(); ) {
        int end = Math.min(whole.length(), i + random.nextInt(1, 8));
        pieces.add(whole.substring(i, end));
        i = end;
      }
      assertThat(parse(pieces)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  @Test
  void textWithoutCallsIsUnchanged() {
    assertThat(parse(List.of("a <tool", "_x> \n")))
        .isEqualTo(new ToolText("a <tool_x> \n", List.of()));
  }

  @Test
  void textIsHeldBackOnlyWhileItMayBeginACall() {
    ToolCallParser parser = new ToolCallParser();
    assertThat(parser.append("hello <to").content()).isEqualTo("hello");
    assertThat(parser.append("day").content()).isEqualTo(" <today");
  }

  @Test
  void malformedCallIsText() {
    String malformed = "<tool_call>{\"name\": }</tool_call>";
    assertThat(parse(List.of(malformed))).isEqualTo(new ToolText(malformed, List.of()));
  }

  @Test
  void callThatIsCutOffIsTextUnlessItIsComplete() {
    assertThat(parse(List.of("<tool_call>{\"name\": \"f\"")).calls()).isEmpty();
    assertThat(parse(List.of("<tool_call>{\"name\": \"f\", \"arguments\": {}}")).calls())
        .containsExactly(new ToolCall("f", "{}"));
  }

  @Test
  void listOfCallsIsRead() {
    assertThat(
            ToolCallParser.parseList(
                "[{\"name\": \"f\", \"parameters\": {}}, {\"name\": \"g\", \"parameters\": {\"y\":"
                    + " []}}]"))
        .containsExactly(new ToolCall("f", "{}"), new ToolCall("g", "{\"y\":[]}"));
    assertThat(ToolCallParser.parseList("[{\"name\": \"f\"")).isEmpty();
  }
}
