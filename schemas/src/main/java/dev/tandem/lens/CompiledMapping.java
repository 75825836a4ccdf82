package dev.tandem.lens;

import dev.tandem.contract.CanonicalText;
import dev.tandem.plan.ColumnUse;
import dev.tandem.plan.EntityMapping;
import dev.tandem.plan.Fingerprint;
import dev.tandem.plan.MappingException;
import dev.tandem.plan.Restored;
import dev.tandem.plan.Source;
import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import dev.tandem.spec.Problems;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// The mapping of one entity as lenses, bound to the legacy rows by name once for each schema that
/// they had. Where a table's columns have become wider, a mapping compiled for these takes over.
/// Thread-safe.
public final class CompiledMapping implements EntityMapping {
  private final MappingSource source;
  private final Fields fields;
  private final Fields key;
  private final Binder binder;
  private final String partitionBy;

  /// By the source's name, the root and every child list.
  private final Map<String, PartitionLens> partitions;

  private final Optional<Schema.Field> tenant;

  /// The same, compiled for wider columns; null while there are none.
  private volatile @Nullable CompiledMapping wider;

  CompiledMapping(
      MappingSource source,
      Fields fields,
      Fields key,
      Binder binder,
      Partitions partitions,
      Optional<Schema.Field> tenant) {
    this.source = source;
    this.fields = fields;
    this.key = key;
    this.binder = binder;
    this.partitionBy = partitions.field();
    this.partitions = Map.copyOf(partitions.bySource());
    this.tenant = tenant;
  }

  private CompiledMapping widest() {
    CompiledMapping by = wider;
    return by == null ? this : by;
  }

  @Override
  public List<ColumnUse> uses(Source of) {
    CompiledMapping by = widest();
    return new Reading(by.source, by.fields).uses(of);
  }

  @Override
  public synchronized void follow(Source of, RowSchema rows) {
    CompiledMapping by = widest();
    var tables = by.source.tables().widened(of, rows);
    if (!tables.equals(by.source.tables())) {
      MappingCompiler.compile(by.source.with(tables), new Problems())
          .map(CompiledMapping.class::cast)
          .ifPresent(compiled -> wider = compiled);
    }
  }

  /// @param field the contract field
  record Partitions(String field, Map<String, PartitionLens> bySource) {}

  @Override
  public Schema contract() {
    return fields.schema();
  }

  @Override
  public Schema key() {
    return key.schema();
  }

  @Override
  public String partitionKey(Source of, Row row) {
    var partition = widest().partitions.get(of.name());
    if (partition == null) {
      throw new IllegalArgumentException("no source '" + of.name() + "' in " + contract());
    }
    try {
      return partition.of(row);
    } catch (Refused refused) {
      throw refused.in(partitionBy).asMappingException();
    }
  }

  @Override
  public GenericRecord key(Row root) {
    GenericRecord made;
    try {
      CompiledMapping by = widest();
      made = by.key.get(by.binder.cells(root, Map.of()));
    } catch (Refused refused) {
      throw refused.asMappingException();
    }
    for (Fields.Field field : key.fields()) {
      if (made.get(field.position()) == null) {
        throw new MappingException(field.name(), "expected a value for the key, found null");
      }
    }
    return made;
  }

  @Override
  public GenericRecord project(Row root, Map<String, List<Row>> children) {
    try {
      CompiledMapping by = widest();
      return by.fields.get(by.binder.cells(root, children));
    } catch (Refused refused) {
      throw refused.asMappingException();
    }
  }

  @Override
  public String place() {
    return Fingerprint.ofPlace(source);
  }

  @Override
  public String tenant(GenericRecord contract) {
    if (tenant.isEmpty()) {
      return "";
    }
    Object value = contract.get(tenant.get().pos());
    return value == null ? "" : CanonicalText.of(tenant.get().schema(), value);
  }

  @Override
  public Map<String, String> copies() {
    return fields.copies();
  }

  @Override
  public Restored restore(GenericRecord contract) {
    return widest().fields.restore(contract);
  }

  /// What rolling this entity back to the legacy store would lose, by contract field.
  public List<Loss> losses() {
    return fields.losses();
  }
}
