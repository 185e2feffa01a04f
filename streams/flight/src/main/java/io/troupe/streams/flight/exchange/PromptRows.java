package io.troupe.streams.flight.exchange;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.protocols.sample.Prompt;
import io.troupe.serving.model.ServedModel;
import io.troupe.serving.request.InvalidFieldException;
import io.troupe.serving.request.PromptField;
import io.troupe.serving.request.PromptFields;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;

/**
 * Reads prompts out of record batches. A batch has one column: {@code prompt} (utf8), {@code
 * prompt_token_ids} (list of integers), or {@code messages} (utf8, the JSON of a list of messages).
 * Lengths and offsets come from the client and are checked before memory is taken by them.
 */
final class PromptRows {
  private static final String TEXT = "prompt";
  private static final String IDS = "prompt_token_ids";
  private static final String MESSAGES = "messages";
  private static final TypeReference<List<Map<String, Object>>> CONVERSATION =
      new TypeReference<>() {};
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(64).build())
              .build());

  private final ServedModel model;

  PromptRows(ServedModel model) {
    this.model = model;
  }

  /**
   * The prompts of a batch.
   *
   * @param firstId id of the first prompt
   * @throws InvalidFieldException if the batch has other columns, or a row is no prompt
   */
  List<Prompt> read(VectorSchemaRoot batch, long firstId) {
    List<FieldVector> columns = batch.getFieldVectors();
    if (columns.size() != 1) {
      throw unexpected(columns.size() + " columns");
    }
    FieldVector column = columns.getFirst();
    List<Prompt> prompts = new ArrayList<>();
    for (int row = 0; row < batch.getRowCount(); row++) {
      long id = firstId + row;
      try {
        prompts.add(prompt(column, row, id));
      } catch (InvalidFieldException e) {
        throw new InvalidFieldException(e.field(), "request " + id + ": " + e.getMessage());
      } catch (IndexOutOfBoundsException e) { // a buffer is shorter than the batch says
        throw InvalidFieldException.of(column.getName(), "a whole Arrow array", e.getMessage());
      }
    }
    return prompts;
  }

  private Prompt prompt(FieldVector column, int row, long id) {
    return switch (column) {
      case VarCharVector texts when texts.getName().equals(TEXT) ->
          PromptField.ofText(model, id, text(texts, row), true, "prompt " + id);
      case VarCharVector texts when texts.getName().equals(MESSAGES) ->
          PromptFields.ofConversation(model, id, messages(text(texts, row)));
      case ListVector lists when lists.getName().equals(IDS) ->
          PromptField.ofIds(model, id, ids(lists, row), "prompt " + id);
      default -> throw unexpected(column.getField());
    };
  }

  private static InvalidFieldException unexpected(Object got) {
    return InvalidFieldException.of(
        "the record batch",
        "one column prompt (utf8), prompt_token_ids (list of integers) or messages (utf8)",
        got);
  }

  private static String text(VarCharVector texts, int row) {
    requireValue(texts, row);
    int start = texts.getStartOffset(row);
    int end = texts.getEndOffset(row);
    requireRange(texts, start, end, texts.getDataBuffer().capacity());
    byte[] bytes = new byte[end - start];
    texts.getDataBuffer().getBytes(start, bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw InvalidFieldException.of(texts.getName(), "UTF-8", e.getMessage());
    }
  }

  private static int[] ids(ListVector lists, int row) {
    FieldVector elements = lists.getDataVector();
    if (!(elements instanceof BaseIntVector values)) {
      throw unexpected(lists.getField());
    }
    requireValue(lists, row);
    int start = lists.getElementStartIndex(row);
    int end = lists.getElementEndIndex(row);
    requireRange(lists, start, end, elements.getValueCount());
    int[] ids = new int[end - start];
    for (int i = 0; i < ids.length; i++) {
      requireValue(elements, start + i);
      long id = values.getValueAsLong(start + i);
      ids[i] = (int) id == id ? (int) id : -1; // which is outside of every vocabulary
    }
    return ids;
  }

  private static void requireValue(FieldVector column, int row) {
    if (BitVectorHelper.get(column.getValidityBuffer(), row) == 0) {
      throw InvalidFieldException.of(column.getName(), "present in every row", "null");
    }
  }

  private static void requireRange(FieldVector column, int start, int end, long limit) {
    if (start < 0 || end < start || end > limit) {
      throw InvalidFieldException.of(
          column.getName(),
          "an array with increasing offsets inside its data",
          start + " to " + end);
    }
  }

  private static List<Map<String, Object>> messages(String json) {
    try {
      List<Map<String, Object>> messages = JSON.readValue(json, CONVERSATION);
      return messages == null ? List.of() : messages;
    } catch (JsonProcessingException e) {
      throw InvalidFieldException.of(
          MESSAGES, "the JSON of a list of messages", e.getOriginalMessage());
    }
  }
}
