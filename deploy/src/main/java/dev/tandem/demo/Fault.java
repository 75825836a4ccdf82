package dev.tandem.demo;

import java.time.Instant;

/// One planted fault.
///
/// @param id from 1, in the order of planting
/// @param number of the legacy row; 0 if there is none
/// @param key of the entity in the target, which no other fault has
/// @param plantedAt when the saboteur's last commit for it had returned
public record Fault(int id, Trick trick, long number, String key, Instant plantedAt) {
  /// Without contents.
  public String text() {
    return trick + " " + trick.entity() + " " + key;
  }
}
