package dev.tandem.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// What is sent back.
///
/// @param note what was done, for the audit
@SuppressWarnings("ArrayRecordComponent") // never compared
record Answer(int status, String type, byte[] body, Map<String, String> headers, String note) {
  private static final String JSON = "application/json";

  static Answer ok(JsonNode json) {
    return new Answer(200, JSON, bytes(json), Map.of(), "");
  }

  /// Something that goes on by itself, to be looked at elsewhere.
  static Answer accepted(JsonNode json, String location) {
    return new Answer(202, JSON, bytes(json), Map.of("Location", location), location);
  }

  static Answer file(String type, byte[] content) {
    return new Answer(200, type, content, Map.of(), "");
  }

  static Answer of(ApiProblem problem) {
    return new Answer(
        problem.status(),
        "application/problem+json",
        bytes(problem.json()),
        problem.headers(),
        problem.detail());
  }

  Answer noting(String other) {
    return new Answer(status, type, body, headers, other);
  }

  private static byte[] bytes(JsonNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }
}
