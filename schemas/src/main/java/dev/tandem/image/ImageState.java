package dev.tandem.image;

/// All that one partition's image of a store remembers.
///
/// @param rows entity ordinal, aggregate, source number, row key: a [Kept]; entity ordinal,
///     aggregate: a [Pack] of several
/// @param deleted epoch, transaction, then the key of a row that is the memory of a deletion
/// @param open the aggregates that the open transaction has touched
/// @param marks where the feed stands, baselines passed, truncations and row schemas
public record ImageState(
    SortedBytes rows, SortedBytes deleted, SortedBytes open, SortedBytes marks) {}
