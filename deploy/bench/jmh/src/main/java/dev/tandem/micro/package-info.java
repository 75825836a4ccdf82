/// The inner loops alone, measured by JMH: what a change costs in each, without a broker or a
/// store.
@NullMarked
package dev.tandem.micro;

import org.jspecify.annotations.NullMarked;
