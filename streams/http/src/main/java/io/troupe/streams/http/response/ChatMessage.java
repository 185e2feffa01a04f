package io.troupe.streams.http.response;

import com.fasterxml.jackson.core.JsonGenerator;
import io.troupe.streams.http.tools.ToolCall;
import io.troupe.streams.http.tools.ToolCallParser;
import io.troupe.streams.http.tools.ToolText;
import io.troupe.streams.http.tools.ToolUse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The message of the assistant: content and calls of functions that have not been written. Not
 * thread-safe.
 */
final class ChatMessage {
  private final ToolUse tools;
  private final String callIdPrefix;
  private final ToolCallParser parser = new ToolCallParser();
  private final StringBuilder content = new StringBuilder();
  private final StringBuilder whole = new StringBuilder(); // text of required calls
  private final List<ToolCall> calls = new ArrayList<>();
  private int numCalls; // written ones
  private boolean isCallOpen; // the name of the required function has been written

  /**
   * An empty message.
   *
   * @param callIdPrefix makes the ids of calls unique
   */
  ChatMessage(ToolUse tools, String callIdPrefix) {
    this.tools = tools;
    this.callIdPrefix = callIdPrefix;
  }

  /**
   * Adds text of the model.
   *
   * @param isLast whether the text has ended
   */
  void add(String text, boolean isLast) {
    switch (tools) {
      case ToolUse.None _, ToolUse.Named _ -> content.append(text);
      case ToolUse.Auto _ -> {
        add(parser.append(text));
        if (isLast) {
          add(parser.flush());
        }
      }
      case ToolUse.Required _ -> {
        whole.append(text);
        if (isLast) {
          List<ToolCall> found = ToolCallParser.parseList(whole.toString());
          calls.addAll(found);
          content.append(found.isEmpty() ? whole : "");
        }
      }
    }
  }

  private void add(ToolText text) {
    content.append(text.content());
    calls.addAll(text.calls());
  }

  /**
   * Whether the reason of the end is a call; with a named function it is not, as in OpenAI's API.
   */
  boolean endsWithCalls() {
    return numCalls > 0 && !(tools instanceof ToolUse.Named);
  }

  /** Writes the whole message. */
  void writeMessage(JsonGenerator json) throws IOException {
    if (tools instanceof ToolUse.Named(String name)) {
      calls.add(new ToolCall(name, content.toString()));
      content.setLength(0);
    }
    json.writeObjectFieldStart("message");
    json.writeStringField("role", "assistant");
    json.writeFieldName("content");
    if (content.isEmpty() && !calls.isEmpty()) {
      json.writeNull();
    } else {
      json.writeString(content.toString());
    }
    json.writeNullField("refusal");
    writeCalls(json, false);
    json.writeEndObject();
  }

  /** Writes what is new. */
  void writeDelta(JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("delta");
    if (tools instanceof ToolUse.Named(String name)) {
      writeArguments(json, name);
    } else {
      if (!content.isEmpty() || calls.isEmpty()) {
        json.writeStringField("content", content.toString());
      }
      writeCalls(json, true);
    }
    content.setLength(0);
    json.writeEndObject();
  }

  private void writeCalls(JsonGenerator json, boolean isDelta) throws IOException {
    if (calls.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart("tool_calls");
    for (ToolCall call : calls) {
      json.writeStartObject();
      if (isDelta) {
        json.writeNumberField("index", numCalls);
      }
      writeCall(json, call.name(), call.arguments());
      json.writeEndObject();
      numCalls++;
    }
    json.writeEndArray();
    calls.clear();
  }

  private void writeCall(JsonGenerator json, String name, String arguments) throws IOException {
    json.writeStringField("id", "call_" + callIdPrefix + "-" + numCalls);
    json.writeStringField("type", "function");
    json.writeObjectFieldStart("function");
    json.writeStringField("name", name);
    json.writeStringField("arguments", arguments);
    json.writeEndObject();
  }

  /** The text of a named function's call is its arguments, which a stream sends in pieces. */
  private void writeArguments(JsonGenerator json, String name) throws IOException {
    json.writeArrayFieldStart("tool_calls");
    json.writeStartObject();
    json.writeNumberField("index", 0);
    if (isCallOpen) {
      json.writeObjectFieldStart("function");
      json.writeStringField("arguments", content.toString());
      json.writeEndObject();
    } else {
      writeCall(json, name, content.toString());
      isCallOpen = true;
    }
    json.writeEndObject();
    json.writeEndArray();
  }
}
