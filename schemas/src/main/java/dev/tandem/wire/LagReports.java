package dev.tandem.wire;

import dev.tandem.wire.LagReport.Percentiles;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/// Lag reports in Avro and Confluent framing. Thread-safe.
public final class LagReports {
  private static final String NAMESPACE = "dev.tandem.lag";
  private static final Schema PERCENTILES =
      SchemaBuilder.record("Percentiles")
          .namespace(NAMESPACE)
          .fields()
          .requiredLong("p50")
          .requiredLong("p95")
          .requiredLong("p99")
          .requiredLong("max")
          .endRecord();
  static final Schema SCHEMA =
      SchemaBuilder.record("LagReport")
          .namespace("dev.tandem")
          .fields()
          .requiredString("domain")
          .requiredInt("partition")
          .name("state")
          .type(FramedRecord.enumOf(LagReport.State.class, "State", NAMESPACE))
          .noDefault()
          .name("at")
          .type(FramedRecord.instant())
          .noDefault()
          .requiredLong("read")
          .requiredLong("observed")
          .requiredLong("verdictAt")
          .requiredLong("outboxEnd")
          .requiredLong("observedEnd")
          .requiredLong("reconciled")
          .name("toTarget")
          .type(PERCENTILES)
          .noDefault()
          .name("toObservation")
          .type(PERCENTILES)
          .noDefault()
          .requiredLong("pending")
          .name("oldestPendingAt")
          .type(FramedRecord.instant())
          .noDefault()
          .requiredLong("openDivergences")
          .requiredBoolean("repairsStopped")
          .name("stoppedAt")
          .type(FramedRecord.enumOf(LagReport.Stage.class, "Stage", NAMESPACE))
          .withDefault(LagReport.Stage.NONE.name())
          .name("waiting")
          .type()
          .longType()
          .longDefault(0)
          .name("captureHeardAt")
          .type(FramedRecord.instant())
          .withDefault(0L)
          .name("observeHeardAt")
          .type(FramedRecord.instant())
          .withDefault(0L)
          .endRecord();

  private final int id;

  /// Registers the schema under the topic, so that a report can be written when the registry is
  /// away.
  public LagReports(Registry registry, String topic) {
    id = registry.register(Registry.subject(topic, SCHEMA), SCHEMA);
  }

  public byte[] encode(LagReport report) {
    var record = new GenericData.Record(SCHEMA);
    record.put("domain", report.domain());
    record.put("partition", report.partition());
    record.put("state", FramedRecord.symbol(SCHEMA, "state", report.state()));
    record.put("at", report.at());
    record.put("read", report.read());
    record.put("observed", report.observed());
    record.put("verdictAt", report.verdictAt());
    record.put("outboxEnd", report.outboxEnd());
    record.put("observedEnd", report.observedEnd());
    record.put("reconciled", report.reconciled());
    record.put("toTarget", record(report.toTarget()));
    record.put("toObservation", record(report.toObservation()));
    record.put("pending", report.pending());
    record.put("oldestPendingAt", report.oldestPendingAt());
    record.put("waiting", report.waiting());
    record.put("openDivergences", report.openDivergences());
    record.put("repairsStopped", report.repairsStopped());
    var evidence = report.evidence();
    record.put("stoppedAt", FramedRecord.symbol(SCHEMA, "stoppedAt", evidence.stoppedAt()));
    record.put("captureHeardAt", evidence.captureHeardAt());
    record.put("observeHeardAt", evidence.observeHeardAt());
    return FramedRecord.encode(id, record);
  }

  private static GenericRecord record(Percentiles percentiles) {
    var record = new GenericData.Record(PERCENTILES);
    record.put("p50", percentiles.p50());
    record.put("p95", percentiles.p95());
    record.put("p99", percentiles.p99());
    record.put("max", percentiles.max());
    return record;
  }

  /// @throws UndecodableException if the bytes are not a report of this version
  public static LagReport decode(byte[] framed) {
    return FramedRecord.decode(SCHEMA, framed, LagReports::report);
  }

  private static LagReport report(GenericRecord record) {
    return new LagReport(
        FramedRecord.text(record, "domain"),
        (Integer) record.get("partition"),
        LagReport.State.valueOf(FramedRecord.text(record, "state")),
        new LagReport.Evidence(
            LagReport.Stage.valueOf(FramedRecord.text(record, "stoppedAt")),
            FramedRecord.whole(record, "captureHeardAt"),
            FramedRecord.whole(record, "observeHeardAt")),
        FramedRecord.whole(record, "at"),
        FramedRecord.whole(record, "read"),
        FramedRecord.whole(record, "observed"),
        FramedRecord.whole(record, "verdictAt"),
        FramedRecord.whole(record, "outboxEnd"),
        FramedRecord.whole(record, "observedEnd"),
        FramedRecord.whole(record, "reconciled"),
        percentiles((GenericRecord) record.get("toTarget")),
        percentiles((GenericRecord) record.get("toObservation")),
        FramedRecord.whole(record, "pending"),
        FramedRecord.whole(record, "oldestPendingAt"),
        FramedRecord.whole(record, "waiting"),
        FramedRecord.whole(record, "openDivergences"),
        (Boolean) record.get("repairsStopped"));
  }

  private static Percentiles percentiles(GenericRecord record) {
    return new Percentiles(
        FramedRecord.whole(record, "p50"),
        FramedRecord.whole(record, "p95"),
        FramedRecord.whole(record, "p99"),
        FramedRecord.whole(record, "max"));
  }
}
