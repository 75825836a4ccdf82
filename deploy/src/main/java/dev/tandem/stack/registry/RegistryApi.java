package dev.tandem.stack.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.tandem.stack.registry.RegistryEntry.Level;
import dev.tandem.stack.registry.RegistryEntry.Version;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The routes of the REST API: each request to the value that is answered as JSON.
final class RegistryApi {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SchemaRegistry registry;

  RegistryApi(SchemaRegistry registry) {
    this.registry = registry;
  }

  /// A request, with its path decoded and split at the slashes.
  record Request(String method, List<String> path, Map<String, String> query, String body) {
    boolean has(String flag) {
      return query.getOrDefault(flag, "false").equals("true");
    }

    Optional<String> segment(int index) {
      return index < path.size() ? Optional.of(path.get(index)) : Optional.empty();
    }

    JsonNode json() {
      try {
        var node = JSON.readTree(body);
        return node == null ? MissingNode.getInstance() : node;
      } catch (JsonProcessingException e) {
        throw RegistryRefusal.invalidRequest("the body is not JSON");
      }
    }
  }

  /// Answers, or throws a [RegistryRefusal].
  Object answer(Request request) {
    return switch (request.segment(0).orElse("")) {
      case "" -> Map.of();
      case "subjects" -> subjects(request);
      case "schemas" -> schemas(request);
      case "config" -> config(request);
      case "compatibility" -> compatibility(request);
      case "mode" -> Map.of("mode", "READWRITE");
      default -> throw unknown(request);
    };
  }

  private Object subjects(Request request) {
    var subject = request.segment(1);
    return switch (request.method() + " " + request.path().size()) {
      case "GET 1" -> registry.ask(SchemaBook::subjects);
      case "POST 2" ->
          full(registry.ask(book -> book.lookUp(subject.orElseThrow(), schema(request))));
      case "DELETE 2" -> delete(subject.orElseThrow(), request);
      case "GET 3" -> {
        var versions = registry.ask(book -> book.versions(subject.orElseThrow()));
        yield versions.stream().map(Version::version).toList();
      }
      case "POST 3" -> Map.of("id", registry.register(subject.orElseThrow(), schema(request)).id());
      case "GET 4" -> full(version(request, 1));
      case "GET 5" -> json(version(request, 1).schema());
      default -> throw unknown(request);
    };
  }

  private List<Integer> delete(String subject, Request request) {
    var permanent = request.has("permanent");
    return registry.change(book -> permanent ? book.erase(subject) : book.delete(subject)).stream()
        .map(Version::version)
        .toList();
  }

  private Object schemas(Request request) {
    if (request.path().equals(List.of("schemas", "types"))) {
      return List.of("AVRO");
    }
    if (request.path().size() < 3 || !request.path().get(1).equals("ids")) {
      throw unknown(request);
    }
    var id = id(request.path().get(2));
    return switch (request.segment(3).orElse("")) {
      case "" -> Map.of("schema", registry.ask(book -> book.schema(id)));
      case "schema" -> json(registry.ask(book -> book.schema(id)));
      case "subjects" ->
          registry.ask(book -> book.uses(id)).stream().map(Version::subject).distinct().toList();
      case "versions" ->
          registry.ask(book -> book.uses(id)).stream()
              .map(use -> Map.of("subject", use.subject(), "version", use.version()))
              .toList();
      default -> throw unknown(request);
    };
  }

  private Object config(Request request) {
    var subject = request.segment(1);
    return switch (request.method()) {
      case "GET" -> {
        var level =
            registry.ask(
                book ->
                    subject
                        .map(
                            name ->
                                request.has("defaultToGlobal")
                                    ? book.effectiveLevel(name)
                                    : book.ownLevel(name))
                        .orElseGet(book::commonLevel));
        yield Map.of("compatibilityLevel", level.name());
      }
      case "PUT" -> {
        var name = request.json().path("compatibility").asText();
        var level =
            CompatibilityLevel.named(name).orElseThrow(() -> RegistryRefusal.invalidLevel(name));
        registry.change(book -> List.of(new Level(subject, level)));
        yield Map.of("compatibility", level.name());
      }
      default -> throw unknown(request);
    };
  }

  private Object compatibility(Request request) {
    if (!request.method().equals("POST") || request.path().size() < 4) {
      throw unknown(request);
    }
    var subject = request.path().get(2);
    var conflicts =
        registry.ask(
            book ->
                book.conflicts(
                    subject,
                    schema(request),
                    request.path().size() == 4
                        ? book.versions(subject)
                        : List.of(version(request, 2))));
    var answer = new LinkedHashMap<String, Object>();
    answer.put("is_compatible", conflicts.isEmpty());
    if (request.has("verbose")) {
      answer.put("messages", conflicts);
    }
    return answer;
  }

  private Version version(Request request, int subjectAt) {
    var subject = request.path().get(subjectAt);
    var wanted = request.path().get(subjectAt + 2);
    return registry.ask(book -> book.version(subject, wanted));
  }

  private static String schema(Request request) {
    var body = request.json();
    var type = body.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw RegistryRefusal.invalidSchema("this registry keeps AVRO, not " + type);
    }
    if (!body.path("references").isEmpty()) {
      throw RegistryRefusal.invalidSchema(
          "this registry keeps no references; write the named types out");
    }
    if (!body.path("schema").isTextual()) {
      throw RegistryRefusal.invalidSchema("the field \"schema\" must hold it as a string");
    }
    return body.path("schema").asText();
  }

  private static Map<String, Object> full(Version version) {
    var answer = new LinkedHashMap<String, Object>();
    answer.put("subject", version.subject());
    answer.put("version", version.version());
    answer.put("id", version.id());
    answer.put("schema", version.schema());
    return answer;
  }

  private static JsonNode json(String schema) {
    try {
      return JSON.readTree(schema);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A kept schema is not JSON: " + schema, e);
    }
  }

  private static int id(String text) {
    if (!text.matches("[0-9]{1,9}")) {
      throw RegistryRefusal.noSuchSchema(text);
    }
    return Integer.parseInt(text);
  }

  private static RegistryRefusal unknown(Request request) {
    return RegistryRefusal.noSuchResource(request.method(), "/" + String.join("/", request.path()));
  }
}
