package dev.tandem.micro;

import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.row.RowSchema;
import dev.tandem.wire.MemoryRegistry;
import dev.tandem.wire.OutboxDecoder;
import dev.tandem.wire.OutboxEncoder;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Op;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
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

/// A change of a row of 25 columns to Avro and back, as it travels in the outbox.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+UseParallelGC", "--sun-misc-unsafe-memory-access=allow"})
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets it up before it runs.
public class OutboxBenchmark {
  private OutboxEncoder encoder;
  private OutboxDecoder decoder;
  private RowSchema schema;
  private Change[] changes;
  private byte[][] encoded;
  private int at;

  @Setup
  public void prepare() {
    var wide = WideEntity.compile();
    var registry = new MemoryRegistry();
    encoder = new OutboxEncoder(registry, wide.domain().topics().outbox());
    decoder = new OutboxDecoder(registry);
    schema = wide.rows();
    var position = new ChangePosition(1, new Lsn(1), 2, new Lsn(3), 0);
    changes =
        Arrays.stream(wide.legacyRows())
            .map(row -> new Change(Op.UPDATE, position, true, 0, schema.table(), null, row))
            .toArray(Change[]::new);
    encoded =
        Arrays.stream(changes).map(change -> encoder.encode(change, schema)).toArray(byte[][]::new);
  }

  private int next() {
    at = (at + 1) % WideEntity.ROWS;
    return at;
  }

  @Benchmark
  public byte[] encode() {
    return encoder.encode(changes[next()], schema);
  }

  @Benchmark
  public OutboxRecord decode() {
    return decoder.decode(encoded[next()]);
  }
}
