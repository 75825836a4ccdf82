package dev.tandem.translate;

import dev.tandem.image.ImageState;
import dev.tandem.image.SortedBytes;

/// All that one partition's translation remembers.
///
/// @param image of the legacy rows; its `open` also holds the repairs that wait, its `marks` also
///     [Progress]
/// @param contractKeys contract key: the aggregate that it was last forwarded for
record State(ImageState image, SortedBytes contractKeys) {}
