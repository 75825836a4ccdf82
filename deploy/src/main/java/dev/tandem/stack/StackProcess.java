package dev.tandem.stack;

import dev.tandem.stack.PostgresSettings.Durability;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The main class of a stack in a process of its own: `StackProcess DIRECTORY PORT…`, with the five
/// ports of [StackPorts] in order, 0 for any. Runs until it is asked to end (SIGTERM, SIGINT).
final class StackProcess {
  private static final Logger LOG = LoggerFactory.getLogger(StackProcess.class);

  private StackProcess() {}

  static void main(String[] arguments) throws InterruptedException {
    var directory = new StackDirectory(Path.of(arguments[0]));
    var lock = directory.take();
    if (lock.isEmpty()) {
      throw new StackException("Another stack runs in " + directory.path());
    }
    directory.notReady();
    try {
      var ports = directory.ports(ports(arguments));
      var stack = Stack.start(new Stack.Settings(directory.path(), ports, Durability.MEMORY));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(directory, stack), "stop-stack"));
      directory.keep(ports);
      directory.ready(stack.address());
      LOG.info("The stack in {} is ready", directory.path());
      new CountDownLatch(1).await();
    } catch (StackException e) {
      LOG.error("{}", e.getMessage());
      System.exit(1);
    } catch (RuntimeException e) {
      LOG.error("The stack in {} did not start: {}", directory.path(), e.getMessage(), e);
      System.exit(1);
    }
  }

  private static void stop(StackDirectory directory, Stack stack) {
    directory.notReady();
    stack.close();
    LOG.info("The stack in {} has stopped", directory.path());
  }

  private static StackPorts ports(String[] arguments) {
    var ports = new int[5];
    for (int i = 0; i < ports.length; i++) {
      ports[i] = Integer.parseInt(arguments[i + 1]);
    }
    return new StackPorts(ports[0], ports[1], ports[2], ports[3], ports[4]);
  }
}
