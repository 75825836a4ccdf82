/// What an operator can ask for, whether on the command line or over HTTP: jobs, repairs and
/// generations, with what is refused and why.
@NullMarked
package dev.tandem.operate;

import org.jspecify.annotations.NullMarked;
