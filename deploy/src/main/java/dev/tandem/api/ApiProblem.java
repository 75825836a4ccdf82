package dev.tandem.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/// Why a request is not answered as it wished, as RFC 9457 has it. It says nothing that its caller
/// may not know.
final class ApiProblem extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final int status;
  private final transient List<String> reasons;
  private final transient Map<String, String> headers;
  private final transient Runnable afterwards;

  ApiProblem(int status, String detail) {
    this(status, detail, List.of(), Map.of(), () -> {});
  }

  private ApiProblem(
      int status,
      String detail,
      List<String> reasons,
      Map<String, String> headers,
      Runnable afterwards) {
    super(detail, null, false, false);
    this.status = status;
    this.reasons = List.copyOf(reasons);
    this.headers = Map.copyOf(headers);
    this.afterwards = afterwards;
  }

  ApiProblem with(String header, String value) {
    return new ApiProblem(status, detail(), reasons, Map.of(header, value), afterwards);
  }

  /// With what is missing or in the way, one line each.
  ApiProblem because(List<String> lines) {
    return new ApiProblem(status, detail(), lines, headers, afterwards);
  }

  /// With something to do once it was sent.
  ApiProblem then(Runnable last) {
    return new ApiProblem(status, detail(), reasons, headers, last);
  }

  Runnable afterwards() {
    return afterwards;
  }

  int status() {
    return status;
  }

  Map<String, String> headers() {
    return headers;
  }

  String detail() {
    return String.valueOf(getMessage());
  }

  ObjectNode json() {
    var root = JSON.createObjectNode();
    root.put("type", "about:blank")
        .put("title", title(status))
        .put("status", status)
        .put("detail", detail());
    if (!reasons.isEmpty()) {
      reasons.forEach(root.putArray("reasons")::add);
    }
    return root;
  }

  private static String title(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 408 -> "Request Timeout";
      case 409 -> "Conflict";
      case 413 -> "Content Too Large";
      case 415 -> "Unsupported Media Type";
      case 429 -> "Too Many Requests";
      case 503 -> "Service Unavailable";
      default -> "Internal Server Error";
    };
  }
}
