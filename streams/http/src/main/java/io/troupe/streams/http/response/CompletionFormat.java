package io.troupe.streams.http.response;

import com.fasterxml.jackson.core.JsonGenerator;
import io.troupe.streams.http.json.JsonOutput;
import io.troupe.streams.http.request.OutputFields;
import java.io.IOException;

/** The responses of {@code /v1/completions}. */
public final class CompletionFormat implements ResponseFormat {
  private static final String OBJECT = "text_completion";

  private final ResponseHead head;
  private final OutputFields fields;
  private final LogProbFormat logProbs;

  /** A format for one request. */
  public CompletionFormat(ResponseHead head, OutputFields fields, TokenTexts texts) {
    this.head = head;
    this.fields = fields;
    this.logProbs = new LogProbFormat(texts);
  }

  @Override
  public void writeAll(Choices choices, JsonOutput output) {
    output.value(
        json -> {
          json.writeStartObject();
          head.write(json, OBJECT);
          json.writeArrayFieldStart("choices");
          for (Choice choice : choices.all()) {
            write(json, choice);
          }
          json.writeEndArray();
          choices.writeUsage(json);
          json.writeEndObject();
        });
  }

  @Override
  public void writeChunks(Choices choices, JsonOutput output) {
    for (Choice choice : choices.all()) {
      if (choice.isChanged()) {
        output.event(
            json -> {
              json.writeStartObject();
              head.write(json, OBJECT);
              json.writeArrayFieldStart("choices");
              write(json, choice);
              json.writeEndArray();
              if (fields.includesUsage()) {
                json.writeNullField("usage");
              }
              json.writeEndObject();
            });
      }
    }
  }

  @Override
  public void writeEnd(Choices choices, JsonOutput output) {
    if (fields.includesUsage()) {
      output.event(
          json -> {
            json.writeStartObject();
            head.write(json, OBJECT);
            json.writeArrayFieldStart("choices");
            json.writeEndArray();
            choices.writeUsage(json);
            json.writeEndObject();
          });
    }
    output.ascii("data: [DONE]\n\n");
  }

  private void write(JsonGenerator json, Choice choice) throws IOException {
    boolean echoes = fields.echo() && choice.isFirst();
    String prompt = echoes ? choice.prompt().text() : "";
    String text = prompt + choice.text();
    json.writeStartObject();
    json.writeNumberField("index", choice.index());
    json.writeStringField("text", text);
    if (fields.logProbs().isPresent()) {
      int promptCodePoints = prompt.codePointCount(0, prompt.length());
      logProbs.writeCompletion(
          json, choice, echoes, promptCodePoints, fields.logProbs().getAsInt());
    } else {
      json.writeNullField("logprobs");
    }
    choice.writeFinish(json, false);
    if (fields.promptLogProbs().isPresent()) {
      logProbs.writePrompt(json, choice, fields.promptLogProbs().getAsInt());
    }
    if (fields.returnsTokenIds()) {
      choice.writeTokenIds(json);
      if (choice.isFirst()) {
        choice.writePromptTokenIds(json);
      }
    }
    json.writeEndObject();
    choice.written(text.codePointCount(0, text.length()));
  }
}
