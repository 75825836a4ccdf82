package dev.tandem.diff;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/// The rule by which two contract records are compared: by the names of their fields, so that two
/// versions of a contract can be. A field that only one of them has is compared with null; decimals
/// are the same if their values are.
final class FieldComparison {
  private FieldComparison() {}

  /// The names of the fields that differ, in the order of the alphabet.
  static SortedSet<String> differing(GenericRecord before, GenericRecord after) {
    var names = new TreeSet<String>();
    before.getSchema().getFields().forEach(field -> names.add(field.name()));
    after.getSchema().getFields().forEach(field -> names.add(field.name()));
    names.removeIf(name -> isSame(value(before, name), value(after, name)));
    return names;
  }

  /// The value of a field, null where the record has no such field.
  static @Nullable Object value(GenericRecord record, String name) {
    Schema.Field field = record.getSchema().getField(name);
    return field == null ? null : record.get(field.pos());
  }

  private static boolean isSame(@Nullable Object one, @Nullable Object other) {
    if (one == null || other == null) {
      return one == other;
    }
    if (one instanceof GenericRecord left && other instanceof GenericRecord right) {
      return differing(left, right).isEmpty();
    }
    if (one instanceof Collection<?> left && other instanceof Collection<?> right) {
      return left.size() == right.size() && isSame(left.iterator(), right.iterator());
    }
    if (one instanceof BigDecimal left && other instanceof BigDecimal right) {
      return left.compareTo(right) == 0;
    }
    if (one instanceof byte[] left && other instanceof byte[] right) {
      return Arrays.equals(left, right);
    }
    return Objects.equals(one, other) || isText(one) && one.toString().equals(other.toString());
  }

  private static boolean isSame(Iterator<?> left, Iterator<?> right) {
    while (left.hasNext()) {
      if (!isSame(left.next(), right.next())) {
        return false;
      }
    }
    return true;
  }

  /// Strings, and symbols of enums: of two versions they are of two classes.
  private static boolean isText(Object value) {
    return value instanceof CharSequence
        || value instanceof org.apache.avro.generic.GenericEnumSymbol<?>;
  }
}
