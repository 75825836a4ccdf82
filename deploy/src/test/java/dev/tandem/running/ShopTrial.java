package dev.tandem.running;

import dev.tandem.demo.Examples;
import dev.tandem.run.Role;
import dev.tandem.stack.Stack;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// The shop on a stack of its own, and each role of the program in a process of its own.
final class ShopTrial implements AutoCloseable {
  private final Shop.Size size;
  private final Stack stack;
  private final Path spec;
  private final Shop shop;
  private final Map<Role, RoleProcess> roles = new EnumMap<>(Role.class);

  ShopTrial(Path directory, Shop.Size size) throws Exception {
    this.size = size;
    stack = Stack.start(Stack.Settings.in(directory.resolve("stack")));
    spec = Examples.unpackShop(directory);
    Shop.build(stack.address(), spec, size);
    shop = new Shop(stack.address(), spec);
  }

  Shop.Size size() {
    return size;
  }

  Shop shop() {
    return shop;
  }

  /// Starts every role; whoever comes first sets the migration up.
  void start() throws Exception {
    roles.put(Role.CAPTURE, another(Role.CAPTURE, "capture"));
    shop.awaitBegun();
    for (Role role : List.of(Role.TRANSLATE, Role.APPLY, Role.RECONCILE)) {
      roles.put(role, another(role, role.name().toLowerCase(Locale.ROOT)));
    }
  }

  RoleProcess role(Role role) {
    return Objects.requireNonNull(roles.get(role), role + " runs not");
  }

  /// One more process of a role.
  RoleProcess another(Role role, String name) throws Exception {
    return new RoleProcess(stack.address(), spec, role, name);
  }

  @Override
  public void close() throws Exception {
    for (RoleProcess role : roles.values()) {
      role.close();
    }
    shop.close();
    stack.close();
  }
}
