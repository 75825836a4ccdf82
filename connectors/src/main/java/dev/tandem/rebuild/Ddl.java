package dev.tandem.rebuild;

import dev.tandem.table.Sql;
import java.sql.Connection;
import java.sql.SQLException;
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
