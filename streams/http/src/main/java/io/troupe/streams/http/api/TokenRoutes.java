package io.troupe.streams.http.api;

import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.model.ServedModel;
import io.troupe.serving.request.JsonFields;
import io.troupe.streams.http.request.ModelField;
import io.troupe.streams.http.request.TokenizeRequest;
import io.troupe.streams.http.response.TokenTexts;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** The routes of the tokenizer, with the fields of vLLM. */
final class TokenRoutes {
  private final ServedModel model;
  private final int maxBodyBytes;
  private final TokenTexts texts;

  TokenRoutes(Endpoint endpoint, TokenTexts texts) {
    this.model = endpoint.model();
    this.maxBodyBytes = endpoint.config().network().maxBodyBytes();
    this.texts = texts;
  }

  /** {@code POST /tokenize}. */
  CompletionStage<HttpResponse> tokenize(Exchange exchange) {
    TokenizeRequest request = TokenizeRequest.read(exchange.fields(), model);
    int[] ids = request.tokenIds();
    return Responses.json(
        json -> {
          json.writeStartObject();
          json.writeNumberField("count", ids.length);
          json.writeNumberField("max_model_len", model.config().maxPositionEmbeddings());
          json.writeFieldName("tokens");
          json.writeArray(ids, 0, ids.length);
          json.writeFieldName("token_strs");
          if (request.returnsTokenTexts()) {
            json.writeStartArray();
            for (int id : ids) {
              json.writeString(texts.text(id));
            }
            json.writeEndArray();
          } else {
            json.writeNull();
          }
          json.writeEndObject();
        });
  }

  /** {@code POST /detokenize}. */
  CompletionStage<HttpResponse> detokenize(Exchange exchange) {
    JsonFields fields = exchange.fields();
    ModelField.check(fields, model);
    List<Integer> ids =
        fields
            .integers("tokens", maxBodyBytes)
            .orElseThrow(() -> fields.invalid("tokens", "a list of token ids", "none"));
    fields.requireNoOthers();
    int vocabSize = model.config().vocabSize();
    for (int id : ids) {
      if (id >= vocabSize) {
        throw fields.invalid("tokens", "token ids in [0, " + vocabSize + ")", id);
      }
    }
    String text = model.tokenizer().decode(ids.stream().mapToInt(id -> id).toArray());
    return Responses.json(
        json -> {
          json.writeStartObject();
          json.writeStringField("prompt", text);
          json.writeEndObject();
        });
  }
}
