package dev.tandem.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tandem.generation.Feed;
import dev.tandem.generation.Generation;
import dev.tandem.generation.Generation.Note;
import dev.tandem.generation.Generation.State;
import dev.tandem.generation.Generations;
import dev.tandem.generation.Place;
import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityMapping;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.plan.PublishedVersion;
import dev.tandem.plan.Source;
import dev.tandem.plan.TargetPlan;
import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import dev.tandem.version.Route;
import dev.tandem.wire.Topics;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;

class TopicSettingTest {
  private static final Schema SCHEMA =
      SchemaBuilder.record("Thing").fields().requiredInt("id").endRecord();

  /// Only its schemas are asked for.
  private record NoMapping() implements EntityMapping {
    @Override
    public Schema contract() {
      return SCHEMA;
    }

    @Override
    public Schema key() {
      return SCHEMA;
    }

    @Override
    public String partitionKey(Source source, Row row) {
      throw new UnsupportedOperationException();
    }

    @Override
    public GenericRecord key(Row root) {
      throw new UnsupportedOperationException();
    }

    @Override
    public GenericRecord project(Row root, Map<String, List<Row>> children) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, String> copies() {
      return Map.of();
    }

    @Override
    public String tenant(GenericRecord contract) {
      return "";
    }
  }

  private static List<TopicSetting> topics(Integer... published) {
    return TopicSetting.of(new MigrationPlan("shop", List.of(sales(published))));
  }

  @Test
  void shouldAskForAsManyPartitionsAsTheOutboxHasUnlessTheSpecSaysAnother() {
    var feed = new Feed(2, null, null, new Feed.Log(2, 7));
    var live = new Generation("sales", 2, State.LIVE, Place.OF_SPEC, feed, Note.NONE);
    var generations = new Generations(List.of(live));
    for (int partitions : List.of(7, 4)) {
      var spec = new MigrationPlan("shop", List.of(sales().over(1, partitions)));
      assertThat(TopicSetting.of(spec, generations))
          .filteredOn(each -> each.name().startsWith("shop.sales.outbox"))
          .extracting(TopicSetting::name, TopicSetting::partitions)
          .containsExactly(tuple("shop.sales.outbox.2", partitions));
    }
    assertThat(TopicSetting.of(new MigrationPlan("shop", List.of(sales().over(1, 7))), generations))
        .extracting(TopicSetting::name)
        .contains("shop.sales.observed.live.2", "shop.sales.contract.2")
        .doesNotContain("shop.sales.observed", "shop.sales.contract");
  }

  /// A domain of migration `shop` with one table, `public.thing`.
  static DomainPlan sales(Integer... published) {
    var table = TableId.parse("thing");
    var target = new TargetPlan.TargetTable(table, List.of(), List.of(), List.of());
    var entity =
        new EntityPlan(
                "Thing",
                0,
                new Source(Source.ROOT, table, List.of("id"), List.of("id")),
                List.of(),
                new NoMapping(),
                new TargetPlan(target, List.of()),
                "1")
            .publishing(
                Arrays.stream(published)
                    .map(it -> new PublishedVersion(it, SCHEMA, new Route(it, it, List.of())))
                    .toList());
    return DomainPlan.first(new Topics("shop", "sales"), 4, "id", List.of(entity));
  }

  private static TopicSetting named(String name, List<TopicSetting> topics) {
    return topics.stream().filter(topic -> topic.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void shouldMakeTheTopicOfAPublishedVersionLikeTheContractTopic() {
    var topics = topics(1, 2);
    var contract = named("shop.sales.contract", topics);
    for (int version : List.of(1, 2)) {
      var topic = named("shop.sales.contract.v" + version, topics);
      assertThat(topic.partitions()).isEqualTo(contract.partitions());
      assertThat(topic.config()).isEqualTo(contract.config());
    }
  }

  @Test
  void shouldMakeNoTopicForWhatIsNotPublished() {
    assertThat(topics(2)).hasSize(topics().size() + 1);
    assertThat(topics()).extracting(TopicSetting::name).noneMatch(name -> name.contains(".v"));
  }

  @Test
  void shouldKnowAVersionsTopicAsItsOwnWhenItIsTornDown() {
    assertThat(new OwnNames("shop").isTopic("shop.sales.contract.v12")).isTrue();
    assertThat(new OwnNames("shop").isSubject("shop.sales.contract.v12-Thing")).isTrue();
  }
}
