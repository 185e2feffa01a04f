package io.troupe.data.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.DoubleNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FiniteJsonTest {
  private record Figures(double accuracy, float loss, List<Double> values) {}

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void nonFiniteNumbersAreWrittenAsNull(double number) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("double", number);
    fields.put("float", (float) number);
    fields.put("doubles", new double[] {1, number});
    fields.put("floats", new float[] {1, (float) number});
    fields.put("list", Arrays.asList(number, 2.5));
    fields.put("map", Map.of("x", number));
    fields.put("node", DoubleNode.valueOf(number));
    fields.put("record", new Figures(number, (float) number, List.of(number)));
    String expected =
        "{\"double\":null,\"float\":null,\"doubles\":[1.0,null],\"floats\":[1.0,null],"
            + "\"list\":[null,2.5],\"map\":{\"x\":null},\"node\":null,"
            + "\"record\":{\"accuracy\":null,\"loss\":null,\"values\":[null]}}";

    assertThat(FiniteJson.line(fields)).isEqualTo(expected);
    assertThat(FiniteJson.indented(fields).replaceAll("\\s", "")).isEqualTo(expected);
  }

  @Test
  void nullIsReadAsNan() throws Exception {
    record One(double accuracy) {}
    assertThat(FiniteJson.read("{\"accuracy\":null}", One.class).accuracy()).isNaN();
    assertThat(FiniteJson.read("{\"accuracy\":0.5}", One.class).accuracy()).isEqualTo(0.5);
    assertThat(FiniteJson.read("{\"accuracy\":\"NaN\"}", One.class).accuracy()).isNaN();
  }
}
