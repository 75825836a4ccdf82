package dev.tandem.table;

/// The form in which a column's values travel: one canonical Java class each, the same whether the
/// value was swept or streamed. A type without a carrier cannot be carried faithfully and is
/// refused where it is mapped.
public enum Carrier {
  /// `Boolean`
  BOOLEAN,
  /// smallint, integer: `Integer`
  INT,
  /// bigint, oid: `Long`
  LONG,
  /// real: `Float`
  FLOAT,
  /// double precision: `Double`
  DOUBLE,
  /// numeric, money excluded: `String`, exactly PostgreSQL's text with its display scale; `NaN`,
  /// `Infinity`, `-Infinity` where the type allows them
  NUMERIC,
  /// text, varchar, char(n) (without its padding), citext, name, enum and what else is carried as
  /// PostgreSQL's text: `String`
  TEXT,
  /// bytea: `byte[]`
  BYTES,
  /// date: `Integer`, days since 1970-01-01
  DATE,
  /// timestamp without time zone: `Long`, microseconds since 1970-01-01T00:00 of an unnamed zone
  TIMESTAMP,
  /// timestamptz: `Long`, microseconds since 1970-01-01T00:00Z
  INSTANT,
  /// time without time zone: `Long`, microseconds since midnight
  TIME,
  /// uuid: `String`, lower case with hyphens
  UUID,
  /// json, jsonb: `String`, PostgreSQL's text
  JSON
}
