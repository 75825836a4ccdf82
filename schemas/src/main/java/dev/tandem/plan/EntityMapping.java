package dev.tandem.plan;

import dev.tandem.row.Row;
import dev.tandem.row.RowSchema;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/// The mapping of one entity, compiled: pure, thread-safe, total but for [MappingException].
///
/// Contract values are in Avro's generic form with `BigDecimal` for the decimal logical type (see
/// [ContractData]); timestamps stay `Long`, dates `Integer`, strings `String`, enums
/// `GenericEnumSymbol`.
///
/// What is made of a row that is an event in Avro needs the schema that it was written with. While
/// nobody can be asked for it, a [dev.tandem.wire.RegistryException] is thrown, which is no refusal
/// of the row: whoever asked has to ask again.
public interface EntityMapping {
  /// The contract's schema in the version that the entity is translated to.
  Schema contract();

  /// A record schema of the entity's key fields, in the order of the spec.
  Schema key();

  /// The canonical text of the domain's `partition-by` value, computed from a root or child row;
  /// needs no more than the columns of the table's replica identity.
  ///
  /// @throws MappingException if the value cannot be computed, or is null
  String partitionKey(Source source, Row row);

  /// The entity's key, computed from a root row; needs no more than the columns of the table's
  /// replica identity.
  ///
  /// @throws MappingException if the value cannot be computed, or is null
  GenericRecord key(Row root);

  /// The entity's key, taken from the whole entity: what [#key(Row)] gives for its root.
  ///
  /// @throws MappingException if a value of it is null
  default GenericRecord keyOf(GenericRecord contract) {
    var made = new GenericData.Record(key());
    for (Schema.Field field : key().getFields()) {
      Object value = contract.get(field.name());
      if (value == null) {
        throw new MappingException(field.name(), "expected a value for the key, found null");
      }
      made.put(field.pos(), value);
    }
    return made;
  }

  /// The whole entity.
  ///
  /// @param children by list name, in the order of their keys; a list without rows may be missing
  /// @throws MappingException naming the field and the reason
  GenericRecord project(Row root, Map<String, List<Row>> children);

  /// The contract fields that are plain, unchanged copies of a column of the root, with that
  /// column.
  Map<String, String> copies();

  /// The columns of a source that the mapping reads, and where the spec says so.
  default List<ColumnUse> uses(Source source) {
    return List.of();
  }

  /// Follows a table whose columns have become wider, as far as the contract takes them: from then
  /// on rows of the wider schema are read as exactly as those of before.
  ///
  /// @param rows of the source, its columns named as the mapping does
  default void follow(Source source, RowSchema rows) {}

  /// What decides the key of an entity and the partition of its rows, as a text that is equal for
  /// mappings that decide it alike.
  default String place() {
    return "";
  }

  /// The root row that a record was made from, as far as the lenses lead back.
  ///
  /// @throws MappingException if the record contradicts itself: two fields say different values of
  ///     one column
  default Restored restore(GenericRecord contract) {
    return Restored.NOTHING;
  }

  /// The tenant, or an empty text where the domain declares none.
  String tenant(GenericRecord contract);
}
