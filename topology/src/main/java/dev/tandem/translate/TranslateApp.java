package dev.tandem.translate;

import dev.tandem.plan.DomainPlan;
import dev.tandem.wire.Registry;
import dev.tandem.wire.RegistryException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One domain's translation, running. Thread-safe.
///
/// What comes from outside (Kafka or the registry away) is tried again by a new thread; anything
/// else stops this domain, and only this one, with a [#finding()].
public final class TranslateApp implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TranslateApp.class);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(30);
  private final DomainPlan plan;
  private final RocksMemory memory;
  private final KafkaStreams streams;

  /// Why the domain stopped by itself; null while it has not. The first reason stays.
  private final AtomicReference<String> finding = new AtomicReference<>();

  private TranslateApp(
      DomainPlan plan, Registry registry, TranslateConfig config, TranslateListener listener) {
    this.plan = plan;
    var topology = TranslateTopology.build(plan, registry, config, listener);
    memory = new RocksMemory(config.memory());
    var properties = TranslateTopology.properties(plan, config);
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksMemory.Sharing.class);
    properties.put(RocksMemory.PROPERTY, memory);
    properties.put(
        StreamsConfig.consumerPrefix("group.instance.id"),
        MemberName.in(config.stateDirectory(), plan.topics().translateApplication()));
    streams = new KafkaStreams(topology, properties);
    streams.setUncaughtExceptionHandler(this::answer);
    streams.setStateListener(
        (now, before) -> log.info("translation of {}: {}, was {}", plan.name(), now, before));
  }

  /// Registers the domain's schemas and starts. The domain's topics must exist.
  ///
  /// @throws RegistryException if the registry is away or refuses a schema
  public static TranslateApp start(
      DomainPlan plan, Registry registry, TranslateConfig config, TranslateListener listener) {
    var app = new TranslateApp(plan, registry, config, listener);
    app.streams.start();
    return app;
  }

  private StreamThreadExceptionResponse answer(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DomainStoppedException) {
        return stop(String.valueOf(cause.getMessage()));
      }
      if (cause instanceof MissingSourceTopicException) {
        return stop(
            "domain "
                + plan.name()
                + ": topic "
                + plan.topics().outbox()
                + " or "
                + plan.topics().repair()
                + " is missing; run setup");
      }
      if (cause instanceof RetriableException || cause instanceof RegistryException) {
        log.warn("translation of {} goes on with a new thread: {}", plan.name(), cause.toString());
        return StreamThreadExceptionResponse.REPLACE_THREAD;
      }
    }
    log.error("translation of {} failed", plan.name(), failure);
    return stop("domain " + plan.name() + " stopped by an error of the program: " + failure);
  }

  private StreamThreadExceptionResponse stop(String reason) {
    if (finding.compareAndSet(null, reason)) {
      log.error("{}", reason);
    }
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  /// Why the domain stopped by itself, if it did.
  public Optional<String> finding() {
    return Optional.ofNullable(finding.get());
  }

  public KafkaStreams.State state() {
    return streams.state();
  }

  /// The streams themselves, for metrics.
  public KafkaStreams streams() {
    return streams;
  }

  /// Stops cleanly; what was read is committed. Waits at most half a minute.
  @Override
  public void close() {
    streams.close(CLOSE_WITHIN);
    memory.close();
  }
}
