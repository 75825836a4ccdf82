package dev.tandem.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.event.EventTable.Field;
import dev.tandem.plan.MappingException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the JSON of an event's payload: one object, every key once, at most
/// [#DEEPEST] levels deep. Numbers keep their digits. Thread-safe; no message holds a value.
final class PayloadReader {
  static final int DEEPEST = 100;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNumberLength(2_000)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private PayloadReader() {}

  /// @param column of the payload, for messages
  /// @throws MappingException if the text is no such payload
  static ObjectNode object(@Nullable Object text, String column) {
    if (text == null) {
      throw new MappingException(column, "expected a JSON object, found NULL");
    }
    JsonNode node;
    try {
      node = JSON.readTree(text.toString());
    } catch (StreamConstraintsException e) {
      throw new MappingException(
          column, "expected JSON of at most " + DEEPEST + " levels and 2000 digits, found more");
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new MappingException(
          column,
          "expected a JSON object in which each key stands once, found text that is none, from line "
              + (at == null ? 1 : at.getLineNr())
              + ", column "
              + (at == null ? 1 : at.getColumnNr())
              + " on");
    }
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new MappingException(column, "expected a JSON object, found " + PayloadValue.kind(node));
  }

  /// The value of a field, in the class of its carrier.
  ///
  /// @param within the path of `object`, for messages
  /// @throws MappingException if it is not what is declared
  static @Nullable Object value(JsonNode object, Field field, String within) {
    String path = within + "." + field.column();
    JsonNode node = at(object, field.path(), path);
    if (node.isMissingNode() || node.isNull()) {
      if (!field.required()) {
        return null;
      }
      throw new MappingException(
          path,
          "expected "
              + field.type().postgres()
              + ", found "
              + (node.isNull() ? "null" : "no such key"));
    }
    if (!field.type().array()) {
      return PayloadValue.of(node, field.type(), path);
    }
    var values = new ArrayList<@Nullable Object>();
    for (JsonNode element : items(node, path)) {
      values.add(element.isNull() ? null : PayloadValue.of(element, field.type(), path));
    }
    return values;
  }

  /// The objects of a list; none where the key is missing or null.
  ///
  /// @throws MappingException if it is no list of objects
  static List<ObjectNode> objects(JsonNode object, List<String> path, String named) {
    JsonNode node = at(object, path, named);
    var objects = new ArrayList<ObjectNode>();
    if (node.isMissingNode() || node.isNull()) {
      return objects;
    }
    for (JsonNode element : items(node, named)) {
      if (!(element instanceof ObjectNode item)) {
        throw new MappingException(
            named, "expected a list of objects, found " + PayloadValue.kind(element) + " in it");
      }
      objects.add(item);
    }
    return objects;
  }

  private static Iterable<JsonNode> items(JsonNode node, String path) {
    if (!node.isArray()) {
      throw new MappingException(path, "expected a list, found " + PayloadValue.kind(node));
    }
    return node;
  }

  /// What stands at a path; missing where an object on the way is missing or null.
  ///
  /// @throws MappingException if something else stands on the way
  private static JsonNode at(JsonNode object, List<String> path, String named) {
    JsonNode node = object;
    for (String key : path) {
      if (node.isMissingNode() || node.isNull()) {
        return MissingNode.getInstance();
      }
      if (!node.isObject()) {
        throw new MappingException(
            named, "expected an object above '" + key + "', found " + PayloadValue.kind(node));
      }
      node = node.path(key);
    }
    return node;
  }
}
