package dev.tandem.capture;

import dev.tandem.plan.DomainPlan;
import dev.tandem.plan.EntityMapping;
import dev.tandem.plan.EntityPlan;
import dev.tandem.plan.MappingException;
import dev.tandem.plan.MigrationPlan;
import dev.tandem.plan.Source;
import dev.tandem.plan.TargetPlan;
import dev.tandem.row.Row;
import dev.tandem.table.TableId;
import dev.tandem.wire.Topics;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/// Plans of domains in which each entity is one table, partitioned by one of its columns, which is
/// its key too unless another is named.
final class TestPlan {
  static final String MIGRATION = "shop";

  private TestPlan() {}

  /// One domain of the given partitions with one entity.
  static MigrationPlan of(int partitions, TableId table, String partitionBy) {
    return of(domain("d", partitions, entity(table, partitionBy)));
  }

  static MigrationPlan of(DomainPlan... domains) {
    return new MigrationPlan(MIGRATION, List.of(domains));
  }

  static DomainPlan domain(String name, int partitions, EntityPlan... entities) {
    return DomainPlan.first(
        new Topics(MIGRATION, name), partitions, "partition", List.of(entities));
  }

  static EntityPlan entity(TableId table, String partitionBy) {
    return entity(table, partitionBy, partitionBy);
  }

  static EntityPlan entity(TableId table, String partitionBy, String key) {
    return entity(new Source(Source.ROOT, table, List.of(partitionBy), List.of("id")), key);
  }

  static EntityPlan entity(Source source, String key) {
    TableId table = source.table();
    String partitionBy = source.join().getFirst();
    var target =
        new TargetPlan(
            new TargetPlan.TargetTable(table, List.of(), List.of(), List.of()), List.of());
    return new EntityPlan(
        table.name(), 0, source, List.of(), new ByColumn(partitionBy, key), target, "1");
  }

  private record ByColumn(String column, String keyColumn) implements EntityMapping {
    private static final Schema EMPTY =
        SchemaBuilder.record("Empty").namespace("test").fields().endRecord();
    private static final Schema KEY =
        SchemaBuilder.record("Key").namespace("test").fields().requiredString("key").endRecord();

    @Override
    public Schema contract() {
      return EMPTY;
    }

    @Override
    public Schema key() {
      return KEY;
    }

    @Override
    public String partitionKey(Source source, Row row) {
      Object value = row.value(column);
      if ("poison".equals(value)) {
        throw new IllegalStateException("no partition for " + row); // as a mapping in Java may
      }
      if (value == null || value == Row.UNKNOWN) {
        throw new MappingException(column, "expected a value, found none");
      }
      return value.toString();
    }

    @Override
    public GenericRecord key(Row root) {
      var key = new GenericData.Record(KEY);
      key.put("key", String.valueOf(root.value(keyColumn)));
      return key;
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
}
