package dev.tandem.bench;

import dev.tandem.postgres.PostgresAccess;
import dev.tandem.stack.StackAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/// What Tandem is compared with, in the same run and on the same stack. A peer that fails is
/// reported and left out: the others say something without it.
final class Peers {
  private final Surroundings around;
  private final Consumer<String> progress;
  private final List<String> failures = new ArrayList<>();

  /// @param directory for what they keep
  record Surroundings(
      StackAddress stack, Path directory, PeerLibraries libraries, ProcessorTime processor) {
    PostgresAccess legacy() {
      return new PostgresAccess(
          stack.legacy().url(), stack.legacy().user(), stack.legacy().password());
    }
  }

  Peers(Surroundings around, Consumer<String> progress) {
    this.around = around;
    this.progress = progress;
  }

  /// Reads the whole table.
  ///
  /// @param rows how many it has
  List<Measured> load(String load, int rows) {
    var measured = new ArrayList<Measured>();
    var snapshots = new SnapshotPeer(around.legacy(), rows, around.processor());
    attempt(SnapshotPeer.INITIAL, measured, () -> snapshots.initial(load));
    attempt(SnapshotPeer.INCREMENTAL, measured, () -> snapshots.incremental(load));
    return measured;
  }

  /// Drains a backlog for each peer; Tandem's capture has them to read afterwards.
  ///
  /// @param definition statement that makes the table
  List<Measured> drain(Backlog backlog, String definition) {
    var measured = new ArrayList<Measured>();
    attempt(
        backlog.load() + ": " + NativePeer.WHAT, measured, () -> nativeDrain(backlog, definition));
    attempt(backlog.load() + ": " + ConnectPeer.WHAT, measured, () -> connectDrain(backlog));
    return measured;
  }

  private Measured nativeDrain(Backlog backlog, String definition) throws Exception {
    try (var legacy = around.stack().legacy().connect();
        var target = around.stack().target().connect();
        var peer = new NativePeer(legacy, target, around.legacy(), definition)) {
      String end = backlog.make(around.stack().legacy());
      return peer.drain(backlog, end, around.processor());
    }
  }

  /// What Tandem has compiled by then it has too: the first backlog is not counted.
  private Measured connectDrain(Backlog backlog) throws Exception {
    if (!around.libraries().areThere()) {
      throw new IllegalStateException(
          "its libraries are not in "
              + around.libraries()
              + "; './tandem bench --peers' fetches them, where Maven Central is to be had");
    }
    try (var peer =
        ConnectPeer.start(
            around.libraries(), around.directory().resolve("connect"), around.stack())) {
      backlog.make(around.stack().legacy());
      Measured warm = peer.drain(backlog, around.processor());
      progress.accept("  warm-up: %,.0f per second".formatted(warm.perSecond()));
      backlog.make(around.stack().legacy());
      return peer.drain(backlog, around.processor());
    }
  }

  private void attempt(String what, List<Measured> measured, Callable<Measured> peer) {
    progress.accept(what);
    try {
      Measured done = peer.call();
      measured.add(done);
      progress.accept("  %,.0f per second".formatted(done.perSecond()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(what + ": interrupted", e);
    } catch (Exception e) {
      String failure = what + ": not measured: " + e.getMessage();
      failures.add(failure);
      progress.accept("  " + failure);
    }
  }

  /// What was not measured, and why.
  List<String> failures() {
    return List.copyOf(failures);
  }
}
