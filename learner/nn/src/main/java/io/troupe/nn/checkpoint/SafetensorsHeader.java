package io.troupe.nn.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.troupe.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parses and checks the header of a safetensors file. It is read as a stream of tokens, so that
 * memory is proportional to the header; every entry is checked against the size of the file.
 */
final class SafetensorsHeader {
  private static final JsonFactory JSON = new JsonFactory();

  private final Path path;
  private final long dataBytes;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private SafetensorsHeader(Path path, long dataBytes) {
    this.path = path;
    this.dataBytes = dataBytes;
  }

  /**
   * Parses a header.
   *
   * @param dataBytes bytes of the file after the header
   */
  static SafetensorsHeader parse(Path path, byte[] header, long dataBytes) {
    SafetensorsHeader parsed = new SafetensorsHeader(path, dataBytes);
    try (JsonParser json = JSON.createParser(header)) {
      parsed.readEntries(json);
    } catch (JsonProcessingException e) {
      throw parsed.wrong("its header is not JSON (" + e.getOriginalMessage() + ")", e);
    } catch (IOException e) {
      throw parsed.wrong("its header cannot be read (" + e.getMessage() + ")", e);
    }
    parsed.checkCoverage();
    return parsed;
  }

  Map<String, StoredTensor> tensors() {
    return tensors;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  private void readEntries(JsonParser json) throws IOException {
    expect(json.nextToken(), JsonToken.START_OBJECT, "the header");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (name.equals("__metadata__")) {
        readMetadata(json);
      } else if (tensors.put(name, readTensor(name, json)) != null) {
        throw wrong("names of tensors must be distinct, got " + name + " twice", null);
      }
    }
    expect(json.currentToken(), JsonToken.END_OBJECT, "the header");
    if (json.nextToken() != null) {
      throw wrong("something follows the header's closing brace", null);
    }
  }

  private void readMetadata(JsonParser json) throws IOException {
    expect(json.currentToken(), JsonToken.START_OBJECT, "__metadata__");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      expect(json.nextToken(), JsonToken.VALUE_STRING, "__metadata__." + key);
      metadata.put(key, json.getText());
    }
  }

  private StoredTensor readTensor(String name, JsonParser json) throws IOException {
    expect(json.currentToken(), JsonToken.START_OBJECT, name);
    StorageType type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      json.nextToken();
      switch (key) {
        case "dtype" -> type = readType(name, json);
        case "shape" -> shape = readNumbers(name + ".shape", json, 8);
        case "data_offsets" -> offsets = readNumbers(name + ".data_offsets", json, 2);
        default ->
            throw wrong(
                "tensor "
                    + name
                    + " must have the keys dtype, shape and data_offsets, got "
                    + shorten(key),
                null);
      }
    }
    if (type == null || shape == null || offsets == null || offsets.size() != 2) {
      throw wrong(
          "tensor " + name + " must have dtype, shape and two data_offsets, got fewer", null);
    }
    return place(name, type, shape, offsets.get(0), offsets.get(1));
  }

  private StorageType readType(String name, JsonParser json) throws IOException {
    expect(json.currentToken(), JsonToken.VALUE_STRING, name + ".dtype");
    String type = json.getText();
    return StorageType.named(type)
        .orElseThrow(
            () ->
                wrong(
                    "dtype of tensor "
                        + name
                        + " must be F64, F32, F16, BF16, I64, I32, U8 or BOOL, got "
                        + shorten(type)
                        + "; convert it first",
                    null));
  }

  private List<Long> readNumbers(String what, JsonParser json, int most) throws IOException {
    expect(json.currentToken(), JsonToken.START_ARRAY, what);
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
      boolean fits = json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
      if (!fits || json.getLongValue() < 0 || numbers.size() == most) {
        throw wrong(
            what
                + " must contain at most "
                + most
                + " integers in [0, 2^63), got "
                + shorten(json.getText()),
            null);
      }
      numbers.add(json.getLongValue());
    }
    return numbers;
  }

  private StoredTensor place(
      String name, StorageType type, List<Long> sizes, long begin, long end) {
    long bytes = type.sizeBytes();
    int[] shape = new int[sizes.size()];
    try {
      for (int i = 0; i < shape.length; i++) {
        shape[i] = Math.toIntExact(sizes.get(i));
        bytes = Math.multiplyExact(bytes, sizes.get(i));
      }
    } catch (ArithmeticException e) {
      throw wrong("tensor " + name + " has the shape " + sizes + ", which is too large", e);
    }
    if (begin > end || end > dataBytes) {
      throw wrong(
          "data_offsets of tensor "
              + name
              + " must be within the "
              + dataBytes
              + " bytes after the header, got "
              + begin
              + " to "
              + end
              + "; the file is truncated or damaged, fetch it again",
          null);
    }
    if (end - begin != bytes) {
      throw wrong(
          "tensor "
              + name
              + " must have "
              + bytes
              + " bytes for "
              + type
              + " "
              + sizes
              + ", got "
              + (end - begin),
          null);
    }
    return new StoredTensor(name, type, Shape.of(shape), begin, bytes);
  }

  /** Checks that the tensors fill the file without overlaps and gaps. */
  private void checkCoverage() {
    List<StoredTensor> inOrder = new ArrayList<>(tensors.values());
    inOrder.sort(
        Comparator.comparingLong(StoredTensor::offsetBytes)
            .thenComparingLong(StoredTensor::sizeBytes));
    long next = 0;
    for (StoredTensor tensor : inOrder) {
      if (tensor.offsetBytes() != next) {
        throw wrong(
            "the offset of tensor "
                + tensor.name()
                + " must be "
                + next
                + ", got "
                + tensor.offsetBytes()
                + (tensor.offsetBytes() < next ? "; two tensors overlap" : "; there is a gap"),
            null);
      }
      next += tensor.sizeBytes();
    }
    if (next != dataBytes) {
      throw wrong(
          "its tensors must have the " + dataBytes + " bytes after the header, got " + next, null);
    }
  }

  private void expect(JsonToken arrived, JsonToken expected, String what) {
    if (arrived != expected) {
      throw wrong(shorten(what) + " must be " + expected + ", got " + arrived, null);
    }
  }

  private static String shorten(String text) {
    return text.length() > 80 ? text.substring(0, 80) + "..." : text;
  }

  private CheckpointFormatException wrong(String what, Throwable cause) {
    return new CheckpointFormatException(path + " is not a valid safetensors file: " + what, cause);
  }
}
