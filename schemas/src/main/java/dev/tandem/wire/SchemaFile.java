package dev.tandem.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a registry has answered, in a file: `{"version":1,"of":…,"schemas":[{"id":…,"schema":…}],
/// "subjects":[{"subject":…,"id":…}]}`. One that is of other topics counts as none. A reader sees a
/// whole file, that of before or that of now, whenever the process or the machine ends. Processes
/// that share a directory keep what the others wrote, but for what two write in the same moment,
/// which is asked for again.
final class SchemaFile {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaFile.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VERSION = 1;
  private final Path path;
  private final String of;

  /// @param subject that the schema of the id was registered under
  record Registered(String subject, int id) {}

  /// @param registered without those whose id has no schema
  record Content(Map<Integer, Schema> schemas, Map<Registered, Schema> registered) {}

  /// @param of names the topics whose records have these ids; empty where that is not known, and
  ///     then nothing is read
  SchemaFile(Path path, String of) {
    this.path = path;
    this.of = of;
  }

  Path path() {
    return path;
  }

  /// Nothing where there is no such file, or where it is not one of these: what it would say is
  /// asked for again.
  Content read() {
    var schemas = new TreeMap<Integer, Schema>();
    var registered = new HashMap<Registered, Schema>();
    if (Files.exists(path)) {
      try {
        JsonNode root = JSON.readTree(Files.readAllBytes(path));
        if (root.path("version").asInt() != VERSION) {
          throw new IOException("expected version " + VERSION + ", found " + root.path("version"));
        }
        if (of.isEmpty() || !root.path("of").asText().equals(of)) {
          LOG.info("{} is of topics that are gone, and is made anew", path);
          return new Content(Map.of(), Map.of());
        }
        for (JsonNode each : root.path("schemas")) {
          schemas.put(
              each.path("id").asInt(), new Schema.Parser().parse(each.path("schema").asText()));
        }
        for (JsonNode each : root.path("subjects")) {
          Schema schema = schemas.get(each.path("id").asInt());
          if (schema != null) {
            registered.put(
                new Registered(each.path("subject").asText(), each.path("id").asInt()), schema);
          }
        }
      } catch (IOException | AvroRuntimeException e) {
        LOG.warn("{} cannot be read, and is made anew: {}", path, reason(e));
        return new Content(Map.of(), Map.of());
      }
    }
    return new Content(schemas, registered);
  }

  /// The words of a parser may hold the file's own.
  private static String reason(Exception e) {
    return e instanceof JsonProcessingException ? "it is no JSON" : String.valueOf(e.getMessage());
  }

  /// Adds to what the file has.
  ///
  /// @throws IOException if it cannot be written; then it is as it was
  void add(Content content) throws IOException {
    Content before = read();
    var schemas = new TreeMap<Integer, Schema>(before.schemas);
    schemas.putAll(content.schemas);
    var registered = new HashMap<Registered, Schema>(before.registered);
    registered.putAll(content.registered);
    var root = JSON.createObjectNode().put("version", VERSION).put("of", of);
    var list = root.putArray("schemas");
    schemas.forEach(
        (id, schema) -> list.addObject().put("id", id).put("schema", schema.toString()));
    var subjects = root.putArray("subjects");
    registered.keySet().stream()
        .sorted((a, b) -> (a.subject + " " + a.id).compareTo(b.subject + " " + b.id))
        .forEach(each -> subjects.addObject().put("subject", each.subject).put("id", each.id));
    replace(JSON.writeValueAsBytes(root));
  }

  private void replace(byte[] content) throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    Files.createDirectories(directory);
    Path fresh = Files.createTempFile(directory, path.getFileName().toString(), ".new");
    try {
      try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        var bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
