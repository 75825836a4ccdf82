package dev.tandem.micro;

import dev.tandem.plan.ContractData;
import dev.tandem.plan.EntityMapping;
import dev.tandem.row.Row;
import dev.tandem.version.Route;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.generic.GenericRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Translation of an entity of 25 fields: by the spec's lenses, by Java written for it alone, and
/// from one version of its contract to the next.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"-XX:+UseParallelGC", "--sun-misc-unsafe-memory-access=allow"})
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets it up before it runs.
public class TranslationBenchmark {
  private EntityMapping lenses;
  private HandWritten java;
  private Route next;
  private Row[] rows;
  private GenericRecord[] contracts;
  private int at;

  /// @throws IllegalStateException if both do not make the same
  @Setup
  public void prepare() {
    var wide = WideEntity.compile();
    lenses = wide.entity().mapping();
    java = new HandWritten(lenses.contract());
    next = wide.contract().chain().orElseThrow().between(1, 2);
    rows = wide.legacyRows();
    contracts = wide.contracts();
    for (int i = 0; i < rows.length; i++) {
      GenericRecord written = java.translate(rows[i]);
      if (ContractData.MODEL.compare(contracts[i], written, lenses.contract()) != 0) {
        throw new IllegalStateException(
            "expected the same of both, found " + contracts[i] + " and " + written);
      }
    }
  }

  private int next() {
    at = (at + 1) % WideEntity.ROWS;
    return at;
  }

  @Benchmark
  public GenericRecord byLenses() {
    return lenses.project(rows[next()], Map.of());
  }

  @Benchmark
  public GenericRecord byJavaWrittenForIt() {
    return java.translate(rows[next()]);
  }

  @Benchmark
  public GenericRecord toTheNextVersion() {
    return next.of(contracts[next()]);
  }
}
