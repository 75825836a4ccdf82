package dev.tandem.capture;

import dev.tandem.evolution.SchemaChanged;
import dev.tandem.evolution.TableTruncated;
import dev.tandem.job.SweepReport;
import dev.tandem.sweep.SweepProgress;

/// Is told what capture does, for metrics. Called by capture's threads: must not block.
public interface CaptureListener {
  CaptureListener NONE = new CaptureListener() {};

  /// Records of changes stand in Kafka.
  ///
  /// @param committedAt legacy commit time of the last one, microseconds since 1970-01-01T00:00Z
  default void captured(long records, long committedAt) {}

  /// Changes were read from the log again and not written again.
  default void redelivered(long records) {}

  /// Dead letters stand in Kafka.
  default void parked(long records) {}

  default void swept(SweepProgress progress) {}

  /// A sweep of a job stands so.
  default void ordered(String job, SweepReport report) {}

  /// Rows of a table come in another form from now on.
  default void changed(SchemaChanged change) {}

  /// A table was truncated.
  default void truncated(TableTruncated truncated) {}

  /// The session ended and will be tried again.
  default void failed(Throwable cause) {}
}
