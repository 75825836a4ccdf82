package dev.tandem.spec;

/// One thing that is wrong with a spec.
///
/// @param path where in the document, as keys: `domains.customers.entities.Customer.map.balance`
/// @param cause what was expected and what was found
/// @param fix what to do, in one sentence; an SQL statement where one helps
/// @param severity whether it stops the migration from starting
public record Problem(Node.Place place, String path, String cause, String fix, Severity severity) {
  public enum Severity {
    ERROR,
    WARNING
  }

  @Override
  public String toString() {
    return place + ": " + path + ": " + cause + (fix.isEmpty() ? "" : "\n    fix: " + fix);
  }
}
