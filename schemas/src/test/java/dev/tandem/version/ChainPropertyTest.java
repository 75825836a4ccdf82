package dev.tandem.version;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The rule of loss against records: over random contracts, each way that is called lossless gives
/// every record back that it accepts, and each field that is called lost has a record that shows
/// it.
class ChainPropertyTest {
  private static final int CONTRACTS = 400;
  private static final int VERSIONS = 4;
  private static final int RECORDS = 60;

  /// So many records are tried for a field that is called lost.
  private static final int SEARCH = 20_000;

  private static final long SEED =
      Long.getLong("tandem.seed", new Random().nextLong(1_000_000_000));

  @TempDir Path directory;

  private record Way(GenericRecord there, GenericRecord back) {}

  /// There and back; nothing where a value does not fit on the way there.
  private static Optional<Way> travel(Route there, Route back, GenericRecord record) {
    GenericRecord made;
    try {
      made = there.of(record);
    } catch (StepException e) {
      return Optional.empty();
    }
    return Optional.of(new Way(made, back.of(made)));
  }

  private Folder contract(int number) {
    Path folder = directory.resolve("c" + number);
    assertThat(folder.toFile().mkdir()).isTrue();
    return new RandomContract(new Random(SEED + number), folder).write(VERSIONS);
  }

  @Test
  void shouldGiveEveryAcceptedRecordBackWhereAWayIsCalledLossless() {
    int equal = 0;
    int ways = 0;
    for (int number = 0; number < CONTRACTS; number++) {
      var contract = contract(number).contract();
      var chain = contract.chain().orElseThrow();
      var records = new RandomRecord(new Random(SEED - number));
      for (int from = 1; from <= VERSIONS; from++) {
        for (int to = 1; to <= VERSIONS; to++) {
          var there = chain.between(from, to);
          ways += there.isLossless() && from != to ? 1 : 0;
          for (int i = 0; i < RECORDS && there.isLossless(); i++) {
            GenericRecord record = records.of(contract.folder().version(from));
            var way = travel(there, chain.between(to, from), record);
            if (way.isPresent()) {
              assertThat(way.get().back())
                  .as(
                      "seed %d, contract %d, %d to %d through %s",
                      SEED, number, from, to, way.get().there())
                  .isEqualTo(record);
              equal++;
            }
          }
        }
      }
    }
    assertThat(ways).as("lossless ways, seed %d", SEED).isGreaterThan(CONTRACTS);
    assertThat(equal).as("records given back, seed %d", SEED).isGreaterThan(20 * CONTRACTS);
  }

  @Test
  void shouldCallAFieldLostOnlyWhereARecordShowsIt() {
    Set<String> shown = new HashSet<>();
    for (int number = 0; number < CONTRACTS; number++) {
      var contract = contract(number).contract();
      var chain = contract.chain().orElseThrow();
      for (Step step : chain.steps()) {
        var walk = new AcceptedWalk(contract.folder(), step, new Random(SEED + 7L * number));
        List<Lost> open = new ArrayList<>(step.lost());
        var there = chain.between(step.from(), step.to());
        var back = chain.between(step.to(), step.from());
        for (int i = 0; i < SEARCH && !open.isEmpty(); i++) {
          var record = walk.next();
          open.stream()
              .filter(lost -> shows(lost, record, there, back))
              .map(Lost::why)
              .forEach(shown::add);
          open.removeIf(lost -> shows(lost, record, there, back));
        }
        assertThat(open)
            .as("seed %d, contract %d, %d to %d", SEED, number, step.from(), step.to())
            .isEmpty();
      }
    }
    assertThat(shown).as("kinds of loss, seed %d", SEED).hasSizeGreaterThanOrEqualTo(6);
  }

  /// Whether the record's field does not come back as it was.
  private static boolean shows(Lost lost, GenericRecord record, Route there, Route back) {
    String field = lost.field().split("[.\\[]")[0];
    try {
      return travel(there, back, record)
          .filter(way -> !Objects.equals(way.back().get(field), record.get(field)))
          .isPresent();
    } catch (StepException e) {
      return e.field().split("[.\\[]")[0].equals(field);
    }
  }
}
