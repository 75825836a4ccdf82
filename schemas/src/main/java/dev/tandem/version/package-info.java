/// Versions of a contract that live beside each other: the steps between neighbouring versions, as
/// `steps.yaml` says them, compiled into functions from record to record; the chain that they make;
/// and what each direction of a step loses.
///
/// It promises that every field of a version has a source in its neighbour, or the folder is
/// refused; that a value which does not fit is refused by its field's name and never bent, unless
/// the step declares it; that a direction called lossless gives every record back that it accepted;
/// and that no message holds a value of a record. May depend on Avro, never on Kafka, JDBC or HTTP.
///
/// | lens | makes | given back |
/// |---|---|---|
/// | `field`, `{copy: field}` | the value, in the same or a wider type; `a.b` reads a record's |
/// yes |
/// | `{default: {of: field or lens, value: x}}` | x where the lens gives null | unless it was null
/// |
/// | `{constant: x}` | the same for every record | nothing to give |
/// | `{lookup: field, values: {A: B}, default: X}` | another symbol or text | if one to one |
/// | `{cast: field, overflow: fail}` | another type; `fail`, `clamp` or `null` | with `fail` (1) |
/// | `{decimal: field, rounding: fail}` | a decimal of another scale | with `fail` |
/// | `{join: [a, b], with: " "}` | texts with a separator between, nulls left out | no |
/// | `{split: field, at: " ", part: 0}` | a part of a text, from the end with -1; or null | no |
/// | `{record: {x: lens}}` | a record from fields of this one | as its fields |
/// | `{within: field, map: {x: lens}}` | a record from a record | as its fields |
/// | `{each: field, map: {x: lens}}` | a list of records from another, in its order | as its fields
/// |
///
/// 1. But not from a text to a number, or from floating point to anything but floating point.
///
/// A field that no lens names is copied from the field of its name, and where there is none takes
/// its Avro default.
@NullMarked
package dev.tandem.version;

import org.jspecify.annotations.NullMarked;
