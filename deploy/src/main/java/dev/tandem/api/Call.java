package dev.tandem.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.job.JobLimits;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// A request that was let in: everything in it is known by name, and of the type that it is asked
/// as, or the call ends with what was expected.
///
/// @param path the parts of the path that differ
/// @param body an object, empty for a GET
record Call(Caller caller, Map<String, String> path, Map<String, String> query, JsonNode body) {
  private static final int LONGEST_REASON = 1000;
  private static final Pattern TIME = Pattern.compile("[0-9]{1,9}[smh]");

  String part(String name) {
    return path.getOrDefault(name, "");
  }

  /// Why the caller wants it.
  String reason() {
    String reason = text("reason").map(String::strip).orElse("");
    if (reason.isEmpty() || reason.length() > LONGEST_REASON) {
      throw new ApiProblem(
          400,
          "reason: expected 1 to "
              + LONGEST_REASON
              + " characters that say why, found "
              + reason.length());
    }
    return reason;
  }

  String required(String name) {
    return text(name)
        .filter(text -> !text.isBlank())
        .orElseThrow(() -> new ApiProblem(400, name + ": expected a text, found nothing"));
  }

  Optional<String> text(String name) {
    return field(name).map(node -> typed(node.isTextual(), node, name, "a text").textValue());
  }

  Optional<Long> whole(String name) {
    return field(name)
        .map(
            node ->
                typed(node.canConvertToLong() && node.isIntegralNumber(), node, name, "a number")
                    .longValue());
  }

  Optional<Double> number(String name) {
    return field(name).map(node -> typed(node.isNumber(), node, name, "a number").doubleValue());
  }

  /// False where nothing is said.
  boolean flag(String name) {
    return field(name)
        .map(node -> typed(node.isBoolean(), node, name, "true or false").booleanValue())
        .orElse(false);
  }

  List<String> texts(String name) {
    var texts = new ArrayList<String>();
    field(name)
        .map(node -> typed(node.isArray(), node, name, "a list of texts"))
        .ifPresent(
            list ->
                list.forEach(
                    item ->
                        texts.add(
                            typed(item.isTextual(), item, name, "a list of texts").textValue())));
    return texts;
  }

  Map<String, String> pairs(String name) {
    var pairs = new LinkedHashMap<String, String>();
    field(name)
        .map(node -> typed(node.isObject(), node, name, "an object of texts"))
        .ifPresent(
            object ->
                object
                    .properties()
                    .forEach(
                        it ->
                            pairs.put(
                                it.getKey(),
                                typed(it.getValue().isTextual(), it.getValue(), name, "texts in it")
                                    .textValue())));
    return pairs;
  }

  /// `30s`, `10m`, `2h`; `0s` for no limit.
  Optional<Duration> time(String name) {
    return text(name)
        .map(
            text -> {
              try {
                if (TIME.matcher(text).matches()) {
                  return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
                }
              } catch (DateTimeException tooLong) {
                // said below
              }
              throw new ApiProblem(400, name + ": expected a time as 30s, 10m or 2h");
            });
  }

  JobLimits.Change limits() {
    Optional<Long> lanes = whole("lanes");
    if (lanes.filter(it -> it < 0 || it > JobLimits.MOST_LANES).isPresent()) {
      throw new ApiProblem(400, "lanes: expected 0 to " + JobLimits.MOST_LANES);
    }
    return new JobLimits.Change(
        whole("rate").orElse(null),
        lanes.map(Long::intValue).orElse(null),
        time("within").orElse(null));
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(query.get(name));
  }

  /// One of an enum's constants, in any case.
  static <E extends Enum<E>> E choice(Class<E> type, String name, String text) {
    for (E each : type.getEnumConstants()) {
      if (each.name().equalsIgnoreCase(text)) {
        return each;
      }
    }
    throw new ApiProblem(
        400, name + ": expected one of " + List.of(type.getEnumConstants()).toString());
  }

  /// A parameter from 1 to `most`; `most` where it is not given.
  int count(String name, int most) {
    Optional<String> text = parameter(name);
    if (text.isEmpty()) {
      return most;
    }
    if (text.get().matches("[0-9]{1,7}")) {
      int count = Integer.parseInt(text.get());
      if (count >= 1 && count <= most) {
        return count;
      }
    }
    throw new ApiProblem(400, name + ": expected a number from 1 to " + most);
  }

  private Optional<JsonNode> field(String name) {
    JsonNode node = body.get(name);
    return node == null || node.isNull() ? Optional.empty() : Optional.of(node);
  }

  private static JsonNode typed(boolean right, JsonNode node, String name, String expected) {
    if (!right) {
      throw new ApiProblem(
          400,
          name
              + ": expected "
              + expected
              + ", found "
              + node.getNodeType().name().toLowerCase(Locale.ROOT));
    }
    return node;
  }
}
