package dev.tandem.micro;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.PlanCompiler;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.spec.Node;
import dev.tandem.spec.Problems;
import dev.tandem.spec.SpecReader;
import dev.tandem.table.Catalog;
import dev.tandem.table.TableId;
import dev.tandem.table.TableScript;
import dev.tandem.version.VersionedContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// An entity of 25 fields, compiled as the program does, and rows of its table.
///
/// @param contract with two versions
public record WideEntity(DomainPlan domain, RowSchema rows, VersionedContract contract) {
  /// How many rows a benchmark takes turns with, so that none of them is a constant to the
  /// compiler.
  public static final int ROWS = 1_024;

  private static final List<String> FILES =
      List.of(
          "wide.yaml",
          "legacy.sql",
          "target.sql",
          "contracts/customer/v1.avsc",
          "contracts/customer/v2.avsc");

  private static final TableId TABLE = new TableId("public", "customer");
  private static final long DAY = 86_400_000_000L;
  private static final long FROM = 1_500_000_000_000_000L;

  public static WideEntity compile() {
    try {
      Path spec = unpack();
      Catalog legacy = TableScript.read(List.of(spec.resolveSibling("legacy.sql")));
      Catalog target = TableScript.read(List.of(spec.resolveSibling("target.sql")));
      var problems = new Problems();
      var result = SpecReader.read(spec, Map.of());
      result.problems().all().forEach(problems::add);
      var plan =
          result.draft().flatMap(draft -> PlanCompiler.compile(draft, legacy, target, problems));
      var contract =
          VersionedContract.load(
              spec.resolveSibling("contracts/customer"),
              new Node.Place("wide.yaml", 1, 1),
              "contract",
              problems);
      if (plan.isEmpty() || contract.isEmpty()) {
        throw new IllegalStateException("expected a spec that compiles, found " + problems.all());
      }
      return new WideEntity(
          plan.get().domains().getFirst(),
          RowSchema.of(legacy.table(TABLE).orElseThrow()),
          contract.get());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path unpack() throws IOException {
    Path directory = Files.createTempDirectory("tandem-jmh");
    for (String name : FILES) {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      try (InputStream in = WideEntity.class.getResourceAsStream("/wide/" + name)) {
        if (in == null) {
          throw new IOException("the benchmarks lack their file " + name);
        }
        Files.copy(in, file);
      }
    }
    return directory.resolve(FILES.getFirst());
  }

  public EntityPlan entity() {
    return domain.entities().getFirst();
  }

  /// Rows as capture carries them, the same ones each time.
  public Row[] legacyRows() {
    var random = new Random(25);
    return IntStream.range(1, ROWS + 1).mapToObj(id -> row(id, random)).toArray(Row[]::new);
  }

  public GenericRecord[] contracts() {
    return Arrays.stream(legacyRows())
        .map(row -> entity().mapping().project(row, Map.of()))
        .toArray(GenericRecord[]::new);
  }

  private Row row(int id, Random random) {
    boolean few = random.nextInt(4) == 0;
    long created = FROM + random.nextLong(2_000) * DAY + random.nextLong(DAY);
    @Nullable Object[] values = {
      id,
      "T" + id % 7,
      "First" + random.nextInt(500),
      "Lastname" + random.nextInt(5_000),
      few ? null : "person" + id + "@example.com",
      few ? "  " : " +49 30 " + random.nextInt(1_000_000),
      List.of("A", "I", "B").get(random.nextInt(3)),
      random.nextBoolean() ? "P" : "C",
      random.nextLong(10_000_000),
      few ? null : random.nextLong(1_000_000),
      random.nextInt(100) + "." + (100 + random.nextInt(900)),
      created,
      created + random.nextLong(DAY),
      few ? null : 3_000 + random.nextInt(10_000),
      random.nextBoolean(),
      random.nextLong(100_000),
      random.nextInt(10),
      few ? null : random.nextDouble(),
      "Some Street " + random.nextInt(300),
      "City" + random.nextInt(400),
      String.valueOf(10_000 + random.nextInt(80_000)),
      few ? null : "AT",
      few ? null : " a note of some length, as notes are ",
      few ? null : created,
      random.nextInt(50)
    };
    return new Row(rows, values);
  }
}
