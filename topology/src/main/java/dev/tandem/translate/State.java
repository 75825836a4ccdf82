package dev.tandem.translate;

/// All that one partition's translation remembers.
///
/// @param rows entity ordinal, aggregate, source number, row key: a [Kept]
/// @param deleted epoch, transaction, then a key of `rows` that is the memory of a deletion
/// @param contractKeys contract key: the aggregate that it was last forwarded for
/// @param open slot number: an aggregate touched, or a repair asked for, in the open transaction;
///     slots are used again, and [Progress] says how many count
/// @param progress [Progress], baselines passed, truncations and row schemas
record State(
    SortedBytes rows,
    SortedBytes deleted,
    SortedBytes contractKeys,
    SortedBytes open,
    SortedBytes progress) {}
