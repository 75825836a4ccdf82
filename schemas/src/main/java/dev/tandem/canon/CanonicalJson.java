package dev.tandem.canon;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;

/// What a `jsonb` column makes of a text, as far as it matters: members in one order, the last of
/// two of one name, numbers by value, no white space between. What cannot be read stays as it is.
final class CanonicalJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(10_000)
                          .maxNumberLength(200_000)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private CanonicalJson() {}

  static String of(String text) {
    try {
      var out = new StringBuilder(text.length());
      append(out, MAPPER.readTree(text));
      return out.toString();
    } catch (JsonProcessingException | NumberFormatException unreadable) {
      return text;
    }
  }

  private static void append(StringBuilder out, JsonNode node) throws JsonProcessingException {
    switch (node.getNodeType()) {
      case OBJECT -> {
        var names = new ArrayList<String>();
        node.fieldNames().forEachRemaining(names::add);
        Collections.sort(names);
        String between = "{";
        for (String name : names) {
          out.append(between).append(MAPPER.writeValueAsString(name)).append(':');
          append(out, node.get(name));
          between = ",";
        }
        out.append(names.isEmpty() ? "{}" : "}");
      }
      case ARRAY -> {
        String between = "[";
        for (JsonNode each : node) {
          out.append(between);
          append(out, each);
          between = ",";
        }
        out.append(node.isEmpty() ? "[]" : "]");
      }
      case NUMBER -> {
        // By value, and never written out: an exponent may be as large as an int.
        BigDecimal value = node.decimalValue().stripTrailingZeros();
        out.append(value.unscaledValue()).append('e').append(-(long) value.scale());
      }
      default -> out.append(MAPPER.writeValueAsString(node));
    }
  }
}
