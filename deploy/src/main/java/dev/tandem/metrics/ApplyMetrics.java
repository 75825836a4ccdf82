package dev.tandem.metrics;

import dev.tandem.apply.ApplyListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;

/// What the apply of one domain tells of itself, as meters; its lag goes to a [LagRecorder] as
/// well.
final class ApplyMetrics implements ApplyListener {
  private final MeterRegistry meters;
  private final Tags tags;
  private final LagRecorder lag;
  private final Counter records;
  private final Counter keys;
  private final Counter decode;
  private final Counter write;
  private final Counter commit;

  /// @param tags migration and domain
  ApplyMetrics(MeterRegistry meters, Tags tags, LagRecorder lag) {
    this.meters = meters;
    this.tags = tags;
    this.lag = lag;
    this.records = meters.counter("tandem.applied.records", tags);
    this.keys = meters.counter("tandem.applied.entities", tags);
    this.decode = meters.counter("tandem.apply.nanoseconds", tags.and("step", "decode"));
    this.write = meters.counter("tandem.apply.nanoseconds", tags.and("step", "write"));
    this.commit = meters.counter("tandem.apply.nanoseconds", tags.and("step", "commit"));
  }

  @Override
  public void committed(Committed committed) {
    records.increment(committed.records());
    keys.increment(committed.keys());
    decode.increment((double) committed.nanos().decode());
    write.increment((double) committed.nanos().write());
    commit.increment((double) committed.nanos().commit());
  }

  @Override
  public void latency(String domain, long micros) {
    lag.record(micros, 1);
  }

  @Override
  public void missed(String domain, String entity, int rows) {
    meters.counter("tandem.apply.missed.rows", tags.and("entity", entity)).increment(rows);
  }

  @Override
  public void deadLetter(String domain, String entity) {
    meters.counter("tandem.dead.letters", tags.and("stage", "apply")).increment();
  }

  @Override
  public void waiting(String domain, int partition, String reason) {
    meters.counter("tandem.apply.retries", tags).increment();
  }

  @Override
  public void fenced(String domain, int partition) {
    meters.counter("tandem.apply.fenced", tags).increment();
  }
}
