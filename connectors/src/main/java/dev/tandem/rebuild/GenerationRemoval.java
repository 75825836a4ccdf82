package dev.tandem.rebuild;

import dev.tandem.capture.CaptureNames;
import dev.tandem.capture.Side;
import dev.tandem.generation.Generation;
import dev.tandem.generation.Generation.State;
import dev.tandem.generation.Generations;
import dev.tandem.generation.Place;
import dev.tandem.plan.DomainPlan;
import dev.tandem.setup.BesideKafka;
import dev.tandem.setup.GenerationTable;
import dev.tandem.setup.GenerationTable.Actor;
import dev.tandem.setup.Remnant;
import dev.tandem.setup.Site;
import dev.tandem.table.Sql;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Removes a generation that is kept or was cancelled, whole: first it is fed no more, then, when
/// nobody works on it, its tables, checkpoints and publication entries go, then what it has in
/// Kafka and the registry. It can be cut anywhere and done again.
public final class GenerationRemoval {
  private static final long LOOK_MILLIS = 500;
  private static final int ATTEMPTS = 5;
  private final Site site;
  private final DomainPlan domain;
  private final Actor actor;

  GenerationRemoval(Site site, DomainPlan domain, Actor actor) {
    this.site = site;
    this.domain = domain;
    this.actor = actor;
  }

  /// The generations of a domain, held until the transaction at hand ends; no lock in it is waited
  /// for longer than a few seconds.
  ///
  /// @throws BusyException if somebody holds them
  static List<Generation> held(Connection target, String migration, String domain)
      throws SQLException {
    try (var limit = target.createStatement()) {
      limit.execute("SET LOCAL lock_timeout = '5s'");
      return GenerationTable.hold(target, migration, domain).of(domain);
    } catch (SQLException failure) {
      if (Rebuild.isBusy(failure)) {
        throw busy(domain);
      }
      throw failure;
    }
  }

  private static BusyException busy(String domain) {
    return new BusyException(
        "expected to hold the generations and checkpoints of "
            + domain
            + " within 5 s, found them held by another transaction; nothing was changed; fix: try"
            + " again, and look at pg_stat_activity of the target if it stays so");
  }

  /// Ends the feeding of a generation, in the transaction at hand.
  static Generation giveUp(Connection target, String migration, Actor actor, Generation generation)
      throws SQLException {
    var cancelled = generation.moved(State.CANCELLED, generation.place());
    GenerationTable.write(target, migration, actor, List.of(cancelled));
    try (var fence =
        target.prepareStatement(
            "UPDATE tandem.checkpoint SET epoch = epoch + 1"
                + " WHERE migration = ? AND domain = ? AND generation = ?")) {
      fence.setString(1, migration);
      fence.setString(2, generation.domain());
      fence.setInt(3, generation.number());
      fence.executeUpdate();
    } catch (SQLException failure) {
      if (Rebuild.isBusy(failure)) {
        throw busy(generation.domain());
      }
      throw failure;
    }
    return cancelled;
  }

  /// @param patience for the processes that work on it to notice
  /// @return what was removed, one line each
  /// @throws RebuildException if there is nothing to remove, or somebody still works on it
  /// @throws BusyException if somebody else is at the generations of the domain
  public List<String> run(Duration patience) throws SQLException, InterruptedException {
    try (var _ = OperatorLock.take(site.target(), site.migration(), domain.name(), "cleanup")) {
      return removed(patience);
    }
  }

  private List<String> removed(Duration patience) throws SQLException, InterruptedException {
    Generation cancelled = giveUp();
    var lines = new LinkedHashSet<String>();
    try (var kafka = BesideKafka.open(site)) {
      List<Remnant> remnants = awaitIdle(kafka, cancelled, patience);
      drop(cancelled, lines);
      for (int round = 1; !remnants.isEmpty(); round++) {
        if (round > ATTEMPTS) {
          throw new RebuildException(
              "somebody makes anew what is removed: "
                  + remnants
                  + "; fix: stop what runs the migration, then clean up again");
        }
        for (Remnant remnant : remnants) {
          // A process that looked at the generations just before may have begun since nobody was
          // at work; it stops when it looks again.
          if (kafka.remove(remnant)) {
            lines.add("removed  " + remnant);
          }
        }
        Thread.sleep(LOOK_MILLIS);
        remnants = awaitIdle(kafka, cancelled, patience);
      }
    }
    finish(cancelled);
    return List.copyOf(lines);
  }

  /// The contract topics, with those of other versions, that go with what is to be removed. Others
  /// than Tandem may read them.
  public List<String> contractTopics() throws SQLException {
    Generations known;
    try (Connection target = site.target().connect()) {
      known = GenerationTable.read(target, site.migration());
    }
    Optional<Generation> removed =
        known.of(domain.name()).stream()
            .filter(each -> each.state() == State.KEPT || each.state() == State.CANCELLED)
            .findFirst();
    if (removed.isEmpty()) {
      return List.of();
    }
    Generation cancelled = removed.get().moved(State.CANCELLED, removed.get().place());
    var then = new ArrayList<>(known.all());
    then.replaceAll(each -> each.equals(removed.get()) ? cancelled : each);
    String contract = domain.topics().migration() + "." + domain.name() + ".contract";
    try (var kafka = BesideKafka.open(site)) {
      return kafka.remnants(cancelled, new Generations(then)).stream()
          .filter(each -> each.kind() == Remnant.Kind.TOPIC)
          .map(Remnant::name)
          .filter(name -> name.equals(contract) || name.startsWith(contract + "."))
          .toList();
    }
  }

  private Generation giveUp() throws SQLException {
    try (Connection target = site.target().connect()) {
      target.setAutoCommit(false);
      for (Generation each : held(target, site.migration(), domain.name())) {
        switch (each.state()) {
          case CANCELLED -> {
            return each;
          }
          case KEPT -> {
            Generation cancelled = giveUp(target, site.migration(), actor, each);
            target.commit();
            return cancelled;
          }
          case BUILDING ->
              throw new RebuildException(each + " is being built; fix: cancel it first");
          case LIVE, REMOVED -> {
            // Neither is to be removed.
          }
        }
      }
      throw new RebuildException("no generation of " + domain.name() + " is to be removed");
    }
  }

  /// What it has in Kafka, with what is left there of the live one's time beside another.
  private List<Remnant> remnants(BesideKafka kafka, Generation generation) throws SQLException {
    try (Connection target = site.target().connect()) {
      return kafka.remnants(generation, GenerationTable.read(target, site.migration()));
    }
  }

  private List<Remnant> awaitIdle(BesideKafka kafka, Generation generation, Duration patience)
      throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      List<Remnant> remnants = remnants(kafka, generation);
      List<String> busy = new ArrayList<>(kafka.busy(remnants));
      if (isWritten(generation)) {
        busy.add("the capture of the legacy store");
      }
      if (busy.isEmpty()) {
        return remnants;
      }
      if (System.nanoTime() > deadline) {
        throw new RebuildException(
            generation
                + " is given up, and not removed: still at work on it are: "
                + String.join(", ", busy)
                + "; fix: stop what runs them, then clean up again");
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private boolean isWritten(Generation generation) throws SQLException {
    Generations known;
    try (Connection target = site.target().connect()) {
      known = GenerationTable.read(target, site.migration());
    }
    return new OutboxWriter(site).isAtWork(generation, known);
  }

  private void drop(Generation generation, Collection<String> lines)
      throws SQLException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try (Connection target = site.target().connect()) {
        target.setAutoCommit(false);
        var ddl = new Ddl(target);
        drop(ddl, generation);
        target.commit();
        ddl.run().stream()
            .filter(sql -> !sql.startsWith("SET "))
            .forEach(sql -> lines.add("done     " + sql));
        return;
      } catch (SQLException busy) {
        if (attempt == ATTEMPTS || !Rebuild.isBusy(busy)) {
          throw busy;
        }
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private void drop(Ddl ddl, Generation generation) throws SQLException {
    String schema = domain.topics().schema(generation.number());
    var tables =
        ddl
            .ask(
                "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                    + " WHERE n.nspname = ? AND c.relkind = 'r' AND c.relname = ANY (?::text[])"
                    + " ORDER BY 1",
                schema,
                domain.targetTables().stream().map(TableId::name).toList())
            .stream()
            .map(row -> new TableId(schema, row[0]))
            .toList();
    if (!tables.isEmpty()) {
      String names = tables.stream().map(TableId::sql).collect(Collectors.joining(", "));
      String publication = new CaptureNames(site.migration(), Side.TARGET).publication();
      for (TableId table : tables) {
        boolean published =
            !ddl.ask(
                    "SELECT 1 FROM pg_publication_tables"
                        + " WHERE pubname = ? AND schemaname = ? AND tablename = ?",
                    publication,
                    table.schema(),
                    table.name())
                .isEmpty();
        if (published) {
          ddl.run(
              "ALTER PUBLICATION " + Sql.quote(publication) + " DROP TABLE ONLY " + table.sql());
        }
      }
      ddl.run("DROP TABLE " + names);
    }
    ddl.run("DROP SCHEMA IF EXISTS " + Sql.quote(schema));
    for (String table : List.of("tandem.checkpoint", "tandem.refusal")) {
      ddl.run(
          "DELETE FROM "
              + table
              + " WHERE migration = "
              + Sql.literal(site.migration())
              + " AND domain = "
              + Sql.literal(domain.name())
              + " AND generation = "
              + generation.number());
    }
  }

  private void finish(Generation generation) throws SQLException {
    var removed = generation.moved(State.REMOVED, Place.OF_SPEC);
    try (Connection target = site.target().connect()) {
      GenerationTable.write(target, site.migration(), actor, List.of(removed));
    }
  }
}
