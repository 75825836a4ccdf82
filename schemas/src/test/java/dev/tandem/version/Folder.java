package dev.tandem.version;

import dev.tandem.spec.Node;
import dev.tandem.spec.Problem;
import dev.tandem.spec.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/// A contract folder while a test writes it.
final class Folder {
  private final Path path;
  private final Problems problems = new Problems();
  private int versions;

  Folder(Path path) {
    this.path = path;
  }

  /// The next version, a record `Thing` with these fields in JSON.
  Folder version(String... fields) {
    versions++;
    return write(
        "v" + versions + ".avsc",
        "{\"type\": \"record\", \"name\": \"Thing\", \"fields\": ["
            + String.join(", ", fields)
            + "]}");
  }

  /// `name: type`, the type as JSON.
  static String field(String name, String type) {
    return "{\"name\": \"" + name + "\", \"type\": " + type + "}";
  }

  static String field(String name, String type, String otherwise) {
    return "{\"name\": \"%s\", \"type\": %s, \"default\": %s}".formatted(name, type, otherwise);
  }

  Folder steps(String yaml) {
    return write("steps.yaml", yaml);
  }

  private Folder write(String name, String text) {
    try {
      Files.writeString(path.resolve(name), text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Optional<VersionedContract> load() {
    return VersionedContract.load(path, new Node.Place("shop.yaml", 7, 5), "contract", problems);
  }

  /// The contract, which has to be in order.
  VersionedContract contract() {
    return load().orElseThrow(() -> new AssertionError(problems.all().toString()));
  }

  Chain chain() {
    return contract().chain().orElseThrow(() -> new AssertionError(problems.all().toString()));
  }

  List<Problem> problems() {
    return problems.all();
  }

  /// A record of a version, with values in the order of its fields.
  static GenericRecord record(Schema schema, Object... values) {
    var record = new GenericData.Record(schema);
    for (int i = 0; i < values.length; i++) {
      record.put(i, values[i]);
    }
    return record;
  }
}
