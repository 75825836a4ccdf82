package dev.tandem.metrics;

import dev.tandem.apply.ApplyListener;
import dev.tandem.capture.CaptureListener;
import dev.tandem.capture.Side;
import dev.tandem.evolution.SchemaChanged;
import dev.tandem.evolution.TableTruncated;
import dev.tandem.job.SweepReport;
import dev.tandem.reconcile.ReconcileListener;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.translate.TranslateListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The pipeline's events as meters. Thread-safe; an event costs a map look-up and an addition.
public final class PipelineMetrics {
  private final MeterRegistry meters;
  private final String migration;
  private final @Nullable StepLags lags;

  /// Rows read by the sweep of each table of each side; held here, since a gauge does not hold its
  /// number.
  private final ConcurrentHashMap<String, AtomicLong> swept = new ConcurrentHashMap<>();

  /// Of each sweep of a job that this process has done something of.
  private final ConcurrentHashMap<String, JobGauges> jobs = new ConcurrentHashMap<>();

  /// One for each domain, however often its reconciliation is started: a gauge is registered once.
  private final ConcurrentHashMap<String, ReconcileListener> reconciled = new ConcurrentHashMap<>();

  public PipelineMetrics(MeterRegistry meters, String migration) {
    this.meters = meters;
    this.migration = migration;
    this.lags = null;
  }

  /// @param lags take the lag of each change too
  public PipelineMetrics(MeterRegistry meters, String migration, StepLags lags) {
    this.meters = meters;
    this.migration = migration;
    this.lags = lags;
  }

  /// Of one store's capture; every meter says which.
  public CaptureListener capture(Side side) {
    Tags tags = Tags.of("migration", migration, "side", side.toString());
    Counter captured = meters.counter("tandem.captured.changes", tags);
    Counter redelivered = meters.counter("tandem.captured.redelivered", tags);
    Counter parked =
        meters.counter(
            "tandem.dead.letters",
            Tags.of("migration", migration, "stage", stage(side), "domain", ""));
    Counter failed = meters.counter("tandem.capture.failures", tags);
    return new CaptureListener() {
      @Override
      public void captured(long records, long committedAt) {
        captured.increment((double) records);
        if (lags != null && side == Side.LEGACY && records > 0) {
          lags.captured(committedAt);
        }
      }

      @Override
      public void redelivered(long records) {
        redelivered.increment((double) records);
      }

      @Override
      public void parked(long records) {
        parked.increment((double) records);
      }

      @Override
      public void swept(SweepProgress progress) {
        swept
            .computeIfAbsent(
                side + " " + progress.table(),
                _ -> sweptRows(tags.and("table", progress.table().toString())))
            .set(progress.rows());
      }

      @Override
      public void ordered(String job, SweepReport report) {
        jobs.computeIfAbsent(
                side + " " + job + " " + report.table(),
                _ ->
                    new JobGauges(
                        meters, tags.and("job_id", job).and("table", report.table().toString())))
            .set(report);
      }

      @Override
      public void changed(SchemaChanged change) {
        meters
            .counter(
                "tandem.schema.changes",
                tags.and("domain", change.domain())
                    .and("touched", String.valueOf(change.isTouched())))
            .increment();
      }

      @Override
      public void truncated(TableTruncated truncated) {
        meters.counter("tandem.truncations", tags.and("domain", truncated.domain())).increment();
      }

      @Override
      public void failed(Throwable cause) {
        failed.increment();
      }
    };
  }

  /// Every meter of one name has the same tags, so that the side of a dead letter is its stage.
  private static String stage(Side side) {
    return switch (side) {
      case LEGACY -> "capture";
      case TARGET -> "observe";
    };
  }

  private AtomicLong sweptRows(Tags tags) {
    var rows = new AtomicLong();
    meters.gauge("tandem.sweep.rows", tags, rows, AtomicLong::get);
    return rows;
  }

  public TranslateListener translate(String domain) {
    return new Translated(domain);
  }

  public ReconcileListener reconcile(String domain) {
    return reconciled.computeIfAbsent(
        domain,
        it -> new ReconcileMetrics(meters, Tags.of("migration", migration, "domain", it), lags));
  }

  public ApplyListener apply(String domain, LagRecorder lag) {
    return new ApplyMetrics(meters, Tags.of("migration", migration, "domain", domain), lag);
  }

  /// Counters by entity, made when first needed, and of both steps.
  private final class Translated implements TranslateListener {
    private final Tags domain;
    private final ConcurrentHashMap<String, Counter> translated = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Counter> unchanged = new ConcurrentHashMap<>();
    private final Map<Step, Counter> spent = new EnumMap<>(Step.class);

    Translated(String domain) {
      this.domain = Tags.of("migration", migration, "domain", domain);
      for (Step step : Step.values()) {
        String name = step.name().toLowerCase(Locale.ROOT);
        spent.put(
            step, meters.counter("tandem.translate.nanoseconds", this.domain.and("step", name)));
      }
    }

    private Counter counter(String meter, String entity) {
      return meters.counter(meter, domain.and("entity", entity));
    }

    @Override
    public void translated(String entity) {
      translated
          .computeIfAbsent(entity, name -> counter("tandem.translated.records", name))
          .increment();
    }

    @Override
    public void unchanged(String entity) {
      unchanged
          .computeIfAbsent(entity, name -> counter("tandem.translated.unchanged", name))
          .increment();
    }

    @Override
    public void parked(String entity) {
      counter("tandem.translated.waiting", entity).increment();
    }

    @Override
    public void refused(String entity) {
      counter("tandem.translated.refused", entity).increment();
    }

    @Override
    public void spent(Step step, long nanos) {
      Objects.requireNonNull(spent.get(step), "a counter of every step").increment((double) nanos);
    }
  }
}
