package dev.tandem.translate;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.PublishedVersion;
import dev.tandem.spec.Node;
import dev.tandem.spec.Problems;
import dev.tandem.version.VersionedContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/// The shop's orders in a contract of four versions, translated to the last.
///
/// Version 1 has ids of 32 bits and a field `st`, version 2 has ids of 64 bits, version 3 a `state`
/// instead and a note, version 4 no note.
record OrderVersions(VersionedContract contract) {
  private static final int PRIMARY = 4;

  static OrderVersions write(Path folder) {
    try {
      version(folder, 1, "int", "st");
      version(folder, 2, "long", "st");
      version(
          folder,
          3,
          "long",
          "state",
          "{\"name\": \"note\", \"type\": \"string\", \"default\": \"none\"}");
      version(folder, 4, "long", "state");
      Files.writeString(
          folder.resolve("steps.yaml"),
          """
          compatibility: none
          1-2: { down: { id: { cast: id, overflow: fail } } }
          2-3: { up: { state: st } }
          """);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var problems = new Problems();
    return VersionedContract.load(folder, new Node.Place("test", 1, 1), "contract", problems)
        .map(OrderVersions::new)
        .orElseThrow(() -> new AssertionError(problems.all().toString()));
  }

  private static void version(Path folder, int number, String id, String text, String... more)
      throws IOException {
    var fields =
        "{\"name\": \"id\", \"type\": \"%s\"}, {\"name\": \"%s\", \"type\": \"string\"}"
            .formatted(id, text);
    Files.writeString(
        folder.resolve("v" + number + ".avsc"),
        "{\"type\": \"record\", \"name\": \"Order\", \"fields\": ["
            + fields
            + Arrays.stream(more).map(field -> ", " + field).collect(Collectors.joining())
            + "]}");
  }

  Schema schema(int version) {
    return contract.folder().version(version);
  }

  /// The shop with orders published as these versions too.
  DomainPlan plan(Integer... published) {
    var versions =
        Arrays.stream(published)
            .map(
                version ->
                    new PublishedVersion(
                        version,
                        schema(version),
                        contract.chain().orElseThrow().between(PRIMARY, version)))
            .toList();
    List<EntityPlan> entities =
        Shop.PLAN.entities().stream()
            .map(entity -> entity.name().equals("Order") ? entity.publishing(versions) : entity)
            .toList();
    return DomainPlan.first(Shop.PLAN.topics(), 2, "code", entities);
  }
}
