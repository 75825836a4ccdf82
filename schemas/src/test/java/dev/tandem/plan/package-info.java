/// Tests of compiling a spec: what is bound, and what is refused with which fix.
@NullMarked
package dev.tandem.plan;

import org.jspecify.annotations.NullMarked;
