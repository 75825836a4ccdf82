package dev.tandem.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.table.Carrier;
import dev.tandem.table.Column;
import dev.tandem.table.Table;
import dev.tandem.table.TableId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresCatalogTest {
  private static final TableId ORDERS = new TableId("public", "Weird \"Orders");
  private static final TableId LINES = new TableId("public", "lines");
  private static final TestPostgres POSTGRES = TestPostgres.start();

  @BeforeAll
  static void createTables() {
    POSTGRES.execute(
        """
        CREATE TYPE mood AS ENUM ('good', 'bad');
        CREATE DOMAIN cents AS bigint CHECK (VALUE >= 0);
        CREATE TABLE "Weird ""Orders" (
          tenant text NOT NULL, id int GENERATED ALWAYS AS IDENTITY, amount cents, feeling mood,
          tags text[], grid int[][], gap interval, scaled numeric(5,-2), plain numeric(12,2),
          doubled int GENERATED ALWAYS AS (1 + 1) STORED, note text DEFAULT '',
          PRIMARY KEY (id, tenant));
        CREATE TABLE lines (a int, b text NOT NULL, c text NOT NULL, UNIQUE (c, b),
          FOREIGN KEY (a, b) REFERENCES "Weird ""Orders" (id, tenant));
        CREATE UNIQUE INDEX ON lines (lower(c));
        CREATE UNIQUE INDEX ON lines (b) WHERE a > 0;
        ALTER TABLE lines REPLICA IDENTITY USING INDEX lines_c_b_key""");
  }

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  @Test
  void shouldReadKeysAndIdentities() throws Exception {
    Table orders = table(ORDERS);
    assertThat(orders.primaryKey()).containsExactly("id", "tenant");
    assertThat(orders.identityColumns()).containsExactly("id", "tenant");
    Table lines = table(LINES);
    assertThat(lines.primaryKey()).isEmpty();
    assertThat(lines.uniqueKeys()).containsExactly(List.of("c", "b"));
    assertThat(lines.identity()).isEqualTo(Table.ReplicaIdentity.INDEX);
    assertThat(lines.identityColumns()).containsExactly("c", "b");
    assertThat(lines.foreignKeys())
        .containsExactly(new Table.ForeignKey(List.of("a", "b"), ORDERS, List.of("id", "tenant")));
  }

  @Test
  void shouldGiveACarrierOnlyToWhatTheStreamCarriesFaithfully() throws Exception {
    Table orders = table(ORDERS);
    assertThat(orders.columns().stream().filter(column -> column.type().isCarried()))
        .extracting(Column::name)
        .containsExactly("tenant", "id", "amount", "feeling", "tags", "plain", "doubled", "note");
    assertThat(column(orders, "amount").type().carrier()).isEqualTo(Carrier.LONG);
    assertThat(column(orders, "feeling").type().carrier()).isEqualTo(Carrier.TEXT);
    assertThat(column(orders, "tags").type().array()).isTrue();
    assertThat(column(orders, "plain").type().postgres()).isEqualTo("numeric(12,2)");
  }

  @Test
  void shouldTellWhatTheDatabaseFillsItself() throws Exception {
    Table orders = table(ORDERS);
    assertThat(orders.columns().stream().filter(Column::filled))
        .extracting(Column::name)
        .containsExactly("id", "doubled", "note");
    assertThat(column(orders, "doubled").generated()).isTrue();
    assertThat(column(orders, "tenant").nullable()).isFalse();
  }

  @Test
  void shouldLeaveOutWhatDoesNotExist() throws Exception {
    var missing = new TableId("public", "nowhere");
    try (var connection = POSTGRES.connect()) {
      assertThat(PostgresCatalog.read(connection, List.of(missing)).table(missing)).isEmpty();
      assertThat(PostgresCatalog.read(connection, List.of()).table(missing)).isEmpty();
    }
  }

  /// What the document of types promises, asked of a server.
  @ParameterizedTest
  @ValueSource(strings = {"Carried", "Refused"})
  void shouldCarryWhatTheDocumentSaysAndRefuseTheRest(String heading) throws Exception {
    List<String> types = documented(heading);
    assertThat(types).hasSizeGreaterThan(15);
    var id = new TableId("public", "every_" + heading.toLowerCase(Locale.ROOT));
    POSTGRES.execute(
        "CREATE EXTENSION IF NOT EXISTS citext; CREATE TABLE "
            + id.name()
            + " ("
            + IntStream.range(0, types.size())
                .mapToObj(i -> "c" + i + " " + types.get(i))
                .collect(Collectors.joining(", "))
            + ")");
    try (var connection = POSTGRES.connect()) {
      Table table = PostgresCatalog.read(connection, List.of(id)).table(id).orElseThrow();
      assertThat(table.columns())
          .hasSize(types.size())
          .allSatisfy(
              column ->
                  assertThat(column.type().isCarried())
                      .as(column.type().postgres())
                      .isEqualTo(heading.equals("Carried")));
    }
  }

  private static List<String> documented(String heading) throws IOException {
    String document = Files.readString(Path.of("..", "deploy", "docs", "types.md"));
    String part = document.split("\n## " + heading + "\n", 2)[1].split("\n## ", 2)[0];
    return Pattern.compile("(?m)^\\| `([^`]+)` \\|")
        .matcher(part)
        .results()
        .map(row -> row.group(1))
        .toList();
  }

  private static Table table(TableId id) throws Exception {
    try (var connection = POSTGRES.connect()) {
      return PostgresCatalog.read(connection, List.of(ORDERS, LINES)).table(id).orElseThrow();
    }
  }

  private static Column column(Table table, String name) {
    return table.column(name).orElseThrow();
  }
}
