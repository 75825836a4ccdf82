package dev.tandem.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.event.EventTable;
import dev.tandem.event.PayloadForm;
import dev.tandem.evolution.SchemaFinding;
import dev.tandem.evolution.SchemaRule;
import dev.tandem.row.RowSchema;
import dev.tandem.spec.Problem;
import dev.tandem.spec.SpecReader;
import dev.tandem.table.TableId;
import dev.tandem.table.TableScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Entities that are read from a legacy outbox table: what of the spec binds, and what is refused.
class EventBinderTest {
  private static final String LEGACY =
      """
      CREATE TABLE outbox (
        id bigint PRIMARY KEY, aggregatetype varchar(255) NOT NULL, aggregateid varchar(255) NOT NULL,
        type varchar(255) NOT NULL, payload jsonb, at timestamptz NOT NULL, seen timestamptz, raw bytea);
      CREATE TABLE bare (id bigint, aggregatetype text, aggregateid text, type text, payload text);
      """;

  private static final String TARGET =
      """
      CREATE TABLE person (person_id text PRIMARY KEY, name text NOT NULL, born date);
      CREATE TABLE phone (person_id text NOT NULL REFERENCES person, line int, digits text, PRIMARY KEY (person_id, line));
      """;

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
                outbox: public.outbox
                aggregate: [person, customer]
                deletions: PersonDeleted
                order: [at, id]
                after-reading: deleted
                fields: { name.full: text, born: optional date, phones: [ { line: integer, digits: text } ] }
              key: personId
              map:
                personId: aggregateid
                name: name.full
                born: born
                phones: { each: phones, map: { line: line, digits: digits } }
              to: { table: public.person, children: { phones: public.phone } }
          sunset: { permanent: { because: reports, review: 2027-01-31 } }
      """;

  @TempDir private Path folder;

  @BeforeEach
  void writeContract() throws IOException {
    Files.writeString(
        Files.createDirectories(folder.resolve("person")).resolve("v1.avsc"),
        """
        {"type": "record", "name": "Person", "namespace": "club", "fields": [
          {"name": "personId", "type": "string"},
          {"name": "name", "type": "string"},
          {"name": "born", "type": ["null", {"type": "int", "logicalType": "date"}], "default": null},
          {"name": "phones", "type": {"type": "array", "items": {"type": "record", "name": "Phone", "fields": [
            {"name": "line", "type": "int"}, {"name": "digits", "type": "string"}]}}}]}
        """);
  }

  private record Outcome(Optional<MigrationPlan> plan, List<Problem> problems) {
    EntityPlan entity() {
      assertThat(problems).isEmpty();
      return plan.orElseThrow().domains().getFirst().entities().getFirst();
    }
  }

  private Outcome compile(String text) throws IOException {
    return compile(text, LEGACY);
  }

  private Outcome compile(String text, String legacy) throws IOException {
    Path file = Files.writeString(folder.resolve("club.yaml"), text);
    var read = SpecReader.read(file, Map.of("PW", "x"));
    var plan =
        read.draft()
            .flatMap(
                spec ->
                    PlanCompiler.compile(
                        spec,
                        TableScript.parse(legacy),
                        TableScript.parse(TARGET),
                        read.problems()));
    return new Outcome(plan, read.problems().all());
  }

  @Test
  void shouldBindAnEntityToTheEventsOfAnOutboxTable() throws IOException {
    EntityPlan person = compile(SPEC).entity();
    assertThat(person.root().table()).hasToString("public.outbox");
    assertThat(person.root().key()).containsExactly("id");
    assertThat(person.root().join()).containsExactly("aggregateid");
    assertThat(person.root().columns()).containsExactly("id");
    assertThat(person.root().isSwept()).isTrue();
    assertThat(person.children()).isEmpty();
    EventTable events = person.root().events().orElseThrow();
    assertThat(events.aggregates()).containsExactlyInAnyOrder("person", "customer");
    assertThat(events.deletions()).containsExactly("PersonDeleted");
    assertThat(events.isNamedByEnvelope()).isTrue();
    assertThat(events.columns())
        .containsExactly("aggregatetype", "aggregateid", "payload", "type", "at", "id");
    assertThat(person.mapping().copies()).isEmpty();
  }

  @Test
  void shouldReadATableThatWasRenamedWithItsColumnsByTheNamesOfBefore() throws IOException {
    EntityPlan before = compile(SPEC).entity();
    String legacy =
        LEGACY
            .replace("TABLE outbox", "TABLE events")
            .replace("aggregateid varchar", "agg varchar")
            .replace("payload jsonb", "body jsonb")
            .replace("id bigint PRIMARY KEY", "no bigint PRIMARY KEY");
    String said =
        "outbox: public.events\n          formerly: public.outbox\n"
            + "          renamed: { aggregateid: agg, payload: body, id: no }";
    EntityPlan now = compile(SPEC.replace("outbox: public.outbox", said), legacy).entity();
    assertThat(now.fingerprint()).isEqualTo(before.fingerprint());
    assertThat(now.root().events()).isEqualTo(before.root().events());
    assertThat(now.root().key()).containsExactly("id");
    assertThat(now.root().now("payload")).isEqualTo("body");
    assertThat(now.root().firstName()).hasToString("public.outbox");
    var domain =
        compile(SPEC.replace("outbox: public.outbox", said), legacy)
            .plan()
            .orElseThrow()
            .domains()
            .getFirst();
    for (String form : List.of(LEGACY, legacy)) {
      String name = form.equals(LEGACY) ? "public.outbox" : "public.events";
      var rows = RowSchema.of(TableScript.parse(form).table(TableId.parse(name)).orElseThrow());
      assertThat(new SchemaRule(domain).judge(rows)).as(name).isEmpty();
    }
  }

  @Test
  void shouldAdviseWhatTheSpecTakesWhereAColumnOfTheEnvelopeIsRenamed() throws IOException {
    var domain = compile(SPEC).plan().orElseThrow().domains().getFirst();
    String legacy = LEGACY.replace("aggregateid varchar", "agg varchar");
    var rows =
        RowSchema.of(TableScript.parse(legacy).table(TableId.parse("public.outbox")).orElseThrow());
    assertThat(new SchemaRule(domain).judge(rows))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.severity()).isEqualTo(SchemaFinding.Severity.STOPS);
              assertThat(finding.fix()).contains("renamed: { aggregateid: its new name }");
            });
  }

  /// Its rows come narrow before, and wide from then on.
  @Test
  void shouldFollowAColumnOfTheEnvelopeThatHasBecomeWider() throws IOException {
    String narrow =
        LEGACY
            .replace("id bigint PRIMARY KEY", "id integer PRIMARY KEY")
            .replace("aggregateid varchar(255)", "aggregateid integer");
    String spec =
        SPEC.replace("personId: aggregateid", "personId: { cast: aggregateid, to: string }");
    var domain = compile(spec, narrow).plan().orElseThrow().domains().getFirst();
    var rule = new SchemaRule(domain);
    String wide = narrow.replace("id integer", "id bigint");
    for (String form : List.of(narrow, wide, narrow)) {
      var table = TableScript.parse(form).table(TableId.parse("public.outbox")).orElseThrow();
      assertThat(rule.judge(RowSchema.of(table))).isEmpty();
    }
    String other = narrow.replace("id integer PRIMARY KEY", "id text PRIMARY KEY");
    var table = TableScript.parse(other).table(TableId.parse("public.outbox")).orElseThrow();
    assertThat(rule.judge(RowSchema.of(table))).isNotEmpty();
  }

  @Test
  void shouldTakeTheEntitysNameForItsAggregateWhereNoneIsSaid() throws IOException {
    var events =
        compile(SPEC.replace("          aggregate: [person, customer]\n", ""))
            .entity()
            .root()
            .events();
    assertThat(events.orElseThrow().aggregates()).isEqualTo(Set.of("Person"));
  }

  @Test
  void shouldMakeAnotherFingerprintOfWhatIsReadAndNotOfWhenRowsAreDeletedOrSwept()
      throws IOException {
    String before = compile(SPEC).entity().fingerprint();
    assertThat(compile(SPEC.replace("after-reading: deleted", "after-reading: kept")).entity())
        .extracting(EntityPlan::fingerprint)
        .isEqualTo(before);
    assertThat(compile(SPEC.replace("order: [at, id]", "order: id")).entity().fingerprint())
        .isEqualTo(before);
    for (var change :
        Map.of(
                "[person, customer]", "person",
                "deletions: PersonDeleted", "deletions: Deleted",
                "born: optional date", "born: date",
                "digits: text }", "digits: varchar(9) }")
            .entrySet()) {
      var changed = compile(SPEC.replace(change.getKey(), change.getValue()));
      assertThat(changed.plan().orElseThrow().domains().getFirst().fingerprint())
          .as(change.getValue())
          .isNotEqualTo(before);
    }
  }

  private static String avro(String spec) {
    return spec.replace(
        "fields: {", "payload: avro\n          columns: { payload: raw }\n          fields: {");
  }

  /// Nobody is asked for a schema before there is an event.
  @Test
  void shouldBindPayloadsInAvroToBytea() throws IOException {
    EntityPlan person = compile(avro(SPEC)).entity();
    EventTable events = person.root().events().orElseThrow();
    assertThat(events.form()).isInstanceOf(PayloadForm.Avro.class);
    assertThat(events).isEqualTo(compile(avro(SPEC)).entity().root().events().orElseThrow());
    assertThat(compile(SPEC).entity().root().events().orElseThrow().form())
        .isEqualTo(PayloadForm.JSON);
    assertThat(
            compile(SPEC.replace("fields: {", "payload: json\n          fields: {"))
                .entity()
                .fingerprint())
        .isEqualTo(compile(SPEC).entity().fingerprint());
  }

  /// The first is what a program that reads JSON alone has made of the same spec.
  @Test
  void shouldMakeAnotherFingerprintOfAvroAndTheSameAsEverOfJson() throws IOException {
    assertThat(compile(SPEC).entity().fingerprint())
        .isEqualTo("99a8e3bddbaa5a66145f213c7cddb7ed9b55c23d9656f2fb8fbb071722a966f8");
    String asText =
        compile(
                avro(SPEC).replace("payload: avro\n          ", ""),
                LEGACY.replace("raw bytea", "raw text"))
            .entity()
            .fingerprint();
    assertThat(compile(avro(SPEC)).entity().fingerprint()).isNotEqualTo(asText);
  }

  @Test
  void shouldNameAnAggregateByFieldsOfThePayloadWhereTheSpecSaysSo() throws IOException {
    var outcome =
        compile(
            SPEC.replace("deletions: PersonDeleted", "identity: [no]")
                .replace("fields: {", "fields: { no: text,")
                .replace("personId: aggregateid", "personId: no"));
    assertThat(outcome.entity().root().join()).containsExactly("no");
    assertThat(outcome.entity().root().events().orElseThrow().isNamedByEnvelope()).isFalse();
  }

  @Test
  void shouldSayThatATableWithoutAnOrderIsNotSwept() throws IOException {
    var outcome = compile(SPEC.replace("          order: [at, id]\n", ""));
    assertThat(outcome.plan().orElseThrow().domains().getFirst().baselines()).isEmpty();
    assertThat(outcome.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.severity()).isEqualTo(Problem.Severity.WARNING);
              assertThat(problem.cause()).contains("backfill and verify refuse it");
              assertThat(problem.fix()).contains("order: id");
            });
  }

  @Test
  void shouldWarnThatADeletionNeedsTheIdentityToo() throws IOException {
    var outcome =
        compile(
            SPEC.replace("fields: {", "identity: no\n          fields: { no: text,")
                .replace("personId: aggregateid", "personId: no"));
    assertThat(outcome.problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.cause()).contains("a deletion has to hold no"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "outbox: public.outbox|outbox: public.outbux|no table public.outbux|did you mean 'public.outbox'?",
        "outbox: public.outbox|outbox: public.bare|no primary key|ADD PRIMARY KEY",
        "fields: {|columns: { payload: raw }\\n          fields: {|is bytea, and is said to hold JSON|declare payload: avro",
        "fields: {|payload: json\\n          columns: { payload: raw }\\n          fields: {|is bytea, and is said to hold JSON|declare payload: avro",
        "fields: {|payload: avro\\n          fields: {|expected bytea as a payload in Avro, found column payload of public.outbox (jsonb)|payload: json",
        "fields: {|payload: avra\\n          fields: {|expected json or avro, found 'avra'|did you mean 'avro'?",
        "fields: {|columns: { payload: at }\\n          fields: {|expected jsonb, json or text as payload, found column at|columns: { payload:",
        "fields: {|columns: { aggregateid: agg }\\n          fields: {|has no column 'agg'|columns: { aggregateid:",
        "fields: {|columns: { aggregatetype: id }\\n          fields: {|expected a text as aggregatetype, found column id|another column",
        "fields: {|columns: { aggregatid: id }\\n          fields: {|unknown key 'aggregatid'|aggregateid",
        "order: [at, id]|order: seen|found 'seen' (timestamp with time zone)|grows with every event",
        "order: [at, id]|order: nr|found none called 'nr'|leave 'order' out",
        "order: [at, id]|order: type|found 'type' (character varying(255))|leave 'order' out",
        "after-reading: deleted|after-reading: gone|expected kept or deleted, found 'gone'|kept",
        "`          after-reading: deleted\\n`|``|'after-reading' is missing|after-reading: kept",
        "born: optional date|born: interval|expected the type of a column that lenses read, found 'interval'|'optional' before it",
        "born: optional date|born: optional dat|found 'optional dat'|write one such as",
        "born: optional date|born: 'numeric[]'|found 'numeric[]'|write one such as",
        "born: optional date|aggregateid: text|is the column of the aggregate's id already|leave it out",
        "name.full: text|name..full: text|is no path of keys|with a dot between",
        "digits: text }|more: [ { x: text } ] }|a list in a list is not read|lens in Java",
        "phones: [ { line: integer, digits: text } ]|phones: []|expected a list with the fields|phones: [ {",
        "name: name.full|name: name.ful|expected a column of public.outbox, found 'name.ful'|name.full",
        "personId: aggregateid|personId: name.full|expected a key over a unique set of columns|(aggregateid)",
        "fields: {|identity: born\\n          fields: {|found the optional 'born'|without 'optional'",
        "fields: {|identity: nope\\n          fields: {|found none called 'nope'|",
        "outbox: public.outbox|outbox: public.outbox\\n          root: public.bare|unknown key 'root'|",
      })
  void shouldRefuseWithLineCauseAndFix(String good, String bad, String cause, String fix)
      throws IOException {
    String text = SPEC.replace(good.replace("\\n", "\n"), bad.replace("\\n", "\n"));
    assertThat(text).isNotEqualTo(SPEC);
    var outcome = compile(text);
    assertThat(outcome.plan()).isEmpty();
    assertThat(outcome.problems())
        .filteredOn(problem -> problem.severity() == Problem.Severity.ERROR)
        .anySatisfy(
            problem -> {
              assertThat(problem.cause()).contains(cause);
              assertThat(problem.fix()).contains(fix == null ? "" : fix);
              assertThat(problem.place().line()).isGreaterThan(1);
            });
  }

  @Test
  void shouldRefuseAPartitionThatEventsOfOneAggregateNeedNotAgreeIn() throws IOException {
    Files.writeString(
        folder.resolve("person/v1.avsc"),
        """
        {"type": "record", "name": "Person", "namespace": "club", "fields": [
          {"name": "personId", "type": "string"}, {"name": "name", "type": "string"},
          {"name": "born", "type": ["null", {"type": "int", "logicalType": "date"}], "default": null}]}
        """);
    var outcome =
        compile(
            SPEC.replace("partition-by: personId", "partition-by: name")
                .replace(", phones: [ { line: integer, digits: text } ]", "")
                .replace("phones: { each: phones, map: { line: line, digits: digits } }", "")
                .replace(", children: { phones: public.phone }", ""));
    assertThat(outcome.plan()).isEmpty();
    assertThat(outcome.problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.cause())
                  .contains("to be computed from what names an aggregate (aggregateid)");
              assertThat(problem.fix()).contains("'identity'");
            });
  }
}
