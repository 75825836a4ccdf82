package dev.tandem.apply;

import dev.tandem.apply.ApplyListener.Committed;
import dev.tandem.apply.ApplyListener.Nanos;
import dev.tandem.apply.BatchWriter.Order;
import dev.tandem.apply.DecodedBatch.Unreadable;
import dev.tandem.apply.RefusalTable.Refused;
import dev.tandem.generation.Place;
import dev.tandem.plan.DomainPlan;
import dev.tandem.wire.ContractPosition;
import dev.tandem.wire.DeadLetter;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Applies one batch of one partition, exactly once, in as few target transactions as the target
/// lets it.
///
/// 1. The whole batch in one transaction; where it is a load ([Loading]), by `COPY` first.
/// 2. Where the target refuses the content: each legacy transaction in its own, rows that go before
///    rows that stay; then the other way round with constraints deferred; then by deleting what is
///    written anew, for values that are swapped.
/// 3. Where it still refuses: each entity for itself, again as long as one more succeeds; what is
///    left becomes dead letters, and the rest goes on. A value that is taken is waited for before
///    ([UniquePatience]).
///
/// Not thread-safe.
final class BatchApplier {
  private static final Pattern NAMED =
      Pattern.compile("(constraint|relation|table|column) \"[^\"]+\"");

  /// Object in use.
  private static final String TAKEN = "55006";

  private final DomainPlan domain;
  private final CheckpointTable checkpoints;
  private final RefusalTable refusals;

  /// By the schema that the tables stand in, the empty name where the spec says.
  private final Map<String, BatchWriter> writers = new HashMap<>();

  private final ContractDecoder decoder;
  private final Outlets outlets;

  /// Where everything goes that is not a row.
  record Outlets(
      DeadLetterSink deadLetters, ApplyListener listener, PoisonGuard guard, InstantSource clock) {}

  /// The checkpoint row is not as this writer left it, or is held where it stands.
  static final class NotHeldException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private interface Write {
    Map<String, Integer> into(TargetSession session) throws SQLException;
  }

  BatchApplier(
      DomainPlan domain, CheckpointTable checkpoints, ContractDecoder decoder, Outlets outlets) {
    this.domain = domain;
    this.checkpoints = checkpoints;
    this.refusals =
        new RefusalTable(checkpoints.migration(), checkpoints.domain(), checkpoints.generation());
    this.decoder = decoder;
    this.outlets = outlets;
  }

  /// Applies the batch; the cursor follows each commit, so that after a failure it says how much of
  /// the batch is done.
  ///
  /// @throws SQLException of a kind that is to be retried
  /// @throws NotHeldException if another has moved the checkpoint
  void apply(TargetSession session, Cursor cursor, List<Incoming> batch, LongSupplier end)
      throws SQLException {
    Part whole = part(batch, end);
    if (load(session, cursor, whole) || attempt(session, cursor, whole, Order.DELETES_FIRST)) {
      return;
    }
    for (List<Incoming> transaction : BatchPlan.byTransaction(batch)) {
      applyTransaction(session, cursor, part(transaction, end));
    }
  }

  /// Writes to the tables that the checkpoint speaks of.
  private BatchWriter writer(Cursor cursor) {
    String schema = cursor.held().place().schema();
    return schema == null
        ? writers.computeIfAbsent("", _ -> new BatchWriter(domain))
        : writers.computeIfAbsent(schema, it -> new BatchWriter(domain.in(it)));
  }

  /// A stretch of records that is committed at once.
  private record Part(
      List<Incoming> records, DecodedBatch decoded, LongSupplier end, long decodeNanos) {}

  private Part part(List<Incoming> records, LongSupplier end) {
    long started = System.nanoTime();
    DecodedBatch decoded = DecodedBatch.of(decoder, records);
    return new Part(records, decoded, end, System.nanoTime() - started);
  }

  private boolean load(TargetSession session, Cursor cursor, Part part) throws SQLException {
    BatchWriter writer = writer(cursor);
    boolean beside = !cursor.held().place().isOfSpec();
    if (!writer.isLoadable() || !cursor.loading().isWorthwhile(beside, part.records().size())) {
      return false;
    }
    boolean loaded = attempt(session, cursor, part, s -> writer.load(s, part.decoded().changes()));
    if (loaded) {
      cursor.loading().loaded();
    } else {
      cursor.loading().refused();
    }
    return loaded;
  }

  private void applyTransaction(TargetSession session, Cursor cursor, Part part)
      throws SQLException {
    if (attempt(session, cursor, part, Order.DELETES_FIRST)
        || attempt(session, cursor, part, Order.UPSERTS_FIRST)
        || attempt(session, cursor, part, s -> replace(s, writer(cursor), part))) {
      return;
    }
    var refused = new IdentityHashMap<Change, Exception>();
    commit(
        session,
        cursor,
        part,
        refused,
        s -> {
          var missing = eachAlone(s, cursor, part.decoded(), refused);
          waitForOthers(cursor, refused);
          return missing;
        });
  }

  /// @throws SQLException to try again, where another partition may free what is taken
  private void waitForOthers(Cursor cursor, Map<Change, Exception> refused) throws SQLException {
    boolean taken = refused.values().stream().anyMatch(UniquePatience::isOf);
    if (taken && domain.partitions() > 1 && cursor.patience().waits(outlets.clock().instant())) {
      throw new SQLException("a unique value is taken, maybe for a moment", TAKEN);
    }
  }

  private boolean attempt(TargetSession session, Cursor cursor, Part part, Order order)
      throws SQLException {
    return attempt(
        session,
        cursor,
        part,
        s -> {
          if (order == Order.UPSERTS_FIRST) {
            s.execute("SET CONSTRAINTS ALL DEFERRED");
          }
          return writer(cursor).write(s, part.decoded().changes(), order);
        });
  }

  /// @return false if the target refuses the content
  private boolean attempt(TargetSession session, Cursor cursor, Part part, Write write)
      throws SQLException {
    try {
      commit(session, cursor, part, Map.of(), write);
      return true;
    } catch (ChildRows.ContradictionException _) {
      return false;
    } catch (SQLException e) {
      if (Failure.of(e) != Failure.DATA) {
        throw e;
      }
      return false;
    }
  }

  private static Map<String, Integer> replace(TargetSession session, BatchWriter writer, Part part)
      throws SQLException {
    session.execute("SET CONSTRAINTS ALL DEFERRED");
    if (!new Replacement(writer).deleteFirst(session, part.decoded().changes())) {
      throw new SQLException("deleting first would lose something", "23505");
    }
    return writer.write(session, part.decoded().changes(), Order.DELETES_FIRST);
  }

  private Map<String, Integer> eachAlone(
      TargetSession session, Cursor cursor, DecodedBatch decoded, Map<Change, Exception> refused)
      throws SQLException {
    BatchWriter writer = writer(cursor);
    session.execute("SET CONSTRAINTS ALL IMMEDIATE");
    var missing = new HashMap<String, Integer>();
    List<Change> left = decoded.changes();
    int before;
    do {
      before = left.size();
      refused.clear();
      for (Change change : left) {
        alone(session, writer, change, refused)
            .forEach((entity, rows) -> missing.merge(entity, rows, Integer::sum));
      }
      left = left.stream().filter(refused::containsKey).toList();
    } while (!left.isEmpty() && left.size() < before);
    return missing;
  }

  private static Map<String, Integer> alone(
      TargetSession session, BatchWriter writer, Change change, Map<Change, Exception> refused)
      throws SQLException {
    var savepoint = session.open().setSavepoint();
    try {
      var missing = writer.write(session, List.of(change), Order.DELETES_FIRST);
      session.open().releaseSavepoint(savepoint);
      return missing;
    } catch (ChildRows.ContradictionException e) {
      session.open().rollback(savepoint);
      refused.put(change, e);
    } catch (SQLException e) {
      if (Failure.of(e) != Failure.DATA) {
        throw e;
      }
      session.open().rollback(savepoint);
      refused.put(change, e);
    }
    return Map.of();
  }

  private void commit(
      TargetSession session, Cursor cursor, Part part, Map<Change, Exception> refused, Write write)
      throws SQLException {
    long started = System.nanoTime();
    Mark next = WatermarkRule.after(cursor.mark(), part.records(), part.end());
    var move = new CheckpointTable.Move(cursor.held(), next, BatchPlan.reach(part.records()));
    var written = new long[1];
    var dead = new ArrayList<Refused>();
    Map<String, Integer> missing =
        session.transaction(
            s -> {
              if (!checkpoints.compareAndSet(s, cursor.partition(), move)) {
                throw new NotHeldException();
              }
              var unmet = write.into(s);
              part.decoded().unreadable().forEach(u -> dead.add(refused(cursor, u)));
              refused.forEach((change, e) -> dead.add(refused(cursor, refusal(change, e))));
              refuse(s, dead, cursor.held().place());
              written[0] = System.nanoTime();
              return unmet;
            });
    boolean whole = !cursor.mark().isSkipping() && !next.isSkipping();
    cursor.advance(next);
    if (refused.isEmpty()) {
      cursor.patience().rewarded();
    }
    var nanos = new Nanos(part.decodeNanos(), written[0] - started, System.nanoTime() - written[0]);
    tell(cursor, part, nanos, whole ? missing : Map.of());
    guard(part, dead);
  }

  private void refuse(TargetSession session, List<Refused> dead, Place place) throws SQLException {
    if (!dead.isEmpty()) {
      refusals.upsert(session, dead, place);
      outlets.deadLetters().send(dead.stream().map(Refused::letter).toList());
    }
  }

  private void tell(Cursor cursor, Part part, Nanos nanos, Map<String, Integer> missing) {
    int keys = part.decoded().changes().size();
    String name = domain.name();
    var listener = outlets.listener();
    listener.committed(
        new Committed(name, cursor.partition(), part.records().size(), keys, cursor.mark(), nanos));
    missing.forEach((entity, rows) -> listener.missed(name, entity, rows));
    long now = now();
    for (Incoming record : part.records()) {
      if (record.position() != null && record.position().kind() != ContractPosition.Kind.PROGRESS) {
        listener.latency(name, now - record.position().committedAt());
      }
    }
  }

  private void guard(Part part, List<Refused> dead) {
    dead.forEach(
        refused -> outlets.listener().deadLetter(domain.name(), refused.letter().entity()));
    if (outlets.guard().exceeded(part.records().size(), dead.size())) {
      throw new DomainStoppedException(
          "at least half of the latest records of domain "
              + domain.name()
              + " could not be applied, so the fault is systematic; see the dead-letter topic, mend"
              + " mapping or target, and start the domain again");
    }
  }

  private static Unreadable refusal(Change change, Exception e) {
    String reason =
        e instanceof SQLException sql
            ? "the target refused it with SQLSTATE " + sql.getSQLState() + constraint(sql)
            : Objects.toString(e.getMessage(), "");
    return new Unreadable(change.source(), change.entity().name(), reason, null);
  }

  /// The constraint, table and column at fault; the rest of the server's text may hold values.
  private static String constraint(SQLException e) {
    return NAMED
        .matcher(Objects.toString(e.getMessage(), ""))
        .results()
        .map(named -> ", " + named.group())
        .collect(Collectors.joining());
  }

  private Refused refused(Cursor cursor, Unreadable record) {
    ContractPosition position = record.record().position();
    return new Refused(letter(cursor, record), position == null ? -1 : position.outboxEnd());
  }

  private DeadLetter letter(Cursor cursor, Unreadable record) {
    Throwable cause = record.cause();
    return new DeadLetter(
        DeadLetter.Stage.APPLY,
        domain.name(),
        record.entity(),
        domain.topics().contract(),
        cursor.partition(),
        record.record().offset(),
        record.reason(),
        cause == null ? "" : cause.getClass().getName(),
        record.record().key(),
        domain.isSensitive() ? null : record.record().value(),
        now());
  }

  private long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, outlets.clock().instant());
  }
}
