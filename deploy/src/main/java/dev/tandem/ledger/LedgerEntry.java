package dev.tandem.ledger;

import dev.tandem.wire.Divergence;
import org.jspecify.annotations.Nullable;

/// One event of the ledger with the key under which it stands there.
///
/// @param contractKey the entity's key as the contract topic has it, if the event names the parts
///     of it; else another name, or null
@SuppressWarnings("ArrayRecordComponent") // never compared
public record LedgerEntry(byte @Nullable [] contractKey, Divergence event) {}
