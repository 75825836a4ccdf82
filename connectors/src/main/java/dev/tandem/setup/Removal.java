package dev.tandem.setup;

/// What became of one remnant.
///
/// @param failure why it is still there, with the fix; empty if it is gone
public record Removal(Remnant remnant, String failure) {
  public boolean gone() {
    return failure.isEmpty();
  }
}
