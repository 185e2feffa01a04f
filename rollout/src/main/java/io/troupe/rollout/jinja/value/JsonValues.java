package io.troupe.rollout.jinja.value;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of parsed JSON, as Python's {@code json.loads} returns them. */
public final class JsonValues {
  private JsonValues() {}

  /** The value of a node. Integers that are too large are an error. */
  public static Value of(JsonNode node) {
    return switch (node.getNodeType()) {
      case NULL, MISSING -> Value.NONE;
      case BOOLEAN -> Value.bool(node.booleanValue());
      case STRING -> Value.text(node.textValue());
      case NUMBER ->
          node.isIntegralNumber()
              ? PythonNumbers.integer(node.bigIntegerValue())
              : new Value.Float(node.doubleValue());
      case ARRAY -> list(node);
      case OBJECT -> dictionary(node);
      case BINARY, POJO ->
          throw TemplateException.type("JSON must contain no " + node.getNodeType() + " node");
    };
  }

  private static Value list(JsonNode node) {
    List<Value> items = new ArrayList<>();
    node.forEach(item -> items.add(of(item)));
    return Value.list(items);
  }

  private static Value dictionary(JsonNode node) {
    Map<DictKey, Value> entries = new LinkedHashMap<>();
    node.properties()
        .forEach(entry -> entries.put(DictKey.of(entry.getKey()), of(entry.getValue())));
    return new Value.Dict(entries);
  }
}
