/// A migration brought to life: the spec read and compiled against both stores, its roles started
/// and stopped. The one place where the parts are wired together.
@NullMarked
package dev.tandem.run;

import org.jspecify.annotations.NullMarked;
