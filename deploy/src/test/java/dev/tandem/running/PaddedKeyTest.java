package dev.tandem.running;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rows that `character(n)` names keep their names when the columns become `varchar` under way.
class PaddedKeyTest {
  private static final List<String> LEGACY =
      List.of(
          "CREATE TABLE cust (no char(5) PRIMARY KEY, name text NOT NULL)",
          "CREATE TABLE addr (no char(5), line int, street text NOT NULL, PRIMARY KEY (no, line))",
          "INSERT INTO cust VALUES ('AB', 'before'), ('CD', 'before'), ('EFGHI', 'before')",
          "INSERT INTO addr VALUES ('AB', 1, 'first'), ('AB', 2, 'second'), ('CD', 1, 'third')");

  private static final List<String> TARGET =
      List.of(
          "CREATE TABLE customer (id varchar(10) PRIMARY KEY, name text NOT NULL)",
          "CREATE TABLE address (id varchar(10) REFERENCES customer, line int, street text NOT NULL,"
              + " PRIMARY KEY (id, line))");

  private static final String CONTRACT =
      """
      {"type":"record","name":"Customer","namespace":"types","fields":[
        {"name":"id","type":"string"},{"name":"name","type":"string"},
        {"name":"addresses","type":{"type":"array","items":{"type":"record","name":"Address","fields":[
          {"name":"line","type":"int"},{"name":"street","type":"string"}]}}}]}
      """;

  private static final String ENTITY =
      """
      Customer:
        contract: contracts/customer
        from: { root: public.cust, children: { addresses: { table: public.addr, on: no } } }
        key: id
        map:
          id: no
          name: name
          addresses: { each: addresses, map: { line: line, street: street } }
        to: { table: public.customer, children: { addresses: public.address } }
      """;

  @TempDir private Path directory;

  @Test
  void shouldKnowRowsAgainOnceTheirKeyIsPaddedNoMore() throws Exception {
    try (var stage = new TypesStage(directory)) {
      stage.execute(stage.legacy(), LEGACY.toArray(String[]::new));
      stage.execute(stage.target(), TARGET.toArray(String[]::new));
      stage.contract("customer", CONTRACT);
      stage.run(3, "id", ENTITY);
      stage.awaitJudged();
      stage.execute(
          stage.legacy(),
          "ALTER TABLE cust ALTER no TYPE varchar(8)",
          "ALTER TABLE addr ALTER no TYPE varchar(8)",
          "UPDATE cust SET name = 'after' WHERE no = 'AB'",
          "DELETE FROM addr WHERE no = 'CD'",
          "DELETE FROM cust WHERE no = 'CD'",
          "INSERT INTO cust VALUES ('KL', 'after')",
          "INSERT INTO addr VALUES ('KL', 1, 'fourth')");
      Awaitility.await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> assertEqual(stage));
      stage.awaitJudged();
      assertThat(stage.events()).isEmpty();
    }
  }

  private static void assertEqual(TypesStage stage) throws Exception {
    assertThat(stage.rows(stage.target(), "SELECT id || '|' || name FROM customer ORDER BY 1"))
        .containsExactly("AB|after", "EFGHI|before", "KL|after");
    assertThat(stage.rows(stage.target(), "SELECT id || line || street FROM address ORDER BY 1"))
        .containsExactly("AB1first", "AB2second", "KL1fourth");
  }
}
