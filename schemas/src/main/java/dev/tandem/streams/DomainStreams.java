package dev.tandem.streams;

import dev.tandem.clients.KafkaClients;
import dev.tandem.fatal.Fatal;
import dev.tandem.wire.RegistryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One streams application of one domain, running. Thread-safe.
///
/// What comes from outside (Kafka or the registry away) is tried again by a new thread; anything
/// else stops this application, and only this one, with a [#finding()].
public final class DomainStreams implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DomainStreams.class);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(30);
  private final Name name;
  private final KafkaStreams streams;
  private final Changelogs changelogs;
  private final TransactionEnding transactions;
  private final Path directory;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final RoomWait room = new RoomWait(this::usable, closing);
  private final TransactionTrouble trouble = new TransactionTrouble(InstantSource.system());
  private final WrittenTopics written;
  private final StreamsSettings settings;

  /// Why it stopped by itself; null while it has not. The first reason stays.
  private final AtomicReference<Ending> ending = new AtomicReference<>();

  /// Why an application stopped by itself.
  public record Ending(Kind kind, String reason) {
    public enum Kind {
      /// It stopped on purpose: somebody has to deal with something first.
      FINDING,
      /// Nobody foresaw it; to start again may help.
      ERROR
    }
  }

  /// @param application id in Kafka
  /// @param work what it does, as messages say it: `translation`
  public record Name(String application, String work, String domain) {
    @Override
    public String toString() {
      return work + " of " + domain;
    }
  }

  private DomainStreams(Name name, Topology topology, StreamsSettings settings) {
    this.name = name;
    directory = settings.stateDirectory().resolve(name.application);
    this.written = WrittenTopics.of(topology);
    this.settings = settings;
    Properties properties = settings.properties(name.application);
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksMemory.Sharing.class);
    properties.put(RocksMemory.PROPERTY, new RocksMemory(settings.memory()));
    properties.put(
        StreamsConfig.consumerPrefix("group.instance.id"),
        MemberName.in(settings.stateDirectory(), name.application));
    streams = KafkaClients.made(properties, () -> new KafkaStreams(topology, properties));
    streams.setUncaughtExceptionHandler(this::answer);
    changelogs = new Changelogs(name.application, settings);
    transactions = new TransactionEnding(name.application, settings.client());
    streams.setStateListener(this::changed);
  }

  /// Starts it. Its topics must exist.
  ///
  /// @throws DomainStoppedException if one that it writes does not
  /// @throws dev.tandem.clients.UnresolvedException if Kafka has no address now
  /// @throws org.apache.kafka.common.errors.TimeoutException if there is local state, and nobody
  ///     says of which changelogs it is
  public static DomainStreams start(Name name, Topology topology, StreamsSettings settings) {
    var running = new DomainStreams(name, topology, settings);
    try {
      running.written.require(settings.client(), name);
      if (StalePositions.areGone(name.application, settings)) {
        log.warn(
            "{}: Kafka has no positions of group {}: local state is made again from its changelogs",
            name,
            name.application);
        running.streams.cleanUp();
        running.changelogs.renew();
      } else if (running.changelogs.areOthers()) {
        log.warn(
            "{}: the changelogs of {} are not those that local state was made of: it is made again",
            name,
            name.application);
        running.streams.cleanUp();
        running.changelogs.renew();
      }
      running.streams.start();
      return running;
    } catch (RuntimeException e) {
      running.close();
      throw e;
    }
  }

  private void changed(KafkaStreams.State now, KafkaStreams.State before) {
    log.info("{}: {}, was {}", name, now, before);
    if (now == KafkaStreams.State.RUNNING || now == KafkaStreams.State.REBALANCING) {
      transactions.look();
    }
    if (now == KafkaStreams.State.RUNNING) {
      Thread.ofVirtual().name("changelogs of " + name.application).start(changelogs::keep);
    }
  }

  private StreamThreadExceptionResponse answer(Throwable failure) {
    Fatal.raise(failure);
    // What Streams makes of a topic that is gone is not always a time-out.
    Optional<String> missing = written.missing(settings.client());
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DomainStoppedException) {
        return stop(Ending.Kind.FINDING, String.valueOf(cause.getMessage()));
      }
      if (cause instanceof MissingSourceTopicException) {
        return stop(
            Ending.Kind.FINDING,
            name
                + ": a topic that it reads is missing ("
                + cause.getMessage()
                + "); tandem doctor SPEC says what heals that");
      }
      StateTrouble ofState = StateTrouble.of(cause, directory, usable());
      if (ofState != null) {
        return answer(ofState);
      }
      if (cause instanceof FencedInstanceIdException) {
        return stop(
            Ending.Kind.FINDING,
            name
                + ": another process has taken its place in the consumer group under the same name,"
                + " so its state is a copy; fix: one process for each state directory, or delete"
                + " the *.member files in the copy");
      }
      if (cause instanceof RetriableException
          || cause instanceof RegistryException
          || trouble.passes(cause)) {
        if (missing.isPresent()) {
          return stop(Ending.Kind.FINDING, name + ": " + missing.get());
        }
        log.warn("{} goes on with a new thread: {}", name, cause.toString());
        return StreamThreadExceptionResponse.REPLACE_THREAD;
      }
    }
    if (missing.isPresent()) {
      return stop(Ending.Kind.FINDING, name + ": " + missing.get());
    }
    log.error("{} failed", name, failure);
    return stop(
        Ending.Kind.ERROR,
        name + " stopped by an error of the program (" + Fatal.kind(failure) + "); see the log");
  }

  private StreamThreadExceptionResponse answer(StateTrouble trouble) {
    if (!trouble.passes()) {
      return stop(Ending.Kind.FINDING, name + ": " + trouble.reason());
    }
    log.warn("{}: {}", name, trouble.reason());
    return room.await(trouble.reason())
        ? StreamThreadExceptionResponse.REPLACE_THREAD
        : StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  /// Why it does not work although it runs, if it does not.
  public Optional<String> waiting() {
    return room.reason();
  }

  private long usable() {
    try {
      return Files.getFileStore(directory).getUsableSpace();
    } catch (IOException _) {
      return -1;
    }
  }

  private StreamThreadExceptionResponse stop(Ending.Kind kind, String reason) {
    if (ending.compareAndSet(null, new Ending(kind, reason))) {
      log.error("{}", reason);
    }
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  /// Why it stopped by itself, if it did.
  public Optional<String> finding() {
    return ending().map(Ending::reason);
  }

  public Optional<Ending> ending() {
    return Optional.ofNullable(ending.get());
  }

  public KafkaStreams.State state() {
    return streams.state();
  }

  /// The streams themselves, for metrics.
  public KafkaStreams streams() {
    return streams;
  }

  /// Stops cleanly and for good: its place in the consumer group is given back at once.
  public void leave() {
    closing.countDown();
    streams.close(
        CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
            .withTimeout(CLOSE_WITHIN));
  }

  /// Stops cleanly; what was read is committed. Waits at most half a minute. Its place in the group
  /// is kept until its session is over, for a process that comes back soon; where standbys can go
  /// on at once, it is given back.
  @Override
  public void close() {
    if (settings.hasStandbys()) {
      leave();
      return;
    }
    closing.countDown();
    if (!streams.close(CLOSE_WITHIN)) {
      log.warn(
          "{} has not ended within {} s, and is left to end by itself",
          name,
          CLOSE_WITHIN.toSeconds());
    }
  }
}
