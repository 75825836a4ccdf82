package dev.tandem.clients;

import org.apache.kafka.common.errors.RetriableException;

/// None of the names in `bootstrap.servers` can be resolved now. That passes like any other outage:
/// a host that has stopped may have no name until it is there again.
public final class UnresolvedException extends RetriableException {
  private static final long serialVersionUID = 1;

  UnresolvedException(String servers) {
    super(
        "Kafka at "
            + servers
            + ": none of these names can be resolved; fix: start it, or correct bootstrap.servers"
            + " in the spec");
  }
}
