package dev.tandem.capture;

import dev.tandem.sweep.OutboxEntry;
import java.util.List;
import java.util.Set;

/// Where capture writes to, all or nothing, and what it knows of itself there.
interface OutboxLog extends AutoCloseable {
  /// Fences out whoever wrote before, and reads the state that the last complete write left.
  ///
  /// @throws FencedException if another writer has taken over meanwhile
  /// @throws MissingException if there is nothing to read it from: set-up makes that
  CaptureState open();

  /// The newest source epoch that topics speak of, 0 where they hold nothing.
  int newestEpoch(Set<String> topics);

  /// Size of the largest record, in bytes, that each of these topics is sure to take.
  int largest(Set<String> topics);

  /// Writes entries, per partition in their order, and notes, atomically. Thread-safe.
  ///
  /// @throws FencedException if another writer has taken over
  void write(List<OutboxEntry> entries, List<CaptureState.Note> notes);

  /// Writes entries atomically.
  ///
  /// @return the offset of each, in their order
  /// @throws FencedException if another writer has taken over
  List<Long> place(List<OutboxEntry> entries);

  @Override
  void close();

  /// What set-up makes is not there.
  final class MissingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MissingException(String message) {
      super(message);
    }
  }

  /// Another writer has taken over: this one has to stand by.
  final class FencedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    FencedException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
