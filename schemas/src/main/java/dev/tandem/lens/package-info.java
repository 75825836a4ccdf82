/// Lenses: small pure functions that make the fields of a contract from the rows of legacy tables,
/// typed against both when a mapping is compiled, each with its inverse or a statement of what it
/// loses; and the compiler that binds them into the mapping of an entity.
///
/// It promises that one row always gives one record, in every run and process; that no lens changes
/// a value silently (what does not fit refuses the row, unless the spec declares otherwise); and
/// that no message of a refused row holds a value. May depend on Avro, never on Kafka, JDBC or
/// HTTP.
///
/// | lens | makes | exact |
/// |---|---|---|
/// | `column`, `{copy: column}` | the value in the type that says the same; arrays too | yes (1) |
/// | `{join: [a, b], with: " "}` | texts with a separator between, NULLs left out | (2) |
/// | `{split: column, at: " ", part: 0}` | a part of a text; from the end with -1; or null | no |
/// | `{lookup: column, values: {A: ACTIVE}, default: X}` | the value listed for a text | (3) |
/// | `{enum: column}`, `{enum: column, values: …}` | an enum symbol; else as `lookup` | yes |
/// | `{decimal: column, scale: 2, rounding: fail}` | minor units or a numeric as a decimal | (4) |
/// | `{cast: column, to: int, overflow: fail}` | another type; `fail`, `clamp` or `null` | (5) |
/// | `{timestamp: column, zone: Europe/Berlin, …}` | local time as an instant | (6) |
/// | `{trim: column, empty: null}` | text without white space around it; `keep` or `null` | no |
/// | `{constant: value}` | the same for every row | yes |
/// | `{default: {of: column or lens, value: x}}` | x where the lens gives null | (7) |
/// | `{uuid5: column, namespace: n}`, `{uuid5: [a, b], …}` | a UUID of version 5 | no (8) |
/// | `{record: {street: str1}}` | a record from columns of the same row | as its fields |
/// | `{each: list, map: {…}, order: column}`, `{each: list, of: column}` | a child list | no |
/// | `{concat: [phone1, phone2]}` | a list of the columns' values, NULLs left out | no |
/// | `{java: name, from: [a, b]}` | what a [dev.tandem.lens.CustomLens] makes | as it says |
///
/// 1. Not the display scale of a `numeric` without one as
///    a decimal, or what is below a millisecond in a `-millis` type.
/// 2. Where no column is nullable, and at most one of them can hold the separator.
/// 3. Where the listed values differ and there is no `default`.
/// 4. With `rounding: fail`, from an integer or a `numeric` with a scale.
/// 5. From booleans and whole numbers, with `overflow: fail`.
/// 6. With `gap: fail`, in microseconds. `gap` and `overlap` are `earlier`, `later` or `fail`; the
///    defaults are `gap: later` and `overlap: earlier`.
/// 7. Where the inner lens is exact and never null.
/// 8. But different values have different UUIDs, so it may be a key.
@NullMarked
package dev.tandem.lens;

import org.jspecify.annotations.NullMarked;
