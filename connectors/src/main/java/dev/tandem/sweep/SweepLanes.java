package dev.tandem.sweep;

import dev.tandem.fatal.Fatal;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import dev.tandem.wire.OutboxRecord.Purpose;
import dev.tandem.wire.RegistryException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The threads that read and encode the pages of a sweep. Pages of one part come in order; no more
/// than two pages a lane wait to be taken.
final class SweepLanes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SweepLanes.class);
  /// How long nobody asks whether the sweep goes on.
  private static final Duration TURN = Duration.ofMillis(250);

  private final Source source;
  private final TableId table;
  private final SweepOutlet outlet;
  private final BlockingQueue<Outcome> outcomes;
  private final Queue<Integer> open = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<PageReader> readers = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  private sealed interface Outcome {
    record Read(EncodedPage page) implements Outcome {}

    record Failed(Throwable cause) implements Outcome {}
  }

  /// What is read, how, and for whom.
  ///
  /// @param floor the lowest xmin that a page may have that is read from a standby
  record Source(
      SweepStores stores, PageQuery query, SweepSettings settings, Purpose purpose, long floor) {}

  SweepLanes(Source source, SweepOutlet outlet) {
    this.source = source;
    this.table = source.query.schema().table();
    this.outlet = outlet;
    this.outcomes = new ArrayBlockingQueue<>(2 * source.settings.lanes());
  }

  void start(SweepProgress progress) {
    for (int i = 0; i < progress.parts().size(); i++) {
      if (!progress.parts().get(i).done()) {
        open.add(i);
      }
    }
    int lanes = Math.min(source.settings.lanes(), open.size());
    for (int i = 0; i < lanes; i++) {
      threads.add(
          Thread.ofPlatform()
              .name("sweep-" + progress.table() + "-" + i)
              .daemon()
              .start(() -> run(progress)));
    }
  }

  /// At most `most` pages; none if none comes within [#TURN].
  ///
  /// @throws SQLException if a lane could not read
  /// @throws RegistryException if the registry was away from it
  /// @throws UnfitReplicaException if the standby is none any more
  /// @throws BrokenSweepException if it broke
  List<EncodedPage> take(int most) throws SQLException, InterruptedException {
    Outcome first = outcomes.poll(TURN.toMillis(), TimeUnit.MILLISECONDS);
    if (first == null) {
      return List.of();
    }
    var taken = new ArrayList<>(List.of(first));
    outcomes.drainTo(taken, most - 1);
    var pages = new ArrayList<EncodedPage>();
    for (Outcome outcome : taken) {
      switch (outcome) {
        case Outcome.Read(var page) -> pages.add(page);
        case Outcome.Failed(SQLException cause) -> throw cause;
        case Outcome.Failed(Error cause) -> throw cause;
        case Outcome.Failed(UnfitReplicaException cause) -> throw cause;
        case Outcome.Failed(RegistryException cause) -> throw cause;
        case Outcome.Failed(var cause) -> throw new BrokenSweepException(table, cause);
      }
    }
    return pages;
  }

  private void run(SweepProgress progress) {
    try (var reader = new PageReader(source.stores, source.query, source.settings, source.floor)) {
      readers.add(reader);
      for (Integer part = open.poll(); part != null && !closed; part = open.poll()) {
        read(reader, progress, part);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (SQLException | RuntimeException | Error failure) {
      Fatal.raise(failure);
      fail(failure);
    }
  }

  private void read(PageReader reader, SweepProgress progress, int part)
      throws SQLException, InterruptedException {
    KeyRange rest = progress.parts().get(part).rest();
    boolean last = false;
    while (!last && !closed) {
      Page page = reader.read(rest);
      last = page.last();
      rest = page.rest();
      var entries = new ArrayList<OutboxEntry>(page.rows().size());
      long unplaced = encode(page, progress.epoch(), entries);
      outcomes.put(
          new Outcome.Read(
              new EncodedPage(
                  part,
                  rest,
                  page.rows().size(),
                  unplaced,
                  last,
                  page.snapshot(),
                  reader.mark(progress.id()),
                  entries)));
    }
  }

  /// How many rows of the page at least one domain could not place.
  private long encode(Page page, int epoch, List<OutboxEntry> entries) {
    long unplaced = 0;
    for (SweptRow row : page.rows()) {
      int before = entries.size();
      switch (row) {
        case SweptRow.Whole(_, var values) ->
            outlet.route(
                new OutboxRecord.Swept(
                    epoch, page.snapshot(), page.readAt(), values, source.purpose),
                entries);
        case SweptRow.Unreadable unreadable -> outlet.park(unreadable, entries);
      }
      if (entries.subList(before, entries.size()).stream().anyMatch(OutboxEntry::isDeadLetter)) {
        unplaced++;
      }
    }
    return unplaced;
  }

  private void fail(Throwable failure) {
    if (closed) {
      LOG.debug("a sweep's lane ended after the sweep", failure);
      return;
    }
    try {
      outcomes.put(new Outcome.Failed(failure));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws SQLException {
    closed = true;
    threads.forEach(Thread::interrupt);
    for (PageReader reader : readers) {
      reader.close();
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
