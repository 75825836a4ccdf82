package dev.tandem.apply;

import dev.tandem.wire.DeadLetter;
import java.util.List;

/// Takes what could not be applied. Returns only once it is durable, since the checkpoint passes
/// the records next; after a crash in between it is given them again.
@FunctionalInterface
public interface DeadLetterSink {
  void send(List<DeadLetter> letters);
}
