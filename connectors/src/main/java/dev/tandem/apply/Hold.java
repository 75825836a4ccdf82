package dev.tandem.apply;

/// That a partition may be applied up to a position and no further for a while, so that somebody
/// can compare both stores there. It stands in the checkpoint row itself, so that whoever holds and
/// whoever applies see the same; it ends by the target's clock, whatever becomes of who asked.
///
/// @param at outbox offset that whole transactions may reach
/// @param by who holds it
record Hold(long at, String by) {
  String reason() {
    return "held at outbox offset " + at + " for " + by;
  }
}
