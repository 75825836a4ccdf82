package dev.tandem.bench;

import dev.tandem.bench.PeerSettings.Part;
import dev.tandem.bench.Subject.By;
import dev.tandem.postgres.PostgresAccess;
import dev.tandem.stack.StackAddress;
import dev.tandem.stack.StoreAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/// What a user would pick instead: Debezium and its JDBC sink on Kafka Connect, which carry the
/// same table between the same servers through the same broker, and translate nothing and compare
/// nothing. [PeerSettings] says how they are set up.
///
/// Before a backlog is made both connectors are stopped, as Tandem's roles are; the worker stays,
/// so that its code is as warm as Tandem's.
final class ConnectPeer implements AutoCloseable {
  static final String WHAT = "Debezium and its JDBC sink";

  private static final String NAME = "bench_connect";
  private static final String TOPIC = NAME + ".public.item";
  private static final String TABLE = NAME + ".item";
  private static final int COPIED_IN = 10;
  private static final String SOURCE = "bench-source";
  private static final String SINK = "bench-sink";
  private static final String GROUP = "connect-" + SINK;

  private final StackAddress stack;
  private final Admin admin;
  private final ConnectWorker worker;

  private ConnectPeer(StackAddress stack, Admin admin, ConnectWorker worker) {
    this.stack = stack;
    this.admin = admin;
    this.worker = worker;
  }

  /// Starts it on a copy of the table as it is now, and stops its connectors again.
  ///
  /// @param directory for what the worker keeps
  static ConnectPeer start(PeerLibraries libraries, Path directory, StackAddress stack)
      throws Exception {
    try (var legacy = stack.legacy().connect()) {
      execute(legacy, "CREATE PUBLICATION " + NAME + " FOR TABLE item");
    }
    var admin = Admin.create(Map.of("bootstrap.servers", stack.kafka()));
    ConnectPeer peer;
    try {
      peer =
          new ConnectPeer(stack, admin, ConnectWorker.start(libraries, directory, stack.kafka()));
    } catch (Exception e) {
      admin.close();
      throw e;
    }
    try {
      // Made beforehand: a sink that waits for its topic looks for it every five minutes.
      var topic = new NewTopic(TOPIC, PeerSettings.TASKS, (short) 1);
      admin.createTopics(List.of(topic)).all().get();
      peer.worker.create(SOURCE, source(stack.legacy()));
      Waiting.until("Debezium's start", Duration.ofMillis(100), peer::isStreaming);
      copy(stack);
      peer.worker.create(SINK, sink(stack.target()));
      peer.stop();
      return peer;
    } catch (Exception e) {
      peer.close();
      throw e;
    }
  }

  private static Map<String, String> source(StoreAddress store) {
    var legacy = new PostgresAccess(store.url(), store.user(), store.password());
    var settings = new HashMap<String, String>();
    settings.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
    settings.put("tasks.max", "1");
    settings.put("topic.prefix", NAME);
    settings.put("database.hostname", legacy.host());
    settings.put("database.port", String.valueOf(legacy.port()));
    settings.put("database.dbname", legacy.database());
    settings.put("database.user", legacy.user());
    settings.put("database.password", legacy.password());
    settings.put("slot.name", NAME);
    settings.put("publication.name", NAME);
    settings.put("publication.autocreate.mode", "disabled");
    settings.put("table.include.list", "public.item");
    settings.putAll(PeerSettings.of(Part.DEBEZIUM));
    settings.putAll(PeerSettings.of(Part.SOURCE));
    return settings;
  }

  private static Map<String, String> sink(StoreAddress target) {
    String driver =
        PeerSettings.of(Part.DRIVER).entrySet().stream()
            .map(option -> option.getKey() + "=" + option.getValue())
            .collect(Collectors.joining("&"));
    var settings = new HashMap<String, String>();
    settings.put("connector.class", "io.debezium.connector.jdbc.JdbcSinkConnector");
    settings.put("topics", TOPIC);
    settings.put("connection.url", target.url() + "?" + driver);
    settings.put("connection.username", target.user());
    settings.put("connection.password", target.password());
    settings.put("collection.name.format", TABLE);
    settings.putAll(PeerSettings.of(Part.SINK));
    return settings;
  }

  /// The table as it is now, so that what is drained are updates of rows that are there.
  private static void copy(StackAddress stack) throws Exception {
    try (var legacy = stack.legacy().connect();
        var target = stack.target().connect()) {
      execute(target, "CREATE SCHEMA " + NAME);
      execute(
          target,
          "CREATE TABLE "
              + TABLE
              + " (id integer PRIMARY KEY, grp integer NOT NULL, name varchar(60) NOT NULL,"
              + " amt_cents bigint NOT NULL, stat_cd char(1) NOT NULL, note text,"
              + " changed timestamp NOT NULL)");
      for (int part = 0; part < COPIED_IN; part++) {
        copy(legacy, target, "id % " + COPIED_IN + " = " + part);
      }
      execute(target, "ANALYZE " + TABLE);
    }
  }

  private static void copy(Connection legacy, Connection target, String which) throws SQLException {
    try (var query = legacy.createStatement();
        var found = query.executeQuery("SELECT json_agg(item) FROM item WHERE " + which);
        var insert =
            target.prepareStatement(
                "INSERT INTO "
                    + TABLE
                    + " SELECT * FROM json_populate_recordset(NULL::"
                    + TABLE
                    + ", ?::json)")) {
      found.next();
      insert.setString(1, found.getString(1));
      insert.executeUpdate();
    }
  }

  private boolean isStreaming() throws Exception {
    return worker.isRunning(SOURCE, 1) && isActive();
  }

  private boolean isActive() throws SQLException {
    try (var legacy = stack.legacy().connect();
        var statement = legacy.createStatement();
        var answer =
            statement.executeQuery(
                "SELECT active FROM pg_replication_slots WHERE slot_name = '" + NAME + "'")) {
      return answer.next() && answer.getBoolean(1);
    }
  }

  private void stop() throws Exception {
    worker.stop(SOURCE);
    worker.stop(SINK);
    Waiting.until("Debezium's stop", Duration.ofMillis(50), () -> !isActive());
  }

  /// Drains a backlog that was made while the connectors stood still, from the first record that
  /// reaches the broker to the last change in the target. The connectors stand still again
  /// afterwards.
  ///
  /// @param processor of the stack
  /// @throws IllegalStateException if the tables differ at the end
  Measured drain(Backlog backlog, ProcessorTime processor) throws Exception {
    long before = records();
    try (var values = new FinalValues(stack.legacy(), stack.target(), TABLE, backlog)) {
      worker.resume(SINK);
      Waiting.until("the JDBC sink's start", Duration.ofMillis(50), this::isConsuming);
      worker.resume(SOURCE);
      Waiting.until("Debezium's first record", Duration.ofMillis(5), () -> records() > before);
      var clock = Measurement.begin(processor.of(worker.process()));
      long passed = records() - before;
      Waiting.until(
          backlog.load() + ": " + WHAT, Duration.ofMillis(20), () -> isDone(values, clock));
      var measured =
          clock.end(
              new Subject(backlog.load(), WHAT, By.CONNECT),
              Math.max(1, backlog.changes() - passed));
      stop();
      requireEqual();
      return measured;
    }
  }

  /// Whether every partition of the topic has a task of the sink.
  private boolean isConsuming() throws Exception {
    worker.requireNoFailure(SINK);
    try {
      var group = admin.describeConsumerGroups(List.of(GROUP)).all().get().get(GROUP);
      return group != null
          && group.groupState() == GroupState.STABLE
          && group.members().stream()
                  .mapToInt(member -> member.assignment().topicPartitions().size())
                  .sum()
              == PeerSettings.TASKS;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return false;
      }
      throw e;
    }
  }

  private boolean isDone(FinalValues values, Measurement clock) throws Exception {
    if (clock.isDue()) {
      clock.reached(values.arrived());
      worker.requireNoFailure(SOURCE);
      worker.requireNoFailure(SINK);
    }
    return values.areThere();
  }

  /// Records of the topic so far.
  private long records() throws Exception {
    Map<TopicPartition, OffsetSpec> ends =
        IntStream.range(0, PeerSettings.TASKS)
            .mapToObj(partition -> new TopicPartition(TOPIC, partition))
            .collect(Collectors.toMap(partition -> partition, _ -> OffsetSpec.latest()));
    return admin.listOffsets(ends).all().get().values().stream()
        .mapToLong(end -> end.offset())
        .sum();
  }

  private void requireEqual() throws SQLException {
    String legacy = digest(stack.legacy(), "item");
    String target = digest(stack.target(), TABLE);
    if (!legacy.equals(target)) {
      throw new IllegalStateException(
          "expected equal tables once the JDBC sink has done its work, found rows, sum and newest"
              + " change "
              + legacy
              + " in the legacy store, "
              + target
              + " in the target");
    }
  }

  private static String digest(StoreAddress store, String table) throws SQLException {
    try (var connection = store.connect();
        var statement = connection.createStatement();
        var found =
            statement.executeQuery(
                "SELECT count(*) || ', ' || sum(amt_cents) || ', ' || sum(extract(epoch FROM"
                    + " changed))::bigint FROM "
                    + table)) {
      found.next();
      return found.getString(1);
    }
  }

  private static void execute(Connection store, String sql) throws SQLException {
    try (var statement = store.createStatement()) {
      statement.execute(sql);
    }
  }

  /// Takes everything away again that it made in both stores and in Kafka.
  @Override
  public void close() throws Exception {
    worker.close();
    try (admin;
        var legacy = stack.legacy().connect();
        var target = stack.target().connect()) {
      Waiting.until("the end of Debezium's slot", Duration.ofMillis(50), () -> !isActive());
      execute(
          legacy,
          "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '"
              + NAME
              + "'");
      execute(legacy, "DROP PUBLICATION " + NAME);
      execute(target, "DROP SCHEMA IF EXISTS " + NAME + " CASCADE");
      var topics = new ArrayList<>(admin.listTopics().names().get());
      topics.retainAll(Set.of(TOPIC));
      admin.deleteTopics(topics).all().get();
    }
  }
}
