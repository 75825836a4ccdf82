package dev.tandem.program;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import java.util.Locale;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/// What is logged to standard error, and how. Every command takes these options.
final class LogOptions {
  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Log in detail, and failures with their stack traces.")
  private boolean verbose;

  @Option(
      names = "--log-format",
      scope = ScopeType.INHERIT,
      paramLabel = "FORMAT",
      description = "How logs are written: text (default) or json.")
  private Format format = Format.TEXT;

  /// How one logged event is written.
  enum Format {
    TEXT,
    JSON
  }

  boolean verbose() {
    return verbose;
  }

  /// Makes the options hold. Where they are the defaults, the logging configuration says the same
  /// and is not read before somebody logs.
  void apply() {
    if (!verbose && format == Format.TEXT) {
      return;
    }
    System.setProperty("tandem.log.format", format.name().toLowerCase(Locale.ROOT));
    System.setProperty("tandem.log.level", verbose ? "DEBUG" : "INFO");
    System.setProperty("tandem.log.others", verbose ? "INFO" : "WARN");
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      var configurator = new JoranConfigurator();
      configurator.setContext(context);
      context.reset();
      try {
        configurator.doConfigure(LogOptions.class.getResource("/logback.xml"));
      } catch (JoranException e) {
        throw new IllegalStateException("The program's own logback.xml cannot be read", e);
      }
    }
  }
}
