package io.troupe.streams.http.response;

import com.fasterxml.jackson.core.JsonGenerator;
import io.troupe.streams.http.json.JsonOutput;
import io.troupe.streams.http.request.OutputFields;
import io.troupe.streams.http.tools.ToolUse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The responses of {@code /v1/chat/completions}. */
public final class ChatFormat implements ResponseFormat {
  private static final String WHOLE = "chat.completion";
  private static final String CHUNK = "chat.completion.chunk";

  private final ResponseHead head;
  private final OutputFields fields;
  private final ToolUse tools;
  private final LogProbFormat logProbs;
  private final List<ChatMessage> messages = new ArrayList<>(); // by index of the choice

  /** A format for one request. */
  public ChatFormat(ResponseHead head, OutputFields fields, ToolUse tools, TokenTexts texts) {
    this.head = head;
    this.fields = fields;
    this.tools = tools;
    this.logProbs = new LogProbFormat(texts);
  }

  private ChatMessage message(Choice choice) {
    while (messages.size() <= choice.index()) {
      messages.add(new ChatMessage(tools, head.id() + "-" + messages.size()));
    }
    return messages.get(choice.index());
  }

  @Override
  public void writeAll(Choices choices, JsonOutput output) {
    output.value(
        json -> {
          json.writeStartObject();
          head.write(json, WHOLE);
          json.writeArrayFieldStart("choices");
          for (Choice choice : choices.all()) {
            write(json, choice, false);
          }
          json.writeEndArray();
          choices.writeUsage(json);
          Choice first = choices.all().getFirst();
          if (fields.promptLogProbs().isPresent()) {
            logProbs.writePrompt(json, first, fields.promptLogProbs().getAsInt());
          }
          if (fields.returnsTokenIds()) {
            first.writePromptTokenIds(json);
          }
          json.writeEndObject();
        });
  }

  @Override
  public void writeChunks(Choices choices, JsonOutput output) {
    for (Choice choice : choices.all()) {
      if (choice.isChanged()) {
        if (choice.isFirst()) {
          writeRole(choice, output);
        }
        writeChunk(choice, output);
      }
    }
  }

  private void writeRole(Choice choice, JsonOutput output) {
    output.event(
        json -> {
          beginChunk(json);
          json.writeStartObject();
          json.writeNumberField("index", choice.index());
          json.writeObjectFieldStart("delta");
          json.writeStringField("role", "assistant");
          json.writeStringField("content", "");
          json.writeEndObject();
          json.writeNullField("logprobs");
          json.writeNullField("finish_reason");
          json.writeEndObject();
          json.writeEndArray();
          if (fields.returnsTokenIds()) {
            choice.writePromptTokenIds(json);
          }
          endChunk(json);
        });
  }

  private void writeChunk(Choice choice, JsonOutput output) {
    output.event(
        json -> {
          beginChunk(json);
          write(json, choice, true);
          json.writeEndArray();
          endChunk(json);
        });
  }

  private void beginChunk(JsonGenerator json) throws IOException {
    json.writeStartObject();
    head.write(json, CHUNK);
    json.writeArrayFieldStart("choices");
  }

  private void endChunk(JsonGenerator json) throws IOException {
    if (fields.includesUsage()) {
      json.writeNullField("usage");
    }
    json.writeEndObject();
  }

  @Override
  public void writeEnd(Choices choices, JsonOutput output) {
    if (fields.includesUsage()) {
      output.event(
          json -> {
            beginChunk(json);
            json.writeEndArray();
            choices.writeUsage(json);
            json.writeEndObject();
          });
    }
    output.ascii("data: [DONE]\n\n");
  }

  private void write(JsonGenerator json, Choice choice, boolean isChunk) throws IOException {
    ChatMessage message = message(choice);
    json.writeStartObject();
    json.writeNumberField("index", choice.index());
    message.add(choice.text(), choice.finishReason().isPresent());
    if (isChunk) {
      message.writeDelta(json);
    } else {
      message.writeMessage(json);
    }
    if (fields.logProbs().isPresent()) {
      logProbs.writeChat(json, choice.tokens());
    } else {
      json.writeNullField("logprobs");
    }
    choice.writeFinish(json, message.endsWithCalls());
    if (fields.returnsTokenIds()) {
      choice.writeTokenIds(json);
    }
    json.writeEndObject();
    choice.written(0);
  }
}
