package dev.tandem.stack.registry;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// The book with its log: a change holds once it is kept. Thread-safe.
final class SchemaRegistry implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();

  /// Equal to the log, read from its beginning to its end; guarded by the lock.
  private final SchemaBook book = new SchemaBook();

  private final RegistryLog log;

  SchemaRegistry(RegistryLog log) {
    this.log = log;
    log.read().forEach(book::apply);
  }

  <T> T ask(Function<SchemaBook, T> question) {
    lock.lock();
    try {
      return question.apply(book);
    } finally {
      lock.unlock();
    }
  }

  /// Decides what changes and keeps it.
  <T extends RegistryEntry> List<T> change(Function<SchemaBook, List<T>> decision) {
    lock.lock();
    try {
      var entries = decision.apply(book);
      log.append(entries);
      entries.forEach(book::apply);
      return entries;
    } finally {
      lock.unlock();
    }
  }

  /// Registers a schema; one that is registered already writes nothing.
  RegistryEntry.Version register(String subject, String schema) {
    lock.lock();
    try {
      var version = book.register(subject, schema);
      if (book.subjects().contains(subject) && book.versions(subject).contains(version)) {
        return version;
      }
      return change(same -> List.of(version)).getFirst();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    log.close();
  }
}
