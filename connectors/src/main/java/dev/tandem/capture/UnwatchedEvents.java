package dev.tandem.capture;

import io.debezium.config.CommonConnectorConfig;
import io.debezium.engine.DebeziumEngine;
import io.debezium.pipeline.ChangeEventSourceCoordinator;
import io.debezium.pipeline.EventDispatcher;
import io.debezium.pipeline.signal.actions.SignalAction;
import io.debezium.pipeline.signal.actions.SignalActionProvider;
import io.debezium.pipeline.source.spi.DataChangeEventListener;
import io.debezium.pipeline.spi.Partition;
import io.debezium.spi.schema.DataCollectionId;
import java.util.Map;

/// Has the engine tell nobody of each event. What it tells are its own JMX metrics, and for one of
/// them, the text of the last event, it writes the key of every event as JSON with a new mapper
/// each: a sixth of what capture costs, for a text that nobody reads and that holds row values.
///
/// An action that the engine's signals may ask for, found by `ServiceLoader`; the engine has no
/// setting for it. Asked for when the first batch has come, since the engine sets its listener when
/// it begins to stream.
public final class UnwatchedEvents implements SignalActionProvider {
  private static final String ACTION = "tandem-unwatched-events";

  static DebeziumEngine.Signal signal() {
    return new DebeziumEngine.Signal(ACTION, ACTION, "{}", Map.of());
  }

  @Override
  public <P extends Partition> Map<String, SignalAction<P>> createActions(
      EventDispatcher<P, ? extends DataCollectionId> dispatcher,
      ChangeEventSourceCoordinator<P, ?> coordinator,
      CommonConnectorConfig config) {
    return Map.of(
        ACTION,
        _ -> {
          dispatcher.setEventListener(DataChangeEventListener.NO_OP());
          return true;
        });
  }
}
