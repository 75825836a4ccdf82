package dev.tandem.metrics;

import dev.tandem.contracts.ContractUse;
import dev.tandem.contracts.ContractUse.Read;
import dev.tandem.contracts.ContractUse.Reading;
import dev.tandem.contracts.VersionSkew;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/// Who reads which version of the contracts, and which versions are in use, as gauges. What is not
/// known now is not shown: no alert takes an old number for a new one. A group that reads a topic
/// of several entities has a row for each of them, with the same lag. Thread-safe.
public final class ContractGauges {
  private static final int NAMED_TENANTS = 20;
  private final MultiGauge lag;
  private final MultiGauge lastRead;
  private final MultiGauge rows;
  private final MultiGauge flight;
  private final MultiGauge skew;

  /// @param migration tags of it
  public ContractGauges(MeterRegistry meters, Tags migration) {
    lag = gauge(meters, migration, "tandem.contract.consumer.lag");
    lastRead = gauge(meters, migration, "tandem.contract.consumer.last.read.seconds");
    rows = gauge(meters, migration, "tandem.contract.target.version");
    flight = gauge(meters, migration, "tandem.contract.in.flight");
    skew = gauge(meters, migration, "tandem.contract.versions.in.use");
  }

  private static MultiGauge gauge(MeterRegistry meters, Tags migration, String name) {
    return MultiGauge.builder(name).tags(migration).register(meters);
  }

  /// @param now when it was found
  public synchronized void set(ContractUse use, Instant now) {
    groups(use, now);
    use.skew().ifPresentOrElse(this::show, this::hideSkew);
  }

  public synchronized void unknown() {
    lag.register(List.of(), true);
    lastRead.register(List.of(), true);
    hideSkew();
  }

  private void hideSkew() {
    rows.register(List.of(), true);
    flight.register(List.of(), true);
    skew.register(List.of(), true);
  }

  private void groups(ContractUse use, Instant now) {
    var lags = new ArrayList<Row<?>>();
    var reads = new ArrayList<Row<?>>();
    for (Reading reading : use.readings()) {
      for (Read read : reading.entities()) {
        Tags tags =
            Tags.of(
                "domain", reading.domain(),
                "entity", read.entity(),
                "version", text(read.version()),
                "topic", reading.group().topic(),
                "group", reading.group().group());
        lags.add(Row.of(tags, reading.group().lag()));
        reading
            .group()
            .lastRead()
            .ifPresent(
                at -> reads.add(Row.of(tags, Duration.between(at, now).toMillis() / 1000.0)));
      }
    }
    lag.register(lags, true);
    lastRead.register(reads, true);
  }

  private void show(VersionSkew all) {
    VersionSkew found = all.naming(NAMED_TENANTS);
    rows.register(
        found.target().stream()
            .<Row<?>>map(
                it ->
                    Row.of(
                        Tags.of(
                            "domain", it.domain(),
                            "entity", it.entity(),
                            "generation", String.valueOf(it.generation()),
                            "state", it.state().name().toLowerCase(Locale.ROOT),
                            "version", text(it.version())),
                        1))
            .toList(),
        true);
    flight.register(
        found.flight().stream()
            .<Row<?>>map(
                it ->
                    Row.of(
                        Tags.of(
                            "domain", it.domain(),
                            "entity", it.entity(),
                            "generation", String.valueOf(it.generation()),
                            "version", text(it.version()),
                            "tenant", it.tenant()),
                        it.records()))
            .toList(),
        true);
    skew.register(
        found.versions().entrySet().stream()
            .<Row<?>>map(
                it ->
                    Row.of(
                        Tags.of("domain", it.getKey().domain(), "entity", it.getKey().entity()),
                        it.getValue().size()))
            .toList(),
        true);
  }

  private static String text(OptionalInt version) {
    return version.isPresent() ? String.valueOf(version.getAsInt()) : "unknown";
  }
}
