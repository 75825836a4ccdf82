package dev.tandem.reconcile;

import dev.tandem.image.ImageState;
import dev.tandem.image.SortedBytes;

/// All that one partition's reconciliation remembers.
///
/// @param legacy image of the legacy rows
/// @param target image of the target's rows, as tokens
/// @param entities by [EntityForm#key]
/// @param due entities that wait for V, the entities that diverge, and where the partition stands
record ReconcileState(
    ImageState legacy, ImageState target, SortedBytes entities, SortedBytes due) {}
