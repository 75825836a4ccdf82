package dev.tandem.capture;

import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.postgres.PostgresCatalog;
import dev.tandem.postgres.ReplicationState;
import dev.tandem.postgres.ServerIdentity;
import dev.tandem.sweep.OutboxEntry;
import dev.tandem.sweep.SweepProgress;
import dev.tandem.sweep.SweptRow;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import dev.tandem.wire.OutboxRecord;
import io.debezium.engine.RecordChangeEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Capture from one start of the engine to its end: the engine's thread writes what the log says, a
/// thread of its own sweeps, the calling thread keeps an idle slot moving. Whatever fails ends the
/// session; the next one begins from what Kafka holds.
final class CaptureSession implements LogEngine.Batches, Heartbeat.Session {
  private static final Logger LOG = LoggerFactory.getLogger(CaptureSession.class);
  private static final Duration WATCH = Duration.ofMillis(50);
  private static final Duration LAST_SWEEP = Duration.ofSeconds(20);
  private final CaptureSettings settings;
  private final OutboxLog log;
  private final Counters counters;
  private final ServerIdentity server;
  private final CaptureState state;
  private final Routing routing;
  private final Loads loads;
  private final OutboxRecords records;
  private final TransactionAssembly assembly;
  private final LogReader reader;
  private final TableNames tableNames;
  private @Nullable SchemaWatch schemas;

  /// What of the log stood in Kafka when the session began.
  private final Lsn provenBefore;

  private final LogTrail trail;
  private final Pulse pulse;
  private final Passed passed;
  private final EndMarks ends = new EndMarks();
  private final SlotCheck slotCheck;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile long nextXid;
  private volatile Instant lastEnd;
  private long redelivered;

  /// What a session begins from.
  ///
  /// @param from the slot's confirmed position
  /// @param nextXid an id above that of every transaction that had one after slot and publication
  ///     were found to exist
  /// @param names what the tables are called
  record Start(
      ServerIdentity server, CaptureState state, Lsn from, long nextXid, TableNames names) {}

  private static Set<String> written(CaptureSettings settings) {
    var topics = new HashSet<>(settings.topics());
    topics.add(settings.names().deadLetters());
    return topics;
  }

  CaptureSession(CaptureSettings settings, OutboxLog log, Counters counters, Start start) {
    this.settings = settings;
    this.log = log;
    this.counters = counters;
    this.server = start.server();
    this.state = start.state();
    this.nextXid = start.nextXid();
    this.lastEnd = settings.clock().instant();
    this.routing = settings.routing();
    this.loads = Loads.of(settings.plan(), settings.side(), routing.swept());
    this.records = new OutboxRecords(settings, state, log.largest(written(settings)));
    this.slotCheck = new SlotCheck(settings.store(), settings.names().slot(), start.from());
    this.assembly = new TransactionAssembly(routing, records, state, start.from());
    this.pulse = new Pulse(settings.clock().instant());
    this.trail = new LogTrail(start.from(), state.source());
    this.provenBefore = trail.proven();
    this.passed = new Passed(start.from());
    this.tableNames = start.names();
    routing.tables().forEach(table -> routing.alias(tableNames.now(table), table));
    this.reader = new LogReader(settings.names().slot(), this::table, () -> nextXid, routing::meet);
  }

  /// Streams and sweeps until it is interrupted or something fails.
  void run() throws Exception {
    begin();
    Thread sweeper = Thread.ofPlatform().name("sweeps").daemon().unstarted(this::sweep);
    try (var engine = new LogEngine(settings.store(), settings.names(), routing.tables(), this)) {
      engine.start();
      sweeper.start();
      watch(engine);
    } finally {
      passed.fail(new IllegalStateException("the session has ended"));
      sweeper.interrupt();
      // One that waits for a server that is gone may go on waiting: it cannot write any more.
      if (!sweeper.join(LAST_SWEEP)) {
        LOG.warn("{}: a sweep still waits for {}", settings.names(), settings.store());
      }
    }
  }

  /// Notes what every later start is judged by, and where an epoch begins says so first.
  private void begin() throws SQLException {
    var notes = new ArrayList<CaptureState.Note>();
    CaptureState.Note.Source known = state.source();
    var source = trail.note(server, state.epoch());
    if (!source.equals(known)) { // a session that gets no further must not look as if it did
      notes.add(source);
    }
    for (CaptureState.Load load : loads.all()) {
      var sweep = state.sweep(load);
      if (state.visibleFrom(load) == null
          || Loads.isUnread(load, sweep)
          || settings.placements().isUnswept(load.table(), sweep)) {
        notes.add(new CaptureState.Note.Visible(load.of(), load.table(), state.epoch(), nextXid));
      }
    }
    notes.addAll(OutboxRule.notes(state, loads.later(), settings.over()));
    if (settings.side() == Side.LEGACY) {
      notes.addAll(SchemaWatch.first(settings.store(), routing, state));
    }
    boolean begins = known != null && known.proven() == null;
    log.write(begins ? epochMarks() : List.of(), notes);
    notes.forEach(state::apply);
    schemas = settings.side() == Side.LEGACY ? new SchemaWatch(routing, state) : null;
    counters.proven(trail.proven());
    sayPlacements();
  }

  private void sayPlacements() throws SQLException {
    Set<Long> unswept =
        loads.all().stream()
            .filter(load -> settings.placements().isUnswept(load.table(), state.sweep(load)))
            .map(load -> settings.placements().since().get(load.table()))
            .collect(Collectors.toSet());
    if (!unswept.isEmpty()) {
      try (Connection connection = settings.store().connect()) {
        PlacedCheckpoints.repeat(connection, settings.plan().migration(), unswept);
      }
    }
  }

  private List<OutboxEntry> epochMarks() {
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, settings.clock().instant());
    LOG.warn("{} begins epoch {}", settings.names(), state.epoch());
    return mark(
        new OutboxRecord.Marker(OutboxRecord.Kind.EPOCH, state.epoch(), null, "", null, now));
  }

  private void watch(LogEngine engine) throws Exception {
    var ground = new CatalogWatch.Ground(routing, tableNames, records, log);
    var catalog = schemas == null ? null : new CatalogWatch(settings, state, ground);
    var heartbeat = new Heartbeat(settings, new Heartbeat.Looks(tableNames, catalog), pulse, this);
    heartbeat.begin();
    while (!engine.hasEnded() && failure.get() == null) {
      Thread.sleep(WATCH);
      heartbeat.beat();
    }
    Throwable cause = failure.get() != null ? failure.get() : engine.failure();
    throw new SessionEndedException(cause);
  }

  @Override
  public Instant lastEnd() {
    return lastEnd;
  }

  @Override
  public Lsn passed() {
    return passed.end();
  }

  @Override
  public void next(long xid) {
    nextXid = xid;
  }

  /// The domains that read a table learn its new name even if nothing is written to it: from a
  /// marker of a table that they do not know, which says nothing to those that do.
  @Override
  public void renamed(TableId table, TableId name) {
    LOG.warn("{}: table {} is called {} now", settings.names(), table, name);
    routing.alias(name, table);
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, settings.clock().instant());
    write(
        records.mark(
            new OutboxRecord.Marker(
                OutboxRecord.Kind.SWEEP_STARTED, state.epoch(), name, "", null, now),
            List.of(table)));
  }

  @Override
  public int handle(List<RecordChangeEvent<SourceRecord>> batch) throws SQLException {
    pulse.begin(settings.clock().instant());
    try {
      slotCheck.once();
      return taken(batch);
    } catch (LogTrail.ForkedException forked) { // whatever the engine makes of it
      failure.compareAndSet(null, forked);
      throw forked;
    } finally {
      pulse.end(settings.clock().instant());
    }
  }

  private int taken(List<RecordChangeEvent<SourceRecord>> batch) {
    var entries = new ArrayList<OutboxEntry>(batch.size());
    var news = BatchNews.none();
    TransactionAssembly.Outlet outlet =
        (strand, record) -> entries.add(records.entry(strand, record));
    int safe = -1;
    Lsn end = null;
    long committedAt = 0;
    for (int i = 0; i < batch.size(); i++) {
      switch (reader.read(batch.get(i).record())) {
        case null -> {}
        case LogReader.Event.Changed(var change) -> {
          trail.change(change.committedAt() / 1000);
          take(change, outlet, news);
          committedAt = change.committedAt();
        }
        case LogReader.Event.Torn(var deletion, var creation) -> {
          trail.change(creation.committedAt() / 1000);
          take(deletion, outlet, news);
          take(creation, outlet, news);
          committedAt = creation.committedAt();
        }
        case LogReader.Event.Ended(var position, var at) -> {
          trail.end(position, at);
          assembly.end(position, outlet);
          safe = i;
          end = position;
          // Behind what is read again: of a transaction that was cut off a part may stand already.
          if (position.isAfter(provenBefore)) {
            news.add(ends.take(), entries);
          }
        }
      }
    }
    if (entries.isEmpty() && end == null && news.notes().isEmpty()) {
      return -1;
    }
    write(entries, end, news);
    news.ends().forEach(mark -> entries.removeAll(mark.entries()));
    counters.captured(entries, committedAt, assembly.redelivered() - redelivered);
    redelivered = assembly.redelivered();
    return safe;
  }

  private void take(CapturedChange change, TransactionAssembly.Outlet outlet, BatchNews news) {
    long again = assembly.redelivered();
    ChangePosition position = assembly.change(change, outlet);
    if (schemas != null) {
      news.add(schemas.saw(change, position));
      if (change.op() == OutboxRecord.Op.TRUNCATE && assembly.redelivered() == again) {
        news.truncated().addAll(routing.truncated(change));
      }
    }
  }

  private void write(List<OutboxEntry> entries, @Nullable Lsn end, BatchNews news) {
    List<CaptureState.Note> notes = assembly.written();
    notes.addAll(news.notes());
    if (end != null || trail.isBehind()) {
      notes.add(trail.note(server, state.epoch()));
    }
    var all = new ArrayList<>(entries);
    all.addAll(news.notices(records));
    log.write(all, notes);
    news.tell(settings.names(), settings.listener());
    if (end != null) {
      lastEnd = settings.clock().instant();
      counters.proven(trail.proven());
      passed.advance(end);
    }
  }

  private void sweep() {
    try (var orders = settings.jobs().orders().get();
        var gate = settings.jobs().gates().get()) {
      var jobs = new JobSweeps(settings, state, this, new JobSweeps.Desk(orders, gate));
      new SweepSchedule(settings, state, this, new SweepSchedule.Work(loads, jobs)).run();
    } catch (InterruptedException stopped) {
      LOG.debug("sweeps were stopped");
    } catch (RuntimeException | Error broken) {
      failure.compareAndSet(null, broken);
    }
  }

  /// Adds the entries of a swept row; called by several threads.
  void route(OutboxRecord.Swept swept, List<OutboxEntry> into) {
    records.route(swept, into);
  }

  void park(SweptRow.Unreadable row, List<OutboxEntry> into) {
    records.park(row, into);
  }

  /// The marker for every partition of every outbox of the domains that read its table.
  List<OutboxEntry> mark(OutboxRecord.Marker marker) {
    TableId table = marker.table();
    return records.mark(marker, table == null ? routing.tables() : List.of(table));
  }

  void awaitPassed(Lsn position) throws InterruptedException {
    passed.await(position);
  }

  /// Records of a first sweep with what is noted of it.
  void writeLoad(List<OutboxEntry> entries, CaptureState.Note note, SweepProgress progress)
      throws InterruptedException {
    write(entries, note, progress);
    counters.swept(entries, progress);
  }

  /// Records of a sweep with what is noted of it; its end between two transactions.
  void write(List<OutboxEntry> entries, CaptureState.Note note, SweepProgress progress)
      throws InterruptedException {
    if (!progress.ended() || entries.isEmpty()) {
      log.write(entries, List.of(note));
      return;
    }
    var end = ends.put(entries, note);
    try (Connection connection = settings.store().connect()) {
      ReplicationState.mark(connection, "end of a sweep");
    } catch (SQLException away) {
      LOG.debug("the end of a sweep waits for the next transaction", away);
    }
    end.await();
  }

  /// Records that change nothing of the state.
  void write(List<OutboxEntry> entries) {
    log.write(entries, List.of());
  }

  /// Records of a job's sweep with what is noted of them.
  void writeJob(List<OutboxEntry> entries, CaptureState.Note note, SweepProgress progress)
      throws InterruptedException {
    write(entries, note, progress);
    counters.parked(entries);
  }

  /// What is noted beside any record.
  void note(CaptureState.Note note) {
    log.write(List.of(), List.of(note));
  }

  /// Records whose offsets matter.
  List<Long> place(List<OutboxEntry> entries) {
    return log.place(entries);
  }

  /// The table that goes by a name in the log. One that has been dropped since is not there; one of
  /// no domain is not looked for.
  private Optional<Table> table(TableId name) {
    try (Connection connection = settings.store().connect()) {
      if (settings.side() == Side.LEGACY && !routing.knows(name)) {
        TableId planned = tableNames.planned(connection, name);
        if (planned != null) {
          routing.alias(name, planned);
        }
      }
      TableId now = name;
      if (PostgresCatalog.read(connection, List.of(name)).table(name).isEmpty()) {
        now = tableNames.now(routing.planned(name));
      }
      return PostgresCatalog.read(connection, List.of(now)).table(now);
    } catch (SQLException away) {
      throw new IllegalStateException("cannot read the catalog for " + name, away);
    }
  }

  /// The engine stopped, or a write failed.
  static final class SessionEndedException extends Exception {
    private static final long serialVersionUID = 1;

    SessionEndedException(@Nullable Throwable cause) {
      super(cause == null ? "the log's engine stopped" : String.valueOf(cause.getMessage()), cause);
    }
  }
}
