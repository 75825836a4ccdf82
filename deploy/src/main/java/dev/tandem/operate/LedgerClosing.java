package dev.tandem.operate;

import dev.tandem.ledger.DurableRecord;
import dev.tandem.ledger.Ledger;
import dev.tandem.ledger.LedgerEntry;
import dev.tandem.ledger.LedgerReader;
import dev.tandem.plan.DomainPlan;
import dev.tandem.run.Migration;
import dev.tandem.wire.Divergence;
import dev.tandem.wire.Divergence.Context;
import dev.tandem.wire.Divergence.State;
import dev.tandem.wire.Divergences;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Closes entries of the migration's ledger that no reconciler will close, since none knows them
/// any more: whoever replays the topic is not left with what nobody can answer for.
///
/// @param domain whose entries they are
/// @param unknown which of its events nobody knows any more
record LedgerClosing(
    Migration migration, DomainPlan domain, Predicate<Divergence> unknown, Clock clock) {

  /// What is open of them.
  List<LedgerEntry> open() {
    var ledger = new Ledger();
    try (var reader = new LedgerReader(migration.kafka().objects(), domain.topics().divergence())) {
      if (reader.exists()) {
        reader.toEnd(ledger::accept);
      }
    }
    return ledger.open().stream()
        .filter(entry -> entry.event().domain().equals(domain.name()))
        .filter(entry -> unknown.test(entry.event()))
        .toList();
  }

  /// @param reason what is told of each
  /// @return how many were closed
  /// @throws dev.tandem.ledger.LedgerException if one of them could not be
  int close(String reason) {
    var open = open();
    String topic = domain.topics().divergence();
    var codec = new Divergences(migration.kafka().registryClient(), topic);
    DurableRecord.sendAll(
        migration.kafka().objects(),
        open.stream()
            .map(
                entry ->
                    new ProducerRecord<>(
                        topic, entry.contractKey(), codec.encode(closed(entry.event(), reason))))
            .toList(),
        "closing of a divergence");
    return open.size();
  }

  private Divergence closed(Divergence event, String reason) {
    Context context = event.context();
    return new Divergence(
        event.id(),
        State.CLOSED,
        event.kind(),
        event.domain(),
        event.entity(),
        event.key(),
        event.tenant(),
        List.of(),
        event.legacy(),
        event.target(),
        new Context(
            context.partition(),
            context.verdictAt(),
            context.generation(),
            context.contractVersion(),
            context.mapping(),
            context.authority(),
            "",
            reason,
            context.attempts(),
            context.openedAt(),
            ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant())));
  }
}
