package dev.tandem.micro;

import dev.tandem.position.Provenance;
import dev.tandem.position.Snapshot;
import dev.tandem.position.Visibility;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Whether a change or a swept row counts, beside snapshots that saw some of the transactions.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH sets it up before it runs.
public class VisibilityBenchmark {
  private static final int CASES = 1_024;
  private static final long LEAST = 1_000_000;

  /// Transactions that a snapshot found running.
  @Param({"4", "64"})
  public int running;

  private Provenance[] kept;
  private Snapshot[] snapshots;
  private long[] transactions;
  private int at;

  @Setup
  public void prepare() {
    var random = new Random(7);
    snapshots = IntStream.range(0, CASES).mapToObj(_ -> snapshot(random)).toArray(Snapshot[]::new);
    transactions = random.longs(CASES, LEAST - 100, LEAST + 4L * running + 100).toArray();
    kept =
        IntStream.range(0, CASES)
            .mapToObj(
                i ->
                    i % 2 == 0
                        ? new Provenance.ByChange(1, transactions[(i + 1) % CASES])
                        : new Provenance.BySweep(1, snapshots[(i + 1) % CASES]))
            .toArray(Provenance[]::new);
  }

  private Snapshot snapshot(Random random) {
    long xmin = LEAST + random.nextInt(running);
    long[] open = random.longs(running, xmin, xmin + 4L * running).distinct().toArray();
    return new Snapshot(xmin, xmin + 4L * running, open);
  }

  private int next() {
    at = (at + 1) % CASES;
    return at;
  }

  @Benchmark
  public Visibility.Decision change() {
    int i = next();
    return Visibility.change(kept[i], 1, transactions[i]);
  }

  @Benchmark
  public Visibility.Decision swept() {
    int i = next();
    return Visibility.swept(kept[i], 1, snapshots[i]);
  }
}
