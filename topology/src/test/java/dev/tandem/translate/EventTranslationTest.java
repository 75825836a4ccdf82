package dev.tandem.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.event.PayloadSchemas;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.PlanCompiler;
import dev.tandem.position.ChangePosition;
import dev.tandem.position.Lsn;
import dev.tandem.position.Snapshot;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.spec.SpecReader;
import dev.tandem.table.Catalog;
import dev.tandem.table.TableId;
import dev.tandem.table.TableScript;
import dev.tandem.wire.DeadLetter;
import dev.tandem.wire.OutboxRecord.Change;
import dev.tandem.wire.OutboxRecord.Kind;
import dev.tandem.wire.OutboxRecord.Marker;
import dev.tandem.wire.OutboxRecord.Op;
import dev.tandem.wire.OutboxRecord.Swept;
import dev.tandem.wire.RegistryException;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.avro.Schema;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Translation of events of a legacy outbox table: streamed, swept, in any order, and poisoned.
class EventTranslationTest {
  private static final TableId OUTBOX = TableId.parse("outbox");

  private static final String SPEC =
      """
      migration: club
      legacy: { url: jdbc:postgresql://legacy/club, user: tandem, password: "${PW}" }
      target: { url: jdbc:postgresql://target/club, user: tandem, password: "${PW}" }
      kafka: { bootstrap.servers: kafka:9092 }
      registry: { url: http://registry:8081 }
      domains:
        people:
          owner: { team: crm, contact: a@b }
          partition-by: personId
          objectives: { reconciliation-lag-p99: 5s, divergence-rate: 1e-5, repair-within: 1m }
          entities:
            Person:
              contract: person
              from:
                outbox: outbox
                aggregate: person
                deletions: gone
                order: id
                after-reading: deleted
                fields: { name: text, phones: [ { line: integer } ] }
              key: personId
              map:
                personId: aggregateid
                name: name
                phones: { each: phones, map: { line: line } }
              to: { table: person, children: { phones: phone } }
          sunset: { permanent: { because: reports, review: 2027-01-31 } }
      """;

  private static final Catalog LEGACY =
      TableScript.parse(
          """
          CREATE TABLE outbox (id bigint PRIMARY KEY, aggregatetype text NOT NULL,
            aggregateid text NOT NULL, type text NOT NULL, payload jsonb);
          """);

  private static final RowSchema EVENTS = RowSchema.of(LEGACY.table(OUTBOX).orElseThrow());

  @TempDir private Path folder;

  @BeforeEach
  void writeContract() throws Exception {
    Files.writeString(
        Files.createDirectories(folder.resolve("person")).resolve("v1.avsc"),
        """
        {"type": "record", "name": "Person", "namespace": "club", "fields": [
          {"name": "personId", "type": "string"}, {"name": "name", "type": "string"},
          {"name": "phones", "type": {"type": "array", "items": {"type": "record", "name": "Phone", "fields": [
            {"name": "line", "type": "int"}]}}}]}
        """);
  }

  private DomainPlan plan(String text) throws Exception {
    return plan(
        text,
        LEGACY,
        _ -> {
          throw new AssertionError("no payload is in Avro");
        });
  }

  private DomainPlan plan(String text, Catalog legacy, PayloadSchemas schemas) throws Exception {
    var read =
        SpecReader.read(Files.writeString(folder.resolve("club.yaml"), text), Map.of("PW", "x"));
    var target =
        TableScript.parse(
            """
            CREATE TABLE person (person_id text PRIMARY KEY, name text NOT NULL);
            CREATE TABLE phone (person_id text NOT NULL REFERENCES person, line int, PRIMARY KEY (person_id, line));
            """);
    var problems = read.problems();
    var stores = new PlanCompiler.Stores(Optional.of(legacy), Optional.of(target));
    return PlanCompiler.compile(read.draft().orElseThrow(), stores, schemas, problems)
        .orElseThrow(() -> new AssertionError(problems.all()))
        .domains()
        .getFirst();
  }

  private Rehearsal loaded() throws Exception {
    var rehearsal = new Rehearsal(plan(SPEC));
    rehearsal.accept(ended(1));
    return rehearsal;
  }

  private static Marker ended(long xid) {
    return new Marker(Kind.SWEEP_ENDED, 1, OUTBOX, "s", new Snapshot(xid, xid, new long[0]), 0);
  }

  private static Row event(long id, String aggregate, String type, @Nullable String payload) {
    return new Row(EVENTS, new @Nullable Object[] {id, "person", aggregate, type, payload});
  }

  private static Row named(long id, String aggregate, String name) {
    return event(id, aggregate, "changed", "{\"name\": \"" + name + "\"}");
  }

  private static Change change(Op op, long xid, @Nullable Row before, @Nullable Row after) {
    var position = new ChangePosition(1, Lsn.ZERO, xid, new Lsn(xid), 0);
    return new Change(op, position, true, 0, OUTBOX, before, after);
  }

  private static Change insert(long xid, Row event) {
    return change(Op.INSERT, xid, null, event);
  }

  private static Swept swept(long xmax, Row event) {
    return new Swept(1, new Snapshot(xmax, xmax, new long[0]), 0, event);
  }

  private static List<String> written(Rehearsal rehearsal) {
    return rehearsal.written().stream()
        .map(
            each ->
                each.key().get("personId")
                    + "="
                    + (each.value() == null ? "-" : each.value().get("name")))
        .toList();
  }

  @Test
  void shouldMakeOneRecordOfEachEventAndADeletionOfWhatTheSpecCallsOne() throws Exception {
    var rehearsal = loaded();
    rehearsal.accept(
        insert(10, event(1, "a", "made", "{\"name\": \"A\", \"phones\": [{\"line\": 3}]}")));
    rehearsal.accept(insert(11, named(2, "b", "B")));
    rehearsal.accept(insert(12, named(3, "a", "A2")));
    rehearsal.accept(insert(13, event(4, "b", "gone", null)));
    rehearsal.accept(insert(14, named(5, "b", "B again")));
    assertThat(written(rehearsal)).containsExactly("a=A", "b=B", "a=A2", "b=-", "b=B again");
    assertThat(rehearsal.written().getFirst().value())
        .hasToString("{\"personId\": \"a\", \"name\": \"A\", \"phones\": [{\"line\": 3}]}");
    assertThat(rehearsal.deadLetters()).isEmpty();
  }

  private static final Schema WRITTEN =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "E", "fields": [{"name": "no", "type": "string"},
                {"name": "name", "type": "string"},
                {"name": "phones", "type": {"type": "array", "items": {"type": "record", "name": "P",
                  "fields": [{"name": "line", "type": "int"}]}}}]}
              """);

  private static final String IN_AVRO =
      "CREATE TABLE outbox (id bigint PRIMARY KEY, aggregatetype text NOT NULL,"
          + " aggregateid text NOT NULL, type text NOT NULL, payload bytea)";

  private static Row inAvro(long id, String no, String name) throws Exception {
    var bytes = new ByteArrayOutputStream();
    bytes.write(new byte[] {0, 0, 0, 0, 7});
    var out = EncoderFactory.get().directBinaryEncoder(bytes, null);
    out.writeString(no);
    out.writeString(name);
    out.writeLong(0);
    var schema = RowSchema.of(TableScript.parse(IN_AVRO).table(OUTBOX).orElseThrow());
    return new Row(schema, new Object[] {id, "person", no, "changed", bytes.toByteArray()});
  }

  /// Where the aggregate's id names an aggregate the payload is read for its record; where a field
  /// of the payload does, for its place too.
  @Test
  void shouldRefuseNoEventInAvroWhileTheRegistryIsAway() throws Exception {
    String avro = SPEC.replace("order: id", "order: id\n          payload: avro");
    String named =
        avro.replace("deletions: gone", "identity: no")
            .replace("{ name: text", "{ no: text, name: text")
            .replace("personId: aggregateid", "personId: no");
    for (String spec : List.of(avro, named)) {
      var away = new AtomicBoolean(true);
      PayloadSchemas schemas =
          id -> {
            assertThat(id).isEqualTo(7);
            if (away.get()) {
              throw new RegistryException(RegistryException.Kind.UNAVAILABLE, "away");
            }
            return WRITTEN;
          };
      var rehearsal = new Rehearsal(plan(spec, TableScript.parse(IN_AVRO), schemas));
      rehearsal.accept(ended(1));
      assertThatThrownBy(() -> rehearsal.accept(insert(10, inAvro(1, "a", "A"))))
          .isInstanceOf(RegistryException.class);
      assertThat(rehearsal.deadLetters()).isEmpty();
      away.set(false);
      var restarted = new Rehearsal(plan(spec, TableScript.parse(IN_AVRO), schemas));
      restarted.accept(ended(1));
      restarted.accept(insert(10, inAvro(1, "a", "A")));
      assertThat(written(restarted)).containsExactly("a=A");
      assertThat(restarted.deadLetters()).isEmpty();
    }
  }

  @Test
  void shouldPassEventsOfOtherAggregates() throws Exception {
    var rehearsal = loaded();
    rehearsal.accept(
        insert(10, new Row(EVENTS, new @Nullable Object[] {1L, "order", "a", "made", "not JSON"})));
    assertThat(written(rehearsal)).isEmpty();
    assertThat(rehearsal.deadLetters()).isEmpty();
  }

  @Test
  void shouldChangeNothingWhereRowsAreDeletedChangedOrTruncatedAfterwards() throws Exception {
    var rehearsal = loaded();
    Row event = named(1, "a", "A");
    rehearsal.accept(insert(10, event));
    rehearsal.accept(change(Op.UPDATE, 11, null, named(1, "a", "sent")));
    rehearsal.accept(change(Op.DELETE, 12, event, null));
    rehearsal.accept(change(Op.TRUNCATE, 13, null, null));
    rehearsal.accept(ended(14));
    assertThat(written(rehearsal)).containsExactly("a=A");
  }

  @Test
  void shouldTakeOfSweptEventsTheNewestInWhateverOrderPagesCome() throws Exception {
    var rehearsal = new Rehearsal(plan(SPEC));
    rehearsal.accept(swept(50, named(7, "a", "newest")));
    rehearsal.accept(swept(60, named(3, "a", "older, of a newer page")));
    rehearsal.accept(swept(40, named(5, "a", "older, of an older page")));
    rehearsal.accept(ended(40));
    assertThat(written(rehearsal)).containsExactly("a=newest");
  }

  @Test
  void shouldNotGoBackToASweptEventThatIsOlderThanAStreamedOne() throws Exception {
    var rehearsal = loaded();
    rehearsal.accept(insert(10, named(5, "a", "streamed")));
    rehearsal.accept(swept(20, named(4, "a", "older")));
    rehearsal.accept(swept(20, named(5, "a", "streamed")));
    rehearsal.accept(insert(11, event(6, "a", "gone", null)));
    rehearsal.accept(swept(20, named(5, "a", "streamed")));
    assertThat(written(rehearsal)).containsExactly("a=streamed", "a=-");
  }

  @Test
  void shouldTakeASweptEventThatTheStreamNeverBrought() throws Exception {
    var rehearsal = loaded();
    rehearsal.accept(insert(10, named(5, "a", "streamed")));
    rehearsal.accept(swept(20, named(8, "a", "lost")));
    assertThat(written(rehearsal)).containsExactly("a=streamed", "a=lost");
  }

  @Test
  void shouldParkAPoisonedEventUnderItsKeyKeepWhatWasThereAndGoOnWithTheNext() throws Exception {
    var rehearsal = loaded();
    rehearsal.accept(insert(10, named(1, "a", "A")));
    rehearsal.accept(insert(11, event(2, "a", "changed", "secret")));
    rehearsal.accept(insert(12, event(3, "a", "changed", "{\"name\": 5}")));
    rehearsal.accept(insert(13, named(4, "a", "A2")));
    assertThat(written(rehearsal)).containsExactly("a=A", "a=A2");
    assertThat(rehearsal.deadLetters())
        .extracting(DeadLetter::reason)
        .containsExactly(
            "payload: expected a JSON object in which each key stands once, found text that is"
                + " none, from line 1, column 1 on",
            "payload.name: expected text, found a number");
    assertThat(rehearsal.deadLetters())
        .allSatisfy(letter -> assertThat(letter.key()).isNotEmpty())
        .allSatisfy(letter -> assertThat(letter.entity()).isEqualTo("Person"));
  }

  @Test
  void shouldWaitForNoSweepWhereEventsHaveNoOrderAndTakeNoneOfIt() throws Exception {
    var rehearsal = new Rehearsal(plan(SPEC.replace("          order: id\n", "")));
    rehearsal.accept(insert(10, named(1, "a", "A")));
    rehearsal.accept(swept(20, named(9, "a", "swept")));
    rehearsal.accept(insert(11, named(2, "b", "B")));
    assertThat(written(rehearsal)).containsExactly("a=A", "b=B");
  }

  /// Random events, deletions of rows, and pages of sweeps that come late and in any order: what is
  /// written last of each aggregate is its last event. A page comes after the changes that it saw.
  @Test
  void shouldEndWithTheLastEventOfEachAggregateWhateverIsSweptWhen() throws Exception {
    DomainPlan plan = plan(SPEC);
    for (long seed = 1; seed <= 300; seed++) {
      var random = new Random(seed);
      var rehearsal = new Rehearsal(plan);
      var table = new TreeMap<Long, Row>();
      var pages = new ArrayList<List<Swept>>();
      var last = new TreeMap<String, String>();
      int from = random.nextInt(20);
      for (int i = 1; i <= 60; i++) {
        String aggregate = "p" + random.nextInt(5);
        boolean gone = random.nextInt(5) == 0;
        Row event = gone ? event(i, aggregate, "gone", null) : named(i, aggregate, "n" + i);
        table.put((long) i, event);
        // Nothing is streamed before the slot is there: a sweep alone has these.
        if (i > from) {
          rehearsal.accept(insert(100 + i, event));
        }
        last.put(aggregate, gone ? "-" : "n" + i);
        if (i > from && random.nextInt(4) == 0) {
          pages.add(page(table, 101 + i, random));
        }
        if (!pages.isEmpty() && random.nextInt(3) == 0) {
          pages.remove(random.nextInt(pages.size())).forEach(rehearsal::accept);
        }
        if (i > from && random.nextInt(10) == 0) {
          table.remove(1L + random.nextInt(i));
        }
        if (i == from) {
          pages.add(page(table, 101 + i, null));
        }
        if (i == Math.max(from, 1) + 5) {
          Collections.shuffle(pages, random);
          pages.forEach(page -> page.forEach(rehearsal::accept));
          pages.clear();
          rehearsal.accept(ended(100 + from));
        }
      }
      pages.forEach(page -> page.forEach(rehearsal::accept));
      var ends = new TreeMap<String, String>();
      for (Rehearsal.Written each : rehearsal.written()) {
        ends.put(
            String.valueOf(each.key().get("personId")),
            each.value() == null ? "-" : String.valueOf(each.value().get("name")));
      }
      last.forEach(
          (aggregate, name) -> {
            if (name.equals("-")) {
              ends.putIfAbsent(aggregate, "-");
            }
          });
      assertThat(ends).as("seed %d", seed).isEqualTo(last);
    }
  }

  /// @param random null for all rows
  private static List<Swept> page(Map<Long, Row> table, long xmax, @Nullable Random random) {
    var page = new ArrayList<Swept>();
    for (Row row : table.values()) {
      if (random == null || random.nextInt(3) > 0) {
        page.add(swept(xmax, row));
      }
    }
    if (random != null) {
      Collections.shuffle(page, random);
    }
    return page;
  }
}
