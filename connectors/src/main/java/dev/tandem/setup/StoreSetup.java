package dev.tandem.setup;

import dev.tandem.postgres.ReplicationState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Publication and slot of one store, in that order: changes that the slot decodes are
/// looked up in the publication as it was when they were made, so one that came later would be an
/// error.
final class StoreSetup {
  /// So long a statement that locks the application's tables may queue, with others behind it.
  private static final String TABLE_LOCK = "SET lock_timeout = '5s'";

  /// A new slot waits for the transactions that run; it holds nobody up.
  private static final String SLOT_WAIT = "SET lock_timeout = '60s'";

  private final Connection connection;
  private final CapturedStore store;
  private final String name;

  StoreSetup(Connection connection, CapturedStore store) {
    this.connection = connection;
    this.store = store;
    this.name = store.name();
  }

  /// What a slot that is there, or is not, means.
  enum History {
    /// Nothing ran yet: a missing slot is made.
    NEW,
    /// It ran: a slot that is missing was lost.
    RAN_BEFORE,
    /// A new epoch is wanted: the slot is made again, in place of an old one.
    NEW_EPOCH
  }

  List<Step> steps(History history) throws SQLException {
    ServerFacts server = ServerFacts.read(connection);
    List<SourceTable> tables = SourceTable.read(connection, store.published());
    var steps = new ArrayList<>(unfit(tables));
    boolean partitioned = tables.stream().anyMatch(SourceTable::partitioned);
    steps.add(publication(new Publication.Wanted(store.published(), partitioned)));
    steps.add(slot(server, history));
    return steps;
  }

  private List<Step> unfit(List<SourceTable> tables) {
    var steps = new ArrayList<Step>();
    var missing = new TreeSet<>(store.tables());
    for (SourceTable table : tables) {
      missing.remove(table.id());
      table
          .unfit()
          .ifPresent(
              unfit ->
                  steps.add(
                      Step.refused(
                          store.place(), "table " + table.id(), unfit.cause(), unfit.fix())));
    }
    missing.forEach(
        table ->
            steps.add(
                Step.refused(
                    store.place(),
                    "table " + table,
                    "there is no such table",
                    "correct the spec, or the database in its " + store.side() + " url")));
    return steps;
  }

  private Step publication(Publication.Wanted tables) throws SQLException {
    String label = "publication " + name;
    var found = Publication.read(connection, name);
    if (found.isEmpty()) {
      return Step.toDo(store.place(), label, List.of(TABLE_LOCK, Publication.create(name, tables)));
    }
    if (!found.get().listed()) {
      return Step.refused(
          store.place(),
          label,
          "expected one that names its tables, found one for all tables",
          "DROP PUBLICATION " + name + ";");
    }
    List<String> alterations = found.get().alterations(tables);
    if (alterations.isEmpty()) {
      return Step.exists(store.place(), label, found.get().tables().size() + " tables");
    }
    var statements = new ArrayList<String>();
    statements.add(TABLE_LOCK);
    statements.addAll(alterations);
    return Step.toDo(store.place(), label, statements)
        .because(
            "expected exactly " + store.published() + " and all operations, found " + found.get());
  }

  private Step slot(ServerFacts server, History history) throws SQLException {
    String label = "replication slot " + name;
    var found = Slot.read(connection, name);
    if (history == History.NEW_EPOCH) {
      return again(label, found, server);
    }
    if (found.isPresent()) {
      return judged(label, found.get(), server);
    }
    if (history == History.RAN_BEFORE) {
      return Step.gone(
          store.place(),
          label,
          ": what was changed since then cannot be read any more, and a new slot would hide that",
          "start a new epoch, which sweeps every table again: " + store.side().newEpoch());
    }
    var room = ServerRule.room(server);
    if (room.isPresent()) {
      return Step.refused(store.place(), label, room.get().cause(), room.get().fix());
    }
    return Step.toDo(store.place(), label, List.of(SLOT_WAIT, Slot.create(name, server.major())));
  }

  /// The slot of a new epoch.
  private Step again(String label, Optional<Slot> old, ServerFacts server) {
    if (old.isPresent() && old.get().pid() != 0) {
      return Step.refused(
          store.place(),
          label,
          "it is being read by pid " + old.get().pid(),
          "stop tandem run, then declare the new epoch");
    }
    var statements = new ArrayList<String>();
    if (old.isPresent()) {
      statements.add("SELECT pg_drop_replication_slot('" + name + "')");
    }
    statements.add(SLOT_WAIT);
    statements.add(Slot.create(name, server.major()));
    return Step.toDo(store.place(), label, statements)
        .because(old.isPresent() ? "made again for a new epoch" : "made for a new epoch");
  }

  private Step judged(String label, Slot slot, ServerFacts server) {
    if (!slot.plugin().equals("pgoutput") || !slot.database().equals(server.database())) {
      return Step.refused(
          store.place(),
          label,
          "expected plugin pgoutput in database "
              + server.database()
              + ", found "
              + slot.plugin()
              + " in "
              + slot.database(),
          "rename the migration in the spec, or drop the slot if nobody needs it: SELECT"
              + " pg_drop_replication_slot('"
              + slot.name()
              + "');");
    }
    if (slot.lost()) {
      return Step.refused(
          store.place(),
          label,
          "the server gave it up (" + slot.invalidation() + ")",
          "start a new epoch, which sweeps every table again: " + store.side().newEpoch());
    }
    String standing = slot.pid() == 0 ? "idle" : "being read";
    return Step.exists(
        store.place(),
        label,
        slot.isLeftBehind(server.major())
            ? standing + ", not a failover slot: see tandem doctor SPEC"
            : standing);
  }

  /// The steps of a plan that publish a store.
  static List<Step> publications(SetupPlan plan, CapturedStore store) {
    return named(plan, "publication " + store.name());
  }

  /// The steps of a plan that make a store's slot.
  static List<Step> slots(SetupPlan plan, CapturedStore store) {
    return named(plan, "replication slot " + store.name());
  }

  private static List<Step> named(SetupPlan plan, String name) {
    return plan.toDo().stream().filter(step -> step.name().equals(name)).toList();
  }

  /// Runs the statements of the steps that are to do.
  void run(List<Step> steps) {
    for (Step step : steps) {
      for (String sql : step.statements()) {
        try (var statement = connection.createStatement()) {
          statement.execute(sql);
        } catch (SQLException e) {
          throw SqlFailure.of(step, e, () -> Blockers.read(connection));
        }
      }
    }
  }

  /// An id above that of every transaction that has one now.
  ///
  /// A snapshot's xmax will not do, since it is only above the last transaction that has *ended*:
  ///
  /// 1. 725 begins and changes a row; 724 was the last to end, so every snapshot's xmax is 725;
  /// 2. the table is published, and 725 is noted as the id to wait for;
  /// 3. a sweep's snapshot `725:725:` reaches it, reads the old row, and 725 commits unstreamed.
  long nextTransaction() throws SQLException {
    return ReplicationState.nextTransaction(connection);
  }
}
