package dev.tandem.rebuild;

import dev.tandem.table.Sql;
import dev.tandem.table.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// Runs statements in the transaction at hand and keeps what was run, to be shown. A statement that
/// locks the application's tables queues for seconds at most.
final class Ddl {
  private final Connection connection;
  private final List<String> run = new ArrayList<>();

  Ddl(Connection connection) throws SQLException {
    this.connection = connection;
    run("SET LOCAL lock_timeout = '5s'");
  }

  Connection connection() {
    return connection;
  }

  void run(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
    run.add(sql);
  }

  /// Locks tables against everybody, all of them within a time, and waits no longer than that for
  /// any lock afterwards. What is asked for table by table would be waited for table by table, and
  /// others queue behind those had already.
  ///
  /// @throws SQLException with state 55P03 if they are not to be had in time
  void lock(Collection<TableId> tables, Duration within) throws SQLException {
    within(
        within,
        () -> {
          run(
              "LOCK TABLE "
                  + tables.stream().map(TableId::sql).collect(Collectors.joining(", "))
                  + " IN ACCESS EXCLUSIVE MODE");
          return tables;
        });
  }

  /// What waits for locks.
  interface Step<T> {
    T take() throws SQLException;
  }

  /// Takes locks by statements that have so much time each, whatever number of locks they wait for;
  /// no lock is waited for longer afterwards.
  ///
  /// @throws SQLException with state 55P03 if they are not to be had in time
  <T> T within(Duration time, Step<T> step) throws SQLException {
    String before = ask("SHOW statement_timeout").getFirst()[0];
    run("SET LOCAL lock_timeout = '" + time.toMillis() + "ms'");
    run("SET LOCAL statement_timeout = '" + time.toMillis() + "ms'");
    T taken;
    try {
      taken = step.take();
    } catch (SQLException late) {
      if (!"57014".equals(late.getSQLState())) {
        throw late;
      }
      throw new SQLException("not every lock was to be had in time", "55P03", late);
    }
    run("SET LOCAL statement_timeout = " + Sql.literal(before));
    return taken;
  }

  List<String> run() {
    return List.copyOf(run);
  }

  /// What a query answers with, one row of texts each.
  List<String[]> ask(String sql, Object... parameters) throws SQLException {
    var answer = new ArrayList<String[]>();
    try (var query = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        Object parameter = parameters[i];
        if (parameter instanceof Collection<?> many) {
          query.setArray(i + 1, connection.createArrayOf("text", many.toArray()));
        } else {
          query.setObject(i + 1, parameter);
        }
      }
      try (var rows = query.executeQuery()) {
        int width = rows.getMetaData().getColumnCount();
        while (rows.next()) {
          var row = new String[width];
          for (int column = 0; column < width; column++) {
            String text = rows.getString(column + 1);
            row[column] = text == null ? "" : text;
          }
          answer.add(row);
        }
      }
    }
    return answer;
  }

  /// Makes a schema that whoever may use one of others may use too.
  void schemaLike(String schema, Collection<String> others) throws SQLException {
    run("CREATE SCHEMA " + Sql.quote(schema));
    String users =
        ask(
                """
                SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC'
                                               ELSE quote_ident(pg_get_userbyid(a.grantee)) END
                  FROM pg_namespace n, aclexplode(n.nspacl) a
                 WHERE n.nspname = ANY (?::text[]) AND a.privilege_type = 'USAGE'
                   AND a.grantee <> n.nspowner ORDER BY 1""",
                others)
            .stream()
            .map(row -> row[0])
            .collect(Collectors.joining(", "));
    if (!users.isEmpty()) {
      run("GRANT USAGE ON SCHEMA " + Sql.quote(schema) + " TO " + users);
    }
  }
}
