package dev.tandem.plan;

import dev.tandem.table.TableId;
import dev.tandem.wire.Topics;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One domain, compiled.
///
/// @param generation the translation that is written to the target, from [#FIRST_GENERATION]
/// @param partitionBy the contract field whose value decides the partition on both sides
/// @param tenant the contract field that names the tenant, if one is declared
/// @param budget how much is repaired before repairs stop by themselves
/// @param onSchemaChange what is done about a change of the legacy schema that cannot be followed
/// @param onTruncate what is done where a legacy table is truncated
/// @param poison how many dead letters there may be before the domain stops
public record DomainPlan(
    Topics topics,
    int partitions,
    int generation,
    List<EntityPlan> entities,
    String partitionBy,
    Optional<String> tenant,
    RepairBudget budget,
    OnSchemaChange onSchemaChange,
    OnTruncate onTruncate,
    PoisonLimit poison) {
  /// The translation that a domain begins with.
  public static final int FIRST_GENERATION = 1;

  /// Characters: with the rest of its row it fits into a page of the target, 8 kB, where PostgreSQL
  /// keeps it in line. So the log has it though it does not change.
  public static final int LONGEST_FINGERPRINT = 6_500;

  public DomainPlan {
    entities = List.copyOf(entities);
    if (partitions < 1) {
      throw new IllegalArgumentException(
          "domain " + topics.domain() + " with " + partitions + " partitions");
    }
  }

  /// A domain that deletes what is truncated, with the limit of dead letters of one whose spec says
  /// nothing of either.
  public DomainPlan(
      Topics topics,
      int partitions,
      int generation,
      List<EntityPlan> entities,
      String partitionBy,
      Optional<String> tenant,
      RepairBudget budget,
      OnSchemaChange onSchemaChange) {
    this(
        topics,
        partitions,
        generation,
        entities,
        partitionBy,
        tenant,
        budget,
        onSchemaChange,
        OnTruncate.DELETE,
        PoisonLimit.DEFAULT);
  }

  /// The first generation of a domain without tenants, with the budget of one whose spec says
  /// nothing of it.
  public static DomainPlan first(
      Topics topics, int partitions, String partitionBy, List<EntityPlan> entities) {
    return new DomainPlan(
        topics,
        partitions,
        FIRST_GENERATION,
        entities,
        partitionBy,
        Optional.empty(),
        RepairBudget.DEFAULT,
        OnSchemaChange.STOP);
  }

  public String name() {
    return topics.domain();
  }

  /// Whether values of it stand nowhere but where they are needed: its dead letters come without
  /// the records, which are found by topic, partition and offset.
  public boolean isSensitive() {
    return entities.stream().anyMatch(entity -> !entity.reconciliation().sensitive().isEmpty());
  }

  /// The same domain as another generation writes it, into the tables that the spec names.
  ///
  /// @param translatedFor the generation whose translation it is fed from; see [Topics]
  public DomainPlan of(int number, int translatedFor) {
    var own =
        new Topics(
            topics.migration(), topics.domain(), Topics.SPEC, translatedFor, topics.outboxOf());
    return made(own, partitions, number, entities);
  }

  /// A generation beside the live one that is fed from the first translation.
  public DomainPlan beside(int number) {
    return beside(number, Topics.FIRST_TRANSLATION);
  }

  /// A generation beside the live one: the same outbox, tables of the same names in a schema of
  /// their own, results of its own; differences are reported and never repaired.
  ///
  /// @param translatedFor the generation whose translation it is fed from; see [Topics]
  public DomainPlan beside(int number, int translatedFor) {
    var own =
        new Topics(topics.migration(), topics.domain(), number, translatedFor, topics.outboxOf());
    var placed = in(topics.schema(number));
    return made(
        own, partitions, number, placed.entities.stream().map(EntityPlan::reportedOnly).toList());
  }

  /// The same domain over an outbox with a number of partitions.
  ///
  /// @param outboxOf the generation that the outbox began with; see [Topics]
  public DomainPlan over(int outboxOf, int count) {
    return made(topics.over(outboxOf), count, generation, entities);
  }

  /// The same with every target table of the domain in one schema, foreign keys between them
  /// included.
  public DomainPlan in(String schema) {
    Set<TableId> own = targetTables();
    UnaryOperator<TableId> move =
        table -> own.contains(table) ? new TableId(schema, table.name()) : table;
    return made(
        topics,
        partitions,
        generation,
        entities.stream().map(entity -> entity.moved(move)).toList());
  }

  /// The same domain with another limit of dead letters.
  public DomainPlan limited(PoisonLimit other) {
    return new DomainPlan(
        topics,
        partitions,
        generation,
        entities,
        partitionBy,
        tenant,
        budget,
        onSchemaChange,
        onTruncate,
        other);
  }

  /// The same domain, but for these.
  private DomainPlan made(Topics own, int count, int number, List<EntityPlan> placed) {
    return new DomainPlan(
        own,
        count,
        number,
        placed,
        partitionBy,
        tenant,
        budget,
        onSchemaChange,
        onTruncate,
        poison);
  }

  /// The schema of its own that the target tables stand in; empty where they stand where the spec
  /// says.
  public Optional<String> schema() {
    return topics.isBeside() ? Optional.of(topics.schema(generation)) : Optional.empty();
  }

  /// Every legacy table that the domain reads.
  public Set<TableId> tables() {
    return entities.stream()
        .flatMap(EntityPlan::sources)
        .map(Source::table)
        .collect(Collectors.toUnmodifiableSet());
  }

  /// Every legacy table that is read whole before anything is translated. (What an outbox table
  /// held before its changes were captured is read only where events have an order.)
  public Set<TableId> baselines() {
    return entities.stream()
        .flatMap(EntityPlan::sources)
        .filter(Source::isSwept)
        .map(Source::table)
        .collect(Collectors.toUnmodifiableSet());
  }

  /// Every target table that the domain writes.
  public Set<TableId> targetTables() {
    return entities.stream()
        .map(EntityPlan::target)
        .flatMap(
            target ->
                Stream.concat(
                    Stream.of(target.root()),
                    target.children().stream().map(TargetPlan.Child::table)))
        .map(TargetPlan.TargetTable::table)
        .collect(Collectors.toUnmodifiableSet());
  }

  /// Whether the key of an entity says which partition its instances belong to. Where it does not,
  /// a partition that knows nothing of a key does not know either whether another one does.
  public boolean saysPartition(EntityPlan entity) {
    return partitions == 1 || entity.mapping().key().getField(partitionBy) != null;
  }

  /// How both sides of an entity are compared, and what follows: orphans are never deleted where
  /// their key does not say their partition, since the row of that key may be another partition's.
  public Reconciliation reconciliation(EntityPlan entity) {
    return saysPartition(entity)
        ? entity.reconciliation()
        : entity.reconciliation().reportingOrphans();
  }

  /// The versions that have a topic of their own, beside the contract topic; in order.
  public SortedSet<Integer> publishedVersions() {
    return entities.stream()
        .flatMap(entity -> entity.published().stream())
        .map(PublishedVersion::version)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// Digest of all that decides what is translated; it is kept with the checkpoint, in whose row it
  /// has to fit: of very many entities it is the digest of theirs.
  public String fingerprint() {
    String each = entities.stream().map(EntityPlan::fingerprint).collect(Collectors.joining("-"));
    return each.length() > LONGEST_FINGERPRINT ? Fingerprint.of(each) : each;
  }
}
