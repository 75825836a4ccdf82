/// The command line of Tandem: commands, exit codes and logging.
///
/// Promises: standard output carries results only, everything else goes to standard error; exit
/// codes are those of [ExitCode]. Nothing may depend on it: commands wire the other packages
/// together, by hand, in one place each.
@NullMarked
package dev.tandem.program;

import org.jspecify.annotations.NullMarked;
