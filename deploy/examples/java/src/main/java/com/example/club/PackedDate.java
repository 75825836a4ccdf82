package com.example.club;

import dev.tandem.lens.CustomLens;
import dev.tandem.lens.Inverse;
import dev.tandem.table.Carrier;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/// `{java: packed-date, from: joined}`: a date that the legacy table keeps as a number, 20240131,
/// as a date of the contract. It leads back: nothing is lost.
public final class PackedDate implements CustomLens {
  @Override
  public String name() {
    return "packed-date";
  }

  @Override
  public Optional<String> refusal(List<Carrier> columns, Schema target) {
    if (!columns.equals(List.of(Carrier.INT))) {
      return Optional.of("expected one column of type integer, found " + columns);
    }
    return target.getLogicalType() instanceof LogicalTypes.Date
        ? Optional.empty()
        : Optional.of("expected a field of type date, found " + target);
  }

  @Override
  public Object get(List<Object> values, Schema target) {
    Integer packed = (Integer) values.getFirst();
    if (packed == null) {
      return null;
    }
    // What is no date throws, and becomes a dead letter that does not hold the value.
    return (int) LocalDate.of(packed / 10_000, packed / 100 % 100, packed % 100).toEpochDay();
  }

  @Override
  public Inverse inverse() {
    return new Inverse.Exact(value -> new Object[] {value == null ? null : packed((Integer) value)});
  }

  private static int packed(int day) {
    LocalDate date = LocalDate.ofEpochDay(day);
    return date.getYear() * 10_000 + date.getMonthValue() * 100 + date.getDayOfMonth();
  }
}
