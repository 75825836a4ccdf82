package dev.tandem.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.wire.RegistryException.Kind;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.jspecify.annotations.Nullable;

/// A client of the Confluent Schema Registry REST API. Thread-safe. What was answered once is kept
/// for ever: a schema id never changes its meaning.
///
/// A request that finds no server or a server error is tried at each address in turn, up to
/// [#ROUNDS] rounds. A registry that does not let us read says nothing of what is asked, and counts
/// as away; so does, for [#CATCH_UP], one that does not know an id: a registry that follows another
/// one may not have it yet.
public final class SchemaRegistryClient implements Registry {
  private static final int ROUNDS = 3;
  private static final Duration CATCH_UP = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Registration(String subject, Schema schema) {}

  private final RegistryConfig config;
  private final RegistryHttp http;
  private final ConcurrentHashMap<Registration, Integer> ids = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Integer, Schema> schemas = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Integer, Instant> unknownSince = new ConcurrentHashMap<>();
  private final Clock clock;

  public SchemaRegistryClient(RegistryConfig config) {
    this(config, Clock.systemUTC());
  }

  SchemaRegistryClient(RegistryConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
    this.http = new RegistryHttp(config);
  }

  @Override
  public int register(String subject, Schema schema) {
    var registration = new Registration(subject, schema);
    Integer known = ids.get(registration);
    if (known != null) {
      return known;
    }
    String path = "/subjects/" + URLEncoder.encode(subject, StandardCharsets.UTF_8);
    String body = JSON.createObjectNode().put("schema", schema.toString()).toString();
    JsonNode answer =
        request(config.autoRegister() ? path + "/versions" : path, body, "subject " + subject);
    int id = answer.path("id").asInt();
    ids.put(registration, id);
    schemas.putIfAbsent(id, schema);
    return id;
  }

  @Override
  public int registerUnrelated(String subject, Schema schema) {
    try {
      return register(subject, schema);
    } catch (RegistryException e) {
      if (e.kind() != Kind.INCOMPATIBLE) {
        throw e;
      }
    }
    String path = "/config/" + URLEncoder.encode(subject, StandardCharsets.UTF_8);
    String body = JSON.createObjectNode().put("compatibility", "NONE").toString();
    request("PUT", path, body, "compatibility NONE of subject " + subject);
    try {
      return register(subject, schema);
    } catch (RegistryException e) {
      if (e.kind() != Kind.INCOMPATIBLE) {
        throw e;
      }
    }
    // Some registries let a rule of their own go before a subject's NONE.
    int id = register(subject + "." + digest(schema), schema);
    ids.put(new Registration(subject, schema), id);
    return id;
  }

  /// 16 hexadecimal digits of a schema's text.
  private static String digest(Schema schema) {
    byte[] text = schema.toString().getBytes(StandardCharsets.UTF_8);
    return "%016x".formatted(SchemaNormalization.fingerprint64(text));
  }

  @Override
  public Schema byId(int id) {
    Schema known = schemas.get(id);
    if (known != null) {
      return known;
    }
    JsonNode answer = asked(id);
    try {
      Schema schema = parse(answer, new Schema.Parser());
      schemas.put(id, schema);
      return schema;
    } catch (AvroRuntimeException | UnsupportedOperationException e) {
      // The latter is what Avro says of a size that it does not allow.
      throw new RegistryException(Kind.REFUSED, "schema id " + id + " is not an Avro schema", e);
    }
  }

  private JsonNode asked(int id) {
    try {
      return request("/schemas/ids/" + id, null, "schema id " + id);
    } catch (RegistryException e) {
      Instant now = clock.instant();
      if (e.kind() == Kind.UNKNOWN_ID
          && now.isBefore(unknownSince.computeIfAbsent(id, _ -> now).plus(CATCH_UP))) {
        throw new RegistryException(Kind.UNAVAILABLE, e.getMessage() + ", yet", e);
      }
      throw e;
    }
  }

  /// A schema with the named types that it refers to, each of which is a version of a subject.
  ///
  /// Source: Confluent Schema Registry, "Schema references".
  private Schema parse(JsonNode answer, Schema.Parser parser) {
    for (JsonNode reference : answer.path("references")) {
      if (!parser.getTypes().containsKey(reference.path("name").asText())) {
        String subject = reference.path("subject").asText();
        int version = reference.path("version").asInt();
        String path =
            "/subjects/"
                + URLEncoder.encode(subject, StandardCharsets.UTF_8)
                + "/versions/"
                + version;
        parse(request(path, null, "version " + version + " of subject " + subject), parser);
      }
    }
    return parser.parse(answer.path("schema").asText());
  }

  /// The subjects that the registry knows; asks every time.
  ///
  /// @throws RegistryException if it cannot be reached
  public List<String> subjects() {
    var subjects = new ArrayList<String>();
    request("/subjects", null, "subjects").forEach(subject -> subjects.add(subject.asText()));
    return subjects;
  }

  /// Deletes a subject with all its versions, for good. A subject that is gone is none to delete.
  ///
  /// @throws RegistryException if the registry cannot be reached or refuses
  public void delete(String subject) {
    String path = "/subjects/" + URLEncoder.encode(subject, StandardCharsets.UTF_8);
    for (String url : List.of(path, path + "?permanent=true")) {
      try {
        request("DELETE", url, null, "subject " + subject);
      } catch (RegistryException e) {
        if (e.kind() != Kind.UNKNOWN_ID) {
          throw e;
        }
      }
    }
    ids.keySet().removeIf(registration -> registration.subject().equals(subject));
  }

  private JsonNode request(String path, @Nullable String body, String what) {
    return request(body == null ? "GET" : "POST", path, body, what);
  }

  private JsonNode request(String method, String path, @Nullable String body, String what) {
    RegistryException last = new RegistryException(Kind.UNAVAILABLE, "not asked");
    for (int round = 0; round < ROUNDS; round++) {
      for (URI base : config.urls()) {
        try {
          return http.ask(method, URI.create(base + path), body, what);
        } catch (RegistryException e) {
          if (e.kind() != Kind.UNAVAILABLE) {
            throw e;
          }
          last = e;
        }
      }
    }
    throw last;
  }
}
