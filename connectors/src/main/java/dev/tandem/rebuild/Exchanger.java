package dev.tandem.rebuild;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.Side;
import dev.tandem.generation.Exchange;
import dev.tandem.generation.Generation;
import dev.tandem.generation.Generation.State;
import dev.tandem.generation.Place;
import dev.tandem.plan.DomainPlan;
import dev.tandem.setup.GenerationTable;
import dev.tandem.setup.GenerationTable.Actor;
import dev.tandem.table.Sql;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// The transaction that lets one generation's tables take the place of another's (DESIGN §8):
///
/// 1. the rows that say where the generations stand are held: no apply takes a partition over;
/// 2. the checkpoints of the live generation are held, so that its apply waits, until the next one
///    has come as far in every partition; then those of the next one too. Where it is fed from
///    another outbox, whose positions are others, it has to come as far as that is written by now:
///    what the live one has applied stands in both;
/// 3. the tables are locked, and looked at once more: what was made on them since `start` and would
///    not come along refuses the exchange;
/// 4. the tables change their schemas, the live ones out of the spec's and the others into it, and
///    get the foreign keys that go with the place;
/// 5. every checkpoint gets a new epoch, and says where the tables now stand: whoever wrote by the
///    old one writes nothing any more (C19), and whoever reads the target's log knows at which
///    record the names began to mean other tables.
///
/// Nothing else is in it. It has the locks of all tables within a fraction of a second, or ends. No
/// apply of the live generation waits for much longer than [#HOLD], whoever is waited for; and none
/// has to before the next generation has [come as far][#approach] as the live one was.
///
/// @param ends asks where the next generation's outbox ends
record Exchanger(String migration, DomainPlan domain, Actor actor, Ends ends) {
  /// So long the live generation's apply waits at most, in one attempt, for the next one to come
  /// level. Taking the locks of the tables comes to it.
  static final Duration HOLD = Duration.ofSeconds(3);

  /// So long the next generation may need, while nothing is held, to come where the live one was.
  static final Duration APPROACH = Duration.ofSeconds(8);

  /// So long others may have to queue behind the tables that are locked already.
  private static final Duration LOCKING = Duration.ofMillis(300);

  /// The least time for the rows of the next generation, which its apply has while it writes.
  private static final Duration LEAST = Duration.ofMillis(500);

  private static final long LOOK_MILLIS = 50;
  private static final String MOVE =
      "UPDATE tandem.checkpoint SET epoch = epoch + 1, tables_in = ?, placement = ?,"
          + " applied_at = clock_timestamp() WHERE migration = ? AND domain = ? AND generation = ?";

  private static final String LEAVE =
      "UPDATE tandem.checkpoint SET placement = "
          + Place.LEFT
          + " WHERE migration = ? AND domain = ? AND generation = ?";

  /// Where the next generation's outbox ends.
  interface Ends {
    /// @return the offset of the last record, by partition; -1 where there is none
    /// @throws OutboxEnds.OpenException if a transaction is open
    Map<Integer, Long> read();
  }

  /// What was done.
  ///
  /// @param validations to be run after the commit, each by itself
  record Done(Generation live, List<String> statements, List<ForeignKeys.Validation> validations) {}

  /// The next generation is behind; another attempt may find it level.
  static final class BehindException extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Map<Integer, String> partitions;

    BehindException(Map<Integer, String> partitions) {
      super("behind in partitions " + partitions.keySet());
      this.partitions = partitions;
    }

    Map<Integer, String> partitions() {
      return partitions;
    }
  }

  /// Waits until the next generation has come as far as the live one is now. Holds nothing: what is
  /// left to wait for then is what is written meanwhile.
  ///
  /// @param target in no transaction
  void approach(Connection target, Exchange exchange)
      throws SQLException, BehindException, InterruptedException {
    var wanted =
        exchange.isToOtherOutbox()
            ? reached()
            : GenerationTable.watermarks(target, migration, exchange.live());
    await(target, exchange, wanted, System.nanoTime() + APPROACH.toNanos());
  }

  /// One attempt; the transaction is the caller's to commit or to roll back.
  Done attempt(Connection target, Exchange exchange)
      throws SQLException, BehindException, InterruptedException {
    var ddl = new Ddl(target);
    requireUnchanged(target, exchange);
    awaitLevel(ddl, exchange);
    String kept = domain.topics().schema(exchange.live().number());
    String former = domain.topics().schema(exchange.next().number());
    var tables = new TreeSet<>(domain.targetTables());
    lock(ddl, tables, former);
    // What a definition names is then named with its schema.
    ddl.run("SET LOCAL search_path = pg_catalog");
    requireAlike(ddl, tables, former);
    var keys = new ForeignKeys(ddl, tables);
    var plan = keys.plan(former);
    positions(ddl, tables, former);
    ddl.schemaLike(kept, tables.stream().map(TableId::schema).distinct().toList());
    for (TableId table : tables) {
      move(ddl, table, kept);
    }
    for (TableId table : tables) {
      move(ddl, new TableId(former, table.name()), table.schema());
    }
    ddl.run("DROP SCHEMA " + Sql.quote(former));
    var validations = keys.move(plan, kept);
    long transaction = transaction(ddl);
    var live = exchange.next().moved(State.LIVE, new Place(null, transaction));
    var old = exchange.live().moved(State.KEPT, new Place(kept, transaction));
    if (exchange.isToOtherOutbox()) {
      leave(target, exchange.live());
    }
    checkpoints(target, live);
    checkpoints(target, old);
    // The one that was live first: there is never more than one.
    GenerationTable.write(target, migration, actor, List.of(old));
    GenerationTable.write(target, migration, actor, List.of(live));
    return new Done(live, ddl.run(), validations);
  }

  private void requireUnchanged(Connection target, Exchange exchange) throws SQLException {
    var held = GenerationTable.hold(target, migration, domain.name());
    if (!held.live(domain.name()).equals(exchange.live())
        || !held.beside(domain.name()).filter(exchange.next()::equals).isPresent()) {
      throw new RebuildException(
          "somebody else has changed the generations of "
              + domain.name()
              + " just now; look again");
    }
  }

  private void awaitLevel(Ddl ddl, Exchange exchange)
      throws SQLException, BehindException, InterruptedException {
    Connection target = ddl.connection();
    long deadline = System.nanoTime() + HOLD.toNanos();
    // Whoever was found writing has its row till it commits, and those held before it wait as long.
    var held =
        ddl.within(HOLD, () -> GenerationTable.holdWatermarks(target, migration, exchange.live()));
    await(target, exchange, exchange.isToOtherOutbox() ? reached() : held, deadline);
    // It only goes on; held, it stays where it is.
    var left = Duration.ofNanos(Math.max(LEAST.toNanos(), deadline - System.nanoTime()));
    ddl.within(left, () -> GenerationTable.holdWatermarks(target, migration, exchange.next()));
  }

  private void await(Connection target, Exchange exchange, Map<Integer, Long> wanted, long deadline)
      throws SQLException, BehindException, InterruptedException {
    while (true) {
      var behind =
          Exchange.behind(
              exchange.next().feed().log().partitions(domain),
              wanted,
              GenerationTable.watermarks(target, migration, exchange.next()));
      if (behind.isEmpty()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new BehindException(behind);
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private Map<Integer, Long> reached() throws BehindException {
    try {
      return ends.read();
    } catch (OutboxEnds.OpenException open) {
      var behind = new TreeMap<Integer, String>();
      open.partitions().forEach(each -> behind.put(each, "a transaction of its outbox is open"));
      throw new BehindException(behind);
    }
  }

  private static void lock(Ddl ddl, TreeSet<TableId> tables, String former) throws SQLException {
    var all = new ArrayList<TableId>(tables);
    tables.forEach(table -> all.add(new TableId(former, table.name())));
    ddl.lock(all, LOCKING);
  }

  /// Nothing hangs on the tables that leave, and those that come are like them: also now, and not
  /// only when they were made.
  private void requireAlike(Ddl ddl, TreeSet<TableId> tables, String former) throws SQLException {
    var reasons = new ArrayList<String>();
    String publication = new CaptureNames(migration, Side.TARGET).publication();
    new TableSurvey(ddl, Rebuild.written(domain))
        .hanging(publication)
        .forEach(obstacle -> reasons.add(obstacle.toString()));
    var likeness = new Likeness(ddl);
    for (TableId table : tables) {
      reasons.addAll(likeness.differences(table, new TableId(former, table.name())));
    }
    if (!reasons.isEmpty()) {
      throw new RebuildException(
          "expected nothing on the tables that leave that would not come along, and tables alike;"
              + " found the following; nothing was changed; fix: what is named, or alter the other"
              + " table in the same way, then try again",
          reasons);
    }
  }

  /// Extended statistics do not go with their table by themselves.
  private static void move(Ddl ddl, TableId table, String to) throws SQLException {
    var statistics =
        ddl.ask(
            """
            SELECT s.stxname FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
             WHERE s.stxrelid = ?::regclass AND n.nspname = ? ORDER BY 1""",
            table.sql(),
            table.schema());
    ddl.run("ALTER TABLE " + table.sql() + " SET SCHEMA " + Sql.quote(to));
    for (String[] each : statistics) {
      ddl.run(
          "ALTER STATISTICS "
              + new TableId(table.schema(), each[0]).sql()
              + " SET SCHEMA "
              + Sql.quote(to));
    }
  }

  /// Identity columns go on to count where they are.
  private static void positions(Ddl ddl, TreeSet<TableId> tables, String former)
      throws SQLException {
    for (TableId table : tables) {
      var shadow = new TableId(former, table.name());
      for (String[] column :
          ddl.ask(
              """
              SELECT attname, pg_get_serial_sequence(?, attname) FROM pg_attribute
               WHERE attrelid = ?::regclass AND attidentity <> '' AND NOT attisdropped""",
              table.sql(),
              table.sql())) {
        ddl.run(
            "SELECT setval(pg_get_serial_sequence("
                + Sql.literal(shadow.sql())
                + ", "
                + Sql.literal(column[0])
                + "), last_value, is_called) FROM "
                + column[1]);
      }
    }
  }

  private static long transaction(Ddl ddl) throws SQLException {
    return Long.parseLong(ddl.ask("SELECT pg_current_xact_id()::text").getFirst()[0]);
  }

  /// Says in the log, in every partition of the outbox that the live generation is fed from, that
  /// its tables leave: what takes their place has its checkpoints in other partitions.
  private void leave(Connection target, Generation live) throws SQLException {
    try (var update = target.prepareStatement(LEAVE)) {
      update.setString(1, migration);
      update.setString(2, live.domain());
      update.setInt(3, live.number());
      update.executeUpdate();
    }
  }

  private void checkpoints(Connection target, Generation moved) throws SQLException {
    try (var update = target.prepareStatement(MOVE)) {
      update.setString(1, moved.place().schema());
      update.setLong(2, moved.place().since());
      update.setString(3, migration);
      update.setString(4, moved.domain());
      update.setInt(5, moved.number());
      update.executeUpdate();
    }
  }
}
