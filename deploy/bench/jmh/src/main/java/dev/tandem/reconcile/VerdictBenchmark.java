package dev.tandem.reconcile;

import dev.tandem.canon.SipHash;
import dev.tandem.micro.WideEntity;
import dev.tandem.reconcile.VerdictRules.Known;
import dev.tandem.reconcile.VerdictRules.Sides;
import dev.tandem.reconcile.Version.Origin;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

/// The canonical content of an entity of 25 fields, and the verdict on both sides of it: most in
/// sync, of each 16 one not.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+UseParallelGC", "--sun-misc-unsafe-memory-access=allow"})
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets it up before it runs.
public class VerdictBenchmark {
  private static final int LARGEST = 1_000_000;
  private static final long V = 20;

  private ContentForm form;
  private Known known;
  private GenericRecord[] contracts;
  private EntityState[] entities;
  private int at;

  @Setup
  public void prepare() {
    var wide = WideEntity.compile();
    var hash = new SipHash(new byte[SipHash.KEY_SIZE]);
    form = new ContentForm(wide.entity(), hash, LARGEST);
    known = new Known(0, hash, _ -> false);
    contracts = wide.contracts();
    entities =
        IntStream.range(0, contracts.length).mapToObj(this::state).toArray(EntityState[]::new);
  }

  private EntityState state(int i) {
    var entity = new EntityState();
    byte[] content = form.expected(contracts[i]);
    int other = i % 16 == 0 ? (i + 1) % contracts.length : i;
    entity.expected.add(Version.known(10, content, Origin.NONE));
    entity.observed.add(Version.known(15, form.expected(contracts[other]), Origin.NONE));
    return entity;
  }

  private int next() {
    at = (at + 1) % WideEntity.ROWS;
    return at;
  }

  @Benchmark
  public byte[] content() {
    return form.expected(contracts[next()]);
  }

  @Benchmark
  public Object verdict() {
    EntityState entity = entities[next()];
    return VerdictRules.judge(
        new Sides(entity.expected.at(V), entity.observed.at(V), entity, known));
  }
}
